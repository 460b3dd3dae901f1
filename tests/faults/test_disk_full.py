"""FT4: the disk is full or read-only under each thing that is written: a clear error, nothing lost, and it goes on."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.errors import status_of
from api.wiring import Services, open_services
from core.database import reading
from core.errors import IngotError, TooMuch, Unavailable
from tests.api.http.house import own_log
from tests.conftest import run_on_server
from tests.faults.arena import Arena
from tests.faults.invariants import faults_of
from tests.faults.ledger import FEED, Ledger
from tests.faults.operations import LINES, clock_of, do_job, drain, opened, post
from tests.flows.conftest import token_for

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may mount a small file system"),
]


class SmallDisk:
    """A file system of some megabytes in memory."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "ingot-test", str(folder)], check=True)

    def grow(self, megabytes: int) -> None:
        self._remount(f"size={megabytes}m")

    def read_only(self, *, on: bool) -> None:
        self._remount("ro" if on else "rw")

    def fill(self) -> None:
        """To the last block."""
        with (self.folder / "filler").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                return

    def free(self) -> None:
        (self.folder / "filler").unlink()

    def _remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    disk = SmallDisk(folder, megabytes)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def on_small_disk(place: Arena, part: str, megabytes: int) -> Iterator[tuple[Services, Ledger, SmallDisk]]:
    """The workspace with its database, key store, checkpoints or logs on a small disk; the ledger is elsewhere."""
    folder = place.begin(())
    disk_folder = Path(tempfile.mkdtemp(prefix="ingot-small-"))
    with small_disk(disk_folder, megabytes) as disk:
        for one in sorted(folder.glob(f"{part}*")):
            shutil.move(one, disk_folder / one.name)
        environment = {"ingot.db": "INGOT_DATABASE", "keys.db": "INGOT_KEYS", "checkpoints": "INGOT_CHECKPOINTS"}
        with pytest.MonkeyPatch.context() as patch, own_log():
            where = str(disk_folder / part)
            if part in environment:
                patch.setenv(environment[part], where if part == "checkpoints" else f"sqlite:///{where}")
            else:
                (folder / part).symlink_to(where)
            with opened(folder, clock_of(folder)) as services:
                yield services, Ledger(folder), disk
    disk_folder.rmdir()


def fill_with_posts(services: Services, ledger: Ledger, most: int) -> IngotError | None:
    """Posts until one is refused; returns why, or None when none was."""
    for number in range(most):
        content = {"name": f"Ada Moreau {number}", "phone": f"+336{number:08d}", "company": "x" * 15_000}
        try:
            post(services, ledger, f"d{number}", content)
        except IngotError as error:
            return error
    return None


def settled(services: Services, ledger: Ledger) -> list[str]:
    # Leases of jobs that broke off have run out by then.
    (ledger.folder / "clock").write_text("300")
    ledger.grow_feed(LINES, len(LINES))
    do_job(services, services.flows.queue_sync(FEED, actor="system:test"))
    drain(services)
    return faults_of(services, ledger, settled=True)


@pytest.mark.parametrize("part", ["ingot.db", "keys.db"])
def test_FT4_a_full_database_is_told_and_nothing_is_lost(sqlite_arena: Arena, part: str) -> None:
    """The write-ahead log lies beside the file, so it meets the end of the disk first."""
    with on_small_disk(sqlite_arena, part, 3) as (services, ledger, disk):
        if part == "keys.db":
            disk.fill()
        error = fill_with_posts(services, ledger, 400)
        assert isinstance(error, TooMuch)
        assert (error.code, status_of(error)[0]) == ("database.full", 507)
        assert faults_of(services, ledger, settled=False) == []
        disk.grow(64)
        assert fill_with_posts(services, ledger, len(ledger.posts())) is None
        assert settled(services, ledger) == []


def test_FT4_a_resolution_on_a_full_disk_goes_on_when_there_is_space(sqlite_arena: Arena) -> None:
    with on_small_disk(sqlite_arena, "ingot.db", 12) as (services, ledger, disk):
        fill_with_posts(services, ledger, 60)
        # Room that the write-ahead log has already would be enough.
        with services.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        disk.fill()
        with pytest.raises(IngotError) as caught:
            services.worker.run_one()
        assert caught.value.code == "database.full"
        assert faults_of(services, ledger, settled=False) == []
        disk.free()
        disk.grow(64)
        assert settled(services, ledger) == []


