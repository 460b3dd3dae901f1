"""Many rows of the log at once, past the per-row work of the query layer: the sequencer's speed is this insert's."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Column, Connection, Table

from core.driver import change
from core.errors import Unavailable

# A power of two: rows go in as many statements as their number has bits, so that few texts are enough.
_ROWS_A_STATEMENT = 128


def insert_rows(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that hold a value for every column of the table in its order, as the database keeps them.

    PostgreSQL takes them as one COPY. No rows is no work. Raises Unavailable ``audit.unwritten`` where PostgreSQL does
    not take them; the transaction is lost then.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.quote
        columns = ", ".join(quote(column.name) for column in table.columns)
        _copy(connection, f"COPY {table.name} ({columns}) FROM STDIN", rows)
        return
    insert_some(connection, tuple(table.columns), rows)


def insert_some(connection: Connection, columns: tuple[Column[Any], ...], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that hold a value for each of those columns of one table, many in a statement.

    With a statement a row the driver of SQLite lets go of the interpreter for every one, and waits to have it back.
    """
    start = 0
    while start < len(rows):
        count = min(_ROWS_A_STATEMENT, 1 << ((len(rows) - start).bit_length() - 1))
        text = _insert(columns, count, connection.dialect.name)
        change(connection, text, tuple(chain.from_iterable(rows[start : start + count])))
        start += count


@lru_cache(maxsize=256)
def _insert(columns: tuple[Column[Any], ...], count: int, dialect: str) -> str:
    marks = ", ".join(["%s" if dialect == "postgresql" else "?"] * len(columns))
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join([f"({marks})"] * count)
    return f"INSERT INTO {columns[0].table.name} ({names}) VALUES {values}"  # noqa: S608 - names of our own tables


def _copy(connection: Connection, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        # The driver speaks here without the query layer, whose errors the unit of work would put into our words.
        raise Unavailable(
            "audit.unwritten",
            "PostgreSQL did not take a batch of the audit log; check that it runs and has space. Nothing is lost: the "
            "events wait for the next run.",
            kind=type(error).__name__,
        ) from None
