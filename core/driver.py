"""Statements given to the database's driver itself, inside the transaction that the query layer keeps.

What the query layer does for a statement takes longer than the database needs for a small one. For texts that are made
once, with values of kinds that the drivers take and give themselves: texts, whole numbers, bytes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def fetch(connection: Connection, text: str, parameters: Any) -> list[Sequence[Any]]:
    """All rows that the statement gives."""
    found: list[Sequence[Any]] = _run(connection, text, parameters).fetchall()
    return found


def change(connection: Connection, text: str, parameters: Any) -> int:
    """How many rows the statement wrote."""
    if not connection.in_transaction():
        # The query layer begins by itself only where it is asked itself.
        connection.begin()
    written: int = _run(connection, text, parameters).rowcount
    return written


def change_each(connection: Connection, text: str, rows: Sequence[Sequence[Any]]) -> None:
    """The statement once for each of the rows of parameters."""
    if not connection.in_transaction():
        connection.begin()
    _run(connection, text, rows, many=True)


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """What the block did is undone where it fails, and nothing else of the transaction."""
    if not connection.in_transaction():
        connection.begin()
    _run(connection, "SAVEPOINT here", ())
    try:
        yield
    except BaseException:
        _run(connection, "ROLLBACK TO SAVEPOINT here", ())
        raise
    finally:
        _run(connection, "RELEASE SAVEPOINT here", ())


def _run(connection: Connection, text: str, parameters: Any, *, many: bool = False) -> Any:
    errors: Any = connection.dialect.loaded_dbapi.Error
    driver: Any = connection.connection.driver_connection
    # Whoever listens to an engine's statements hears of these too, as of those of the query layer.
    listeners = connection.engine.dispatch
    heard: bool = bool(listeners.before_cursor_execute) or bool(listeners.after_cursor_execute)
    if heard:
        listeners.before_cursor_execute(connection, None, text, parameters, None, many)
    try:
        done = driver.cursor().executemany(text, parameters) if many else driver.execute(text, parameters)
    except errors as error:
        # As the query layer would raise it, for the unit of work to put into our words; never the values.
        raise DBAPIError.instance(text, None, error, errors, hide_parameters=True, dialect=connection.dialect) from None
    if heard:
        listeners.after_cursor_execute(connection, None, text, parameters, None, many)
    return done
