"""FT5: the clock jumps, 400 days ahead or an hour back, before, in the middle of and after everything that asks it."""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from api.wiring import Services
from audit.tables import audit_entry
from core.clock import Clock
from core.database import reading, unit_of_work
from governance.authentication import TOKEN_REFUSED, Authenticated
from sync import tables
from sync.queue import LEASE
from sync.scheduler import next_time
from tests.api.http.house import own_log
from tests.conftest import SteppableClock
from tests.faults.arena import Arena
from tests.faults.invariants import faults_of
from tests.faults.ledger import Ledger
from tests.faults.operations import OPERATIONS, START, drain, opened

AHEAD, BACK = timedelta(days=400), timedelta(hours=-1)
ORDER = ("landing", "import", "merge", "unmerge", "webhook")


class JumpingClock:
    """Stands still, but jumps once it has been asked so many times, and may be told to come back."""

    def __init__(self, jump: timedelta, after: int) -> None:
        self.jump = jump
        self.left = after
        self.at = START

    def now(self) -> datetime:
        self.left -= 1
        if self.left == 0:
            self.at += self.jump
        return self.at


@pytest.fixture
def shop(place: Arena, stepping: SteppableClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    folder = place.begin(())
    for name, url in place.environment.items():
        monkeypatch.setenv(name, url)
    with own_log(), opened(folder, stepping.as_clock()) as services:
        yield services


def jump_in_the_middle(place: Arena, monkeypatch: pytest.MonkeyPatch, jump: timedelta, after: int) -> None:
    """Everything is done with a clock that jumps somewhere, then once more when it has come back."""
    folder = place.begin(())
    for name, url in place.environment.items():
        monkeypatch.setenv(name, url)
    clock, ledger = JumpingClock(jump, after), Ledger(folder)
    with own_log(), opened(folder, Clock(now=clock.now)) as services:
        for name in ORDER:
            OPERATIONS[name].do(services, ledger)
        drain(services)
        clock.at = START + timedelta(minutes=5)
        for name in ORDER:
            OPERATIONS[name].do(services, ledger)
        drain(services)
        assert faults_of(services, ledger, settled=True) == []


@pytest.mark.full
@pytest.mark.parametrize("jump", [AHEAD, BACK])
@pytest.mark.parametrize("after", [12, 25, 60])
def test_FT5_all_holds_wherever_the_clock_jumps(
    place: Arena, monkeypatch: pytest.MonkeyPatch, jump: timedelta, after: int
) -> None:
    jump_in_the_middle(place, monkeypatch, jump, after)


def test_FT5_the_order_of_the_log_is_that_of_writing_whatever_the_clock_says(
    shop: Services, stepping: SteppableClock
) -> None:
    ledger = Ledger(shop.settings.workspace)
    for jump in (AHEAD, -AHEAD, BACK, -BACK, AHEAD):
        for name in ("webhook", "import"):
            OPERATIONS[name].do(shop, ledger)
        with unit_of_work(shop.engine) as connection:
            shop.connections.list(connection)
            shop.mappings.set(connection, "feed", "notes", shop.mappings.all(connection, "feed")["notes"], actor="u")
        stepping.at += jump
    drain(shop)
    with reading(shop.engine) as connection:
        rows = connection.execute(select(audit_entry.c.body).order_by(audit_entry.c.index)).scalars().all()
    bodies = [json.loads(body) for body in rows]
    versions = [
        one["details"]["version"] for one in bodies if one["action"] == "mapping.changed" and one["actor"] == "u"
    ]
    assert versions == sorted(versions)
    assert len(versions) == 5
    times = [one["at"] for one in bodies]
    assert times != sorted(times)
    assert faults_of(shop, ledger, settled=True) == []


def test_FT5_a_jump_makes_no_storm_of_runs_and_no_silence(shop: Services, stepping: SteppableClock) -> None:
    schedules = {"a": "every 15m", "b": "0 3 * * *"}
    runs: list[str] = []

    def minute() -> None:
        stepping.step(minutes=1)
        with unit_of_work(shop.engine) as connection:
            due = shop.scheduler.queue_due(connection, schedules)
            runs.extend(due)
            for job in connection.execute(select(tables.job.c.id).where(tables.job.c.kind == "sync")):
                connection.execute(update(tables.job).where(tables.job.c.id == job.id).values(dedupe_key=job.id))

    for _ in range(31):
        minute()
    assert runs == ["a"] * 2
    stepping.at += AHEAD
    minute()
    minute()
    assert runs == ["a", "a", "a", "b"]
    # The clock was wrong and is set right: nobody waits 400 days for the next run.
    stepping.at -= AHEAD
    runs.clear()
    for _ in range(31):
        minute()
    assert runs == ["a"] * 2
    stepping.at += BACK
    runs.clear()
    for _ in range(31):
        minute()
    assert runs == ["a"] * 2


def test_FT5_the_summer_time_of_a_place_changes_no_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cron lines are in UTC: each day of a year has one run, also those with 23 and 25 hours in Paris."""
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    try:
        at, runs = datetime(2026, 1, 1, tzinfo=UTC), []
        while at.year == 2026:
            at = next_time("30 2 * * *", at)
            runs.append(at)
        assert {two - one for one, two in pairwise(runs)} == {timedelta(days=1)}
        spring = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
        assert next_time("every 15m", spring) - spring == timedelta(minutes=15)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "TZ" not in os.environ or os.environ["TZ"] != "Europe/Paris"


def test_FT5_a_lease_given_by_a_clock_ahead_does_not_last_till_then(shop: Services, stepping: SteppableClock) -> None:
    queue = shop.foundation.queue
    stepping.at += AHEAD
    with unit_of_work(shop.engine) as connection:
        queue.put(connection, "count", {}, dedupe_key="a")
        slept = queue.claim(connection, ["count"])
        # Its machine is another one: nobody here can see that it has ended.
        connection.execute(update(tables.job).values(holder="elsewhere|1|1"))
    assert slept is not None
    stepping.at -= AHEAD
    with unit_of_work(shop.engine) as connection:
        again = queue.claim(connection, ["count"])
    assert again is not None
    assert (again.id, again.fence) == (slept.id, slept.fence + 1)


def test_FT5_a_live_lease_is_not_taken_when_the_clock_goes_back_a_little(
    shop: Services, stepping: SteppableClock
) -> None:
    queue = shop.foundation.queue
    with unit_of_work(shop.engine) as connection:
        queue.put(connection, "count", {}, dedupe_key="a")
        held = queue.claim(connection, ["count"])
        connection.execute(update(tables.job).values(holder="elsewhere|1|1"))
    assert held is not None
    stepping.at -= LEASE / 2
    with unit_of_work(shop.engine) as connection:
        assert queue.claim(connection, ["count"]) is None
        queue.hold(connection, held)


def test_FT5_a_try_that_was_put_off_by_a_clock_ahead_comes_soon(shop: Services, stepping: SteppableClock) -> None:
    queue = shop.foundation.queue
    with unit_of_work(shop.engine) as connection:
        queue.put(connection, "count", {}, dedupe_key="a")
    stepping.at += AHEAD
    with unit_of_work(shop.engine) as connection:
        job = queue.claim(connection, ["count"])
        assert job is not None
        retry_at = stepping.at + timedelta(seconds=10)
        queue.failed(connection, job, code="source.silent", message="It fell silent.", retry_at=retry_at)
    stepping.at -= AHEAD
    stepping.step(hours=2)
    with unit_of_work(shop.engine) as connection:
        again = queue.claim(connection, ["count"])
    assert again is not None
    assert again.id == job.id


def test_FT5_a_token_ends_when_its_time_is_over_and_not_before(shop: Services, stepping: SteppableClock) -> None:
    with unit_of_work(shop.engine) as connection:
        user = shop.people.create_user(connection, login="w", display_name="w", roles=["sales"], actor="system")
        issued = shop.tokens.issue_token(connection, user.id, name="laptop", actor="system")
    stepping.at += BACK
    assert isinstance(shop.tokens.authenticate_token(shop.engine, issued.text), Authenticated)
    stepping.at -= BACK
    assert isinstance(shop.tokens.authenticate_token(shop.engine, issued.text), Authenticated)
    stepping.at += AHEAD
    assert shop.tokens.authenticate_token(shop.engine, issued.text) == TOKEN_REFUSED
    # A clock that was wrong takes nothing away for ever.
    stepping.at -= AHEAD
    assert isinstance(shop.tokens.authenticate_token(shop.engine, issued.text), Authenticated)
    drain(shop)
    assert faults_of(shop, Ledger(shop.settings.workspace), settled=True) == []
