"""What the incremental step and a batch share, so that they cannot differ: which pairs, which edges, which groups."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

import orjson

from merge.match.comparisons import compare
from merge.match.features import Features
from merge.match.model import Model, total_weight
from merge.match.rules import fired
from merge.match.score import apply_rule, verdict_of
from merge.resolve.clusters import MAX_SIZE, MISSING_PAIR, Partition, cluster
from merge.resolve.contesting import conflict_of
from merge.resolve.graph import Constraint, ConstraintKind, Edge
from merge.standardise.identifiers import VERIFIED_KINDS

KEY_CAP = 40
"""A key that more records hold says nothing about who they are; its pairs are not compared for its sake."""


CUT = -1000
"""Mean weights lie below the odds of the pairs, because pairs that were never compared pull them down."""


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """What decides who is one customer, beside the records and the decisions of people.

    Two groups are joined while the mean weight between them reaches ``cut`` (1/1000 bit) and one pair between them is
    AUTO by itself: what people give to one channel is often all another does not know, so a mean that had to be AUTO
    would leave sure records apart. ``floor`` is what a pair that was never compared counts for; pairs at or below it
    are not kept as edges.
    """

    model: Model
    key_cap: int = KEY_CAP
    cut: int = CUT
    floor: int = MISSING_PAIR
    max_size: int = MAX_SIZE

    @property
    def bridge(self) -> int:
        """The least weight of one pair between groups that are joined."""
        return self.model.auto

    @property
    def line(self) -> int:
        """The weight of a pair from which its two records can end in one group."""
        return max(self.cut, self.bridge)


def pairs_of(holders: Sequence[str], about: Collection[str] | None = None) -> Iterable[tuple[str, str]]:
    """Pairs of a key's holders, smaller id first; with ``about`` only those with one of these records."""
    ordered = sorted(holders)
    if about is None:
        yield from combinations(ordered, 2)
        return
    for one in ordered:
        if one in about:
            yield from ((one, other) if one < other else (other, one) for other in ordered if other != one)


def edge_of(left: str, right: str, ours: Features, theirs: Features, settings: MatchSettings) -> Edge | None:
    """The edge of a pair, or None where it is not worth more than a pair never compared and contests no veto."""
    model = settings.model
    rule = fired(model.pack, ours, theirs, model.frequency)
    weight = apply_rule(total_weight(model, compare(ours, theirs, model.frequency)), rule)
    if weight <= settings.floor:
        return conflict_of(left, right, ours, theirs, rule, model, settings.floor)
    return Edge(left, right, weight, verdict_of(weight, model).value, rule.rule if rule else "")


def verified_of(features: Features) -> list[tuple[str, str]]:
    """Kind and value of each valid identifier that proves who somebody is."""
    return sorted(
        (kind, value[0]) for kind in VERIFIED_KINDS for value in features.get(kind) if len(value) > 1 and value[1]
    )


def group(
    records: Iterable[str],
    edges: Iterable[Edge],
    constraints: Iterable[Constraint],
    verified: Mapping[str, Collection[str]],
    settings: MatchSettings,
) -> Partition:
    """Groups of the records. ``verified`` holds ``<kind>:<value or keyed hash>`` by record."""
    members = set(records)
    links: dict[ConstraintKind, list[tuple[str, str]]] = {kind: [] for kind in ConstraintKind}
    for constraint in constraints:
        if constraint.left in members and constraint.right in members:
            links[constraint.kind].append(constraint.pair)
    return cluster(
        [(edge.left, edge.right, edge.weight) for edge in edges if edge.left in members and edge.right in members],
        cut=settings.cut,
        bridge=settings.bridge,
        floor=settings.floor,
        must_link=links[ConstraintKind.MUST_LINK],
        cannot_link=[*links[ConstraintKind.CANNOT_LINK], *links[ConstraintKind.REVIEW]],
        conflicts={record: frozenset(verified[record]) for record in members if verified.get(record)},
        max_size=settings.max_size,
        records=members,
    )


def evidence_digest(edges: Iterable[Edge]) -> str:
    """SHA-256 over the edges inside one golden record: equal evidence is equal, however it came together."""
    plain = [[edge.left, edge.right, edge.weight, edge.verdict, edge.rule] for edge in sorted(edges)]
    return sha256(orjson.dumps(plain)).hexdigest()
