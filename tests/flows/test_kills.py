"""SIGKILL of the host and of the child at random points of a sync: nothing lost, nothing doubled."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.wiring import open_services
from core.database import reading, unit_of_work
from sync import tables
from sync.mapping import StreamMapping
from tests.flows.conftest import ROOT, Shop

ROWS = 20_000
KILLS = 10


def add_counting(shop: Shop, folder: Path, **config: object) -> None:
    settings = folder / "counting.json"
    settings.write_text(json.dumps({"rows": ROWS, "every": 1000, **config}), encoding="utf-8")
    script = ROOT / "tests" / "sync" / "counting_source.py"
    command = f"{sys.executable} {script}"
    added = shop.ingot("source", "add", "counting", "--exec", command, "--config", str(settings))
    assert added.returncode == 0, added.stderr
    # Landing is what is under test here: rows that name nobody make no golden records.
    with open_services(shop.workspace) as services, unit_of_work(services.engine) as connection:
        services.mappings.set(connection, "counting", "customers", StreamMapping(), actor="system")


def landed(shop: Shop) -> tuple[int, int]:
    with open_services(shop.workspace) as services, reading(services.engine) as connection:
        query = select(func.count(), func.count(func.distinct(tables.record.c.record_id)))
        rows, distinct = connection.execute(query).one()
        return rows, distinct


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
def test_host_and_child_killed_at_ten_random_points(shop: Shop, tmp_path: Path, keyed: bool) -> None:
    add_counting(shop, tmp_path, keyed=keyed, pace=1.0)
    draw = random.Random(20261121)
    struck = 0
    for _ in range(KILLS):
        process = shop.start("sync", "run", "counting")
        time.sleep(draw.uniform(1.0, 4.0))
        if process.poll() is None:
            struck += 1
            kill_something(process, draw)
    assert struck >= KILLS // 2
    finish(shop)
    assert landed(shop) == (ROWS, ROWS)
    assert shop.ingot("audit", "check").returncode == 0


def finish(shop: Shop) -> None:
    """Run until a run succeeds; a lease of a killed worker has to run out first."""
    for _ in range(40):
        if shop.ingot("sync", "run", "counting").returncode == 0:
            return
        time.sleep(3)
    pytest.fail("the sync did not succeed in the end")
