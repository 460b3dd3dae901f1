"""The key store: one wrapped data key a source record, in a database of its own (``keys.db``).

It is apart from the data so that an old backup of the data and today's key store cannot read an erased person, and
so that its own backup keeps the newest state only. A destroyed key leaves a tombstone that every restore replays.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, String, Table, bindparam, delete, select

from core.bulk import look_up, upsert_many
from core.database import Utc, chunks, glance, reading, unit_of_work, upsert
from core.lookups import Lookup

key_metadata = MetaData()

data_key = Table(
    "data_key",
    key_metadata,
    Column("record_id", String(80), primary_key=True, comment="our id of the record the key belongs to"),
    Column("wrapped", LargeBinary, nullable=False, comment="AES-256 data key under the key-encryption key"),
    Column("wrapping", Integer, nullable=False, comment="version of the key-encryption key"),
)
tombstone = Table(
    "tombstone",
    key_metadata,
    Column("record_id", String(80), primary_key=True),
    Column("destroyed_at", Utc, nullable=False),
    Column("reason", String(200), nullable=False),
)

_PRESENT = Lookup(select(data_key.c.record_id).where(data_key.c.record_id.in_(bindparam("ids", expanding=True))))


class KeyStore:
    """Rows of wrapped data keys. Takes and gives wrapped bytes; it never sees a key in clear."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def prepare(self) -> None:
        """Make the two tables where they are missing."""
        with unit_of_work(self._engine) as connection:
            key_metadata.create_all(connection)

    def wrapped(self, record_ids: Sequence[str]) -> dict[str, tuple[bytes, int]]:
        """Wrapped keys and wrapping versions of those records that have one."""
        if not record_ids:
            return {}
        with glance(self._engine) as connection:
            rows = look_up(connection, data_key, "record_id", ("wrapped", "wrapping"), record_ids)
        return {record_id: (wrapped, wrapping) for record_id, wrapped, wrapping in rows}

    def present(self, record_ids: Sequence[str]) -> set[str]:
        """Those of the records that have a key."""
        if not record_ids:
            return set()
        with glance(self._engine) as connection:
            return {row[0] for row in _PRESENT.rows(connection, record_ids)}

    def add(self, keys: Mapping[str, tuple[bytes, int]]) -> set[str]:
        """Store new keys, durable when this returns; a key that exists is left as it is. Returns whose those are.

        A record whose key was destroyed gets a new key when it is stored again: that is a decision of the caller.
        """
        rows = [(record_id, wrapped, wrapping) for record_id, (wrapped, wrapping) in sorted(keys.items())]
        with unit_of_work(self._engine) as connection:
            added = upsert_many(
                connection,
                data_key,
                ("record_id", "wrapped", "wrapping"),
                rows,
                shared={},
                keys=("record_id",),
                update=(),
            )
        if added == len(rows):
            return set()
        return {one for one, stored in self.wrapped(list(keys)).items() if stored != keys[one]}

    def destroy(self, record_ids: Sequence[str], *, reason: str, at: datetime, remember: bool) -> int:
        """Delete keys for ever; with ``remember`` each leaves a tombstone. Returns how many there were."""
        count = 0
        with unit_of_work(self._engine) as connection:
            for some in chunks(record_ids):
                gone = connection.execute(delete(data_key).where(data_key.c.record_id.in_(some)))
                count += gone.rowcount
            if remember:
                rows = [{"record_id": one, "destroyed_at": at, "reason": reason} for one in sorted(set(record_ids))]
                upsert(connection, tombstone, rows, keys=["record_id"], update=[])
        return count

    def destroyed(self, record_ids: Sequence[str]) -> set[str]:
        """Those of the records whose key was destroyed."""
        found: set[str] = set()
        with reading(self._engine) as connection:
            for some in chunks(record_ids):
                query = select(tombstone.c.record_id).where(tombstone.c.record_id.in_(some))
                found.update(connection.execute(query).scalars())
        return found
