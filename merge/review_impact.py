"""What a decision about golden records would touch: owners, events in counts; and whether two people must agree."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from core.database import chunks
from merge.ownership.store import holders_now
from merge.record_store import RecordRow, members_of, rows_of
from merge.tables import merge_item

ALONE_AT_MOST = 5
"""Of more records than these two people decide (merge-and-ownership 3.6)."""
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Touched:
    """One golden record that a decision is about.

    Attributes:
        golden_id: its id now.
        records: its records, sorted.
        holder: who owns it, or the pool.
        events: how many events (orders, calls, complaints) it has, by section.
    """

    golden_id: str
    records: tuple[str, ...]
    holder: str
    events: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a decision is about, and why a second person must agree to a merge (empty: nobody must)."""

    goldens: tuple[Touched, ...]
    rows: Mapping[str, RecordRow]
    second: tuple[str, ...]

    @property
    def records(self) -> list[str]:
        """All records, those of one golden record beside each other."""
        return [record for one in self.goldens for record in one.records]


def impact_of(connection: Connection, golden_ids: Collection[str]) -> Impact:
    """What a decision about golden records would touch."""
    held = members_of(connection, golden_ids)
    holders = holders_now(connection, sorted(held))
    rows = rows_of(connection, [record for some in held.values() for record in some])
    events = _events(connection, rows)
    goldens = tuple(
        Touched(golden_id, tuple(records), holders.get(golden_id) or "", _united(events, records))
        for golden_id, records in sorted(held.items())
    )
    return Impact(goldens, rows, tuple(_second(goldens, rows.values())))


def _second(goldens: Sequence[Touched], rows: Iterable[RecordRow]) -> Iterable[str]:
    if any(row.verified for row in rows):
        yield "verified_identifier"
    if sum(len(one.records) for one in goldens) > ALONE_AT_MOST:
        yield "many_records"
    if len({one.holder for one in goldens if one.holder and not one.holder.startswith("pool:")}) > 1:
        yield "two_owners"


def _events(connection: Connection, records: Iterable[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    table = merge_item.c
    for some in chunks(sorted(set(records)), _CHUNK):
        query = (
            select(table.subject_id, table.section, func.count())
            .where(table.subject_id.in_(some))
            .group_by(table.subject_id, table.section)
        )
        for subject, section, count in connection.execute(query):
            found.setdefault(subject, {})[section] = count
    return found


def _united(events: Mapping[str, Mapping[str, int]], records: Iterable[str]) -> dict[str, int]:
    total: dict[str, int] = {}
    for record in records:
        for section, count in events.get(record, {}).items():
            total[section] = total.get(section, 0) + count
    return dict(sorted(total.items()))
