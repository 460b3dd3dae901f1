"""Short reads on a connection that stays open: to take one from the pool and give it back costs more than they do."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from core.database import glance

Answer = TypeVar("Answer")


class Glances:
    """Questions that go past the query layer (``core.driver.fetch``), each a read of its own moment.

    One of them at a time has the connection that stays open; whoever finds it taken takes another from the pool, as
    does who finds it broken. It is closed when the engine is disposed of.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._open: Connection | None = None
        event.listen(engine, "engine_disposed", self._close)

    def ask(self, question: Callable[[Connection], Answer]) -> Answer:
        """What the question answers; it may be asked twice. Raises as ``core.database.glance``."""
        if self._guard.acquire(blocking=False):
            try:
                return question(self._standing())
            except DBAPIError:
                self._drop()
            finally:
                self._guard.release()
        with glance(self._engine) as connection:
            return question(connection)

    def _standing(self) -> Connection:
        if self._open is None:
            connection = self._engine.connect()
            if self._engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="AUTOCOMMIT")
            self._open = connection
        return self._open

    def _drop(self) -> None:
        if self._open is not None:
            connection, self._open = self._open, None
            connection.detach()
            connection.close()

    def _close(self, _: Engine) -> None:
        with self._guard:
            self._drop()
