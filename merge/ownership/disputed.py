"""A person says whose customer it is that two owners came to share; told so that it can be taken back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock
from core.errors import Conflict
from merge.ownership.disputes import DISPUTED
from merge.ownership.owners import Owners
from merge.ownership.store import assignments, close_assignments, collaborators, open_assignments, primaries
from merge.ownership.values import Assignment


def settle(
    connection: Connection, owners: Owners, golden_id: str, other: str, *, gives: bool, actor: str, reason_code: str
) -> dict[str, list[str]]:
    """End a dispute with ``other``: give it the golden record, or leave that to its holder.

    Returns the ids of the assignments that ended and that began. Raises Conflict ``owner.settled`` where nothing is
    in dispute with it any more.
    """
    before = _standing(connection, golden_id)
    disputed = [one for one in before if one.holder == other and one.reason_code == DISPUTED]
    if not disputed:
        raise Conflict("owner.settled", "Whose customer this is was settled meanwhile; look at the customer again.")
    if gives:
        owners.assign_by_hand(connection, golden_id, other, actor=actor, reason_code=reason_code)
    else:
        owners.keep_by_hand(connection, golden_id, disputed, actor=actor, reason_code=reason_code)
    known, now = {one.assignment_id for one in before}, {one.assignment_id for one in _standing(connection, golden_id)}
    return {"ended": sorted(known - now), "began": sorted(now - known), "golden": [golden_id]}


def give_back(connection: Connection, owners: Owners, clock: Clock, made: Mapping[str, Any], *, actor: str) -> None:
    """Let stand again what ``settle`` ended, and end what it began.

    Raises Conflict ``owner.changed`` where somebody changed the owner since: their word counts.
    """
    (golden_id,) = made["golden"]
    now = clock.now()
    standing = {one.assignment_id: one for one in _standing(connection, golden_id)}
    if not set(made["began"]) <= standing.keys():
        raise Conflict("owner.changed", "The owner changed after this decision; assign the owner you want instead.")
    close_assignments(connection, [standing[one] for one in made["began"]], "manual", now)
    again = [
        replace(one, assignment_id=clock.new_id("a"), valid_from=now, valid_to=None, end_cause=None)
        for one in assignments(connection, made["ended"])
    ]
    open_assignments(connection, again, now)
    owners.tell_given_back(connection, golden_id, [one.holder for one in again], actor)


def _standing(connection: Connection, golden_id: str) -> list[Assignment]:
    return [*primaries(connection, [golden_id]).values(), *collaborators(connection, [golden_id])]
