"""Paging by key: ``(cursor, key) > (last cursor, last key)``, so that rows with equal cursors are never lost.

A bare ``cursor > last`` loses rows that share the last cursor value, ``>=`` repeats them for ever. Both parts are kept
in the position. Reading stops at the greatest cursor seen when it began, so that a busy table does not hold it for
ever; rows changed meanwhile come with the next sync. Rows without a cursor value have no place in the order: they are
read last, every time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, and_, func, or_, select, true
from sqlalchemy.sql.expression import FromClause

Row = RowMapping


@dataclass(frozen=True, slots=True)
class Plan:
    """How one table or query is read.

    Attributes:
        source: what is selected from.
        columns: output columns by name.
        key: names of the key columns; empty where there is none (then only a full read in one go is possible).
        cursor: name of the column of change times or growing numbers, or None.
        batch: rows a query fetches.
        lookback: seconds before the last change time that are read again, for rows whose transaction ended late.
    """

    source: FromClause
    columns: Mapping[str, ColumnElement[Any]]
    key: tuple[str, ...] = ()
    cursor: str | None = None
    batch: int = 1000
    lookback: int = 0


def read_rows(engine: Engine, plan: Plan, position: Mapping[str, Any]) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Rows from the position on, each with the position behind it (empty where the plan cannot be resumed)."""
    if not plan.key:
        yield from ((row, {}) for row in _stream(engine, plan))
    elif plan.cursor is None:
        last = _decoded(plan.key, position.get("key"))
        for row in _pages(engine, plan, plan.key, true(), last):
            yield row, {"key": _encoded(row, plan.key)}
    else:
        yield from _incremental(engine, plan, plan.cursor, position)


def _incremental(
    engine: Engine, plan: Plan, cursor: str, position: Mapping[str, Any]
) -> Iterator[tuple[Row, dict[str, Any]]]:
    column = plan.columns[cursor]
    with engine.connect() as connection:
        horizon = connection.execute(select(func.max(column))).scalar()
    last = _decoded((cursor, *plan.key), position.get("after"))
    behind = dict(position)
    if horizon is not None:
        start: ColumnElement[bool] = true()
        if last is not None and plan.lookback:
            start, last = column >= _earlier(last[0], plan.lookback), None
        for row in _pages(engine, plan, (cursor, *plan.key), and_(start, column <= horizon), last):
            behind = {"after": _encoded(row, (cursor, *plan.key))}
            yield row, behind
    for row in _pages(engine, plan, plan.key, column.is_(None), None):
        yield row, behind


def _earlier(value: Any, seconds: int) -> Any:
    if isinstance(value, datetime):
        return value - timedelta(seconds=seconds)
    if not isinstance(value, str):
        return value
    try:
        moved = datetime.fromisoformat(value) - timedelta(seconds=seconds)
    except ValueError:
        return value
    return moved.isoformat(sep=value[10]) if len(value) > 10 else moved.date().isoformat()


def _pages(
    engine: Engine, plan: Plan, order: Sequence[str], where: ColumnElement[bool], last: tuple[Any, ...] | None
) -> Iterator[Row]:
    columns = [plan.columns[name] for name in order]
    while True:
        query = _selection(plan).where(where).order_by(*columns).limit(plan.batch)
        if last is not None:
            query = query.where(_after(columns, last))
        # A connection of its own for every page: no transaction stays open while the host works.
        with engine.connect() as connection:
            page = connection.execute(query).mappings().all()
        yield from page
        if len(page) < plan.batch:
            return
        last = tuple(page[-1][name] for name in order)


def _after(columns: Sequence[ColumnElement[Any]], last: Sequence[Any]) -> ColumnElement[bool]:
    # Written out, because not every database compares row values or uses an index for it.
    choices = [
        and_(
            *(column == value for column, value in zip(columns[:place], last, strict=False)),
            columns[place] > last[place],
        )
        for place in range(len(columns))
    ]
    return or_(*choices)


def _stream(engine: Engine, plan: Plan) -> Iterator[Row]:
    with engine.connect().execution_options(stream_results=True, yield_per=plan.batch) as connection:
        yield from connection.execute(_selection(plan)).mappings()


def _selection(plan: Plan) -> Select[Any]:
    return select(*(column.label(name) for name, column in plan.columns.items())).select_from(plan.source)


def _encoded(row: Row, names: Sequence[str]) -> list[list[str]]:
    return [list(_tagged(row[name])) for name in names]


def _tagged(value: Any) -> tuple[str, str]:
    if isinstance(value, bool) or value is None:
        return "json", {True: "1", False: "0", None: "0"}[value]
    for kind in (datetime, date, time):
        if isinstance(value, kind):
            return kind.__name__, value.isoformat()
    if isinstance(value, bytes):
        return "bytes", value.hex()
    return type(value).__name__, str(value)


_MAKERS: Mapping[str, Any] = {
    "json": int,
    "int": int,
    "float": float,
    "str": str,
    "bytes": bytes.fromhex,
    "Decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


def _decoded(names: Sequence[str], kept: Any) -> tuple[Any, ...] | None:
    if not isinstance(kept, list) or len(kept) != len(names):
        return None
    return tuple(_MAKERS.get(kind, str)(text) for kind, text in kept)
