"""What other packages ask of the merge engine's rows: one place for reads that open nothing.

Sealed columns come out sealed; who may open them is the way of disclosure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from core.errors import NotFound
from merge.golden_store import CACHE_FIELD, Change, GoldenRow, changes_after, events_of, goldens
from merge.items import Item, items_of
from merge.record_store import RecordRow, members_of, rows_of
from merge.resolve.identifiers import Resolution, golden_ids, golden_of
from merge.tables import merge_golden, merge_record

__all__ = [
    "CACHE_FIELD",
    "Change",
    "GoldenRow",
    "Item",
    "RecordRow",
    "Resolution",
    "SealedRecord",
    "changes_after",
    "counts",
    "events_of",
    "golden_ids",
    "golden_of",
    "golden_page",
    "golden_row",
    "goldens",
    "items_of",
    "members_of",
    "rows_of",
    "sealed_records",
]


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A source record as it is kept; ``sealed_values`` opens with the record's key as field ``values``."""

    record_id: str
    source: str
    asserted_at: datetime
    subject_id: str | None
    sections: Sequence[str]
    extra: Mapping[str, str]
    sealed_values: bytes | None


def golden_row(connection: Connection, any_id: str) -> GoldenRow:
    """The golden record that an id leads to. Raises NotFound ``golden.unknown`` or ``golden.gone``."""
    golden_id = golden_of(connection, any_id).golden_id
    row = goldens(connection, [golden_id]).get(golden_id)
    if row is None:
        raise NotFound("golden.gone", "No record of this golden record is left.")
    return row


def golden_page(connection: Connection, after: str = "", limit: int = 100) -> list[GoldenRow]:
    """Active golden records in the order of their ids, those after an id."""
    query = (
        select(merge_golden.c.golden_id)
        .where(merge_golden.c.active.is_(True), merge_golden.c.golden_id > after)
        .order_by(merge_golden.c.golden_id)
        .limit(limit)
    )
    names = list(connection.execute(query).scalars())
    rows = goldens(connection, names)
    return [rows[name] for name in names]


def sealed_records(connection: Connection, record_ids: Sequence[str]) -> dict[str, SealedRecord]:
    """Live source records, still sealed, by id."""
    table = merge_record.c
    query = select(
        table.record_id,
        table.source,
        table.asserted_at,
        table.subject_id,
        table.sections,
        table.extra,
        table.sealed_values,
    ).where(table.record_id.in_(sorted(set(record_ids))), table.removed_at.is_(None))
    return {row.record_id: SealedRecord(*row) for row in connection.execute(query)}


def counts(connection: Connection) -> dict[str, Any]:
    """How many golden records, customer records and items there are."""
    live = select(merge_record.c.is_item, func.count()).where(merge_record.c.removed_at.is_(None))
    by_kind: dict[bool, int] = {row[0]: row[1] for row in connection.execute(live.group_by(merge_record.c.is_item))}
    active = select(func.count()).select_from(merge_golden).where(merge_golden.c.active.is_(True))
    return {
        "goldens": connection.execute(active).scalar_one(),
        "records": by_kind.get(False, 0),
        "items": by_kind.get(True, 0),
    }
