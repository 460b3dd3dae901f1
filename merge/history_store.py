"""What was known when: the past of records and of their places in golden records, kept as they are replaced.

Only what is replaced is written, so a record that never changes costs nothing. Sealed values are moved as they are,
under the key of their record: whoever destroys that key destroys its past too.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal, or_, select

from core.database import Utc, chunks, upsert_from
from merge.tables import merge_member_past, merge_record, merge_record_past

_CHUNK = 1_000
_NOW = merge_record.c
_PAST = merge_record_past.c
_WAS_IN = merge_member_past.c


def keep_values(connection: Connection, record_ids: Iterable[str], at: datetime) -> None:
    """What those records say becomes the past, before it is replaced. What came and went at one time leaves none."""
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        found = select(
            _NOW.record_id,
            literal(at, Utc),
            _NOW.recorded_at,
            _NOW.source,
            _NOW.asserted_at,
            _NOW.extra,
            _NOW.sealed_values,
        ).where(
            _NOW.record_id.in_(some),
            _NOW.is_item.is_(False),
            _NOW.sealed_values.is_not(None),
            or_(_NOW.recorded_at.is_(None), _NOW.recorded_at < at),
        )
        upsert_from(connection, merge_record_past, found, keys=["record_id", "until"], update=[])


def keep_membership(connection: Connection, record_ids: Iterable[str], at: datetime) -> None:
    """The golden records that those records stand in become the past, before they leave them."""
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        found = select(_NOW.record_id, literal(at, Utc), _NOW.joined_at, _NOW.golden_id).where(
            _NOW.record_id.in_(some),
            _NOW.golden_id.is_not(None),
            or_(_NOW.joined_at.is_(None), _NOW.joined_at < at),
        )
        upsert_from(connection, merge_member_past, found, keys=["record_id", "until"], update=[])


def home_at(connection: Connection, record_id: str, at: datetime) -> str | None:
    """The golden record that a record stood in at that time, as far as was known then; None for none."""
    now = select(_NOW.golden_id).where(_NOW.record_id == record_id, _reached(_NOW.joined_at, at))
    before = select(_WAS_IN.golden_id).where(_WAS_IN.record_id == record_id, *_during(_WAS_IN.since, _WAS_IN.until, at))
    return connection.execute(before).scalar() or connection.execute(now).scalar()


def members_at(connection: Connection, golden_id: str, at: datetime) -> list[str]:
    """The records that a golden record was made of at that time, sorted."""
    now = select(_NOW.record_id).where(
        _NOW.golden_id == golden_id, _NOW.removed_at.is_(None), _reached(_NOW.joined_at, at)
    )
    before = select(_WAS_IN.record_id).where(_WAS_IN.golden_id == golden_id, *_during(_WAS_IN.since, _WAS_IN.until, at))
    return sorted({*connection.execute(now).scalars(), *connection.execute(before).scalars()})


def versions_at(
    connection: Connection, record_ids: Iterable[str], at: datetime, valid_at: datetime | None = None
) -> dict[str, Mapping[str, Any]]:
    """What those records said, sealed, by record id.

    Without ``valid_at``: what stood at ``at``. With it: of all that was known at ``at``, the last that a source
    asserted for that time or before.
    """
    found: dict[str, tuple[Any, Mapping[str, Any]]] = {}
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        now = select(
            _NOW.record_id,
            _NOW.recorded_at.label("since"),
            _NOW.source,
            _NOW.asserted_at,
            _NOW.subject_id,
            _NOW.extra,
            _NOW.sealed_values,
        ).where(_NOW.record_id.in_(some), _NOW.sealed_values.is_not(None), _reached(_NOW.recorded_at, at))
        stood = [_reached(_PAST.since, at)] if valid_at is not None else _during(_PAST.since, _PAST.until, at)
        past = select(
            _PAST.record_id,
            _PAST.since,
            _PAST.source,
            _PAST.asserted_at,
            literal(None).label("subject_id"),
            _PAST.extra,
            _PAST.sealed_values,
        ).where(_PAST.record_id.in_(some), *stood)
        for query in (past, now):
            for row in connection.execute(query).mappings():
                if valid_at is not None and row["asserted_at"] > valid_at:
                    continue
                rank = (row["asserted_at"] if valid_at is not None else 0, row["since"] is not None, row["since"])
                known = found.get(row["record_id"])
                if known is None or known[0] <= rank:
                    found[row["record_id"]] = rank, dict(row)
    return {record_id: row for record_id, (_, row) in found.items()}


def _reached(since: ColumnElement[datetime | None], at: datetime) -> ColumnElement[bool]:
    return or_(since.is_(None), since <= at)


def _during(
    since: ColumnElement[datetime | None], until: ColumnElement[datetime], at: datetime
) -> list[ColumnElement[bool]]:
    return [_reached(since, at), until > at]
