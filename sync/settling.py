"""What a steward decides about a pinned value or about two owners, with the use cases that there are for both."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from core.attributes import attribute
from core.clock import Clock
from core.errors import Conflict
from governance.policy.actions import PolicyAction
from merge.ownership.disputed import give_back, settle
from merge.pin_store import PinKind, pins_on
from merge.record_store import members_of
from merge.resolve.incremental import Resolver
from merge.resolve.pinning import Pinning
from merge.review_items import Item
from merge.review_kinds import Kind
from merge.review_queue import DecisionRow
from sync.rights import Rights
from sync.wish import Asked

UNPIN, ASSIGN = "unpin", "assign"
"""Let a pinned value follow the sources again; give a customer to the owner who disputes it."""


def need_for(connection: Connection, rights: Rights, asked: Asked, found: Item, golden_ids: Sequence[str]) -> None:
    """Refuse unless the caller may set the value, or assign the owner. Raises as ``Rights.need``."""
    for one in golden_ids:
        if found.kind is Kind.STALE_PIN:
            data_class = attribute(found.detail["attribute"]).data_class
            rights.need(connection, asked, PolicyAction.EDIT, one, data_class)
        else:
            rights.need(connection, asked, PolicyAction.ASSIGN_OWNER, one)


def pinned_home(connection: Connection, resolver: Resolver, found: Item, golden_ids: Sequence[str]) -> str | None:
    """Of the golden records that hold an item's records now, the one on which its pin stands."""
    members = members_of(connection, golden_ids)
    rows = pins_on(connection, [record for held in members.values() for record in held], resolver.clock.now())
    wanted = {one.anchor_id for one in rows if one.kind is PinKind.PIN and one.attribute == found.detail["attribute"]}
    return next((golden_id for golden_id, held in sorted(members.items()) if wanted & set(held)), None)


def settled(
    connection: Connection, resolver: Resolver, found: Item, row: DecisionRow, golden_ids: Sequence[str], actor: str
) -> dict[str, Any]:
    """Bring a decision about a pin or a dispute into force; tells what it made, to take it back.

    Raises Conflict ``pin.settled`` or ``owner.settled`` where somebody settled it elsewhere meanwhile.
    """
    if found.kind is Kind.STALE_PIN:
        home = pinned_home(connection, resolver, found, golden_ids)
        if home is None:
            raise Conflict("pin.settled", "This value is not pinned any more; look at the customer again.")
        if row.action != UNPIN:
            return {}
        lifted = Pinning(resolver).remove(connection, home, found.detail["attribute"], actor=actor)
        return {"pins": [one.pin_id for one in lifted], "golden": [home]}
    golden_id = next(iter(golden_ids), None)
    if golden_id is None:
        raise Conflict("owner.settled", "Whose customer this is was settled meanwhile; look at the customer again.")
    gives = row.action == ASSIGN
    other = str(found.detail["other"])
    return dict(
        settle(connection, resolver.owners, golden_id, other, gives=gives, actor=actor, reason_code=row.reason_code)
    )


def taken_back(connection: Connection, resolver: Resolver, clock: Clock, made: Mapping[str, Any], actor: str) -> None:
    """Undo what ``settled`` made. Raises Conflict ``pin.changed`` or ``owner.changed``."""
    if "pins" in made:
        Pinning(resolver).restore(connection, made["golden"][0], made["pins"], actor=actor)
    else:
        give_back(connection, resolver.owners, clock, made, actor=actor)
