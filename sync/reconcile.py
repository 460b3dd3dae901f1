"""Resolve what was landed: waiting records go to the merge engine in batches, each batch one transaction.

A record that cannot be mapped or matched must not stop the others: when a batch breaks, its records are taken one by
one, and the one that breaks goes to quarantine.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import Connection, delete, select

from core.database import chunks, reading, unit_of_work
from core.records import SourceRecord
from core.switching import quick_turns
from sync import tables
from sync.foundation import Foundation
from sync.loader import Loader
from sync.pace import Pace
from sync.queue import Job
from sync.set_aside import with_the_rest
from sync.waiting import has_batches, unfold, waiting


class Resolves(Protocol):
    """What the merge engine offers: records in, golden records out, in the caller's transaction."""

    def apply(self, connection: Connection, changed: Sequence[SourceRecord], removed: Sequence[str]) -> object:
        """Take changed and removed records in and bring every golden record they touch up to date."""

    def sweep(self, connection: Connection) -> int:
        """Destroy the keys of caches that were replaced; returns how many."""


class Reconciler:
    """Empties the list of waiting records."""

    def __init__(self, foundation: Foundation, loader: Loader, resolver: Resolves) -> None:
        self._foundation = foundation
        self._loader = loader
        self._resolver = resolver
        self._pace = Pace(foundation.engine)

    def waiting(self) -> int:
        """How many landed records are not resolved yet."""
        with reading(self._foundation.engine) as connection:
            return waiting(connection)

    def run(self, claimed: Job | None = None, progress: Callable[[int], None] = lambda _: None) -> int:
        """Resolve until nothing waits; returns how many records were taken in."""
        total = 0
        self._unfold_all()
        with quick_turns():
            while ids := self._next():
                with_the_rest(self._foundation, ids, lambda some: self._step(some, claimed), "resolve")
                total += len(ids)
                progress(total)
                self._pace.give_way()
        if total:
            with unit_of_work(self._foundation.engine) as connection:
                self._resolver.sweep(connection)
        return total

    def _next(self) -> list[str]:
        return self._listed() or (self._listed() if self._unfold_all() else [])

    def _listed(self) -> list[str]:
        with reading(self._foundation.engine) as connection:
            query = select(tables.pending.c.record_id).order_by(tables.pending.c.record_id)
            return list(connection.execute(query.limit(self._pace.records)).scalars())

    def _unfold_all(self) -> bool:
        """Whether there was anything to unfold. All of it first: what waits in two places is to be resolved once."""
        with reading(self._foundation.engine) as connection:
            found = more = has_batches(connection)
        while more:
            with unit_of_work(self._foundation.engine) as connection:
                more = unfold(connection)
        return found

    def _step(self, ids: Sequence[str], claimed: Job | None) -> None:
        with unit_of_work(self._foundation.engine) as connection, self._pace.step(len(ids)):
            if claimed is not None:
                self._foundation.queue.hold(connection, claimed)
            table = tables.pending
            held = select(table.c.record_id).where(table.c.record_id.in_(ids)).order_by(table.c.record_id)
            mine = list(connection.execute(held.with_for_update(skip_locked=True)).scalars())
            records, gone = self._loader.load(connection, mine)
            self._resolver.apply(connection, records, gone)
            for some in chunks(mine):
                connection.execute(delete(table).where(table.c.record_id.in_(some)))
