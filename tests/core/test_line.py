"""Writers of several processes take turns at an SQLite database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from core import line
from core.database import make_engine, others_wait, reading, unit_of_work
from core.line import anybody_next, next_in_line

ROOT = Path(__file__).parents[2]

# Writes one transaction after the other, each a row with its number, until its input ends.
BUSY = """
import sys, threading
from sqlalchemy import text
from core.database import make_engine, unit_of_work
engine, ended = make_engine(sys.argv[1]), threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
number = 0
while not ended.is_set():
    with unit_of_work(engine) as connection:
        connection.execute(text("INSERT INTO done (who) VALUES ('busy')"))
        threading.Event().wait(0.01)
    number += 1
    if number == 1:
        print(flush=True)
"""
# Becomes the next writer and stays it.
NEXT = """
import sys
from core.line import next_in_line
with next_in_line(sys.argv[1]) as first:
    print(first, flush=True)
    sys.stdin.read()
"""


@contextmanager
def process(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of ours that has said its first line; it ends with its input."""
    running = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdout is not None
    running.stdout.readline()
    try:
        yield running
    finally:
        running.communicate(timeout=30)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path}/shared.db")
    with unit_of_work(engine) as connection:
        connection.execute(text("CREATE TABLE done (number INTEGER PRIMARY KEY, who TEXT)"))
    yield engine
    engine.dispose()


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM done WHERE who = 'busy'")).scalar_one())


def test_a_process_that_writes_all_the_time_lets_others_have_their_turn(database: Engine) -> None:
    passed = []
    with process(BUSY, str(database.url)):
        for _ in range(30):
            before = count(database)
            with unit_of_work(database) as connection:
                connection.execute(text("INSERT INTO done (who) VALUES ('other')"))
                passed.append(connection.execute(text("SELECT count(*) FROM done WHERE who = 'busy'")).scalar_one())
            passed[-1] -= before
    # The one under way, and at most one that began before we were the next.
    assert max(passed) <= 2, passed
    # Nor is it starved itself.
    assert count(database) > 20


def test_who_writes_sees_that_another_process_waits(database: Engine) -> None:
    assert not others_wait(database)
    file = str(database.url.database)
    with process(NEXT, file):
        assert others_wait(database)
        with next_in_line(file, at_once=True) as first:
            assert not first
    assert not others_wait(database)


def test_a_next_one_that_was_stopped_holds_nobody_up_for_long(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "_LONGEST", 0.05)
    with process(NEXT, str(database.url.database)) as waiting:
        os.kill(waiting.pid, signal.SIGSTOP)
        try:
            with unit_of_work(database) as connection:
                connection.execute(text("INSERT INTO done (who) VALUES ('other')"))
        finally:
            os.kill(waiting.pid, signal.SIGCONT)


def test_the_place_of_a_process_that_was_killed_is_free(database: Engine) -> None:
    file = str(database.url.database)
    with process(NEXT, file) as waiting:
        assert anybody_next(file)
        waiting.kill()
        waiting.wait(30)
        assert not anybody_next(file)


def test_where_there_is_no_room_for_a_line_writers_go_on_without(tmp_path: Path) -> None:
    with next_in_line(str(tmp_path / "missing" / "x.db")) as first:
        assert first
    assert not anybody_next(str(tmp_path / "missing" / "x.db"))


def test_nobody_but_the_owner_may_open_the_line(database: Engine) -> None:
    assert (Path(str(database.url.database) + ".next").stat().st_mode & 0o077) == 0
