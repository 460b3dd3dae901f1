"""What speaks for records being one customer, gathered from the database and told anew from the records themselves."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import Connection

from merge.evidence.gathered import Gathered, KnownRecord, PairEvidence
from merge.graph_store import constraints_at, edges_at
from merge.match.explain import explain
from merge.match.features import Features
from merge.record_store import rows_of
from merge.resolve.decisions import Decision, Lines, decisions_of
from merge.resolve.graph import Constraint, ConstraintKind, Edge
from merge.resolve.grouping import MatchSettings

FeaturesOf = Callable[[Connection, Collection[str]], Mapping[str, Features]]
MOST_EXPLAINED = 300
"""So many pairs are explained, the strongest first; of the others the weight is told."""


def lines_of(settings: MatchSettings) -> Lines:
    """The lines of settings."""
    return Lines(cut=settings.cut, bridge=settings.bridge, floor=settings.floor, max_size=settings.max_size)


def gather(
    connection: Connection,
    features_of: FeaturesOf,
    settings: MatchSettings,
    records: Collection[str],
    most: int = MOST_EXPLAINED,
) -> Gathered:
    """Evidence about records of customers; those that are gone or erased are left out of the pairs.

    ``features_of`` gives what records are compared by, as the resolver compares them (``Resolver.features_of``).
    """
    rows = {
        name: KnownRecord(name, row.source, row.digest, row.verified)
        for name, row in rows_of(connection, records).items()
        if row.live and not row.is_item
    }
    inside = [edge for edge in edges_at(connection, rows) if edge.left in rows and edge.right in rows]
    inside.sort(key=lambda edge: (-edge.weight, edge.left, edge.right))
    chosen = inside[:most]
    features = features_of(connection, {record for edge in chosen for record in (edge.left, edge.right)})
    pairs = [
        PairEvidence(edge, explain(features[edge.left], features[edge.right], settings.model))
        for edge in chosen
        if edge.left in features and edge.right in features
    ]
    constraints = [one for one in constraints_at(connection, rows) if {*one.pair} <= rows.keys()]
    lines = lines_of(settings)
    return Gathered(rows, pairs, inside, merges_among(rows, inside, constraints, lines), constraints, lines)


def merges_among(
    rows: Mapping[str, KnownRecord], edges: Sequence[Edge], constraints: Sequence[Constraint], lines: Lines
) -> list[Decision]:
    """The merges that join records, by the pairs among them alone."""

    def decided(kind: ConstraintKind) -> list[tuple[str, str]]:
        return [one.pair for one in constraints if one.kind is kind]

    return decisions_of(
        rows,
        [(edge.left, edge.right, edge.weight) for edge in edges],
        lines,
        must_link=decided(ConstraintKind.MUST_LINK),
        cannot_link=decided(ConstraintKind.CANNOT_LINK),
        verified={name: row.verified for name, row in rows.items()},
    )
