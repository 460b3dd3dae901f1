"""Rows of golden records: the sealed cache, published ids, history and the feed of changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from core.database import chunks, upsert
from merge.tables import merge_change, merge_event, merge_golden, merge_publication, merge_retired_key

_CHUNK = 1_000
CACHE_FIELD = "golden"
"""The field name that a golden cache is sealed under."""


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """One golden record as it is kept; ``cache`` opens with the key ``cache_key_id`` only."""

    golden_id: str
    active: bool
    version: int
    members: int
    digest: bytes
    cache_key_id: str | None
    cache: bytes | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the feed: what happened to a golden record, by names and ids only."""

    sequence: int
    golden_id: str
    kind: str
    version: int
    at: datetime
    attributes: Sequence[str]
    ids: Mapping[str, Any]


_GOLDEN = (
    merge_golden.c.golden_id,
    merge_golden.c.active,
    merge_golden.c.version,
    merge_golden.c.members,
    merge_golden.c.digest,
    merge_golden.c.cache_key_id,
    merge_golden.c.cache,
    merge_golden.c.changed_at,
)


def goldens(connection: Connection, golden_ids: Iterable[str]) -> dict[str, GoldenRow]:
    """The rows of those ids that were ever preferred."""
    found: dict[str, GoldenRow] = {}
    for some in chunks(sorted(set(golden_ids)), _CHUNK):
        for row in connection.execute(select(*_GOLDEN).where(merge_golden.c.golden_id.in_(some))):
            found[row.golden_id] = GoldenRow(*row)
    return found


def write_goldens(connection: Connection, rows: Sequence[GoldenRow]) -> None:
    """Insert or replace golden records."""
    names = [column.name for column in _GOLDEN]
    plain = [{name: getattr(row, name) for name in names} for row in sorted(rows, key=lambda row: row.golden_id)]
    upsert(connection, merge_golden, plain, keys=["golden_id"], update=names[1:])


def retire_keys(connection: Connection, key_ids: Iterable[str], at: datetime) -> None:
    """Note cache keys to destroy once this transaction has lasted: after a rollback they still open the old cache."""
    rows = [{"key_id": key_id, "at": at} for key_id in sorted(set(key_ids))]
    upsert(connection, merge_retired_key, rows, keys=["key_id"], update=[])


def retired_keys(connection: Connection, limit: int = 10_000) -> list[str]:
    """Cache keys that earlier transactions retired."""
    query = select(merge_retired_key.c.key_id).order_by(merge_retired_key.c.key_id).limit(limit)
    return list(connection.execute(query).scalars())


def forget_retired(connection: Connection, key_ids: Sequence[str]) -> None:
    """Those keys are destroyed."""
    for some in chunks(key_ids, _CHUNK):
        connection.execute(delete(merge_retired_key).where(merge_retired_key.c.key_id.in_(some)))


def publications(connection: Connection, record_ids: Iterable[str]) -> dict[str, int]:
    """When each id was published as preferred (its place in the log), for those that were."""
    found: dict[str, int] = {}
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        query = select(merge_publication.c.golden_id, merge_publication.c.sequence).where(
            merge_publication.c.golden_id.in_(some)
        )
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return found


def publish(connection: Connection, golden_ids: Sequence[str], at: datetime) -> None:
    """Append ids to the publication log, in the order given."""
    if golden_ids:
        connection.execute(insert(merge_publication), [{"golden_id": one, "at": at} for one in golden_ids])


def append_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Append to the feed, in the order given; the database numbers the entries."""
    if changes:
        connection.execute(
            insert(merge_change),
            [
                {
                    "golden_id": change.golden_id,
                    "kind": change.kind,
                    "version": change.version,
                    "at": change.at,
                    "attributes": list(change.attributes),
                    "ids": dict(change.ids),
                }
                for change in changes
            ],
        )


def append_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append to the history of merges and splits."""
    if rows:
        connection.execute(insert(merge_event), list(rows))


def events_of(connection: Connection, golden_ids: Iterable[str]) -> list[Mapping[str, Any]]:
    """Merges and splits of those golden records, oldest first."""
    found: list[Mapping[str, Any]] = []
    for some in chunks(sorted(set(golden_ids)), _CHUNK):
        query = select(merge_event).where(merge_event.c.golden_id.in_(some))
        found.extend(dict(row) for row in connection.execute(query).mappings())
    return sorted(found, key=lambda row: (row["at"], row["event_id"]))


def changes_of(connection: Connection, golden_id: str, limit: int = 200) -> list[Change]:
    """The newest entries of the feed about a golden record, oldest first."""
    table = merge_change.c
    query = (
        select(table.sequence, table.golden_id, table.kind, table.version, table.at, table.attributes, table.ids)
        .where(table.golden_id == golden_id)
        .order_by(table.sequence.desc())
        .limit(limit)
    )
    return [Change(*row) for row in connection.execute(query)][::-1]


def event_of(connection: Connection, event_id: str) -> Mapping[str, Any] | None:
    """One merge or split by its id, or None."""
    row = connection.execute(select(merge_event).where(merge_event.c.event_id == event_id)).mappings().one_or_none()
    return None if row is None else dict(row)


def changes_after(connection: Connection, sequence: int, limit: int) -> list[Change]:
    """The feed after an entry, oldest first."""
    table = merge_change.c
    query = (
        select(table.sequence, table.golden_id, table.kind, table.version, table.at, table.attributes, table.ids)
        .where(table.sequence > sequence)
        .order_by(table.sequence)
        .limit(limit)
    )
    return [Change(*row) for row in connection.execute(query)]
