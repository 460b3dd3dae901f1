"""Maintenance as the scheduler does it: short transactions, each audited, and none once another worker has the job."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from audit.log import Query
from audit.sequencer import Sequencer
from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.errors import Conflict
from core.records import SourceRecord
from merge.golden_store import retired_keys
from merge.index_store import all_hubs
from merge.resolve.incremental import Resolver
from merge.resolve.maintenance import Plan, Standing
from merge.tables import merge_index, merge_key, merge_record, merge_shared
from sync.foundation import Foundation
from sync.maintaining import Maintained, Maintaining
from sync.queue import Job
from sync.tables import job as foundation_jobs
from tests.conftest import SteppableClock
from tests.merge.support import make_resolver, partition, record

NUMBER = ("id.cn.uscc", "91310000MA1K000019")


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock, key_cap=2, key_guard=50)


@pytest.fixture
def maintaining(foundation: Foundation, resolver: Resolver) -> Maintaining:
    return Maintaining(foundation, resolver)


def companies(count: int) -> list[SourceRecord]:
    return [record(f"n{number}", NUMBER) for number in range(count)]


def take(engine: Engine, resolver: Resolver, records: list[SourceRecord]) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, records)


def groups(engine: Engine) -> int:
    with reading(engine) as connection:
        return len(partition(connection))


def hubs(engine: Engine) -> int:
    with reading(engine) as connection:
        return len(all_hubs(connection))


def claimed(foundation: Foundation) -> Job:
    with unit_of_work(foundation.engine) as connection:
        foundation.queue.put(connection, "maintain", {}, dedupe_key="maintain")
        job = foundation.queue.claim(connection, ["maintain"])
    assert job is not None
    return job


def test_what_it_says_it_would_do_it_does_and_then_there_is_nothing_left(
    foundation: Foundation, resolver: Resolver, maintaining: Maintaining
) -> None:
    take(foundation.engine, resolver, companies(4))
    plan, standing = maintaining.plan()
    assert (len(plan.new), plan.gone, standing) == (1, (), Standing(0, 6, 6))
    assert (hubs(foundation.engine), groups(foundation.engine)) == (0, 1)
    done = maintaining.run(actor="user:it")
    assert done == Maintained(0, 1, 0, Standing(0, 6, 6), Standing(1, 0, 0))
    assert done.recall == 0.0
    assert (hubs(foundation.engine), groups(foundation.engine)) == (1, 4)
    assert maintaining.plan() == (Plan(), Standing(1, 0, 0))
    again = maintaining.run(actor="user:it")
    assert (again.added, again.removed, again.refilled, again.recall) == (0, 0, 0, 1.0)


def test_each_step_is_audited_for_whoever_did_it(
    foundation: Foundation, resolver: Resolver, maintaining: Maintaining, keyring: Keyring, clock: Clock, tmp_path: Path
) -> None:
    take(foundation.engine, resolver, companies(4))
    maintaining.run(actor="user:it")
    Sequencer(foundation.engine, keyring, tmp_path, clock, "example.com/audit").sequence_all()
    with reading(foundation.engine) as connection:
        (entry,) = foundation.audit.search(connection, Query(action="hubs.changed"))
    assert entry.actor == "user:it"


def test_records_that_nothing_finds_are_made_findable(
    foundation: Foundation, resolver: Resolver, maintaining: Maintaining
) -> None:
    take(foundation.engine, resolver, companies(2))
    with unit_of_work(foundation.engine) as connection:
        for table in (merge_key, merge_shared, merge_index):
            connection.execute(table.delete())
        connection.execute(update(merge_record).values(match_keys=None, shared=None, tokens=None))
    assert maintaining.run().refilled == 2
    assert maintaining.run().refilled == 0
    take(foundation.engine, resolver, [record("z", NUMBER)])
    assert groups(foundation.engine) == 1


def test_keys_of_replaced_caches_are_destroyed(
    foundation: Foundation, resolver: Resolver, maintaining: Maintaining, keyring: Keyring
) -> None:
    take(foundation.engine, resolver, companies(1))
    take(foundation.engine, resolver, companies(2))
    with reading(foundation.engine) as connection:
        retired = retired_keys(connection)
    assert retired
    assert keyring.alive(retired) == set(retired)
    maintaining.run()
    assert keyring.alive(retired) == set()
    with reading(foundation.engine) as connection:
        assert retired_keys(connection) == []


def test_a_job_that_another_worker_has_changes_nothing(
    foundation: Foundation, resolver: Resolver, maintaining: Maintaining, stepping: SteppableClock
) -> None:
    take(foundation.engine, resolver, companies(4))
    late = claimed(foundation)
    stepping.step(hours=2)
    with unit_of_work(foundation.engine) as connection:
        assert foundation.queue.claim(connection, ["maintain"]) is not None
    with pytest.raises(Conflict) as caught:
        maintaining.run(late)
    assert caught.value.code == "job.lease_lost"
    assert (hubs(foundation.engine), groups(foundation.engine)) == (0, 1)


def test_with_a_claim_that_lasts_it_is_done(
    foundation: Foundation, resolver: Resolver, maintaining: Maintaining
) -> None:
    take(foundation.engine, resolver, companies(4))
    assert maintaining.run(claimed(foundation)).added == 1


def test_the_scheduler_queues_it_once_for_the_next_night(
    foundation: Foundation, maintaining: Maintaining, resolver: Resolver, stepping: SteppableClock
) -> None:
    def waiting() -> list[tuple[str, datetime]]:
        with reading(foundation.engine) as connection:
            table = foundation_jobs.c
            return [(kind, at) for kind, at in connection.execute(select(table.kind, table.run_at))]

    maintaining.queue_due()
    maintaining.queue_due()
    # A process that starts anew must not queue a second one.
    Maintaining(foundation, resolver).queue_due()
    night = datetime(2026, 5, 2, 3, 10, tzinfo=UTC)
    assert waiting() == [("maintain", night)]
    with unit_of_work(foundation.engine) as connection:
        assert foundation.queue.claim(connection, ["maintain"]) is None
    stepping.step(hours=19)
    with unit_of_work(foundation.engine) as connection:
        job = foundation.queue.claim(connection, ["maintain"])
        assert job is not None
        foundation.queue.done(connection, job)
    maintaining.queue_due()
    with unit_of_work(foundation.engine) as connection:
        assert foundation.queue.claim(connection, ["maintain"]) is None
    stepping.step(days=1)
    with unit_of_work(foundation.engine) as connection:
        assert foundation.queue.claim(connection, ["maintain"]) is not None
