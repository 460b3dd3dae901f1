"""Many rows of the log at once, past the per-row work of the query layer: the sequencer's speed is this insert's."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table

from core.errors import Unavailable


def insert_rows(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that hold a value for every column of the table in its order, as the database keeps them.

    PostgreSQL takes them as one COPY, SQLite as one prepared statement. No rows is no work. Raises Unavailable
    ``audit.unwritten`` where PostgreSQL does not take them; the transaction is lost then.
    """
    if not rows:
        return
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table.name} ({columns}) FROM STDIN", rows)
        return
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


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
