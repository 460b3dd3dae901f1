"""Ends or stops this process at one statement or commit of its databases, from outside of the program's code."""

import os
import signal
import threading
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

OUTSIDE = "after the transaction"
INSIDE = "after a transaction of the key store, inside one of the data"


class Crash:
    """Counts the moments of every engine of this process (the data's and the key store's) and is struck at one of them.

    A moment is: before a statement, before a commit, after a transaction has ended. What lies after a statement and
    before the next one is the same moment to a database. ``at`` counts from 1; None only counts. ``strike`` is the
    signal: SIGKILL, or SIGSTOP for a process that is paused until it gets SIGCONT. A pause waits until no transaction
    is open in any thread: who stands still with a lock of SQLite in hand stops everybody, and nobody can take over.
    """

    def __init__(self, at: int | None = None, strike: signal.Signals = signal.SIGKILL) -> None:
        self.at = at
        self.strike = strike
        self.seen: list[str] = []
        # By connection: one that only glances stays out of the pool, and holds nobody up.
        self._open: set[int] = set()
        self._struck = False
        # Held from the end of a transaction to the strike, or another thread would begin one between the two.
        self._guard = threading.Lock()

    def arm(self) -> None:
        """From now on."""
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)
        event.listen(Engine, "begin", self._begun)
        event.listen(Pool, "checkin", self._ended)

    def disarm(self) -> None:
        """Until now."""
        event.remove(Engine, "before_cursor_execute", self._statement)
        event.remove(Engine, "commit", self._commit)
        event.remove(Engine, "begin", self._begun)
        event.remove(Pool, "checkin", self._ended)

    def _moment(self, what: str) -> None:
        self.seen.append(what)
        if self.at is None or self._struck or len(self.seen) < self.at:
            return
        if self.strike is signal.SIGKILL:
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == OUTSIDE:
            self._struck = True
            # To this thread, which is stopped before it goes on; one to the process may reach it by another, later.
            signal.pthread_kill(threading.get_ident(), self.strike)

    def _statement(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        del connection, cursor
        with self._guard:
            self._moment(" ".join(statement.split()[:3]))

    def _commit(self, connection: Any) -> None:
        del connection
        with self._guard:
            self._moment("before commit")

    def _begun(self, connection: Any) -> None:
        with self._guard:
            self._open.add(id(connection.connection.dbapi_connection))

    def _ended(self, connection: Any, record: Any) -> None:
        del record
        with self._guard:
            self._open.discard(id(connection))
            # The key store is also written inside a transaction of the data.
            self._moment(INSIDE if self._open else OUTSIDE)
