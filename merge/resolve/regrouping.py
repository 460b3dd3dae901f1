"""The second half of the incremental step: the components that a change touched, grouped anew.

Groups are made inside components of edges at or above the cut and of must-links, so nothing outside the components
that hold a touched record can change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from merge.golden_store import publications
from merge.graph_store import constraints_at, edges_at
from merge.record_store import RecordRow, entities_of, rows_in, rows_of
from merge.resolve.clusters import RefusedMerge
from merge.resolve.graph import Constraint, ConstraintKind, Edge
from merge.resolve.grouping import MatchSettings, group
from merge.resolve.identifiers import preferred_id


@dataclass(frozen=True, slots=True)
class Born:
    """Records that the step has seen for the first time, with all edges at them.

    Nothing else can stand about them yet: nobody decided about them, and no golden record was ever called by their ids.
    """

    rows: Mapping[str, RecordRow] = field(default_factory=dict)
    edges: Collection[Edge] = ()


NOBODY = Born()


@dataclass(frozen=True, slots=True)
class Region:
    """Whole components around touched records: their rows, the edges inside, the decisions of people.

    ``out`` are the edges to records outside, too weak to be followed; ``born`` are records seen for the first time.
    """

    rows: Mapping[str, RecordRow]
    edges: Sequence[Edge]
    constraints: Sequence[Constraint]
    out: Sequence[Edge] = ()
    born: Collection[str] = ()


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
    born: Collection[str] = ()

    @property
    def first_published(self) -> list[str]:
        """Ids that become preferred for the first time, those of the records seen first before the others."""
        fresh = [golden_id for golden_id in self.after if golden_id not in self.published]
        return sorted(fresh, key=lambda golden_id: (self.rows[golden_id].first_seen, golden_id))


def region(
    connection: Connection,
    touched: Collection[str],
    was_in: Collection[str],
    settings: MatchSettings,
    born: Born = NOBODY,
) -> Region:
    """The components around the touched records, and whole golden records wherever one of them is reached.

    ``was_in``: golden ids that records which left belonged to.
    """
    rows = {record: row for record, row in born.rows.items() if record in touched}
    edges = {edge for edge in born.edges if edge.left in rows or edge.right in rows}
    constraints: dict[str, Constraint] = {}
    goldens: set[str] = set()
    frontier, waiting = {*touched, *_followed(edges, settings)} - rows.keys(), set(was_in)
    while frontier or waiting:
        found = rows_of(connection, frontier)
        waiting.update(row.golden_id for row in found.values() if row.golden_id is not None)
        found.update(rows_in(connection, waiting - goldens))
        goldens |= waiting
        fresh = {record: row for record, row in found.items() if record not in rows and row.live and not row.is_item}
        rows.update(fresh)
        near = edges_at(connection, fresh)
        edges |= near
        decided = constraints_at(connection, fresh)
        constraints.update({one.constraint_id: one for one in decided})
        frontier = _followed(near, settings)
        frontier.update(record for one in decided if one.kind is ConstraintKind.MUST_LINK for record in one.pair)
        frontier -= rows.keys()
        waiting = {row.golden_id for row in fresh.values() if row.golden_id is not None} - goldens
        if not fresh and not waiting:
            break
    inside: list[Edge] = []
    out: list[Edge] = []
    for edge in sorted(edges):
        (inside if edge.left in rows and edge.right in rows else out).append(edge)
    decided = [constraints[name] for name in sorted(constraints)]
    return Region(rows, inside, decided, out, born.rows.keys())


def _followed(edges: Collection[Edge], settings: MatchSettings) -> set[str]:
    """The ends of those edges on which groups can hang."""
    line = settings.line
    return {record for edge in edges if edge.weight >= line for record in (edge.left, edge.right)}


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
    published = publications(connection, {*found.rows, *left.values()}.difference(found.born))
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
        found.born,
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
