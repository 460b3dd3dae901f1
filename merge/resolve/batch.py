"""The same answer from scratch, in memory and without a database: what the incremental step must equal.

Used to check a rebuild: golden records made anew from source records have the bytes that are stored.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.records import SourceRecord
from merge.match.keys import blocking_keys
from merge.resolve.graph import Constraint, Edge
from merge.resolve.grouping import (
    MatchSettings,
    edge_of,
    evidence_digest,
    group,
    pairs_of,
    verified_of,
)
from merge.resolve.records import LoadedRecord, prepare, standard_lookup
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


def resolve_batch(
    records: Sequence[SourceRecord],
    settings: MatchSettings,
    policy: SurvivorshipPolicy,
    constraints: Iterable[Constraint] = (),
    pins: Callable[[Collection[str]], Pins] = lambda _: NONE,
) -> list[BatchGolden]:
    """All golden records of the customers among the records, in the order of their first records.

    ``pins`` tells what people said of the values of a golden record with these records.
    Records of events (with a subject) are left out: they follow their customer and do not match.
    """
    loaded = {one.record_id: prepare(one) for one in records if one.subject is None}
    edges = edges_between(loaded, settings)
    verified = {name: [f"{kind}:{value}" for kind, value in verified_of(one.features)] for name, one in loaded.items()}
    partition = group(loaded, edges, constraints, verified, settings)
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


def edges_between(loaded: Mapping[str, LoadedRecord], settings: MatchSettings) -> list[Edge]:
    """All edges between the customers, in the order of their ids."""
    holders: dict[str, list[str]] = {}
    for name, one in sorted(loaded.items()):
        for key in blocking_keys(one.standard):
            holders.setdefault(key, []).append(name)
    usable: Iterable[Collection[str]] = (held for held in holders.values() if 1 < len(held) <= settings.key_cap)
    pairs = sorted({pair for held in usable for pair in pairs_of(sorted(held))})
    found = (edge_of(left, right, loaded[left].features, loaded[right].features, settings) for left, right in pairs)
    return [edge for edge in found if edge is not None]


def _survived(members: Sequence[LoadedRecord], policy: SurvivorshipPolicy, pins: Pins) -> bytes:
    sources = [one.record for one in members]
    return golden_bytes(survive(sources, policy, as_of(sources), standard_lookup(members), pins))
