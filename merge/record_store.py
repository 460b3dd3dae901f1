"""Rows of source records: the records themselves, and the items that they describe."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BindParameter, Connection, bindparam, delete, select, update

from core.bulk import update_many, upsert_many
from core.database import chunks, milliseconds, moment, upsert
from core.driver import fetch
from core.lookups import Lookup
from merge.tables import merge_item, merge_record

# Rows of a look-up by list stay small enough for one page of the statement cache.
_CHUNK = 1_000


class RecordRow(NamedTuple):
    """What is kept in clear of one record.

    ``first_seen`` is its number: the order in which records came in, inside one step that of their ids. ``keys``,
    ``shared`` and ``tokens`` are packed lists of what it is found by (``merge.index_store``), None before they were
    made.
    """

    record_id: str
    source: str
    asserted_at: datetime
    first_seen: int
    digest: bytes
    subject_id: str | None
    is_item: bool
    golden_id: str | None
    removed_at: datetime | None
    forward_to: str | None
    verified: Sequence[str]
    recorded_at: datetime | None = None
    keys: bytes | None = None
    shared: bytes | None = None
    tokens: bytes | None = None
    entity: str | None = None

    @property
    def live(self) -> bool:
        """Whether the source still has it."""
        return self.removed_at is None


class Numbered(NamedTuple):
    """What the pairing asks of a live customer record that it knows by number."""

    number: int
    record_id: str
    digest: bytes
    keys: bytes | None
    shared: bytes | None


class Neighbour(NamedTuple):
    """What a live customer record is compared by that is found by its number; ``features`` are sealed."""

    number: int
    record_id: str
    digest: bytes
    shared: bytes | None
    features: bytes | None


_TABLE = merge_record.c
_AMONG: BindParameter[Any] = bindparam("ids", expanding=True)
_ROW = (
    _TABLE.record_id,
    _TABLE.source,
    _TABLE.asserted_at,
    _TABLE.first_seen,
    _TABLE.digest,
    _TABLE.subject_id,
    _TABLE.is_item,
    _TABLE.golden_id,
    _TABLE.removed_at,
    _TABLE.forward_to,
    _TABLE.verified,
    _TABLE.match_keys,
    _TABLE.shared,
    _TABLE.tokens,
    _TABLE.recorded_at,
    _TABLE.entity,
)
_ROWS = Lookup(select(*_ROW).where(_TABLE.record_id.in_(_AMONG)))
_ROWS_IN = Lookup(select(*_ROW).where(_TABLE.golden_id.in_(_AMONG), _TABLE.removed_at.is_(None)))
_MEMBERS = Lookup(
    select(_TABLE.golden_id, _TABLE.record_id).where(_TABLE.golden_id.in_(_AMONG), _TABLE.removed_at.is_(None))
)
_NUMBERED = Lookup(
    select(_TABLE.first_seen, _TABLE.record_id, _TABLE.digest, _TABLE.match_keys, _TABLE.shared).where(
        _TABLE.first_seen.in_(_AMONG), _TABLE.removed_at.is_(None)
    )
)
_NEIGHBOURS = Lookup(
    select(_TABLE.first_seen, _TABLE.record_id, _TABLE.digest, _TABLE.shared, _TABLE.sealed_features).where(
        _TABLE.first_seen.in_(_AMONG), _TABLE.removed_at.is_(None)
    )
)
_DIGESTS = Lookup(
    select(_TABLE.record_id, _TABLE.digest).where(_TABLE.record_id.in_(_AMONG), _TABLE.sealed_values.is_not(None))
)
_SEALED_COLUMNS = (
    "record_id",
    "source",
    "asserted_at",
    "subject_id",
    "extra",
    "digest",
    "sealed_values",
    "sealed_standard",
)
_SEALED = Lookup(select(*(_TABLE[name] for name in _SEALED_COLUMNS)).where(_TABLE.record_id.in_(_AMONG)))
_FEATURES = Lookup(
    select(_TABLE.record_id, _TABLE.sealed_features).where(
        _TABLE.record_id.in_(_AMONG), _TABLE.sealed_features.is_not(None)
    )
)
_DESCRIBED = Lookup(select(merge_item.c.record_id).where(merge_item.c.record_id.in_(_AMONG)).distinct())
_WRITTEN = (
    "record_id",
    "source",
    "asserted_at",
    "first_seen",
    "digest",
    "subject_id",
    "is_item",
    "sections",
    "extra",
    "verified",
    "sealed_values",
    "sealed_standard",
    "sealed_features",
    "golden_id",
    "removed_at",
    "forward_to",
    "match_keys",
    "shared",
    "tokens",
    "recorded_at",
    "entity",
)


def rows_of(connection: Connection, record_ids: Iterable[str]) -> dict[str, RecordRow]:
    """The rows of those records that were ever seen."""
    return {row[0]: _record_row(row) for row in _ROWS.rows(connection, set(record_ids))}


def rows_in(connection: Connection, golden_ids: Iterable[str]) -> dict[str, RecordRow]:
    """The rows of the live customer records of golden records."""
    return {row[0]: _record_row(row) for row in _ROWS_IN.rows(connection, set(golden_ids))}


def row_as_written(row: Mapping[str, Any]) -> RecordRow:
    """The row that ``write_records`` makes of a record that was not there before."""
    return _record_row([row[column.name] for column in _ROW])


def _record_row(row: Sequence[Any]) -> RecordRow:
    at, is_item, removed, verified = moment(row[2]), bool(row[6]), row[8], row[10]
    gone = None if removed is None else moment(removed)
    proved = () if verified == "[]" else orjson.loads(verified)
    first_seen, digest, subject, _, golden_id, _, forward, _, keys, shared, tokens, recorded, entity = row[3:]
    since = None if recorded is None else moment(recorded)
    return RecordRow(
        row[0],
        row[1],
        at,
        first_seen,
        digest,
        subject,
        is_item,
        golden_id,
        gone,
        forward,
        proved,
        since,
        keys,
        shared,
        tokens,
        entity,
    )


def entities_of(rows: Mapping[str, RecordRow]) -> dict[str, str]:
    """What records are of (``merge.resolve.bands``), of those of which it is known."""
    return {record: row.entity for record, row in rows.items() if row.entity is not None}


def numbered(connection: Connection, numbers: Iterable[int]) -> dict[int, Numbered]:
    """Live records by their numbers."""
    return {row[0]: Numbered(*row) for row in _NUMBERED.rows(connection, set(numbers))}


def neighbours(connection: Connection, numbers: Iterable[int]) -> dict[int, Neighbour]:
    """Live records by their numbers, with what they are compared by."""
    return {row[0]: Neighbour(*row) for row in _NEIGHBOURS.rows(connection, set(numbers))}


def members_of(connection: Connection, golden_ids: Iterable[str]) -> dict[str, list[str]]:
    """Live customer records by golden id, each list sorted."""
    found: dict[str, list[str]] = {}
    for golden_id, record_id in _MEMBERS.rows(connection, set(golden_ids)):
        found.setdefault(golden_id, []).append(record_id)
    return {golden_id: sorted(members) for golden_id, members in found.items()}


def next_first_seen(connection: Connection) -> int:
    """The number for the next record that is seen for the first time."""
    ((highest,),) = fetch(connection, "SELECT max(first_seen) FROM merge_record", ())
    return 1 if highest is None else int(highest) + 1


def write_records(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert records or replace what they held; ``first_seen`` and ``golden_id`` of a known record stay.

    Times are given as milliseconds, lists and maps as JSON text: as the drivers take them.
    """
    upsert_many(
        connection,
        merge_record,
        _WRITTEN,
        [tuple(row[name] for name in _WRITTEN) for row in rows],
        shared={},
        keys=("record_id",),
        update=[name for name in _WRITTEN if name not in {"record_id", "first_seen", "golden_id"}],
    )


