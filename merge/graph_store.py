"""Rows of the match graph: scored edges and what people decided about pairs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from core.database import chunks, upsert
from merge.resolve.graph import Constraint, ConstraintKind, Edge
from merge.tables import merge_constraint, merge_edge

_CHUNK = 1_000


def edges_at(connection: Connection, record_ids: Iterable[str]) -> set[Edge]:
    """All edges that touch any of the records."""
    found: set[Edge] = set()
    columns = select(
        merge_edge.c.left_id, merge_edge.c.right_id, merge_edge.c.weight, merge_edge.c.verdict, merge_edge.c.rule
    )
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        # Two look-ups, one an index each: an OR over both columns would make some planners read the whole table.
        for column in (merge_edge.c.left_id, merge_edge.c.right_id):
            found.update(Edge(*row) for row in connection.execute(columns.where(column.in_(some))))
    return found


def delete_edges(connection: Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """Take edges away."""
    rows = [{"b_left": left, "b_right": right} for left, right in sorted(pairs)]
    if rows:
        connection.execute(
            delete(merge_edge).where(
                merge_edge.c.left_id == bindparam("b_left"), merge_edge.c.right_id == bindparam("b_right")
            ),
            rows,
        )


def write_edges(connection: Connection, edges: Sequence[Edge]) -> None:
    """Add edges; a pair that has one gets the new weight."""
    upsert(
        connection,
        merge_edge,
        [
            {
                "left_id": edge.left,
                "right_id": edge.right,
                "weight": edge.weight,
                "verdict": edge.verdict,
                "rule": edge.rule,
            }
            for edge in sorted(edges)
        ],
        keys=["left_id", "right_id"],
        update=["weight", "verdict", "rule"],
    )


def constraints_at(connection: Connection, record_ids: Iterable[str]) -> list[Constraint]:
    """Standing decisions that touch any of the records, in the order of their ids."""
    table = merge_constraint.c
    found: dict[str, Constraint] = {}
    for some in chunks(sorted(set(record_ids)), _CHUNK):
        query = select(
            table.constraint_id,
            table.left_id,
            table.right_id,
            table.kind,
            table.actor,
            table.reason_code,
            table.at,
            table.expires_at,
        ).where(table.lifted_at.is_(None), or_(table.left_id.in_(some), table.right_id.in_(some)))
        for row in connection.execute(query):
            found[row.constraint_id] = _constraint(row)
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


def lift_constraints(connection: Connection, constraint_ids: Iterable[str], actor: str, at: datetime) -> None:
    """End decisions; their rows stay."""
    for some in chunks(sorted(set(constraint_ids)), _CHUNK):
        connection.execute(
            update(merge_constraint)
            .where(merge_constraint.c.constraint_id.in_(some))
            .values(lifted_at=at, lifted_by=actor)
        )


def expired_constraints(connection: Connection, now: datetime) -> list[Constraint]:
    """Standing decisions whose time is over, in the order of their ids."""
    table = merge_constraint.c
    query = select(merge_constraint).where(
        table.expires_at.is_not(None), table.expires_at <= now, table.lifted_at.is_(None)
    )
    return [_constraint(row) for row in connection.execute(query.order_by(table.constraint_id))]


def _constraint(row: Any) -> Constraint:
    return Constraint(
        row.constraint_id,
        row.left_id,
        row.right_id,
        ConstraintKind(row.kind),
        row.actor,
        row.reason_code,
        row.at,
        expires_at=row.expires_at,
    )
