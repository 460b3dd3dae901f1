"""The matching loader: opens landed records and maps them. One of the few modules that open sealed values.

What it gives goes to matching, survivorship and the rebuild check inside this process, never to a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, func, select

from connectors.protocol import loads
from core.attributes import attribute
from core.crypto import Keyring
from core.database import chunks
from core.records import SourceRecord
from sync import tables
from sync.mapping import StreamMapping, apply_mapping, subject_reference
from sync.mapping_store import MappingStore
from sync.record_keys import RAW


def says_who(record: SourceRecord) -> bool:
    """Whether a record tells of a customer at all; an order of nobody stays landed and makes no golden record."""
    return any(not attribute(value.attribute).item for value in record.values)


class Loader:
    """Landed records as matching sees them."""

    def __init__(self, keyring: Keyring, mappings: MappingStore) -> None:
        self._keyring = keyring
        self._mappings = mappings

    def load(self, connection: Connection, record_ids: Sequence[str]) -> tuple[list[SourceRecord], list[str]]:
        """Those of the records that can be matched, and the ids of those that can not (removed, erased, unmapped)."""
        rows: list[Row[Any]] = []
        for some in chunks(record_ids):
            rows.extend(connection.execute(select(tables.record).where(tables.record.c.record_id.in_(some))))
        found = {record.record_id: record for record in self._map(connection, rows)}
        gone = [record_id for record_id in record_ids if record_id not in found]
        return [found[record_id] for record_id in record_ids if record_id in found], gone

    def everything(self, connection: Connection) -> Iterator[SourceRecord]:
        """All live records, in the order of their ids: what a rebuild starts from."""
        query = select(tables.record).where(tables.record.c.removed_at.is_(None)).order_by(tables.record.c.record_id)
        rows = connection.execute(query).all()
        for some in chunks(rows):
            yield from self._map(connection, some)

    def streams(self, connection: Connection, name: str) -> list[str]:
        """The streams of a connection that brought records."""
        query = select(tables.record.c.stream).where(tables.record.c.connection == name).distinct()
        return sorted(connection.execute(query).scalars())

    def sample(self, connection: Connection, name: str, stream: str, size: int) -> dict[str, list[str]]:
        """Some values of each top-level field of a stream, for the suggestion of a mapping."""
        query = (
            select(tables.record)
            .where(tables.record.c.connection == name, tables.record.c.stream == stream)
            .order_by(tables.record.c.record_id)
            .limit(size)
        )
        samples: dict[str, list[str]] = {}
        for _, data in self._opened(connection.execute(query).all()):
            for field, value in data.items():
                texts = samples.setdefault(field, [])
                if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
                    texts.append(str(value))
        return samples

    def rows(self, connection: Connection, name: str, stream: str, size: int) -> list[tuple[str, Mapping[str, Any]]]:
        """Some landed records of a stream with their ids, in clear; they leave through ``sync/previewing.py`` alone."""
        table = tables.record
        query = select(table).where(table.c.connection == name, table.c.stream == stream, table.c.removed_at.is_(None))
        return list(self._opened(connection.execute(query.order_by(table.c.record_id).limit(size)).all()))

    def landed(self, connection: Connection, name: str, stream: str) -> int:
        """How many records of a stream are here, without those that the source no longer has."""
        table = tables.record
        query = select(func.count()).where(
            table.c.connection == name, table.c.stream == stream, table.c.removed_at.is_(None)
        )
        return connection.execute(query).scalar_one()

    def _opened(self, rows: Sequence[Row[Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        keys = self._keyring.record_keys([row.record_id for row in rows], create=False)
        for row in rows:
            if row.record_id in keys:
                yield row.record_id, loads(keys[row.record_id].open(RAW, row.sealed))["data"]

    def _map(self, connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[SourceRecord]:
        keys = self._keyring.record_keys([row.record_id for row in rows], create=False)
        mappings: dict[str, Mapping[str, StreamMapping]] = {}
        for row in rows:
            if row.connection not in mappings:
                mappings[row.connection] = self._mappings.all(connection, row.connection)
            mapping = mappings[row.connection].get(row.stream)
            key = keys.get(row.record_id)
            if row.removed_at is None and mapping is not None and key is not None:
                record = self._record(row, mapping, loads(key.open(RAW, row.sealed))["data"])
                if record.subject is not None or says_who(record):
                    yield record

    def _record(self, row: Row[Any], mapping: StreamMapping, data: Mapping[str, Any]) -> SourceRecord:
        mapped = apply_mapping(
            mapping,
            data,
            record_id=row.record_id,
            source=row.connection,
            stream=row.stream,
            seen_at=row.first_seen,
        )
        reference = subject_reference(mapping, data, row.connection)
        return mapped if reference is None else replace(mapped, subject=self._keyring.record_id(reference))
