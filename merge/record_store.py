"""Rows of source records: the records themselves, their match keys, search tokens and items."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from core.database import chunks, upsert
from merge.tables import merge_index, merge_item, merge_key, merge_record

# Rows of a look-up by list stay small enough for one page of the statement cache.
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class RecordRow:
    """What is kept in clear of one record."""

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
    recorded_at: datetime | None

    @property
    def live(self) -> bool:
        """Whether the source still has it."""
        return self.removed_at is None


_CLEAR = (
    merge_record.c.record_id,
    merge_record.c.source,
    merge_record.c.asserted_at,
    merge_record.c.first_seen,
    merge_record.c.digest,
    merge_record.c.subject_id,
    merge_record.c.is_item,
    merge_record.c.golden_id,
    merge_record.c.removed_at,
    merge_record.c.forward_to,
    merge_record.c.verified,
    merge_record.c.recorded_at,
)


def rows_of(connection: Connection, record_ids: Iterable[str]) -> dict[str, RecordRow]:
    """The rows of those records that were ever seen."""
    found: dict[str, RecordRow] = {}
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        query = select(*_CLEAR).where(merge_record.c.record_id.in_(some))
        found.update({row["record_id"]: RecordRow(**row) for row in connection.execute(query).mappings()})
    return found


def members_of(connection: Connection, golden_ids: Iterable[str]) -> dict[str, list[str]]:
    """Live customer records by golden id, each list sorted."""
    found: dict[str, list[str]] = {}
    for some in chunks(sorted(set(golden_ids)), _CHUNK):
        query = (
            select(merge_record.c.golden_id, merge_record.c.record_id)
            .where(merge_record.c.golden_id.in_(some), merge_record.c.removed_at.is_(None))
            .order_by(merge_record.c.record_id)
        )
        for golden_id, record_id in connection.execute(query):
            found.setdefault(golden_id, []).append(record_id)
    return found


def next_first_seen(connection: Connection) -> int:
    """The number for the next record that is seen for the first time."""
    highest = connection.execute(select(func.max(merge_record.c.first_seen))).scalar()
    return 1 if highest is None else int(highest) + 1


def write_records(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert records or replace what they held; ``first_seen`` and ``golden_id`` of a known record stay."""
    replaced = [
        "source",
        "asserted_at",
        "digest",
        "subject_id",
        "is_item",
        "sections",
        "extra",
        "verified",
        "sealed_values",
        "sealed_standard",
        "removed_at",
        "forward_to",
        "recorded_at",
    ]
    upsert(connection, merge_record, rows, keys=["record_id"], update=replaced)


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
                sections=[],
                extra={},
                verified=[],
            )
        )


def set_golden(connection: Connection, golden_of: Mapping[str, str | None], at: datetime) -> None:
    """Move records to golden records."""
    if not golden_of:
        return
    rows = [{"b_record": record_id, "b_golden": golden_id} for record_id, golden_id in sorted(golden_of.items())]
    statement = (
        update(merge_record)
        .where(merge_record.c.record_id == bindparam("b_record"))
        .values(golden_id=bindparam("b_golden"), joined_at=at)
    )
    connection.execute(statement, rows)


def set_forward(connection: Connection, forward: Mapping[str, str | None]) -> None:
    """Where the ids of removed records lead."""
    if not forward:
        return
    statement = (
        update(merge_record)
        .where(merge_record.c.record_id == bindparam("b_record"))
        .values(forward_to=bindparam("b_forward"))
    )
    connection.execute(
        statement, [{"b_record": record_id, "b_forward": target} for record_id, target in sorted(forward.items())]
    )


def keys_of(connection: Connection, record_ids: Iterable[str]) -> dict[str, set[bytes]]:
    """Match keys by record."""
    found: dict[str, set[bytes]] = {}
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        query = select(merge_key.c.record_id, merge_key.c.key).where(merge_key.c.record_id.in_(some))
        for record_id, key in connection.execute(query):
            found.setdefault(record_id, set()).add(key)
    return found


