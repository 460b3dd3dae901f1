"""SIGKILL of the host and of the child at random points of a sync: nothing lost, nothing doubled."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.wiring import open_services
from core.database import unit_of_work
from sync.mapping import StreamMapping
from tests.flows.conftest import ROOT, Shop

ROWS = 100_000
EVERY = 1_000
KILLS = 20


def add_counting(shop: Shop, folder: Path, **config: object) -> None:
    settings = folder / "counting.json"
    settings.write_text(json.dumps({"rows": ROWS, "every": EVERY, **config}), encoding="utf-8")
    script = ROOT / "tests" / "sync" / "counting_source.py"
    command = f"{sys.executable} {script}"
    added = shop.ingot("source", "add", "counting", "--exec", command, "--config", str(settings))
    assert added.returncode == 0, added.stderr
    # Landing is what is under test here: rows that name nobody make no golden records.
    with open_services(shop.workspace) as services, unit_of_work(services.engine) as connection:
        services.mappings.set(connection, "counting", "customers", StreamMapping(), actor="system")


def landed(database: Path) -> tuple[int, int, int]:
    """Rows, distinct rows, and the number of states committed."""
    connection = sqlite3.connect(database)
    try:
        # One statement, so one moment.
        rows, distinct, states = connection.execute(
            "SELECT count(*), count(DISTINCT record_id), (SELECT max(epoch) FROM sync_state) FROM sync_record"
        ).fetchone()
    finally:
        connection.close()
    return rows, distinct, states or 0


def wait_for(database: Path, states: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until so many states are committed, or the sync has ended."""
    connection = sqlite3.connect(database)
    try:
        while process.poll() is None:
            if (connection.execute("SELECT max(epoch) FROM sync_state").fetchone()[0] or 0) >= states:
                return
            time.sleep(0.005)
    finally:
        connection.close()


def children_of(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found.extend(int(child) for child in task.read_text().split())
    return found


def kill_something(process: subprocess.Popen[bytes], draw: random.Random) -> None:
    children = children_of(process.pid)
    target = draw.choice([process.pid, *children])
    os.kill(target, signal.SIGKILL)
    process.wait(timeout=120)


@pytest.mark.full
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc to find the child")
@pytest.mark.parametrize("keyed", [True, False])
def test_host_and_child_killed_at_twenty_random_points(shop: Shop, tmp_path: Path, keyed: bool) -> None:
    add_counting(shop, tmp_path, keyed=keyed, pace=0.03)
    database = shop.workspace / "ingot.db"
    draw = random.Random(20261121)
    struck = 0
    for point in sorted(draw.sample(range(ROWS // EVERY), KILLS)):
        process = shop.start("sync", "run", "counting")
        wait_for(database, point, process)
        time.sleep(draw.uniform(0, 0.1))
        if process.poll() is None:
            struck += 1
            kill_something(process, draw)
        rows, distinct, states = landed(database)
        # Nothing behind the last state is missing, and what is read again is at most what lies between two states.
        assert states * EVERY <= rows == distinct <= (states + 1) * EVERY
    assert struck >= KILLS // 2
    finish(shop)
    assert landed(database)[:2] == (ROWS, ROWS)
    assert shop.ingot("audit", "check").returncode == 0


def finish(shop: Shop) -> None:
    """Run until a run succeeds; a lease of a killed worker has to run out first."""
    for _ in range(40):
        if shop.ingot("sync", "run", "counting").returncode == 0:
            return
        time.sleep(3)
    pytest.fail("the sync did not succeed in the end")
