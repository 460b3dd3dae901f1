"""Orders, calls, complaints: what a record tells of events. They belong to a record and go wherever it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from core.attributes import EVENT_TIMES, attribute
from core.records import SourceRecord
from merge.tables import merge_item, merge_record


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a golden record: the record that tells of it, its section and when it was."""

    record_id: str
    section: str
    subject_id: str
    occurred_at: datetime


def item_rows(record: SourceRecord) -> list[dict[str, Any]]:
    """The items that a record describes, one a section; a customer record may describe its own."""
    sections = sorted({found.section.value for value in record.values if (found := attribute(value.attribute)).item})
    return [
        {
            "record_id": record.record_id,
            "section": section,
            "subject_id": record.subject or record.record_id,
            "occurred_at": _moment(record.first(EVENT_TIMES[section])) or record.asserted_at,
        }
        for section in sections
    ]


def item_attributes(record: SourceRecord) -> set[str]:
    """Names of the attributes of events that a record holds."""
    return {value.attribute for value in record.values if attribute(value.attribute).item}


def items_of(
    connection: Connection, golden_id: str, sections: Iterable[str], limit: int = 100, before: datetime | None = None
) -> list[Item]:
    """Items of a golden record in the given sections, newest first. ``before`` continues an earlier page."""
    item, record = merge_item.c, merge_record.c
    query = (
        select(item.record_id, item.section, item.subject_id, item.occurred_at)
        .join(merge_record, record.record_id == item.subject_id)
        .where(record.golden_id == golden_id, item.section.in_(sorted(set(sections))))
        .order_by(item.occurred_at.desc(), item.record_id)
        .limit(limit)
    )
    if before is not None:
        query = query.where(item.occurred_at < before)
    return [Item(*row) for row in connection.execute(query)]


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)
