from datetime import UTC, datetime

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    event,
    func,
    select,
)

from core.bulk import delete_many, look_up, set_many, upsert_many
from core.database import Utc, reading, unit_of_work

scratch = Table(
    "scratch",
    MetaData(),
    Column("name", String(40), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", Utc),
)
FIRST = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SECOND = datetime(2026, 2, 3, tzinfo=UTC)
# More than one statement holds, and not a multiple of it.
MANY = 5_203


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with unit_of_work(engine) as connection:
        scratch.create(connection)
        assert put(connection, [(f"n{i}", b"\x00%d" % i, i - 3) for i in range(MANY)], FIRST) == MANY
    return engine


def put(connection: Connection, rows: list[tuple[str, bytes, int]], at: datetime | None, *update: str) -> int:
    columns = ("name", "content", "number")
    return upsert_many(connection, scratch, columns, rows, shared={"at": at}, keys=("name",), update=update)


def test_all_rows_are_there_with_their_own_and_the_shared_values(filled: Engine) -> None:
    with reading(filled) as connection:
        assert connection.execute(select(func.count()).select_from(scratch)).scalar_one() == MANY
        last = connection.execute(select(scratch).where(scratch.c.name == f"n{MANY - 1}")).one()
    assert tuple(last) == (f"n{MANY - 1}", b"\x00%d" % (MANY - 1), MANY - 4, FIRST)


def test_a_row_whose_key_is_there_is_left_or_updated_as_told(filled: Engine) -> None:
    with unit_of_work(filled) as connection:
        assert put(connection, [("n1", b"other", 7), ("new", b"new", 8)], SECOND) == 1
        assert put(connection, [("n2", b"other", 7)], None, "content", "at") == 1
        rows = connection.execute(select(scratch).where(scratch.c.name.in_(["n1", "n2", "new"])).order_by("name")).all()
    assert [tuple(row) for row in rows] == [
        ("n1", b"\x001", -2, FIRST),
        ("n2", b"other", -1, None),
        ("new", b"new", 8, SECOND),
    ]


def test_looking_up_finds_what_is_there_and_meets_the_condition(filled: Engine) -> None:
    wanted = ["n0", "n5", "no such", "quote ' and \" and \\ and %s ?", "客户"]
    with reading(filled) as connection:
        assert look_up(connection, scratch, "name", ("content",), []) == []
        found = look_up(connection, scratch, "name", ("content", "number"), wanted)
        assert sorted((name, bytes(content), number) for name, content, number in found) == [
            ("n0", b"\x000", -3),
            ("n5", b"\x005", 2),
        ]
        assert [row[0] for row in look_up(connection, scratch, "name", (), wanted, also="number > 0")] == ["n5"]


def test_one_column_of_many_rows_is_set(filled: Engine) -> None:
    with unit_of_work(filled) as connection:
        set_many(connection, scratch, "name", [], "at", SECOND)
        set_many(connection, scratch, "name", [f"n{i}" for i in range(0, MANY, 2)], "at", SECOND)
        changed = connection.execute(select(func.count()).select_from(scratch).where(scratch.c.at == SECOND))
        assert changed.scalar_one() == (MANY + 1) // 2


def test_rows_are_deleted_by_several_columns(filled: Engine) -> None:
    with unit_of_work(filled) as connection:
        delete_many(connection, scratch, ("name", "number"), [("n1", -2), ("n2", 7), ("n3", 0)])
        delete_many(connection, scratch, ("name",), [])
        left = (
            connection.execute(select(scratch.c.name).where(scratch.c.number <= 1).order_by("number")).scalars().all()
        )
    assert left == ["n0", "n2", "n4"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_deleting_some_rows_reads_no_whole_table(filled: Engine) -> None:
    texts: list[str] = []
    event.listen(filled, "before_cursor_execute", lambda _, __, text, *rest: texts.append(text))
    with unit_of_work(filled) as connection:
        delete_many(connection, scratch, ("name", "number"), [("n1", -2), ("n3", 0)])
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {texts[-1]}", ("n1", -2)).all()
    assert plan
    assert not any("SCAN" in row[3] for row in plan)
