"""The database: one engine a process, one commit in the whole program.

SQLite (WAL, synchronous FULL) is the embedded default, PostgreSQL through psycopg the larger one. Everything else
takes a ``Connection`` and never commits: a change and its audit event share the transaction of ``unit_of_work``.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core import checkpoints, sqlite_connection
from core.database_errors import all_in_use, held_by_another, own_error
from core.errors import Invalid
from core.line import anybody_next
from core.sqlite_connection import begin, file_of, prepare
from core.turns import Turns

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite allows 32,766 parameters a statement; look-ups by lists stay far below it.
LOOKUP_CHUNK = 5_000
_FORGET_MS = 500
# Statements that SQLite's driver keeps ready a connection: for few rows there is one for each number of rows.
_STATEMENTS = 512

# An identity that both databases number themselves (SQLite only does so for INTEGER).
Serial = BigInteger().with_variant(Integer(), "sqlite")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(value: datetime) -> int:
    """A time with zone as it is kept: milliseconds since 1970."""
    since = value - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


@lru_cache(maxsize=4096)  # one delivery has one time, and a step reads it by the thousand
def moment(stored: int) -> datetime:
    """The time that is kept as that number, in UTC with zone."""
    return _EPOCH + timedelta(milliseconds=stored)


def json_text(value: Any) -> str:
    """Clear facts as they are kept: canonical JSON."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


class Utc(TypeDecorator[datetime]):
    """A time in UTC with zone, kept as milliseconds since 1970 on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To milliseconds; a time without zone is refused (code ``database.naive_time``)."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise Invalid("database.naive_time", "A time without a zone cannot be stored; give it in UTC.")
        return milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Back to an aware time."""
        del dialect
        return None if value is None else moment(value)


class JsonText(TypeDecorator[Any]):
    """Clear, non-personal facts as canonical JSON text (keys sorted), the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To JSON with sorted keys."""
        del dialect
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Back to Python values."""
        del dialect
        return None if value is None else orjson.loads(value)


def make_engine(url: str) -> Engine:
    """An engine for an SQLite or PostgreSQL URL, set up as the house needs it.

    Raises Invalid ``database.url`` for any other database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            hide_parameters=True,
            # The connection used last has the pages and statements of the next reader in its memory.
            pool_use_lifo=True,
            connect_args={
                "timeout": sqlite_connection.BUSY_TIMEOUT_MS / 1000,
                "check_same_thread": False,
                "cached_statements": _STATEMENTS,
            },
        )
        event.listen(engine, "connect", prepare)
        event.listen(engine, "begin", begin)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True, pool_size=10
        )
    raise Invalid(
        "database.url",
        f"Ingot does not run on '{parsed.get_backend_name()}'; use an sqlite:/// or postgresql:// URL in ingot.yaml.",
    )


_writers: dict[str, Turns] = {}
_writer_of: WeakKeyDictionary[Engine, Turns] = WeakKeyDictionary()
_writers_guard = threading.Lock()


def _writer_lock(engine: Engine) -> Turns:
    """One writer a process and database on SQLite, so that writers queue fairly instead of polling the file lock."""
    with _writers_guard:
        # Two engines can be of one database; to write its URL out takes longer than to begin a transaction.
        known = _writer_of.get(engine)
        if known is None:
            known = _writer_of[engine] = _writers.setdefault(str(engine.url), Turns())
        return known


@contextmanager
def unit_of_work(
    engine: Engine, *, tidied: bool = False, standing: Connection | None = None, at_once: bool = False
) -> Iterator[Connection]:
    """One transaction for a change and all that belongs to it. The only commit of the program.

    ``tidied`` says that the caller itself moves what it writes out of the log, with ``tidy``. ``standing`` is a
    connection that the caller keeps for itself, in place of one from the pool. With ``at_once`` nobody is waited for:
    where another writes to SQLite it is ``database.locked``; and another thread may leave the block than entered it.

    Raises our own errors for what the database refuses: ``database.full``, ``database.locked``,
    ``database.unavailable``, ``database.damaged``.
    """
    if engine.dialect.name == "sqlite":
        with (
            _turn(engine, at_once=at_once),
            _transaction(engine, standing, ingot_writing=True, ingot_at_once=at_once) as connection,
        ):
            driver: Any = connection.connection.driver_connection
            before = driver.total_changes
            yield connection
            rows = driver.total_changes - before
        if engine.url.database and not tidied:
            checkpoints.wrote(engine.url.database, rows)
    else:
        with _transaction(engine, standing) as connection:
            yield connection


