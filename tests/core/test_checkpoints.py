import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from core import checkpoints
from core.database import make_engine, unit_of_work
from core.errors import Conflict


def in_the_file_alone(path: Path) -> int:
    """Rows that the database file holds without its log."""
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM note").fetchone()
    return int(count)


def test_what_many_transactions_wrote_is_moved_out_of_the_log_beside_them(tmp_path: Path) -> None:
    path = tmp_path / "notes #1.db"
    engine = make_engine(f"sqlite:///{path}")
    with unit_of_work(engine) as connection:
        connection.execute(text("CREATE TABLE note (number INTEGER PRIMARY KEY)"))
    with closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
    for start in range(0, checkpoints.ROWS, 500):
        assert in_the_file_alone(path) == 0
        with unit_of_work(engine) as connection:
            rows = [{"number": number} for number in range(start, start + 500)]
            connection.execute(text("INSERT INTO note VALUES (:number)"), rows)
    checkpoints.settled(str(path))
    assert in_the_file_alone(path) == checkpoints.ROWS
    engine.dispose()


def test_a_file_that_is_gone_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "gone.db"
    checkpoints.wrote(str(path), checkpoints.ROWS)
    checkpoints.settled(str(path))
    assert list(tmp_path.iterdir()) == []


def test_a_transaction_that_fails_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    engine = make_engine(f"sqlite:///{path}")
    with unit_of_work(engine) as connection:
        connection.execute(text("CREATE TABLE note (number INTEGER PRIMARY KEY)"))
    with closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
    rows = [{"number": number} for number in range(checkpoints.ROWS)]
    with pytest.raises(Conflict), unit_of_work(engine) as connection:
        connection.execute(text("INSERT INTO note VALUES (:number)"), [*rows, *rows])
    with unit_of_work(engine) as connection:
        connection.execute(text("INSERT INTO note VALUES (1)"))
    checkpoints.settled(str(path))
    assert in_the_file_alone(path) == 0
    engine.dispose()
