"""The key store: one data key a source record, in a database of its own (``keys.db``), wrapped or in a sealed page.

It is apart from the data so that an old backup of the data and today's key store cannot read an erased person, and
so that its own backup keeps the newest state only. A destroyed key leaves a tombstone that every restore replays.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    inspect,
    select,
    update,
)

from core.bulk import insert_many, look_up, upsert_columns
from core.database import Utc, chunks, forget, reading, tidy, tidy_soon, unit_of_work, upsert
from core.glances import Glances
from core.key_pages import Place, by_page
from core.lookups import Lookup
from core.unchanged import Look, look

key_metadata = MetaData()

data_key = Table(
    "data_key",
    key_metadata,
    Column("record_id", String(80), primary_key=True, comment="our id of the record the key belongs to"),
    Column(
        "wrapped", LargeBinary, nullable=False, comment="AES-256 data key under the key-encryption key, or its place"
    ),
    Column("wrapping", Integer, nullable=False, comment="version of the key-encryption key; 0: the key is in a page"),
    # Rows are hardly longer than their ids, which are random: a second tree with the ids would cost as much again.
    sqlite_with_rowid=False,
)
key_page = Table(
    "key_page",
    key_metadata,
    Column("page", BigInteger, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False, comment="data keys of some records, sealed together"),
    Column("wrapping", Integer, nullable=False, comment="version of the key-encryption key"),
)
tombstone = Table(
    "tombstone",
    key_metadata,
    Column("record_id", String(80), primary_key=True),
    Column("destroyed_at", Utc, nullable=False),
    Column("reason", String(200), nullable=False),
)

IN_PAGE = 0
"""The wrapping of a key that stands in a page."""
# Number, sealed keys and wrapping of a page and the slots to empty; gives both anew, or None when no key is left.
Without = Callable[[int, bytes, int, Collection[int]], tuple[bytes, int] | None]
_PAGES = Lookup(
    select(key_page.c.page, key_page.c.sealed, key_page.c.wrapping).where(
        key_page.c.page.in_(bindparam("ids", expanding=True))
    )
)
_DESTROYED = Lookup(
    delete(data_key)
    .where(data_key.c.record_id.in_(bindparam("ids", expanding=True)))
    .returning(data_key.c.wrapped, data_key.c.wrapping)
)
_PRESENT = Lookup(select(data_key.c.record_id).where(data_key.c.record_id.in_(bindparam("ids", expanding=True))))


class KeyStore:
    """Rows of wrapped data keys. Takes and gives wrapped bytes; it never sees a key in clear."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._glances = Glances(engine)

    def prepare(self) -> None:
        """Make the tables where they are missing; who only opens the store waits for nobody's writing."""
        with reading(self._engine) as connection:
            missing = key_metadata.tables.keys() - inspect(connection).get_table_names()
        if missing:
            with unit_of_work(self._engine) as connection:
                key_metadata.create_all(connection)

    def tidy(self) -> None:
        """Move what was written ``tidied`` out of the log."""
        tidy(self._engine)

    def tidy_soon(self) -> None:
        """``tidy``, beside whatever comes next."""
        tidy_soon(self._engine)

    def wrapped(self, record_ids: Sequence[str]) -> dict[str, tuple[bytes, int]]:
        """Wrapped keys and wrapping versions of those records that have one; of one in a page place and ``IN_PAGE``."""
        if not record_ids:
            return {}
        columns = ("wrapped", "wrapping")
        rows = self._glances.ask(lambda connection: look_up(connection, data_key, "record_id", columns, record_ids))
        return {record_id: (wrapped, wrapping) for record_id, wrapped, wrapping in rows}

    def pages(self, numbers: Iterable[int]) -> dict[int, tuple[bytes, int]]:
        """Those of the pages that are there, sealed, with their wrapping versions."""
        wanted = set(numbers)
        rows = self._glances.ask(lambda connection: _PAGES.rows(connection, wanted))
        return {number: (bytes(sealed), wrapping) for number, sealed, wrapping in rows}

    def look(self) -> Look | None:
        """Equal at two times only where no key came or went between them; None where the database does not tell."""
        return self._glances.ask(look)

    def present(self, record_ids: Sequence[str]) -> set[str]:
        """Those of the records that have a key."""
        if not record_ids:
            return set()
        return {row[0] for row in self._glances.ask(lambda connection: _PRESENT.rows(connection, record_ids))}

    def add(
        self,
        keys: Mapping[str, bytes],
        wrapping: int,
        pages: Mapping[int, bytes] | None = None,
        pages_wrapping: int = 0,
        *,
        tidied: bool = False,
    ) -> set[str]:
        """Store new keys, durable when this returns; a key that exists is left as it is. Returns whose those are.

        ``wrapping`` is of all keys, ``pages_wrapping`` of all ``pages`` in which they stand. A record whose key was
        destroyed gets a new key when it is stored again: that is a decision of the caller.
        """
        return self.begun(keys, wrapping, pages, pages_wrapping, tidied=tidied)()

    def begun(
        self,
        keys: Mapping[str, bytes],
        wrapping: int,
        pages: Mapping[int, bytes] | None = None,
        pages_wrapping: int = 0,
        *,
        tidied: bool = False,
    ) -> Callable[[], set[str]]:
        """``add`` in two parts: what is given back, which any thread must call, waits for the disk."""
        ids = sorted(keys)
        with ExitStack() as writing:
            connection = writing.enter_context(unit_of_work(self._engine, tidied=tidied))
            insert_many(
                connection,
                key_page,
                ("page", "sealed"),
                list((pages or {}).items()),
                shared={"wrapping": pages_wrapping},
            )
            added = upsert_columns(
                connection,
                data_key,
                {"record_id": ids, "wrapped": [keys[one] for one in ids]},
                shared={"wrapping": wrapping},
                keys=("record_id",),
                update=(),
            )
            committing = writing.pop_all()

        def finish() -> set[str]:
            committing.close()
            if added == len(ids):
                return set()
            return {one for one, stored in self.wrapped(list(keys)).items() if stored != (keys[one], wrapping)}

        return finish

    def destroy(self, record_ids: Sequence[str], *, reason: str, at: datetime, remember: bool, without: Without) -> int:
        """Delete keys for ever; with ``remember`` each leaves a tombstone. Returns how many there were.

        The keys beside one in its page stay: the page is held for it, so that who destroys another one of them at the
        same time waits, and written anew.
        """
        count = 0
        places: list[Place] = []
        with unit_of_work(self._engine) as connection:
            for some in chunks(record_ids):
                rows = _DESTROYED.rows(connection, some)
                count += len(rows)
                places += [Place.from_bytes(wrapped) for wrapped, wrapping in rows if wrapping == IN_PAGE]
            _empty(connection, places, without)
            if remember:
                tombs = [{"record_id": one, "destroyed_at": at, "reason": reason} for one in sorted(set(record_ids))]
                upsert(connection, tombstone, tombs, keys=["record_id"], update=[])
        if remember:
            forget(self._engine)
        return count

    def destroyed(self, record_ids: Sequence[str]) -> set[str]:
        """Those of the records whose key was destroyed."""
        found: set[str] = set()
        with reading(self._engine) as connection:
            for some in chunks(record_ids):
                query = select(tombstone.c.record_id).where(tombstone.c.record_id.in_(some))
                found.update(connection.execute(query).scalars())
        return found


def _empty(connection: Connection, places: Sequence[Place], without: Without) -> None:
    table = key_page
    # In one order, or two who destroy keys of the same pages would wait for each other.
    for number, slots in by_page(places).items():
        held = select(table.c.sealed, table.c.wrapping).where(table.c.page == number).with_for_update()
        row = connection.execute(held).one()
        left = without(number, bytes(row.sealed), row.wrapping, slots)
        if left is None:
            connection.execute(delete(table).where(table.c.page == number))
        else:
            sealed, wrapping = left
            connection.execute(update(table).where(table.c.page == number).values(sealed=sealed, wrapping=wrapping))
