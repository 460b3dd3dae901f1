"""Paging by key loses no row and repeats none, whatever values rows share and wherever reading stops."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Numeric,
    RowMapping,
    String,
    Table,
    create_engine,
    insert,
)
from sqlalchemy.pool import StaticPool

from connectors.sources.sql.keyset import Plan, read_rows


def plan_of(table: Table, *, batch: int = 3, cursor: str | None = "at", lookback: int = 0) -> Plan:
    key = tuple(column.name for column in table.primary_key)
    return Plan(table, dict(table.c), key, cursor, batch, lookback)


def values(row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[name] for name in row)


def memory() -> Engine:
    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 20), st.sampled_from(["a", "b", "中"])),
        st.none() | st.integers(0, 4),
        max_size=25,
    ),
    st.integers(1, 5),
    st.integers(0, 25),
)
def test_every_row_comes_once_in_order_and_resuming_gives_the_rest(
    rows: dict[tuple[int, str], int | None], batch: int, after: int
) -> None:
    table = Table(
        "t",
        MetaData(),
        Column("n", Integer, primary_key=True),
        Column("s", String, primary_key=True),
        Column("at", Integer),
    )
    engine = memory()
    table.metadata.create_all(engine)
    with engine.connect() as connection, connection.begin():
        if rows:
            connection.execute(insert(table), [{"n": n, "s": s, "at": at} for (n, s), at in rows.items()])
    plan = plan_of(table, batch=batch)
    found = [(values(row), position) for row, position in read_rows(engine, plan, {})]
    wanted = sorted(((n, s, at) for (n, s), at in rows.items()), key=lambda row: (row[2] is None, row[2] or 0, row[:2]))
    assert [row for row, _ in found] == wanted
    if after < len(found):
        rest = [values(row) for row, _ in read_rows(engine, plan, found[after][1])]
        # Rows without a change time have no place in the order and always come.
        behind = wanted[after + 1 :] if wanted[after][2] is not None else [row for row in wanted if row[2] is None]
        assert rest == behind
    engine.dispose()


TIMES = [datetime(2026, 1, 1, 10, 0, second, tzinfo=UTC) for second in (0, 5, 5, 5, 9)]


@pytest.fixture
def orders(postgres_engine: Engine) -> Table:
    table = Table(
        "erp_orders",
        MetaData(),
        Column("number", Numeric(30, 0), primary_key=True),
        Column("at", DateTime(timezone=True)),
        Column("amount", Numeric(12, 2)),
    )
    table.metadata.create_all(postgres_engine)
    with postgres_engine.connect() as connection, connection.begin():
        rows = [{"number": 10**20 + place, "at": at, "amount": Decimal("1.10")} for place, at in enumerate(TIMES)]
        connection.execute(insert(table), rows)
    return table


def numbers(engine: Engine, plan: Plan, position: dict[str, Any]) -> list[int]:
    return [int(row["number"]) - 10**20 for row, _ in read_rows(engine, plan, position)]


def test_equal_change_times_on_postgresql_are_kept_apart(postgres_engine: Engine, orders: Table) -> None:
    plan = plan_of(orders, batch=2)
    found = list(read_rows(postgres_engine, plan, {}))
    assert [int(row["number"]) - 10**20 for row, _ in found] == [0, 1, 2, 3, 4]
    for place, (_, position) in enumerate(found):
        assert numbers(postgres_engine, plan, position) == list(range(place + 1, 5))


def test_a_look_back_reads_the_last_seconds_again(postgres_engine: Engine, orders: Table) -> None:
    last = list(read_rows(postgres_engine, plan_of(orders), {}))[-1][1]
    assert numbers(postgres_engine, plan_of(orders, lookback=4), last) == [1, 2, 3, 4]


def test_rows_changed_while_reading_wait_for_the_next_sync(postgres_engine: Engine, orders: Table) -> None:
    rows = read_rows(postgres_engine, plan_of(orders, batch=1), {})
    first = next(rows)
    with postgres_engine.connect() as connection, connection.begin():
        later = datetime(2026, 1, 2, tzinfo=UTC)
        connection.execute(orders.update().where(orders.c.number == Decimal(10**20 + 2)).values(at=later))
    seen = [first, *rows]
    assert [int(row["number"]) - 10**20 for row, _ in seen] == [0, 1, 3, 4]
    assert numbers(postgres_engine, plan_of(orders), seen[-1][1]) == [2]


def test_a_table_without_key_is_read_whole(postgres_engine: Engine, orders: Table) -> None:
    plan = Plan(orders, dict(orders.c), (), None, 2)
    assert [position for _, position in read_rows(postgres_engine, plan, {})] == [{}] * 5
