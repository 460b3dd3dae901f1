"""Rows of the match graph: scored edges and what people decided about pairs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from core.database import chunks, upsert
from merge.tables import merge_constraint, merge_edge

_CHUNK = 1_000


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A scored pair above the floor; ``left`` is the smaller id, ``weight`` in thousandths of a bit."""

    left: str
    right: str
    weight: int
    verdict: str
    rule: str


class ConstraintKind(StrEnum):
    """What a person said of two records."""

    MUST_LINK = "must_link"
    CANNOT_LINK = "cannot_link"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A decision about two records that stands until it is lifted; ``note`` is sealed or None."""

    constraint_id: str
    left: str
    right: str
    kind: ConstraintKind
    actor: str
    reason_code: str
    at: datetime
    note: bytes | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """The two records, smaller id first."""
        return self.left, self.right


def ordered(one: str, other: str) -> tuple[str, str]:
    """A pair with the smaller id first."""
    return (one, other) if one < other else (other, one)


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
            table.constraint_id, table.left_id, table.right_id, table.kind, table.actor, table.reason_code, table.at
        ).where(table.lifted_at.is_(None), or_(table.left_id.in_(some), table.right_id.in_(some)))
        for row in connection.execute(query):
            found[row.constraint_id] = Constraint(
                row.constraint_id,
                row.left_id,
                row.right_id,
                ConstraintKind(row.kind),
                row.actor,
                row.reason_code,
                row.at,
            )
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
