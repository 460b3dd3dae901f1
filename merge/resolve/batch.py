"""The same answer from scratch, in memory and without a database: what the incremental step must equal.

Used to check a rebuild: golden records made anew from source records have the bytes that are stored.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from core.records import SourceRecord
from merge.match.weighing import PairWeights
from merge.resolve.bands import entity_of
from merge.resolve.graph import Constraint, Edge
from merge.resolve.grouping import MatchSettings, compared, evidence_digest, group, verified_of
from merge.resolve.keying import Found, Keyer, unkeyed, usable_keys
from merge.resolve.records import LoadedRecord, prepare, standard_lookup
from merge.resolve.relating import Relation
from merge.survivorship.pins import NONE, Pins
from merge.survivorship.policy import SurvivorshipPolicy
from merge.survivorship.survive import as_of, survive
from merge.survivorship.values import golden_bytes


@dataclass(frozen=True, slots=True)
class BatchGolden:
    """One golden record: its records (sorted), canonical bytes, and the digest of the evidence inside."""

    records: tuple[str, ...]
    plain: bytes
    evidence: str


@dataclass(frozen=True, slots=True)
class BatchGraph:
    """All edges and relations between records, each in the order of their ids."""

    edges: tuple[Edge, ...]
    relations: tuple[Relation, ...]


def resolve_batch(
    records: Sequence[SourceRecord],
    settings: MatchSettings,
    policy: SurvivorshipPolicy,
    constraints: Iterable[Constraint] = (),
    pins: Callable[[Collection[str]], Pins] = lambda _: NONE,
    *,
    keyer: Keyer | None = None,
    hubs: Collection[int] = (),
) -> list[BatchGolden]:
    """All golden records of the customers among the records, in the order of their first records.

    ``pins`` tells what people said of the values of a golden record with these records.
    Records of events (with a subject) are left out: they follow their customer and do not match. ``hubs`` is the
    frozen list of keys that the keyer makes.
    """
    loaded = {one.record_id: prepare(one) for one in records if one.subject is None}
    edges = graph_of(loaded, settings, keyer=keyer, hubs=hubs).edges
    verified = {name: [f"{kind}:{value}" for kind, value in verified_of(one.features)] for name, one in loaded.items()}
    entities = {
        name: entity_of(one.record, [kind for kind, _ in verified_of(one.features)]) for name, one in loaded.items()
    }
    partition = group(loaded, edges, constraints, verified, settings, entities)
    number = partition.group_of()
    inside: dict[int, list[Edge]] = {}
    for edge in edges:
        if number[edge.left] == number[edge.right]:
            inside.setdefault(number[edge.left], []).append(edge)
    return [
        BatchGolden(
            members,
            _survived([loaded[one] for one in members], policy, pins(members)),
            evidence_digest(inside.get(at, ())),
        )
        for at, members in enumerate(partition.groups)
    ]


def graph_of(
    loaded: Mapping[str, LoadedRecord],
    settings: MatchSettings,
    *,
    keyer: Keyer | None = None,
    hubs: Collection[int] = (),
) -> BatchGraph:
    """What stands between the customers."""
    keyer = keyer or Keyer(unkeyed)
    found = {name: keyer.found(one) for name, one in sorted(loaded.items())}
    generic = _generic(found.values(), settings.shared_by)
    features = {
        name: one.features if found[name].values.isdisjoint(generic) else keyer.without(one.features, generic)
        for name, one in loaded.items()
    }
    holders: dict[int, list[str]] = {}
    for name, one in found.items():
        for key in usable_keys(one.keys, hubs):
            holders.setdefault(key, []).append(name)
    pairs = sorted({pair for held in holders.values() for pair in combinations(held, 2)})
    weights = PairWeights(settings.model)
    said = [compared(left, right, features[left], features[right], settings, weights) for left, right in pairs]
    edges = [edge for edge, _ in said if edge is not None]
    return BatchGraph(tuple(edges), tuple(sorted(relation for _, relation in said if relation is not None)))


def _generic(found: Iterable[Found], names: int) -> set[int]:
    """Contacts under more names than that."""
    borne: dict[int, set[int]] = {}
    for one in found:
        for value, name in one.shared:
            borne.setdefault(value, set()).add(name)
    return {value for value, held in borne.items() if len(held - {0}) > names}


def _survived(members: Sequence[LoadedRecord], policy: SurvivorshipPolicy, pins: Pins) -> bytes:
    sources = [one.record for one in members]
    return golden_bytes(survive(sources, policy, as_of(sources), standard_lookup(members), pins))
