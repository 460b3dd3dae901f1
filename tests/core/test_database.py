import sqlite3
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from traceback import format_exception

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, MetaData, String, Table, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from core.database import JsonText, Utc, make_engine, reading, unit_of_work, upsert
from core.errors import Conflict, IngotError, Invalid, Unavailable

own = MetaData()
thing = Table(
    "core_test_thing", own, Column("name", String(20), primary_key=True), Column("at", Utc), Column("facts", JsonText)
)
MIDDAY = datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def things(engine: Engine) -> Engine:
    own.create_all(engine)
    return engine


def test_a_unit_of_work_keeps_all_or_nothing(things: Engine) -> None:
    def fail_after_writing() -> None:
        with unit_of_work(things) as connection:
            connection.execute(thing.insert().values(name="lost", at=MIDDAY, facts={}))
            raise KeyError

    with pytest.raises(KeyError):
        fail_after_writing()
    with unit_of_work(things) as connection:
        connection.execute(thing.insert().values(name="kept", at=MIDDAY, facts={"b": 1, "a": "深圳"}))
    with reading(things) as connection:
        row = connection.execute(select(thing)).one()
    assert (row.name, row.at, row.facts) == ("kept", MIDDAY, {"a": "深圳", "b": 1})


def test_upsert_updates_only_the_named_columns(things: Engine) -> None:
    later = MIDDAY + timedelta(hours=1)
    with unit_of_work(things) as connection:
        upsert(connection, thing, [{"name": "a", "at": MIDDAY, "facts": {}}], keys=["name"], update=["at"])
        upsert(connection, thing, [{"name": "a", "at": later, "facts": {"x": 1}}], keys=["name"], update=["at"])
        upsert(connection, thing, [{"name": "a", "at": MIDDAY, "facts": {"x": 1}}], keys=["name"], update=[])
        upsert(connection, thing, [], keys=["name"], update=["at"])
        row = connection.execute(select(thing)).one()
    assert (row.at, row.facts) == (later, {})


def test_a_time_without_zone_is_refused(things: Engine) -> None:
    with pytest.raises((Invalid, StatementError)), unit_of_work(things) as connection:
        connection.execute(thing.insert().values(name="a", at=datetime(2026, 5, 1), facts={}))  # noqa: DTZ001  the fault under test


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(timezone(timedelta(hours=8)))),  # noqa: DTZ001  hypothesis wants naive bounds
)
def test_every_time_comes_back_in_utc_to_the_millisecond(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    column = Utc()
    stored = column.process_bind_param(moment, sqlite.dialect())
    found = column.process_result_value(stored, sqlite.dialect())
    assert found == moment
    assert found.tzinfo is UTC


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        make_engine("mysql://somewhere/x")
    assert caught.value.code == "database.url"


def test_a_file_that_is_no_database_is_named_damaged(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"this is not a database at all, whatever its name may say" * 40)
    with pytest.raises(IngotError) as caught, unit_of_work(make_engine(f"sqlite:///{path}")):
        pass
    assert caught.value.code == "database.damaged"


def test_a_locked_database_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.sqlite_connection.BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "x.db"
    holder, second = make_engine(f"sqlite:///{path}"), make_engine(f"sqlite:////{path}")
    with unit_of_work(holder), pytest.raises(IngotError) as caught, unit_of_work(second):
        pass
    assert caught.value.code == "database.locked"


def test_a_writer_waits_for_another_program_and_then_writes(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/shared.db")
    own.create_all(engine)
    other = sqlite3.connect(tmp_path / "shared.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    with unit_of_work(engine) as connection:
        connection.execute(thing.insert().values(name="after", at=MIDDAY, facts={}))
        assert not other.in_transaction
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() > 1000
    release.join()
    other.close()
    with reading(engine) as connection:
        assert connection.execute(select(thing.c.name)).scalars().all() == ["after"]
    engine.dispose()


def test_an_error_of_the_database_does_not_tell_values(things: Engine) -> None:
    with unit_of_work(things) as connection:
        connection.execute(thing.insert().values(name="secret-value", at=MIDDAY, facts={}))
    with pytest.raises(Conflict) as caught, unit_of_work(things) as connection:
        connection.execute(thing.insert(), [{"name": "secret-value", "at": MIDDAY, "facts": {}}])
    assert caught.value.code == "database.conflict"
    assert "secret-value" not in "".join(format_exception(caught.value))


def test_a_missing_table_says_what_to_run(engine: Engine) -> None:
    with pytest.raises(IngotError) as caught, unit_of_work(engine) as connection:
        connection.execute(select(thing))
    assert "ingot db upgrade" in caught.value.message


def test_at_once_nobody_is_waited_for(tmp_path: Path) -> None:
    """Neither a writer of this process nor one of another."""
    engine = make_engine(f"sqlite:///{tmp_path}/shared.db")
    own.create_all(engine)
    other = make_engine(f"sqlite:////{tmp_path}/shared.db")
    for writer in (engine, other):
        with unit_of_work(writer), pytest.raises(Unavailable, match="held"), unit_of_work(engine, at_once=True):
            pass
    with unit_of_work(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() > 1000
    other.dispose()
    engine.dispose()


def test_what_was_begun_at_once_another_thread_may_end(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/shared.db")
    own.create_all(engine)
    with ExitStack() as begun:
        connection = begun.enter_context(unit_of_work(engine, at_once=True))
        connection.execute(thing.insert().values(name="kept", at=MIDDAY, facts={}))
        ending = threading.Thread(target=begun.pop_all().close)
    ending.start()
    with unit_of_work(engine) as connection:
        assert connection.execute(select(thing.c.name)).scalars().all() == ["kept"]
    ending.join()
    engine.dispose()