def test_FT4_a_full_checkpoint_folder_holds_nobody_up(sqlite_arena: Arena) -> None:
    with on_small_disk(sqlite_arena, "checkpoints", 1) as (services, ledger, disk):
        drain(services)
        disk.fill()
        post(services, ledger, "d1", {"name": "Ada"})
        with pytest.raises(Unavailable) as caught:
            services.sequencer.sequence_all()
        assert caught.value.code == "audit.checkpoint_unwritten"
        post(services, ledger, "d2", {"name": "Ada"})
        assert faults_of(services, ledger, settled=False) == []
        disk.free()
        assert settled(services, ledger) == []


def test_FT4_a_full_disk_of_logs_holds_nobody_up(sqlite_arena: Arena) -> None:
    with on_small_disk(sqlite_arena, "logs", 1) as (services, ledger, disk):
        disk.fill()
        post(services, ledger, "d1", {"name": "Ada"})
        # A failed run is logged: the source is broken and says so.
        ledger.feed.write_text("this is no line of JSON\n", encoding="utf-8")
        job = services.flows.queue_sync(FEED, actor="system:test")
        services.worker.run_one(only=job)
        with reading(services.engine) as connection:
            row = services.foundation.queue.get(connection, job)
        assert (row.state, row.code) == ("queued", "source.failed")
        ledger.feed.unlink()
        assert settled(services, ledger) == []


@pytest.mark.parametrize("part", ["ingot.db", "keys.db"])
def test_FT4_a_read_only_disk_is_told_and_nothing_is_lost(sqlite_arena: Arena, part: str) -> None:
    with on_small_disk(sqlite_arena, part, 16) as (services, ledger, disk):
        post(services, ledger, "d0", {"name": "Ada"})
        # SQLite holds its files open for writing; the kernel refuses to remount until they are closed.
        services.engine.dispose()
        close_keys(services)
        disk.read_only(on=True)
        with pytest.raises(Unavailable) as caught:
            post(services, ledger, "d1", {"name": "Ada"})
        assert caught.value.code == "database.unavailable"
        disk.read_only(on=False)
        post(services, ledger, "d1", {"name": "Ada"})
        assert settled(services, ledger) == []


def close_keys(services: Services) -> None:
    services.foundation.keyring._store._engine.dispose()


def test_FT4_an_export_to_a_full_disk_is_told(sqlite_arena: Arena) -> None:
    """As a program, since the command line writes the files."""
    folder = sqlite_arena.begin(("landing", "import"))
    target = Path(tempfile.mkdtemp(prefix="ingot-small-"))
    with own_log(), open_services(folder) as services:
        token = token_for(services, "auditor", "auditor")
    with small_disk(target, 1) as disk:
        disk.fill()
        command = [
            sys.executable,
            "-m",
            "api.cli.main",
            "--workspace",
            str(folder),
            "audit",
            "export",
            "--out",
            str(target / "x"),
        ]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "INGOT_TOKEN": token}
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert told.returncode == 1
        assert "Traceback" not in told.stderr
        disk.free()
        # What could be written stays where it is, so that nobody takes it for whole: another folder is named.
        command[-1] = str(target / "y")
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert told.returncode == 0, told.stderr
    target.rmdir()


def test_FT4_postgresql_without_space_is_told_and_nothing_is_lost(
    postgres_arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database lies in a tablespace on a small disk; the server's own files do not."""
    folder = postgres_arena.begin(())
    target = Path(tempfile.mkdtemp(prefix="ingot-small-"))
    target.chmod(0o755)
    environment = dict(postgres_arena.environment)
    for name, url in environment.items():
        monkeypatch.setenv(name, url)
    with small_disk(target, 24) as disk:
        shutil.chown(target, "pgserver")
        name = postgres_arena._name("now")
        server = postgres_arena.server
        run_on_server(server, f"CREATE TABLESPACE small LOCATION '{target}'")
        try:
            run_on_server(server, f"ALTER DATABASE {name} SET TABLESPACE small")
            with own_log(), opened(folder) as services:
                ledger = Ledger(folder)
                disk.fill()
                error = fill_with_posts(services, ledger, 400)
                assert isinstance(error, TooMuch)
                assert error.code == "database.full"
                disk.free()
                assert faults_of(services, ledger, settled=False) == []
                assert fill_with_posts(services, ledger, len(ledger.posts())) is None
                assert settled(services, ledger) == []
        finally:
            run_on_server(server, f"DROP DATABASE {name} WITH (FORCE)")
            run_on_server(server, "DROP TABLESPACE small")
    target.rmdir()
