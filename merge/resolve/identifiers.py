"""Permanent ids: every record id resolves for ever to the golden record that holds the record now.

Which of its records' ids a golden record is *preferred* to be called by comes from the publication log: the one that
was published earliest. So a record that joins never changes the id, a merge keeps one of the two, and a part that is
split off gets the id back that it had. What is impossible (an id that is a function of the set alone and never
changes when the set grows) is not claimed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.errors import NotFound
from merge.record_store import RecordRow, rows_of

# A chain of removed records is as long as removals that followed each other; more means the rows are damaged.
_MAX_HOPS = 10_000


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an id means now. ``canonical`` says that the id asked for is the preferred one."""

    golden_id: str
    canonical: bool


def preferred_id(members: Sequence[str], published: Mapping[str, int], first_seen: Mapping[str, int]) -> str:
    """The preferred id of a golden record with these records.

    The earliest published of their ids; where none was published, the record seen first, and among those of one
    batch (equal ``first_seen``) the smallest id.
    """
    known = [record_id for record_id in members if record_id in published]
    if known:
        return min(known, key=lambda record_id: published[record_id])
    return min(members, key=lambda record_id: (first_seen[record_id], record_id))


def golden_of(connection: Connection, any_id: str) -> Resolution:
    """The golden record that an id leads to, whatever was merged, split or removed since.

    Raises NotFound ``golden.unknown`` for an id never given out, ``golden.gone`` when nothing of it is left.
    """
    found = golden_ids(connection, [any_id])
    if any_id not in found:
        raise unknown()
    golden_id = found[any_id]
    if golden_id is None:
        raise gone()
    return Resolution(golden_id, golden_id == any_id)


def unknown() -> NotFound:
    """There is none, or none that the caller may know of."""
    return NotFound("golden.unknown", "There is no golden record with this id; check the id.")


def gone() -> NotFound:
    """There was one."""
    return NotFound(
        "golden.gone", "No record of this golden record is left: removed at the source, erased, or not here yet."
    )


def golden_ids(connection: Connection, ids: Iterable[str]) -> dict[str, str | None]:
    """The golden record that each known id leads to; None where no record is left. Unknown ids are absent."""
    wanted = sorted(set(ids))
    rows = rows_of(connection, wanted)
    standing = {record_id: record_id for record_id in wanted if record_id in rows}
    answer: dict[str, str | None] = {}
    passed: dict[str, set[str]] = {asked: {asked} for asked in standing}
    for _ in range(_MAX_HOPS):
        moving = {asked: following for asked, at in standing.items() if (following := _next(rows[at])) is not None}
        # An item of a record that left and leads back to the item: both ways lead nowhere.
        round_and_round = {asked for asked, target in moving.items() if target in passed[asked]}
        answer.update({asked: rows[at].golden_id for asked, at in standing.items() if asked not in moving})
        rows.update(rows_of(connection, set(moving.values()) - rows.keys()))
        # An item can name a subject that never came: it leads nowhere.
        nowhere = round_and_round | {asked for asked, target in moving.items() if target not in rows}
        answer.update(dict.fromkeys(nowhere))
        standing = {asked: target for asked, target in moving.items() if asked not in nowhere}
        for asked, target in standing.items():
            passed[asked].add(target)
        if not standing:
            break
    return answer


def _next(row: RecordRow) -> str | None:
    """The record that a row points on to, or None at the end of the way."""
    if row.live:
        return row.subject_id if row.is_item else None
    return row.forward_to