def mark_removed(connection: Connection, record_ids: Sequence[str], at: datetime) -> None:
    """The source has them no more: values go, the row stays for its id."""
    for some in chunks(record_ids, _CHUNK):
        connection.execute(
            update(merge_record)
            .where(merge_record.c.record_id.in_(some))
            .values(
                removed_at=at,
                golden_id=None,
                sealed_values=None,
                sealed_standard=None,
                sealed_features=None,
                sections=[],
                extra={},
                verified=[],
                match_keys=None,
                shared=None,
                tokens=None,
            )
        )


def set_golden(connection: Connection, golden_of: Mapping[str, str | None], at: datetime) -> None:
    """Move records to golden records."""
    rows = [(record_id, golden_id, milliseconds(at)) for record_id, golden_id in sorted(golden_of.items())]
    update_many(connection, merge_record, "record_id", ("golden_id", "joined_at"), rows)


def set_forward(connection: Connection, forward: Mapping[str, str | None]) -> None:
    """Where the ids of removed records lead."""
    update_many(connection, merge_record, "record_id", ("forward_to",), sorted(forward.items()))


def replace_items(connection: Connection, record_ids: Collection[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the items that those records describe."""
    for some in chunks(sorted(row[0] for row in _DESCRIBED.rows(connection, record_ids)), _CHUNK):
        connection.execute(delete(merge_item).where(merge_item.c.record_id.in_(some)))
    upsert(connection, merge_item, rows, keys=["record_id", "section"], update=["subject_id", "occurred_at"])


def live_customers(connection: Connection) -> dict[str, str]:
    """The golden id of every live customer record."""
    # Nothing is asked of the golden id here: all records are read in their order, not by its index.
    query = select(merge_record.c.record_id, merge_record.c.golden_id).where(
        merge_record.c.removed_at.is_(None), merge_record.c.is_item.is_(False)
    )
    return {record_id: golden_id for record_id, golden_id in connection.execute(query) if golden_id is not None}


def sealed_digests(connection: Connection, record_ids: Iterable[str]) -> dict[str, bytes]:
    """Keyed hashes of those records that hold sealed values."""
    return {row[0]: row[1] for row in _DIGESTS.rows(connection, set(record_ids))}


def sealed_rows(connection: Connection, record_ids: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Records with their sealed columns, as mappings by column name."""
    for row in _SEALED.rows(connection, set(record_ids)):
        found = dict(zip(_SEALED_COLUMNS, row, strict=True))
        found["asserted_at"] = moment(found["asserted_at"])
        found["extra"] = orjson.loads(found["extra"])
        yield found


def sealed_features(connection: Connection, record_ids: Iterable[str]) -> dict[str, bytes]:
    """The sealed features of those records that are compared."""
    return {row[0]: row[1] for row in _FEATURES.rows(connection, set(record_ids))}


def live_records(connection: Connection) -> list[str]:
    """Ids of all records that their sources still have, customers and events, in order."""
    query = select(merge_record.c.record_id).where(merge_record.c.removed_at.is_(None))
    return list(connection.execute(query.order_by(merge_record.c.record_id)).scalars())


def without_keys(connection: Connection, after: str, limit: int) -> list[str]:
    """Some live customer records after an id that nothing finds yet: their keys were made by an older version."""
    query = select(merge_record.c.record_id).where(
        merge_record.c.record_id > after,
        merge_record.c.removed_at.is_(None),
        merge_record.c.is_item.is_(False),
        merge_record.c.match_keys.is_(None),
    )
    return list(connection.execute(query.order_by(merge_record.c.record_id).limit(limit)).scalars())
