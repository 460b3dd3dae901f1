"""FT10: two workers and one job; a worker that sleeps past its lease and wakes up; many jobs and several workers."""

import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from api.wiring import Services
from audit.tables import audit_entry
from core.database import reading, unit_of_work
from sync import tables
from sync.queue import LEASE
from tests.api.http.house import own_log
from tests.faults.arena import Arena
from tests.faults.crash import OUTSIDE
from tests.faults.operations import OPERATIONS, opened
from tests.faults.test_crash_points import limit_of, spread

JOBS = 60


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


def pause_at(place: Arena, name: str, at: int) -> tuple[str, dict[str, object]]:
    """Pause a worker there, have another take the job over, wake the first; returns its error and the verdict."""
    folder = place.begin(OPERATIONS[name].after)
    environment = dict(place.environment)
    pid = place.zygote.start("tests.faults.operations:paused", environment, folder=str(folder), name=name, at=at)
    for _ in range(1000):
        if state_of(pid) in "TZ":
            break
        time.sleep(0.01)
    (folder / "clock").write_text(str(int(LEASE.total_seconds()) + 1))
    place.call("take_over", name=name)
    os.kill(pid, signal.SIGCONT)
    ended = place.zygote.wait(pid)
    assert ended.code == 0
    found = place.call("judge")
    assert isinstance(found, dict)
    return str(ended.answer), found


def paused_everywhere(place: Arena, name: str, limit: int) -> None:
    before = OPERATIONS[name].after
    place.begin(before)
    moments = place.call("crash", name=name, at=None)
    assert isinstance(moments, list)
    undisturbed = place.call("judge")
    assert isinstance(undisturbed, dict)
    outside = [at for at, what in enumerate(moments, 1) if what == OUTSIDE]
    told: list[str] = []
    for one in spread(len(outside), limit):
        code, found = pause_at(place, name, outside[one - 1])
        told.append(code)
        if name == "landing":
            # What is landed a minute later was first seen a minute later, and the golden records tell so.
            found = {**found, "fingerprint": undisturbed["fingerprint"]}
        assert found == undisturbed, f"paused at moment {outside[one - 1]}"
    # Whoever was paused with the job in hand was refused; whoever had nothing in hand went on.
    assert set(told) <= {"", "job.lease_lost"}
    assert "job.lease_lost" in told
    print(f"{name} on {place.kind}: paused at {len(told)} of {len(outside)} moments")  # noqa: T201 - the figure


def test_FT10_a_worker_that_slept_past_its_lease_changes_nothing(sqlite_arena: Arena) -> None:
    paused_everywhere(sqlite_arena, "import", 2)


@pytest.mark.full
@pytest.mark.parametrize("name", ["landing", "import"])
def test_FT10_a_worker_that_slept_past_its_lease_anywhere_changes_nothing(place: Arena, name: str) -> None:
    paused_everywhere(place, name, limit_of(place))


def test_FT10_several_workers_do_each_job_once(place: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = place.begin(())
    for name, url in place.environment.items():
        monkeypatch.setenv(name, url)
    with own_log(), opened(folder) as services:
        ids = queue_jobs(services)
        environment = dict(place.environment)
        pids = [
            place.zygote.start("tests.faults.operations:compete", environment, folder=str(folder)) for _ in range(3)
        ]
        done = [place.zygote.wait(pid).answer for pid in pids]
        assert sum(done) == JOBS
        services.sequencer.sequence_all()
        with reading(services.engine) as connection:
            told = connection.scalars(select(audit_entry.c.object_id).where(audit_entry.c.object_type == "job")).all()
            states = set(connection.scalars(select(tables.job.c.state).where(tables.job.c.kind == "count")))
    assert sorted(told) == ids
    assert states == {"done"}


def queue_jobs(services: Services) -> list[str]:
    with unit_of_work(services.engine) as connection:
        put = services.foundation.queue.put
        return sorted(put(connection, "count", {}, dedupe_key=f"count:{number}") for number in range(JOBS))
