"""The second half of the incremental step: the components that a change touched, grouped anew.

Groups are made inside components of edges at or above the cut and of must-links, so nothing outside the components
that hold a touched record can change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from merge.golden_store import publications
from merge.graph_store import constraints_at, edges_at
from merge.record_store import RecordRow, entities_of, members_of, rows_of
from merge.resolve.clusters import RefusedMerge
from merge.resolve.graph import Constraint, ConstraintKind, Edge
from merge.resolve.grouping import MatchSettings, group
from merge.resolve.identifiers import preferred_id


@dataclass(frozen=True, slots=True)
class Region:
    """Whole components around touched records: their rows, the edges inside, the decisions of people.

    ``out`` are the edges to records outside, too weak to be followed.
    """

    rows: Mapping[str, RecordRow]
    edges: Sequence[Edge]
    constraints: Sequence[Constraint]
    out: Sequence[Edge] = ()


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Golden records of a region before and after, by id; ``published`` tells the order of known preferred ids.

    ``before`` holds whole golden records, records that the change removed included.
    """

    before: Mapping[str, Sequence[str]]
    after: Mapping[str, Sequence[str]]
    published: Mapping[str, int]
    refused: Sequence[RefusedMerge]
    rows: Mapping[str, RecordRow]
    edges: Sequence[Edge]
    out: Sequence[Edge] = ()


def region(
    connection: Connection, touched: Collection[str], was_in: Collection[str], settings: MatchSettings
) -> Region:
    """The components around the touched records, and whole golden records wherever one of them is reached.

    ``was_in``: golden ids that records which left belonged to.
    """
    rows: dict[str, RecordRow] = {}
    edges: set[Edge] = set()
    constraints: dict[str, Constraint] = {}
    goldens: set[str] = set()
    frontier, waiting = set(touched), set(was_in)
    while frontier or waiting:
        members = members_of(connection, waiting)
        goldens |= waiting
        frontier.update(record for held in members.values() for record in held)
        found = rows_of(connection, frontier - rows.keys())
        fresh = {record: row for record, row in found.items() if row.live and not row.is_item}
        rows.update(fresh)
        near = edges_at(connection, fresh)
        edges |= near
        decided = constraints_at(connection, fresh)
        constraints.update({one.constraint_id: one for one in decided})
        frontier = {record for edge in near if edge.weight >= settings.line for record in (edge.left, edge.right)}
        frontier.update(record for one in decided if one.kind is ConstraintKind.MUST_LINK for record in one.pair)
        frontier -= rows.keys()
        waiting = {row.golden_id for row in fresh.values() if row.golden_id is not None} - goldens
        if not fresh and not waiting:
            break
    inside = [edge for edge in edges if edge.left in rows and edge.right in rows]
    return Region(
        rows, sorted(inside), [constraints[name] for name in sorted(constraints)], sorted(edges - set(inside))
    )


def regroup(connection: Connection, found: Region, left: Mapping[str, str], settings: MatchSettings) -> Regrouped:
    """Group a region anew and choose the preferred ids.

    Args:
        connection: where to read.
        found: the region.
        left: records that are no customers any more, and the golden id each belonged to.
        settings: what decides.
    """
    verified = {record: row.verified for record, row in found.rows.items()}
    partition = group(found.rows, found.edges, found.constraints, verified, settings, entities_of(found.rows))
    published = publications(connection, {*found.rows, *left.values()})
    first_seen = {record: row.first_seen for record, row in found.rows.items()}
    after = {preferred_id(members, published, first_seen): members for members in partition.groups}
    before: dict[str, list[str]] = {}
    for record, row in found.rows.items():
        if row.golden_id is not None:
            before.setdefault(row.golden_id, []).append(record)
    for record, golden_id in left.items():
        before.setdefault(golden_id, []).append(record)
    return Regrouped(
        {golden_id: sorted(records) for golden_id, records in sorted(before.items())},
        dict(sorted(after.items())),
        published,
        partition.refused,
        found.rows,
        found.edges,
        found.out,
    )


def heirs(found: Regrouped, left: Mapping[str, str]) -> dict[str, str]:
    """For each record that left, the golden record that goes on: the same, else the part with most of its records."""
    targets: dict[str, str] = {}
    for record, golden_id in left.items():
        held = set(found.before.get(golden_id, ()))
        sizes = {home: len(held & set(members)) for home, members in found.after.items()}
        best = min((home for home in sizes if sizes[home]), key=lambda home: (-sizes[home], home), default=None)
        target = golden_id if golden_id in found.after else best
        if target is not None:
            targets[record] = target
    return targets
