"""A sync that somebody stops: its worker is refused at its next effect, and what it committed stays."""

import pytest
from sqlalchemy import func, select

from core.database import reading, unit_of_work
from core.errors import Conflict, Invalid
from sync import tables
from sync.foundation import Foundation
from sync.ingest import Ingest, Progress
from sync.runs import CANCELLED, CANCELLED_MESSAGE, Runs
from sync.scheduler import checked
from tests.conftest import SteppableClock
from tests.sync.conftest import MakeSource

KEY = "sync:counting"


def stop(foundation: Foundation) -> bool:
    with unit_of_work(foundation.engine) as connection:
        ended = foundation.queue.cancel(connection, KEY, code=CANCELLED, message=CANCELLED_MESSAGE)
        Runs(foundation.audit, foundation.clock).cancel(connection, "counting", actor="user:ops")
    return ended


def test_a_running_sync_is_stopped_and_goes_on_later_from_there(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    with unit_of_work(foundation.engine) as connection:
        foundation.queue.put(connection, "sync", {"connection": "counting"}, dedupe_key=KEY)
        job = foundation.queue.claim(connection, ["sync"])
    stopped: list[bool] = []

    def after_the_first_batch(_: Progress) -> None:
        if not stopped:
            stopped.append(stop(foundation))

    source = make_source(rows=20_000, every=500)
    with pytest.raises(Conflict) as caught:
        ingest.run(source, job, progress=after_the_first_batch)
    assert (caught.value.code, stopped) == ("job.lease_lost", [True])
    with reading(foundation.engine) as connection:
        (run,) = Runs(foundation.audit, foundation.clock).history(connection, "counting")
        kept = connection.execute(select(func.count()).select_from(tables.record)).scalar_one()
    assert (run["state"], run["code"]) == ("cancelled", CANCELLED)
    assert 0 < kept < 20_000
    assert ingest.run(source).state == "succeeded"
    with reading(foundation.engine) as connection:
        assert connection.execute(select(func.count()).select_from(tables.record)).scalar_one() == 20_000


def test_a_waiting_sync_is_stopped_and_nothing_claims_it(foundation: Foundation) -> None:
    with unit_of_work(foundation.engine) as connection:
        first = foundation.queue.put(connection, "sync", {"connection": "counting"}, dedupe_key=KEY)
    assert stop(foundation)
    with unit_of_work(foundation.engine) as connection:
        assert foundation.queue.claim(connection, ["sync"]) is None
        # Its key is free again.
        assert foundation.queue.put(connection, "sync", {"connection": "counting"}, dedupe_key=KEY) != first


def test_where_nothing_runs_nothing_is_stopped(foundation: Foundation) -> None:
    assert not stop(foundation)


def test_a_schedule_is_checked(clock: SteppableClock) -> None:
    now = clock.now()
    assert checked("  ", now) == ""
    assert checked(" every 10s ", now) == "every 10s"
    for wrong, code in (("every 9s", "schedule.often"), ("soon", "schedule.form"), ("61 * * * *", "schedule.form")):
        with pytest.raises(Invalid) as refused:
            checked(wrong, now)
        assert refused.value.code == code
