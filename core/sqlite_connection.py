"""Connections to SQLite: how each is set up, and how a writer comes by the database's lock."""

import sqlite3
import time
from contextlib import nullcontext, suppress
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from core.database_errors import held_by_another
from core.line import next_in_line

BUSY_TIMEOUT_MS = 30_000
_LOOK_AGAIN_MS = 5


def file_of(engine: Engine) -> str | None:
    """The file of an SQLite database, None for one in memory."""
    name = engine.url.database
    return name if name and name != ":memory:" else None


def prepare(connection: Any, record: object) -> None:
    """Set a new connection up as the house needs it; the driver calls it."""
    del record
    # The driver would open transactions late and not around DDL; we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        # Of a new file. Landed records fill a page of 4,096 bytes badly, and each page is written in two calls; 16,384
        # cost single records and batches of them more than they gain a landing.
        "page_size=8192",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        # What one transaction of a landing or of a hundred records resolved changes fits: its pages are written once.
        "cache_size=-32000",
        "secure_delete=ON",
        # More than is left between two checkpoints beside: everybody waits for one in a commit.
        "wal_autocheckpoint=16000",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin(connection: Connection) -> None:
    """Begin a transaction: one that writes (``ingot_writing``) has the database's lock then.

    With ``ingot_at_once`` nobody is waited for: it is ``database.locked`` where another writes or is next.
    """
    if not connection.get_execution_options().get("ingot_writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    # A reader that later writes could be refused half-way; writers take the lock at once. SQLite alone would look for
    # it ever more rarely, up to every 100 ms, and find a sync of another process at work each time.
    at_once = connection.get_execution_options().get("ingot_at_once", False)
    file = file_of(connection.engine)
    with nullcontext(True) if file is None else next_in_line(file, at_once=at_once) as first:
        if at_once and not first:
            raise held_by_another()
        _take_lock(connection, at_once=at_once)


def _take_lock(connection: Connection, *, at_once: bool) -> None:
    cursor = connection.connection.cursor()
    (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + (0 if at_once else patience / 1000)
    cursor.execute(f"PRAGMA busy_timeout={0 if at_once else _LOOK_AGAIN_MS}")
    try:
        # The way that nearly always leads there, past what the query layer does for a statement.
        with suppress(sqlite3.OperationalError):
            cursor.execute("BEGIN IMMEDIATE")
            return
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                break
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > until:
                    raise
    finally:
        cursor.execute(f"PRAGMA busy_timeout={patience}")
        cursor.close()