@contextmanager
def _turn(engine: Engine, *, at_once: bool) -> Iterator[None]:
    turns = _writer_lock(engine)
    if not at_once:
        with turns:
            yield
        return
    with turns.at_once() as free:
        if not free:
            raise held_by_another()
        yield


def others_wait(engine: Engine) -> bool:
    """Whether another thread or process waits to write; on PostgreSQL nobody waits for the database as a whole."""
    if engine.dialect.name != "sqlite":
        return False
    file = file_of(engine)
    return _writer_lock(engine).wanted() or (file is not None and anybody_next(file))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reads: one consistent view, nothing is written."""
    # READ COMMITTED would show each statement another moment.
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with _transaction(engine, None, **options) as connection:
        yield connection


@contextmanager
def glance(engine: Engine) -> Iterator[Connection]:
    """A connection for statements that read and need no common view: no transaction is begun for them."""
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection
    except DBAPIError as error:
        raise own_error(error) from None
    except PoolTimeout:
        raise all_in_use() from None


def tidy(engine: Engine) -> None:
    """Move what SQLite's write-ahead log holds into the database file; nothing to do elsewhere.

    Done from time to time beside the requests (PASSIVE waits for nobody), or a commit would do it all at once:
    https://www.sqlite.org/wal.html#ckpt.
    """
    _checkpoint(engine, "PASSIVE")


def tidy_soon(engine: Engine) -> None:
    """``tidy`` by a thread beside; does not wait for it."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        checkpoints.owed(engine.url.database)


def forget(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, in which what was deleted or written anew still stands; nothing to do elsewhere.

    Where a reader needs the log for longer than a moment it is left for the next time.
    """
    _checkpoint(engine, "TRUNCATE", _FORGET_MS)


def _checkpoint(engine: Engine, how: str, patience_ms: int = sqlite_connection.BUSY_TIMEOUT_MS) -> None:
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    cursor = raw.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={patience_ms}")
        cursor.execute(f"PRAGMA wal_checkpoint({how})").fetchall()
    except sqlite3.Error:
        # What is left is done the next time, or by a commit that finds the log too long.
        return
    finally:
        cursor.execute(f"PRAGMA busy_timeout={sqlite_connection.BUSY_TIMEOUT_MS}")
        cursor.close()
        raw.close()


@contextmanager
def _transaction(engine: Engine, standing: Connection | None, **options: Any) -> Iterator[Connection]:
    try:
        with engine.connect() if standing is None else nullcontext(standing) as connection:
            if options:
                connection.execution_options(**options)
            with connection.begin():
                yield connection
    except DBAPIError as error:
        raise own_error(error) from None
    except PoolTimeout:
        raise all_in_use() from None


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    update: Sequence[str],
) -> None:
    """Insert rows, or update the named columns of those whose keys exist. No rows is no work."""
    if rows:
        connection.execute(_upserting(connection.dialect.name, table, tuple(keys), tuple(update)), list(rows))


@lru_cache(maxsize=128)
def _upserting(dialect: str, table: Table, keys: Sequence[str], update: Sequence[str]) -> Any:
    return _or_update(_dialect(dialect).insert(table), keys, update)


def upsert_from(
    connection: Connection, table: Table, found: Select[Any], *, keys: Sequence[str], update: Sequence[str]
) -> None:
    """``upsert`` of what a query finds, whose columns are those of the table in their order; it must have a WHERE."""
    inserting = _dialect(connection.dialect.name).insert(table).from_select(table.columns.keys(), found)
    connection.execute(_or_update(inserting, keys, update))


def _dialect(name: str) -> Any:
    return postgresql if name == "postgresql" else sqlite


def _or_update(inserting: Any, keys: Sequence[str], update: Sequence[str]) -> Any:
    if not update:
        return inserting.on_conflict_do_nothing(index_elements=list(keys))
    changed = {name: inserting.excluded[name] for name in update}
    return inserting.on_conflict_do_update(index_elements=list(keys), set_=changed)


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as a plain dict: the database layer's own kind of names is no kind of text for JSON."""
    return {str(name): value for name, value in row.items()}


def chunks(items: Sequence[Any], size: int = LOOKUP_CHUNK) -> Iterator[Sequence[Any]]:
    """Slices of at most ``size``, for look-ups by lists."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
