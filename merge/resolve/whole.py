"""A whole batch resolved in memory: profiles, pairs, weights, cut, groups. The embedded engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from merge.match.column_terms import column_terms
from merge.match.batch import Column, PreparedPairs, compare_pairs, total_weights
from merge.match.features import Features
from merge.match.frequency import FrequencyTable
from merge.match.model import PRIOR_WEIGHTS, Model
from merge.match.outcomes import Level
from merge.match.pairs import candidate_pairs
from merge.match.rules import fired
from merge.match.score import apply_rule
from merge.match.table import table_of
from merge.match.texts import Ints
from merge.match.training import Trained, prior_odds, train
from merge.resolve.clusters import MAX_SIZE, MISSING_PAIR, partition_of
from merge.resolve.cut import Cut, by_labels, plateau
from merge.resolve.linkage import Constraints, Merge, link
from merge.standardise.identifiers import VERIFIED_KINDS

LOWEST_CUT = -3750
_BOUND = 12000
"""Beyond this a weight says no more: one pair that is certain does not outweigh many that are not."""

_TELLING_PRIOR = 7000

Stage = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The outcome for records 0..n-1.

    Attributes:
        groups: members of each group, sorted.
        candidates: how many pairs were compared.
        left, right, weights: those that were not hopeless, and their weights (1/1000 bit, after the rules).
        trained: the model, and the outcomes of the pairs.
        cut: where the groups were cut.
    """

    groups: list[list[int]]
    candidates: int
    left: Ints
    right: Ints
    weights: Ints
    trained: Trained
    cut: Cut


@dataclass(frozen=True, slots=True)
class Profiles:
    """Records that say exactly the same, as one: the first of them stands for all."""

    first: list[int]
    of: list[int]

    def copies(self) -> dict[int, list[int]]:
        """Profile to its records, where there is more than one."""
        found: dict[int, list[int]] = {}
        for record, profile in enumerate(self.of):
            found.setdefault(profile, []).append(record)
        return {profile: members for profile, members in found.items() if len(members) > 1}


def profiles(records: Sequence[Features]) -> Profiles:
    """The distinct records; one that says nothing is like no other."""
    numbers: dict[object, int] = {}
    first: list[int] = []
    of: list[int] = []
    for position, record in enumerate(records):
        key: object = tuple(record.groups.items()) or position
        if key not in numbers:
            numbers[key] = len(first)
            first.append(position)
        of.append(numbers[key])
    return Profiles(first, of)


def candidates(records: Sequence[Features]) -> tuple[Ints, Ints]:
    """Candidate pairs of records, as numbers."""
    table = table_of(records)
    return candidate_pairs(column_terms(table), len(table))


def ruled(records: Sequence[Features], left: Ints, right: Ints, columns: dict[str, Column], weights: Ints) -> Ints:
    """The weights after the rules about verified identifiers, which touch few pairs."""
    touched = np.zeros(len(left), dtype=np.bool_)
    for kind in VERIFIED_KINDS & set(columns):
        levels = columns[kind].levels
        touched |= (levels == Level.EXACT) | (levels == Level.CONFLICT)
    result: Ints = weights.copy()
    nothing = FrequencyTable()
    for position in np.flatnonzero(touched).tolist():
        rule = fired("", records[left[position]], records[right[position]], nothing)
        result[position] = apply_rule(int(weights[position]), rule)
    return result


def _constraints(records: Sequence[Features]) -> Constraints:
    verified = {}
    for position, record in enumerate(records):
        found = frozenset(
            f"{kind}:{value}" for kind in VERIFIED_KINDS for value, validity in record.get(kind) if validity
        )
        if found:
            verified[position] = found
    return Constraints(verified=verified, max_size=MAX_SIZE)


def _merges(
    records: Sequence[Features], left: Ints, right: Ints, weights: Ints, constraints: Constraints, cut: int
) -> list[Merge]:
    bounded = np.clip(weights, -_BOUND, _BOUND)
    pairs = list(zip(left.tolist(), right.tolist(), bounded.tolist(), strict=True))
    merges, _ = link(len(records), pairs, cut=cut, floor=MISSING_PAIR, constraints=constraints)
    return merges


