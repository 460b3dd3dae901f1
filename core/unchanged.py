"""Whether a database still holds what it held at an earlier look: told without asking for any of it again."""

from typing import Any

from sqlalchemy import Connection

Look = tuple[object, int, int]
_INFO = "ingot_unchanged"


def look(connection: Connection) -> Look | None:
    """What is equal at two looks only where nothing was committed between them but by the one who compares.

    On SQLite, https://www.sqlite.org/pragma.html#pragma_data_version tells of the commits of every other connection, of
    this process or another; rows that this one wrote, for whomever, are counted by itself, also where they were undone.
    Looks by two connections are never equal. None on PostgreSQL, which does not tell.
    """
    if connection.dialect.name != "sqlite":
        return None
    driver: Any = connection.connection.driver_connection
    # Kept with the connection to the database for as long as that is open, whoever borrows it.
    this = connection.info.setdefault(_INFO, object())
    return this, int(driver.execute("PRAGMA data_version").fetchone()[0]), int(driver.total_changes)


def own_rows_written(connection: Connection, before: Look) -> Look:
    """What the look is at the end of a transaction that began with it and that nobody else could write beside."""
    driver: Any = connection.connection.driver_connection
    return before[0], before[1], int(driver.total_changes)
