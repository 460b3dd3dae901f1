"""Resolve what was landed: waiting records go to the merge engine in batches, each batch one transaction."""

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import Connection, Engine, delete, func, select

from core.database import chunks, reading, unit_of_work
from core.records import SourceRecord
from sync import tables
from sync.loader import Loader
from sync.queue import Job, Queue

BATCH = 500


class Resolves(Protocol):
    """What the merge engine offers: records in, golden records out, in the caller's transaction."""

    def apply(self, connection: Connection, changed: Sequence[SourceRecord], removed: Sequence[str]) -> object:
        """Take changed and removed records in and bring every golden record they touch up to date."""


class Reconciler:
    """Empties the list of waiting records."""

    def __init__(self, engine: Engine, loader: Loader, resolver: Resolves, queue: Queue) -> None:
        self._engine = engine
        self._loader = loader
        self._resolver = resolver
        self._queue = queue

    def waiting(self) -> int:
        """How many landed records are not resolved yet."""
        with reading(self._engine) as connection:
            return connection.execute(select(func.count()).select_from(tables.pending)).scalar_one()

    def run(self, claimed: Job | None = None, progress: Callable[[int], None] = lambda _: None) -> int:
        """Resolve until nothing waits; returns how many records were taken in."""
        total = 0
        while True:
            count = self._step(claimed)
            if count == 0:
                return total
            total += count
            progress(total)

    def _step(self, claimed: Job | None) -> int:
        with unit_of_work(self._engine) as connection:
            if claimed is not None:
                self._queue.hold(connection, claimed)
            query = select(tables.pending.c.record_id).order_by(tables.pending.c.record_id).limit(BATCH)
            ids = list(connection.execute(query.with_for_update(skip_locked=True)).scalars())
            if not ids:
                return 0
            records, gone = self._loader.load(connection, ids)
            self._resolver.apply(connection, records, gone)
            for some in chunks(ids):
                connection.execute(delete(tables.pending).where(tables.pending.c.record_id.in_(some)))
            return len(ids)