def _labelled(groups: Sequence[Sequence[int]], count: int) -> list[int]:
    labels = [0] * count
    for number, group in enumerate(groups):
        for member in group:
            labels[member] = number
    return labels


def _same(records: Sequence[Features], model: Model) -> Ints:
    """The weight of each record against a copy of itself, by the frequencies measured or by the priors."""
    own = np.arange(len(records), dtype=np.int64)
    found = np.full(len(records), -_BOUND, dtype=np.int64)
    assumed = replace(model, weights=PRIOR_WEIGHTS, frequency=FrequencyTable(), prior=Model().prior)
    # Among few distinct records every value looks common or rare by chance: then only the priors count.
    for chosen in (model, assumed) if model.prior >= _TELLING_PRIOR else (assumed,):
        columns = compare_pairs(records, own, own, chosen.frequency)
        if columns:
            found = np.maximum(found, ruled(records, own, own, columns, total_weights(chosen, columns)))
    return found


def _fit(
    records: Sequence[Features], left: Ints, right: Ints, constraints: Constraints, given: tuple[Model, int] | None
) -> Trained:
    def grouping(weights: Ints, cut: int = 0) -> list[int]:
        merges = _merges(records, left, right, weights, constraints, cut)
        return _labelled(partition_of(len(records), merges), len(records))

    if given is None:
        return train(records, left, right, grouping)
    pairs = PreparedPairs(records)
    model = replace(given[0], frequency=pairs.measure(np.arange(len(pairs.table), dtype=np.int64)))
    comparison = pairs.compare(left, right)
    groups = np.asarray(grouping(comparison.weights(model)), dtype=np.int64)
    model = replace(model, frequency=pairs.measure(groups), prior=prior_odds(groups))
    columns = comparison.columns(model.frequency)
    return Trained(model, columns, total_weights(model, columns), np.arange(len(left), dtype=np.int64))


def resolve(
    records: Sequence[Features],
    *,
    stage: Stage,
    given: tuple[Model, int] | None = None,
    threshold: int | None = None,
    labels: Sequence[tuple[int, int, bool]] = (),
) -> Resolved:
    """Resolve records, numbered in an order that does not depend on the input's.

    Args:
        records: features of all records.
        stage: called with the name of each stage as it begins: block, train, score, cluster.
        given: a model and its cut from a file; else one is trained.
        threshold: added to the cut, as log2 odds in 1/1000 bit.
        labels: pairs of records with what a person says of them; they set the cut.
    """
    stage("block")
    distinct = profiles(records)
    known = [records[position] for position in distinct.first]
    left, right = candidates(known)
    stage("train")
    constraints = _constraints(known)
    trained = _fit(known, left, right, constraints, given)
    stage("score")
    kept, weights = trained.kept, trained.weights.copy()
    weights[kept] = ruled(known, left[kept], right[kept], trained.columns, weights[kept])
    stage("cluster")
    merges = _merges(known, left, right, weights, constraints, LOWEST_CUT)
    cut = plateau([merge.height for merge in merges], len(records)) if given is None else Cut(given[1], "model")
    cut = by_labels(merges, [(distinct.of[a], distinct.of[b], match) for a, b, match in labels], cut)
    if threshold is not None:
        cut = replace(cut, weight=cut.weight + threshold)
    groups = partition_of(len(known), (merge for merge in merges if merge.height >= cut.weight))
    groups = _with_copies(groups, known, distinct, trained, cut)
    return Resolved(groups, len(left), left[kept], right[kept], weights[kept], trained, cut)


def _with_copies(
    groups: list[list[int]], known: Sequence[Features], distinct: Profiles, trained: Trained, cut: Cut
) -> list[list[int]]:
    """The groups in records: copies follow the record they equal where that says enough to know it by."""
    copies = distinct.copies()
    doubled = sorted(copies)
    alike = _same([known[profile] for profile in doubled], trained.model) >= cut.weight
    joined = dict(zip(doubled, alike.tolist(), strict=True))
    result: list[list[int]] = []
    for group in groups:
        members: list[int] = []
        for profile in group:
            own = copies.get(profile, [distinct.first[profile]])
            members += own if joined.get(profile, True) else own[:1]
            result += [[other] for other in own[1:]] if not joined.get(profile, True) else []
        result.append(sorted(members))
    return sorted(result)
