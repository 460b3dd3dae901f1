import os
import re
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from api.server import running_server
from connectors.store import Change
from core.database import reading, unit_of_work
from core.errors import Unavailable
from core.workspace import create_workspace
from merge.record_store import without_keys
from merge.tables import merge_record
from tests.api.http.house import House, opened, own_log

ROOT = Path(__file__).parents[3]


def started(folder: Path, *command: str) -> tuple[subprocess.Popen[str], str]:
    """A process of the command line, and the first line it says."""
    environment = {**os.environ, "INGOT_WORKSPACE": str(folder), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", *command], env=environment, stderr=subprocess.PIPE, text=True, cwd=folder
    )
    assert process.stderr is not None
    return process, process.stderr.readline()


@pytest.fixture
def workspace(tmp_path: Path, sqlite_template: Path) -> Path:
    folder = create_workspace(tmp_path / "w")
    (folder / "ingot.db").write_bytes(sqlite_template.read_bytes())
    # No process has this number: it is beyond the largest there can be.
    (folder / "tmp" / "ingot-run-99999999-left").mkdir()
    return folder


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_the_command_answers_and_stops_when_it_is_told(workspace: Path, told: signal.Signals) -> None:
    process, line = started(workspace, "serve", "--port", "0")
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found is not None, line
    assert httpx.get(f"{found[0]}/readyz").json() == {"status": "ready"}
    assert list((workspace / "tmp").iterdir()) == []
    process.send_signal(told)
    _, rest = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "Stopped.\n")


def test_it_can_be_stopped_where_whoever_started_it_held_signals_back(workspace: Path) -> None:
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        process, _ = started(workspace, "worker")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "Stopped.\n")


def test_a_worker_alone(workspace: Path) -> None:
    process, line = started(workspace, "worker")
    assert line.startswith("Waiting for jobs")
    process.terminate()
    _, rest = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "Stopped.\n")


def test_an_address_that_is_taken_is_told(tmp_path: Path, sqlite_template: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        opened(tmp_path / "w", template=sqlite_template) as house,
    ):
        port = other.getsockname()[1]
        with pytest.raises(Unavailable) as refused, running_server(house.services, port=port):
            pass
    assert refused.value.code == "server.address"
    assert str(port) in refused.value.message


def test_a_worker_beside_the_requests_does_jobs_and_the_sequencer_numbers_entries(on_both: House) -> None:
    with running_server(on_both.services, with_worker=True) as url, httpx.Client(base_url=url) as client:
        fields = {"_delivery": "d1", "name": "王小明", "phone": "13800138000"}
        golden = client.post("/v1/forms/contact", data=fields).json()["record_id"]
        path, headers = f"/v1/golden/{golden}", on_both.headers("service")
        found = client.get(path, headers=headers)
        tries = 0
        while found.status_code == 404 and tries < 600:
            tries += 1
            found = client.get(path, headers=headers)
        assert found.status_code == 200, found.text


def test_a_sync_is_queued_when_it_is_due(house: House) -> None:
    from api.server import Background  # noqa: PLC0415  its inner step is what is tested

    services = house.services
    source = Path(__file__).parents[2] / "sync" / "counting_source.py"
    launch = {"command": f"{sys.executable} {source}"}
    services.connecting.add("due", "exec", launch, {"rows": 2, "every": 2}, schedule="every 1m", actor="system:test")
    background = Background(services, with_worker=False)
    background._queue_due()
    with unit_of_work(services.engine) as connection:
        assert services.scheduler.queue_due(connection, {"due": "every 1m"}) == []
    later = services.foundation.clock.now() + timedelta(minutes=2)
    services.scheduler._clock = type(services.foundation.clock)(now=lambda: later)
    background._queue_due()
    while services.worker.run_one():
        pass
    with reading(services.engine) as connection:
        assert [one["state"] for one in services.runs.history(connection, "due")] == ["succeeded"]
    with unit_of_work(services.engine) as connection:
        services.connections.change(connection, "due", Change(enabled=False), actor="system:test")
    background._queue_due()
    with unit_of_work(services.engine) as connection:
        assert services.scheduler.queue_due(connection, {}) == []


def test_maintenance_is_due_at_once_where_an_upgrade_left_records_that_nothing_finds(house: House) -> None:
    services = house.services
    house.customer("d-1", name="周杰", phone="13312345678")
    house.settle()
    with unit_of_work(services.engine) as connection:
        connection.execute(update(merge_record).values(match_keys=None))
        assert len(without_keys(connection, "", 5)) == 1
    services.maintaining.queue_due()
    with reading(services.engine) as connection:
        (job,) = services.foundation.queue.waiting(connection, "maintain")
    assert job.run_at <= services.foundation.clock.now()
    while services.worker.run_one():
        pass
    with reading(services.engine) as connection:
        assert without_keys(connection, "", 5) == []


def test_maintenance_is_due_at_night_otherwise(house: House) -> None:
    services = house.services
    services.maintaining.queue_due()
    with reading(services.engine) as connection:
        (job,) = services.foundation.queue.waiting(connection, "maintain")
    assert job.run_at > services.foundation.clock.now()


def test_the_log_of_the_tests_is_given_back() -> None:
    import structlog  # noqa: PLC0415  only here

    before = structlog.get_config()
    with own_log():
        structlog.configure(**{**before, "processors": []})
    assert structlog.get_config()["processors"] == before["processors"]
