from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from core.database import unit_of_work
from core.errors import Invalid
from sync.queue import Queue
from sync.scheduler import Scheduler, next_time
from tests.conftest import SteppableClock

NINE = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("every 15m", NINE + timedelta(minutes=15)),
        ("every 2 h", NINE + timedelta(hours=2)),
        ("0 3 * * *", datetime(2026, 5, 2, 3, 0, tzinfo=UTC)),
        ("*/10 * * * *", NINE + timedelta(minutes=10)),
    ],
)
def test_schedules(schedule: str, expected: datetime) -> None:
    assert next_time(schedule, NINE) == expected


@pytest.mark.parametrize("schedule", ["", "every 0m", "hourly", "every 5", "61 * * * *", "every -1h"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(Invalid) as caught:
        next_time(schedule, NINE)
    assert caught.value.code == "schedule.form"


def test_a_due_connection_is_queued_once_however_long_nothing_ran(engine: Engine, stepping: SteppableClock) -> None:
    clock = stepping.as_clock()
    queue = Queue(clock)
    scheduler = Scheduler(queue, clock)
    schedules = {"erp": "every 1h", "mail": "every 1d"}
    with unit_of_work(engine) as connection:
        assert scheduler.queue_due(connection, schedules) == []
        stepping.step(hours=5)
        assert scheduler.queue_due(connection, schedules) == ["erp"]
        assert scheduler.queue_due(connection, schedules) == []
        claimed = queue.claim(connection, ["sync"])
        assert claimed is not None
        assert claimed.payload == {"connection": "erp"}
        assert queue.claim(connection, ["sync"]) is None
        assert scheduler.queue_due(connection, {"mail": "every 1d"}) == []
        stepping.step(days=2)
        assert scheduler.queue_due(connection, {"mail": "every 1d"}) == ["mail"]
