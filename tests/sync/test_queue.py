from datetime import timedelta

import pytest
from sqlalchemy import Engine

from core.database import unit_of_work
from core.errors import Conflict
from sync.queue import LEASE, Queue
from tests.conftest import SteppableClock


@pytest.fixture
def queue(stepping: SteppableClock) -> Queue:
    return Queue(stepping.as_clock())


def test_one_live_job_a_key(engine: Engine, queue: Queue) -> None:
    with unit_of_work(engine) as connection:
        first = queue.put(connection, "sync", {"connection": "erp"}, dedupe_key="sync:erp")
        assert queue.put(connection, "sync", {"connection": "erp"}, dedupe_key="sync:erp") == first
        claimed = queue.claim(connection, ["sync"])
        assert claimed is not None
        assert claimed.id == first
        assert queue.claim(connection, ["sync"]) is None
        queue.done(connection, claimed)
        assert queue.put(connection, "sync", {"connection": "erp"}, dedupe_key="sync:erp") != first


def test_FT10_a_worker_that_slept_past_its_lease_is_refused(
    engine: Engine, queue: Queue, stepping: SteppableClock
) -> None:
    with unit_of_work(engine) as connection:
        queue.put(connection, "sync", {}, dedupe_key="a")
        slept = queue.claim(connection, ["sync"])
    stepping.step(seconds=LEASE.total_seconds() + 1)
    with unit_of_work(engine) as connection:
        taken_over = queue.claim(connection, ["sync"])
    assert slept is not None
    assert taken_over is not None
    assert (taken_over.id, taken_over.fence) == (slept.id, slept.fence + 1)
    with pytest.raises(Conflict) as caught, unit_of_work(engine) as connection:
        queue.hold(connection, slept)
    assert caught.value.code == "job.lease_lost"
    with unit_of_work(engine) as connection:
        queue.hold(connection, taken_over)


def test_a_failed_job_waits_and_then_gives_up(engine: Engine, queue: Queue, stepping: SteppableClock) -> None:
    with unit_of_work(engine) as connection:
        job_id = queue.put(connection, "sync", {}, dedupe_key="a", max_attempts=2)
        for attempt in (1, 2):
            claimed = queue.claim(connection, ["sync"])
            assert claimed is not None
            assert claimed.attempts == attempt
            retry_at = stepping.at + timedelta(minutes=1)
            queue.failed(connection, claimed, code="source.silent", message="It fell silent.", retry_at=retry_at)
            assert queue.claim(connection, ["sync"]) is None
            stepping.step(minutes=2)
        row = queue.get(connection, job_id)
    assert (row.state, row.code) == ("failed", "source.silent")


def test_only_the_kinds_asked_for_are_claimed(engine: Engine, queue: Queue) -> None:
    with unit_of_work(engine) as connection:
        queue.put(connection, "resolve", {}, dedupe_key="resolve")
        assert queue.claim(connection, ["sync"]) is None
        assert queue.claim(connection, ["sync", "resolve"]) is not None
