"""What the incremental step and a batch share, so that they cannot differ: which pairs, which edges, which groups."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson

from merge.match.features import Features
from merge.match.model import Model
from merge.match.rules import Effect, RuleVerdict, fired
from merge.match.score import apply_rule, verdict_of
from merge.match.taught import Shift
from merge.match.weighing import PairWeights
from merge.resolve.bands import Band, Bands
from merge.resolve.clusters import MAX_SIZE, MISSING_PAIR, Partition, cluster
from merge.resolve.contesting import conflict_of
from merge.resolve.graph import Constraint, ConstraintKind, Edge
from merge.resolve.relating import Relation, relation_of
from merge.standardise.identifiers import VERIFIED_KINDS

KEY_CAP = 40
"""A key that more records hold is made a hub by the next maintenance step: alone it says nothing of who they are."""
KEY_GUARD = 160
"""A key that more records hold is made a hub at once, in a step of its own: its pairs grow as the square."""
BROAD_CAP = 10
BROAD_GUARD = 40
"""The same for keys that bring strangers together as soon as they are common (``merge.match.keys.is_broad``)."""
SHARED_BY = 3
"""A telephone or mailbox under more names is generic (AT08)."""

CUT = -1000
"""Mean weights lie below the odds of the pairs, because pairs that were never compared pull them down."""


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """What decides who is one customer, beside the records and the decisions of people.

    Two groups are joined while the mean weight between them reaches ``cut`` (1/1000 bit) and one pair between them is
    AUTO by itself: what people give to one channel is often all another does not know, so a mean that had to be AUTO
    would leave sure records apart. Keys of more than ``key_cap`` records become hubs by maintenance, of more than
    ``key_guard`` at once, broad ones of more than ``broad_cap`` and ``broad_guard``; contacts under more than
    ``shared_by`` names are generic. ``floor`` is what a pair that was never compared counts for; pairs at or below it
    are not kept as edges. ``organization`` are the lines of pairs of organizations where they are not the general
    ones, ``confirmed`` what a merge with a customer that a person put together asks for. ``shifts`` are those that the
    weights of the model hold, as decisions of people taught them.
    """

    model: Model
    key_cap: int = KEY_CAP
    key_guard: int = KEY_GUARD
    broad_cap: int = BROAD_CAP
    broad_guard: int = BROAD_GUARD
    shared_by: int = SHARED_BY
    cut: int = CUT
    floor: int = MISSING_PAIR
    max_size: int = MAX_SIZE
    organization: Band | None = None
    confirmed: int | None = None
    shifts: tuple[Shift, ...] = ()

    @property
    def bands(self) -> Bands:
        """From which weight on pairs are merged or asked about, by what they are of."""
        person = Band(self.model.auto, self.model.review)
        confirmed = self.model.auto if self.confirmed is None else self.confirmed
        return Bands(person, self.organization or person, confirmed)

    def cap(self, *, broad: bool) -> int:
        """The most records that a key may have after maintenance."""
        return min(self.key_cap, self.broad_cap) if broad else self.key_cap

    def guard(self, *, broad: bool) -> int:
        """The most records that a key may have at all."""
        return min(self.key_guard, self.broad_guard) if broad else self.key_guard

    @property
    def bridge(self) -> int:
        """The least weight of one pair between groups that are joined."""
        if self.organization is None:
            return self.model.auto
        return self.bands.least_auto

    @property
    def line(self) -> int:
        """The weight of a pair from which its two records can end in one group."""
        return max(self.cut, self.bridge)


def compared(
    left: str, right: str, ours: Features, theirs: Features, settings: MatchSettings, weights: PairWeights
) -> tuple[Edge | None, Relation | None]:
    """The edge of a pair, and what the two are to each other where it is not one customer.

    There is no edge where a pair is not worth more than one never compared and contests no veto. ``weights`` are those
    of the model of the settings.
    """
    model, line = settings.model, settings.line
    rule = fired(model.pack, ours, theirs, model.frequency, weights.relation)
    weight = _weight(ours, theirs, rule, settings.floor, line, weights)
    said = rule.rule if rule is not None and rule.effect is Effect.RELATION else None
    relation = relation_of(left, right, ours, theirs, said, weights.relation) if weight < line else None
    if weight <= settings.floor:
        return conflict_of(left, right, ours, theirs, rule, model, settings.floor), relation
    return Edge(left, right, weight, verdict_of(weight, model).value, rule.rule if rule else ""), relation


def _weight(
    ours: Features, theirs: Features, rule: RuleVerdict | None, floor: int, line: int, weights: PairWeights
) -> int:
    """The weight after the rule had its say; what cannot change what follows from it is not worked out."""
    if rule is not None and rule.effect is not Effect.SUPPORT:
        hopeless = rule.weight <= floor and rule.weight < line
        if rule.effect is Effect.CAP or hopeless:
            return rule.weight
    return apply_rule(weights.weight(ours, theirs, min(floor, line - 1)), rule)


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
    entities: Mapping[str, str] | None = None,
) -> Partition:
    """Groups of the records.

    ``verified`` holds ``<kind>:<value or keyed hash>`` by record, ``entities`` what each is of (see ``bands``).
    """
    members = set(records)
    links: dict[ConstraintKind, list[tuple[str, str]]] = {kind: [] for kind in ConstraintKind}
    for constraint in constraints:
        if constraint.left in members and constraint.right in members:
            links[constraint.kind].append(constraint.pair)
    pairs = [(edge.left, edge.right, edge.weight) for edge in edges if edge.left in members and edge.right in members]
    bands = settings.bands
    return cluster(
        pairs,
        cut=settings.cut,
        bridge=settings.bridge,
        floor=settings.floor,
        must_link=links[ConstraintKind.MUST_LINK],
        cannot_link=[*links[ConstraintKind.CANNOT_LINK], *links[ConstraintKind.REVIEW]],
        conflicts={record: frozenset(verified[record]) for record in members if verified.get(record)},
        max_size=settings.max_size,
        records=members,
        held=bands.held(pairs, entities or {}),
        confirmed=None if settings.confirmed is None else bands.confirmed,
    )


def evidence_digest(edges: Iterable[Edge]) -> str:
    """SHA-256 over the edges inside one golden record: equal evidence is equal, however it came together."""
    plain = [[edge.left, edge.right, edge.weight, edge.verdict, edge.rule] for edge in sorted(edges)]
    return sha256(orjson.dumps(plain)).hexdigest()
