"""Somebody who works beside a sync: a small write and a small read every ten milliseconds, each timed.

As a program: takes the URL of the database, works until its standard input is closed, then prints its figures.
"""

import json
import sys
import threading
import time
from typing import Any

from sqlalchemy import Engine, func, select

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from core.database import make_engine, reading, unit_of_work
from sync import tables

PAUSE = 0.01


def watch(engine: Engine, stop: threading.Event) -> dict[str, Any]:
    """Write an audited event and read the runs until told to stop; milliseconds of both."""
    log = AuditLog(Clock())
    event = Event(action=Action.USER_AUTHENTICATED, actor="system", object_type="user", object_id="benchmark")
    writes: list[float] = []
    reads: list[float] = []
    while not stop.wait(PAUSE):
        start = time.perf_counter()
        with unit_of_work(engine) as connection:
            log.append(connection, event)
        written = time.perf_counter()
        with reading(engine) as connection:
            connection.execute(select(func.max(tables.run.c.landed))).scalar_one()
        writes.append(written - start)
        reads.append(time.perf_counter() - written)
    return {"write_ms": _told(writes), "read_ms": _told(reads)}


def _told(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    at = {"p50": 0.5, "p99": 0.99}
    found = {name: ordered[min(int(len(ordered) * part), len(ordered) - 1)] for name, part in at.items()}
    return {"count": len(ordered), **{n: round(s * 1000, 1) for n, s in {**found, "max": ordered[-1]}.items()}}


def _wait_for_end(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def main() -> None:
    """Work until standard input ends."""
    engine = make_engine(sys.argv[1])
    with reading(engine) as connection:
        connection.execute(select(tables.run.c.id)).all()
    print(flush=True)
    stop = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    print(json.dumps(watch(engine, stop)))


if __name__ == "__main__":
    main()