def key_counts(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, int]:
    """How many records hold each key; keys nobody holds are absent."""
    found: dict[bytes, int] = {}
    for some in chunks(sorted(set(keys)), _CHUNK):
        query = select(merge_key.c.key, func.count()).where(merge_key.c.key.in_(some)).group_by(merge_key.c.key)
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return found


def holders_of(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, list[str]]:
    """The records that hold each key, sorted."""
    found: dict[bytes, list[str]] = {}
    for some in chunks(sorted(set(keys)), _CHUNK):
        query = (
            select(merge_key.c.key, merge_key.c.record_id)
            .where(merge_key.c.key.in_(some))
            .order_by(merge_key.c.key, merge_key.c.record_id)
        )
        for key, record_id in connection.execute(query):
            found.setdefault(key, []).append(record_id)
    return found


def change_keys(connection: Connection, gone: Sequence[tuple[bytes, str]], new: Sequence[tuple[bytes, str]]) -> None:
    """Take and give match keys."""
    if gone:
        connection.execute(
            delete(merge_key).where(
                merge_key.c.key == bindparam("b_key"), merge_key.c.record_id == bindparam("b_record")
            ),
            [{"b_key": key, "b_record": record_id} for key, record_id in sorted(gone)],
        )
    upsert(
        connection,
        merge_key,
        [{"key": key, "record_id": record_id} for key, record_id in sorted(new)],
        keys=["key", "record_id"],
        update=[],
    )


def replace_tokens(connection: Connection, tokens: Mapping[str, Iterable[tuple[str, bytes]]]) -> None:
    """Set the search tokens (kind, token) of each record; none takes it out of the index."""
    for some in chunks(sorted(tokens), _CHUNK):
        connection.execute(delete(merge_index).where(merge_index.c.record_id.in_(some)))
    rows = [
        {"token": token, "kind": kind, "record_id": record_id}
        for record_id in sorted(tokens)
        for kind, token in sorted(set(tokens[record_id]))
    ]
    upsert(connection, merge_index, rows, keys=["token", "kind", "record_id"], update=[])


def replace_items(connection: Connection, record_ids: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the items that those records describe."""
    for some in chunks(sorted(record_ids), _CHUNK):
        connection.execute(delete(merge_item).where(merge_item.c.record_id.in_(some)))
    upsert(connection, merge_item, rows, keys=["record_id", "section"], update=["subject_id", "occurred_at"])


def live_customers(connection: Connection) -> dict[str, str]:
    """The golden id of every live customer record."""
    query = select(merge_record.c.record_id, merge_record.c.golden_id).where(
        merge_record.c.removed_at.is_(None), merge_record.c.is_item.is_(False), merge_record.c.golden_id.is_not(None)
    )
    return {record_id: golden_id for record_id, golden_id in connection.execute(query) if golden_id is not None}


def sealed_digests(connection: Connection, record_ids: Iterable[str]) -> dict[str, bytes]:
    """Keyed hashes of those records that hold sealed values."""
    found: dict[str, bytes] = {}
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        query = select(merge_record.c.record_id, merge_record.c.digest).where(
            merge_record.c.record_id.in_(some), merge_record.c.sealed_values.is_not(None)
        )
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return found


def sealed_rows(connection: Connection, record_ids: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Records with their sealed columns, as mappings by column name."""
    table = merge_record.c
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        query = select(
            table.record_id,
            table.source,
            table.asserted_at,
            table.subject_id,
            table.extra,
            table.digest,
            table.sealed_values,
            table.sealed_standard,
        ).where(table.record_id.in_(some))
        yield from (dict(row) for row in connection.execute(query).mappings())


def live_records(connection: Connection) -> list[str]:
    """Ids of all records that their sources still have, customers and events, in order."""
    query = select(merge_record.c.record_id).where(merge_record.c.removed_at.is_(None))
    return list(connection.execute(query.order_by(merge_record.c.record_id)).scalars())
