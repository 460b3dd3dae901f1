"""Many rows in few statements: for the paths where the work a row decides how fast a sync is.

The same SQL as ``core.database.upsert`` would send, written once for a table and sent with plain tuples. On SQLite the
rows of a statement are one VALUES list, so that the driver lets other threads run while the database works; on
PostgreSQL they are arrays, but for a few rows, as an array costs the driver as much as a dozen values. Values of rows
are given as the driver takes them (text, bytes, whole numbers); the shared values go through the column's own type.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Dialect, Table

from core.database import LOOKUP_CHUNK, chunks
from core.driver import change, change_each, fetch

# What SQLite allows a statement, and how many rows it is best given: the program of a statement of 4,096 rows, and the
# values bound to it, no longer fit the processor's cache and take nearly twice as long a row; after each statement, on
# the other hand, a writer waits for the interpreter's lock.
_PARAMETERS = 32_766
_ROWS = 1_024
_FEW = 32
# As VALUES on PostgreSQL: more rows are as quick as arrays.
_SINGLE = 4
Rows = TypeVar("Rows", Sequence[Sequence[Any]], range)


def upsert_many(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    shared: Mapping[str, Any],
    keys: Sequence[str],
    update: Sequence[str],
) -> int:
    """Insert rows, or update the named columns of those whose keys exist; returns how many rows were written.

    ``rows`` hold the values of ``columns``; the values of ``shared`` are the same in every row. With nothing to update
    a row whose key exists is left as it is and not counted.
    """
    common = tuple(_as_stored(connection, table, name, value) for name, value in shared.items())
    shape = (tuple(columns), tuple(shared), tuple(keys), tuple(update))
    written = 0
    if connection.dialect.name == "postgresql" and 0 < len(rows) <= _SINGLE:
        text = _postgresql_rows(table, *shape, len(rows))
        written = change(connection, text, tuple(chain.from_iterable((*common, *row) for row in rows)))
    elif connection.dialect.name == "postgresql":
        types = tuple(_type(connection, table, name) for name in columns)
        # The shared values stand before the arrays in the text, so they come first here too.
        for some in chunks(rows, LOOKUP_CHUNK):
            arrays = tuple(list(column) for column in zip(*some, strict=True))
            written += change(connection, _postgresql_upsert(table, types, *shape), (*common, *arrays))
    else:
        for some in _doubling(rows, (_PARAMETERS - len(common)) // len(columns)):
            flat = tuple(chain.from_iterable(some))
            written += change(connection, _sqlite_upsert(table, *shape, len(some)), common + flat)
    return written


def upsert_columns(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Sequence[Any]],
    *,
    shared: Mapping[str, Any],
    keys: Sequence[str],
    update: Sequence[str],
) -> int:
    """``upsert_many`` of rows that are given as columns, by their names: thousands of rows are laid out sooner so."""
    if connection.dialect.name == "postgresql":
        rows = list(zip(*columns.values(), strict=True))
        return upsert_many(connection, table, tuple(columns), rows, shared=shared, keys=keys, update=update)
    common = tuple(_as_stored(connection, table, name, value) for name, value in shared.items())
    shape = (tuple(columns), tuple(shared), tuple(keys), tuple(update))
    written = 0
    for part in _doubling(range(len(next(iter(columns.values())))), (_PARAMETERS - len(common)) // len(columns)):
        flat: list[Any] = [None] * (len(part) * len(columns))
        for place, column in enumerate(columns.values()):
            flat[place :: len(columns)] = column[part.start : part.stop]
        written += change(connection, _sqlite_upsert(table, *shape, len(part)), (*common, *flat))
    return written


def insert_many(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    shared: Mapping[str, Any],
) -> None:
    """Insert rows, in their order; as ``upsert_many`` where none of them can be there already."""
    upsert_many(connection, table, columns, rows, shared=shared, keys=(), update=())


def look_up(
    connection: Connection, table: Table, key: str, columns: Sequence[str], wanted: Sequence[str], *, also: str = ""
) -> list[Any]:
    """The rows whose ``key`` is one of ``wanted``: tuples of the key and ``columns``.

    ``also`` is a fixed condition in SQL, without a value in it, that the rows must fulfil as well.
    """
    if not wanted:
        return []
    selected = f"SELECT {', '.join((key, *columns))} FROM {table.name} WHERE {key} "  # noqa: S608 - our own names
    end = f" AND {also}" if also else ""
    return fetch(connection, *_among(connection, table, key, wanted, selected, end))


def set_many(connection: Connection, table: Table, key: str, wanted: Sequence[str], column: str, value: Any) -> None:
    """Set one column of the rows whose ``key`` is one of ``wanted`` to one value."""
    if not wanted:
        return
    marker = "%s" if connection.dialect.name == "postgresql" else "?"
    changed = f"UPDATE {table.name} SET {column} = {marker} WHERE {key} "  # noqa: S608 - our own names
    statement, parameters = _among(connection, table, key, wanted, changed, "")
    change(connection, statement, (_as_stored(connection, table, column, value), *parameters))


def update_many(
    connection: Connection, table: Table, key: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Set columns of rows by their key; ``rows`` hold the key and then the values of ``columns``."""
    names = (key, *columns)
    if connection.dialect.name == "postgresql" and len(rows) == 1:
        ((wanted, *values),) = rows
        change(connection, _postgresql_set(table, names), (*values, wanted))
    elif connection.dialect.name == "postgresql":
        types = tuple(_type(connection, table, name) for name in names)
        for some in chunks(rows, LOOKUP_CHUNK):
            arrays = tuple(list(column) for column in zip(*some, strict=True))
            change(connection, _postgresql_update(table, types, names), arrays)
    else:
        for some in _doubling(rows, _PARAMETERS // len(names)):
            change(connection, _sqlite_update(table, names, len(some)), tuple(chain.from_iterable(some)))


def delete_many(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Delete the rows that hold these values in ``columns``."""
    names = tuple(columns)
    if connection.dialect.name == "postgresql":
        types = tuple(_type(connection, table, name) for name in names)
        for some in chunks(rows, LOOKUP_CHUNK):
            arrays = tuple(list(column) for column in zip(*some, strict=True))
            change(connection, _postgresql_delete(table, types, names), arrays)
    elif rows:
        # One row at a time: SQLite reads a whole table for a list of several columns together.
        change_each(connection, _sqlite_delete(table, names), rows)


def _doubling(rows: Rows, most: int) -> Iterator[Rows]:
    """Slices whose lengths are powers of two, the longest first: few lengths, so few statements to prepare.

    Few rows are one slice: what one record writes must not be three statements.
    """
    start, length = 0, _ROWS
    while start < len(rows):
        if len(rows) - start <= min(most, _FEW):
            yield rows[start:]
            return
        while length > min(most, len(rows) - start):
            length //= 2
        yield rows[start : start + length]
        start += length


def _among(
    connection: Connection, table: Table, key: str, wanted: Sequence[str], start: str, end: str
) -> tuple[str, tuple[Any, ...]]:
    """A statement for the rows whose key is in a list, whatever its length, and its parameter."""
    parameter: Any
    if connection.dialect.name == "postgresql":
        listed, parameter = f"= ANY(%b::{_type(connection, table, key)}[])", list(wanted)
    else:
        listed, parameter = "IN (SELECT value FROM json_each(?))", orjson.dumps(list(wanted)).decode()
    return start + listed + end, (parameter,)


@lru_cache(maxsize=512)
def _sqlite_upsert(
    table: Table,
    columns: tuple[str, ...],
    shared: tuple[str, ...],
    keys: tuple[str, ...],
    update: tuple[str, ...],
    rows: int,
) -> str:
    # A value without a number is the next one; each number in the text is a name that the driver looks for in a list.
    row = ",".join([*(f"?{number + 1}" for number in range(len(shared))), *("?" for _ in columns)])
    lists = ",".join([f"({row})"] * rows)
    names = _listed((*shared, *columns))
    return f"INSERT INTO {table.name} ({names}) VALUES {lists} {_conflict(keys, update)}"  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _postgresql_upsert(
    table: Table,
    types: tuple[str, ...],
    columns: tuple[str, ...],
    shared: tuple[str, ...],
    keys: tuple[str, ...],
    update: tuple[str, ...],
) -> str:
    arrays = ", ".join(f"%b::{kind}[]" for kind in types)
    values = ", ".join([*("%s" for _ in shared), *(f'given."{name}"' for name in columns)])
    return (
        f"INSERT INTO {table.name} ({_listed((*shared, *columns))}) SELECT {values} "  # noqa: S608 - our own names
        f"FROM unnest({arrays}) AS given({_listed(columns)}) {_conflict(keys, update)}"
    )


@lru_cache(maxsize=128)
def _postgresql_rows(
    table: Table,
    columns: tuple[str, ...],
    shared: tuple[str, ...],
    keys: tuple[str, ...],
    update: tuple[str, ...],
    rows: int,
) -> str:
    names = (*shared, *columns)
    lists = ", ".join([f"({', '.join(['%s'] * len(names))})"] * rows)
    return f"INSERT INTO {table.name} ({_listed(names)}) VALUES {lists} {_conflict(keys, update)}"  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _postgresql_set(table: Table, names: tuple[str, ...]) -> str:
    settings = ", ".join(f"{name} = %s" for name in names[1:])
    return f"UPDATE {table.name} SET {settings} WHERE {names[0]} = %s"  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _sqlite_update(table: Table, names: tuple[str, ...], rows: int) -> str:
    values = ",".join(f"({','.join('?' * len(names))})" for _ in range(rows))
    # A VALUES list calls its columns column1, column2 ...: https://www.sqlite.org/lang_select.html
    settings = ", ".join(f"{name} = given.column{place}" for place, name in enumerate(names[1:], 2))
    return (
        f"UPDATE {table.name} SET {settings} FROM (VALUES {values}) AS given "  # noqa: S608 - our own names
        f"WHERE {table.name}.{names[0]} = given.column1"
    )


@lru_cache(maxsize=64)
def _postgresql_update(table: Table, types: tuple[str, ...], names: tuple[str, ...]) -> str:
    settings = ", ".join(f"{name} = given.{name}" for name in names[1:])
    return (
        f"UPDATE {table.name} SET {settings} {_given(types, names, 'FROM')} "  # noqa: S608 - our own names
        f"WHERE {table.name}.{names[0]} = given.{names[0]}"
    )


@lru_cache(maxsize=64)
def _sqlite_delete(table: Table, names: tuple[str, ...]) -> str:
    return f"DELETE FROM {table.name} WHERE {' AND '.join(f'{name} = ?' for name in names)}"  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _postgresql_delete(table: Table, types: tuple[str, ...], names: tuple[str, ...]) -> str:
    equal = " AND ".join(f"{table.name}.{name} = given.{name}" for name in names)
    return f"DELETE FROM {table.name} {_given(types, names, 'USING')} WHERE {equal}"  # noqa: S608 - our own names


def _given(types: Sequence[str], names: Sequence[str], word: str) -> str:
    arrays = ", ".join(f"%b::{kind}[]" for kind in types)
    return f"{word} unnest({arrays}) AS given({', '.join(names)})"


def _conflict(keys: Sequence[str], update: Sequence[str]) -> str:
    if not keys:
        return ""
    settings = ", ".join(f'"{name}" = excluded."{name}"' for name in update)
    return f"ON CONFLICT ({_listed(keys)}) DO {f'UPDATE SET {settings}' if update else 'NOTHING'}"


def _listed(names: Sequence[str]) -> str:
    """Quoted, as some of our names are words of SQL."""
    return ", ".join(f'"{name}"' for name in names)


def _as_stored(connection: Connection, table: Table, column: str, value: Any) -> Any:
    process = _to_store(table, column, connection.dialect)
    return value if process is None else process(value)


@lru_cache(maxsize=512)
def _to_store(table: Table, column: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    return table.c[column].type.dialect_impl(dialect).bind_processor(dialect)


def _type(connection: Connection, table: Table, column: str) -> str:
    return _compiled_type(table, column, connection.dialect)


@lru_cache(maxsize=512)
def _compiled_type(table: Table, column: str, dialect: Dialect) -> str:
    return table.c[column].type.compile(dialect)
