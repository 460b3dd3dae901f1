"""What an item about a pinned value or about two owners is decided by: the value set beside that of the sources."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from core.attributes import attribute
from governance.detect.text import mask_text
from governance.masking import Level
from governance.policy.values import View
from merge.ownership.disputes import DISPUTED
from merge.ownership.store import collaborators, primaries
from merge.resolve.incremental import Resolver
from merge.resolve.publishing import golden_values
from merge.resolve.records import LoadedRecord
from merge.review_impact import Impact
from merge.review_items import Item
from merge.review_kinds import Kind
from merge.survivorship.pins import NONE
from sync.presentation import Presenter, Shown, Wanted, isoformat
from sync.settling import pinned_home

Token = Any


def asks_of(
    connection: Connection,
    resolver: Resolver,
    item: Item,
    impact: Impact,
    loaded: Mapping[str, LoadedRecord],
    view: View,
    token: Token,
) -> tuple[dict[str, Any], Shown]:
    """``pin`` or ``dispute`` as the caller may see it, and what was shown; nothing for other kinds of items."""
    if item.kind is Kind.DISPUTE:
        return {"dispute": _dispute(connection, item, impact)}, Shown()
    if item.kind is not Kind.STALE_PIN:
        return {}, Shown()
    pin, shown = _pin(connection, resolver, item, impact, loaded, view, token)
    return {"pin": pin}, shown


def _dispute(connection: Connection, item: Item, impact: Impact) -> dict[str, Any]:
    """Who holds the customer, who disputes it, and whether that still stands."""
    ids = [one.golden_id for one in impact.goldens]
    other = item.detail["other"]
    stands = any(one.holder == other and one.reason_code == DISPUTED for one in collaborators(connection, ids))
    held = primaries(connection, ids)
    holder = next((one.holder for one in held.values()), "")
    since = {one.holder: isoformat(one.valid_from) for one in held.values()}
    return {"holder": holder, "other": other, "stands": stands, "since": since.get(holder, "")}


def _pin(
    connection: Connection,
    resolver: Resolver,
    item: Item,
    impact: Impact,
    loaded: Mapping[str, LoadedRecord],
    view: View,
    token: Token,
) -> tuple[dict[str, Any], Shown]:
    """The value that was set and what the sources say by themselves; without a value where the caller sees none."""
    name, shown = item.detail["attribute"], Shown()
    told: dict[str, Any] = {"attribute": name, "held": [], "sources": [], "stands": False}
    level = view.level(attribute(name).data_class)
    golden_id = pinned_home(connection, resolver, item, [one.golden_id for one in impact.goldens])
    if golden_id is None or level is Level.NONE:
        return told, shown
    (one,) = [one for one in impact.goldens if one.golden_id == golden_id]
    records = [loaded[record] for record in one.records if record in loaded]
    held = resolver.publisher.pins.held(connection, dict.fromkeys(one.records, golden_id), resolver.clock.now())
    pins = held[golden_id].pins if golden_id in held else NONE
    row = next(row for row in held[golden_id].rows if row.attribute == name) if golden_id in held else None
    newest = max(record.record.asserted_at for record in records)
    policy = resolver.publisher.policies.current(connection)
    presenter = Presenter(view, mask_text, token, Wanted(frozenset({name})), shown)
    for which, given in (("held", pins), ("sources", NONE)):
        told[which] = _values(presenter.sections(golden_values(records, policy, newest, given), lineage=True))
    told["stands"] = row is not None and name in pins.pinned
    if row is not None:
        told |= {"by": row.actor, "reason": row.reason_code, "at": isoformat(row.at)}
    return told, shown


def _values(sections: Mapping[str, Mapping[str, Sequence[dict[str, Any]]]]) -> list[dict[str, Any]]:
    return [value for attributes in sections.values() for values in attributes.values() for value in values]
