"""Ingot: the run of a claimed sync job in a workspace of its own, as the worker does it; no mapping, no resolution.

With ``"beside": "process"`` or ``"thread"`` in the task somebody else writes and reads all the while, and how long that
took is told.
"""

import json
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from sqlite3 import sqlite_version
from typing import Any

from sqlalchemy import func, select

from api.cli.init import make_workspace
from api.wiring import Services, open_services
from benchmarks.sync_contenders import bystander
from benchmarks.sync_contenders.stopwatch import Stopwatch
from core.database import reading, unit_of_work
from sync import tables


def main() -> None:
    """Take the task as JSON in the first argument; print what it took as JSON."""
    task = json.loads(sys.argv[1])
    workspace = Path(task["folder"]) / "workspace"
    make_workspace(workspace, "benchmark", database=task.get("database"), keys=task.get("keys"))
    config = json.loads(Path(task["config"]).read_text(encoding="utf-8"))
    with open_services(workspace) as services:
        services.connecting.add("customers", "exec", {"command": task["source"]}, config, actor="system")
        queued = services.flows.queue_sync("customers", actor="system:benchmark")
        with unit_of_work(services.engine) as connection:
            job = services.foundation.queue.claim(connection, ["sync"], only=queued)
        source = services.connecting.ready("customers")
        beside = _Beside(services, task)
        with Stopwatch() as taken:
            result = services.ingest.run(source, job)
        figures = beside.end()
        with reading(services.engine) as connection:
            count = connection.execute(select(func.count()).select_from(tables.record)).scalar_one()
    if result.state != "succeeded":
        raise SystemExit(f"the sync did not succeed: {result}")
    versions = {name: version(name) for name in ("sqlalchemy", "cryptography", "orjson")} | {"sqlite": sqlite_version}
    print(json.dumps({"records": count, **taken.figures, "versions": versions, **figures}))


class _Beside:
    """Somebody else at the same database, in a process or a thread of their own; nobody where none was asked for."""

    def __init__(self, services: Services, task: dict[str, Any]) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._figures: dict[str, Any] = {}
        if task.get("beside") == "process":
            command = [
                sys.executable,
                "-m",
                "benchmarks.sync_contenders.bystander",
                str(services.settings.database_url),
            ]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert self._process.stdout is not None  # noqa: S101 - for the type checker
            self._process.stdout.readline()
        elif task.get("beside") == "thread":
            self._thread = threading.Thread(target=self._watch, args=(services,))
            self._thread.start()

    def _watch(self, services: Services) -> None:
        self._figures = bystander.watch(services.engine, self._stop)

    def end(self) -> dict[str, Any]:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if self._process is not None:
            self._figures = json.loads(self._process.communicate()[0])
        return self._figures


if __name__ == "__main__":
    main()
