"""Rows of the match graph: scored edges and what people decided about pairs."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select, union_all, update

from core.bulk import delete_many, upsert_many
from core.database import chunks, moment
from core.lookups import Lookup
from merge.match.score import Verdict
from merge.resolve.graph import Constraint, ConstraintKind, Edge
from merge.resolve.relating import Relation, RelationKind
from merge.tables import merge_constraint, merge_edge, merge_relation

_CHUNK = 1_000
_EDGE, _RELATION, _DECIDED = merge_edge.c, merge_relation.c, merge_constraint.c
_AMONG: BindParameter[Any] = bindparam("ids", expanding=True)
# Two questions in one, an index each: an OR over both columns would make some planners read the whole table.
_EDGES = Lookup(
    union_all(
        *(
            select(_EDGE.left_id, _EDGE.right_id, _EDGE.weight, _EDGE.verdict, _EDGE.rule).where(column.in_(_AMONG))
            for column in (_EDGE.left_id, _EDGE.right_id)
        )
    )
)
_RELATIONS = Lookup(
    union_all(
        *(
            select(_RELATION.left_id, _RELATION.right_id, _RELATION.kind).where(column.in_(_AMONG))
            for column in (_RELATION.left_id, _RELATION.right_id)
        )
    )
)
_DECISION = (
    _DECIDED.constraint_id,
    _DECIDED.left_id,
    _DECIDED.right_id,
    _DECIDED.kind,
    _DECIDED.actor,
    _DECIDED.reason_code,
    _DECIDED.at,
    _DECIDED.expires_at,
)
_CONSTRAINTS = Lookup(
    union_all(
        *(
            select(*_DECISION).where(_DECIDED.lifted_at.is_(None), column.in_(_AMONG))
            for column in (_DECIDED.left_id, _DECIDED.right_id)
        )
    )
)


def edges_at(connection: Connection, record_ids: Iterable[str]) -> set[Edge]:
    """All edges that touch any of the records."""
    return set(map(Edge._make, _EDGES.rows(connection, set(record_ids))))


def change_edges(connection: Connection, lost: Iterable[Edge], new: Iterable[Edge]) -> None:
    """Take edges away and add others; a pair that has one gets the new weight."""
    rows = [(edge.left, edge.right, edge.weight, edge.verdict, edge.rule) for edge in sorted(new)]
    made = {row[:2] for row in rows}
    gone = {(edge.left, edge.right) for edge in lost} - made
    delete_many(connection, merge_edge, ("left_id", "right_id"), sorted(gone))
    columns = ("left_id", "right_id", "weight", "verdict", "rule")
    upsert_many(connection, merge_edge, columns, rows, shared={}, keys=columns[:2], update=columns[2:])


def count_links(connection: Connection) -> int:
    """Pairs that are AUTO or REVIEW."""
    query = select(func.count()).select_from(merge_edge).where(merge_edge.c.verdict != Verdict.NO.value)
    return connection.execute(query).scalar_one()


def relations_at(connection: Connection, record_ids: Iterable[str]) -> set[Relation]:
    """What records are to others where it is not one customer."""
    found = _RELATIONS.rows(connection, set(record_ids))
    return {Relation(left, right, RelationKind(kind)) for left, right, kind in found}


def change_relations(connection: Connection, lost: Iterable[Relation], new: Iterable[Relation]) -> None:
    """Take relations away and add others."""
    columns = ("left_id", "right_id", "kind")
    delete_many(connection, merge_relation, columns, sorted((one.left, one.right, one.kind.value) for one in lost))
    rows = sorted((one.left, one.right, one.kind.value) for one in new)
    upsert_many(connection, merge_relation, columns, rows, shared={}, keys=columns[:2], update=columns[2:])


def constraints_at(connection: Connection, record_ids: Iterable[str]) -> list[Constraint]:
    """Standing decisions that touch any of the records, in the order of their ids."""
    found = {row[0]: _constraint(row) for row in _CONSTRAINTS.rows(connection, set(record_ids))}
    return [found[name] for name in sorted(found)]


def write_constraints(connection: Connection, constraints: Sequence[Constraint]) -> None:
    """Add decisions."""
    rows = [
        {
            "constraint_id": one.constraint_id,
            "left_id": one.left,
            "right_id": one.right,
            "kind": one.kind.value,
            "actor": one.actor,
            "reason_code": one.reason_code,
            "note": one.note,
            "at": one.at,
            "expires_at": one.expires_at,
        }
        for one in constraints
    ]
    if rows:
        connection.execute(insert(merge_constraint), rows)
    if (watched := _WATCHED.get()) is not None:
        watched.made.extend(one.constraint_id for one in constraints)


def lift_constraints(connection: Connection, constraint_ids: Iterable[str], actor: str, at: datetime) -> None:
    """End decisions; their rows stay. One that was ended before stays as it was told."""
    watched = _WATCHED.get()
    for some in chunks(sorted(set(constraint_ids)), _CHUNK):
        if watched is not None:
            watched.lifted.extend(standing_constraints(connection, some))
        connection.execute(
            update(merge_constraint)
            .where(merge_constraint.c.constraint_id.in_(some), merge_constraint.c.lifted_at.is_(None))
            .values(lifted_at=at, lifted_by=actor)
        )


def standing_constraints(connection: Connection, constraint_ids: Iterable[str]) -> list[Constraint]:
    """Those of the decisions that stand, in the order of their ids."""
    table = merge_constraint.c
    found: list[Constraint] = []
    for some in chunks(sorted(set(constraint_ids)), _CHUNK):
        query = select(*_DECISION).where(table.constraint_id.in_(some), table.lifted_at.is_(None))
        found += [_constraint(row) for row in connection.execute(query.order_by(table.constraint_id))]
    return found


@dataclass(slots=True)
class Written:
    """Decisions that were made while one watched, by id, and those that stood before and were lifted."""

    made: list[str] = field(default_factory=list)
    lifted: list[Constraint] = field(default_factory=list)


_WATCHED: ContextVar[Written | None] = ContextVar("written constraints", default=None)


@contextmanager
def watched_constraints() -> Iterator[Written]:
    """Notes which decisions this thread makes and lifts meanwhile, wherever their records lie."""
    written = Written()
    token = _WATCHED.set(written)
    try:
        yield written
    finally:
        _WATCHED.reset(token)


def expired_constraints(connection: Connection, now: datetime) -> list[Constraint]:
    """Standing decisions whose time is over, in the order of their ids."""
    table = merge_constraint.c
    query = select(*_DECISION).where(table.expires_at.is_not(None), table.expires_at <= now, table.lifted_at.is_(None))
    return [_constraint(row) for row in connection.execute(query.order_by(table.constraint_id))]


def _constraint(row: Any) -> Constraint:
    constraint_id, left, right, kind, actor, reason_code, at, expires_at = row
    return Constraint(
        constraint_id,
        left,
        right,
        ConstraintKind(kind),
        actor,
        reason_code,
        _time(at),
        expires_at=None if expires_at is None else _time(expires_at),
    )


def _time(at: datetime | int) -> datetime:
    """A time as the query layer or the driver gives it."""
    return moment(at) if isinstance(at, int) else at
