"""The list of what waits: batches in one row, unfolded oldest first; nothing that changes meanwhile is forgotten."""

import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from sqlalchemy import Connection, Engine, delete, select

from core.clock import Clock
from core.database import reading, unit_of_work
from core.records import SourceRecord
from sync import tables
from sync.foundation import Foundation
from sync.loader import Loader
from sync.mapping_store import MappingStore
from sync.reconcile import Reconciler
from sync.waiting import unfold, wait_together, waiting, waiting_connections


def one_by_one(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(tables.pending.c.record_id)).scalars())


def test_batches_are_counted_and_unfolded_in_their_order(engine: Engine, clock: Clock) -> None:
    with unit_of_work(engine) as connection:
        wait_together(connection, "crm", ["a", "b"], clock.now())
        wait_together(connection, "form:contact", ["b", "c"], clock.now())
        wait_together(connection, "crm", [], clock.now())
        assert waiting(connection) == 4
        assert one_by_one(connection) == []
        assert unfold(connection)
        assert one_by_one(connection) == ["a", "b"]
        assert unfold(connection)
        assert one_by_one(connection) == ["a", "b", "c"]
        assert waiting(connection) == 3
        assert not unfold(connection)


def test_connections_that_wait_are_told_whether_folded_or_not(foundation: Foundation, clock: Clock) -> None:
    with unit_of_work(foundation.engine) as connection:
        wait_together(connection, "crm", ["a"], clock.now())
        wait_together(connection, "form:contact", ["b"], clock.now())
        assert waiting_connections(connection) == ["crm"]


class Changing:
    """Takes records in; while it does, one of them lands again."""

    def __init__(self, foundation: Foundation) -> None:
        self._foundation = foundation
        self.taken: list[list[str]] = []

    def apply(self, connection: Connection, changed: Sequence[SourceRecord], removed: Sequence[str]) -> object:
        del changed
        self.taken.append(sorted(removed))
        if len(self.taken) == 1:
            landing = threading.Thread(target=self._land) if connection.dialect.name == "postgresql" else None
            if landing is None:
                # On SQLite nobody else writes meanwhile: it lands right before the step is committed.
                wait_together(connection, "crm", ["b"], self._foundation.clock.now())
            else:
                landing.start()
                landing.join(10)
                assert not landing.is_alive()
        return None

    def _land(self) -> None:
        with unit_of_work(self._foundation.engine) as connection:
            wait_together(connection, "crm", ["b"], self._foundation.clock.now())

    def sweep(self, connection: Connection) -> int:
        del connection
        return 0


def test_what_lands_while_it_is_resolved_is_resolved_again(foundation: Foundation, clock: Clock) -> None:
    with unit_of_work(foundation.engine) as connection:
        wait_together(connection, "crm", ["a", "b"], clock.now())
    resolver = Changing(foundation)
    loader = Loader(foundation.keyring, MappingStore(foundation.audit, clock))
    reconciler = Reconciler(foundation, loader, resolver)
    assert reconciler.run() == 3
    assert resolver.taken == [["a", "b"], ["b"]]
    assert reconciler.waiting() == 0


def test_two_who_unfold_at_once_take_different_batches(engine: Engine, clock: Clock) -> None:
    with unit_of_work(engine) as connection:
        wait_together(connection, "crm", ["a"], clock.now())
        wait_together(connection, "crm", ["b"], clock.now())
    with ExitStack() as stack:
        first = stack.enter_context(unit_of_work(engine))
        assert unfold(first)
        # On SQLite there is one writer at a time, so there is nobody beside it.
        second = stack.enter_context(unit_of_work(engine)) if engine.dialect.name == "postgresql" else first
        assert unfold(second)
        assert not unfold(second)
    with reading(engine) as connection:
        assert waiting(connection) == 2


def test_a_batch_that_cannot_be_unfolded_stays(engine: Engine, clock: Clock) -> None:
    with unit_of_work(engine) as connection:
        wait_together(connection, "crm", ["a", "b"], clock.now())
    with suppress(RuntimeError), unit_of_work(engine) as connection:
        assert unfold(connection)
        raise RuntimeError
    with unit_of_work(engine) as connection:
        assert waiting(connection) == 2
        assert one_by_one(connection) == []
        connection.execute(delete(tables.pending_batch))
        assert waiting(connection) == 0
