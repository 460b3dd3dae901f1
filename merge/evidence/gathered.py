"""What speaks for records being one customer, as plain values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from merge.match.explain import Explained
from merge.resolve.decisions import Decision, Lines, between
from merge.resolve.graph import Constraint, Edge


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What evidence says of a record: its source, the keyed hash of its content, those of its verified identifiers."""

    record_id: str
    source: str
    digest: bytes
    verified: Sequence[str]


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """A pair with its edge as it is kept, and why it weighs what it weighs now."""

    edge: Edge
    explained: Explained

    @property
    def stale(self) -> bool:
        """Whether the edge was scored by rules or weights that are not those of today."""
        return self.edge.weight != self.explained.weight


@dataclass(frozen=True, slots=True)
class Gathered:
    """Evidence about some records.

    Attributes:
        records: by id.
        pairs: pairs that are explained, the strongest first.
        edges: all pairs among the records that were found alike, those of ``pairs`` included.
        decisions: the merges that join the records, in their order; none where they are not joined.
        constraints: what people said of pairs of them.
        lines: what groups are judged by.
    """

    records: Mapping[str, KnownRecord]
    pairs: Sequence[PairEvidence]
    edges: Sequence[Edge]
    decisions: Sequence[Decision]
    constraints: Sequence[Constraint]
    lines: Lines

    @property
    def weights(self) -> dict[tuple[str, str], int]:
        """Weights by pair, the smaller id first."""
        return {(edge.left, edge.right): edge.weight for edge in self.edges}

    def between(self, left: Collection[str], right: Collection[str]) -> Decision:
        """What stands between two groups of the records."""
        return between(left, right, self.weights, self.lines.floor)
