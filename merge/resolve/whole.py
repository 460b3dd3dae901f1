"""A whole batch resolved in memory: profiles, pairs, weights, cut, groups. The embedded engine."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from merge.match.batch import Column, total_weights
from merge.match.cascade import BOUND, Cascade, cascade_of
from merge.match.column_terms import column_terms
from merge.match.features import Features
from merge.match.frequency import FrequencyTable
from merge.match.model import CERTAIN, PRIOR_WEIGHTS, Model
from merge.match.outcomes import Level
from merge.match.pair_comparison import PreparedPairs
from merge.match.pair_features import PairFeatures
from merge.match.pair_model import organization_model, people_model
from merge.match.pairs import candidate_pairs, caps_for
from merge.match.room import room
from merge.match.rules import fired
from merge.match.score import apply_rule
from merge.match.self_training import Label, taught
from merge.match.side_by_side import Each, side_by_side
from merge.match.table import FeatureTable, table_of
from merge.match.texts import Ints, in_order_of_hashes, mixed
from merge.match.training import Rounds, Trained, train
from merge.resolve.batch_linkage import labels_of, link_batch
from merge.resolve.clusters import MAX_SIZE, MISSING_PAIR
from merge.resolve.cut import Cut, by_labels, default_cut, last_cut, plateau
from merge.resolve.labelled import as_said
from merge.resolve.linkage import Constraints, Merge
from merge.resolve.linkage_rounds import Merges
from merge.resolve.one_source import Sources, WithinSources
from merge.standardise.identifiers import VERIFIED_KINDS

LOWEST_CUT = -3750
_TELLING_PRIOR = 7000
_LEAN = 200
"""How far, in thousandths, the height of a merge leans to the best pair between the groups (docs/adr/0011)."""
_MISSED = -2500
_STABLE = 250
"""Groups of which more merges (of a thousand) hang on where exactly the cut is teach their own faults."""

Stage = Callable[[str], None]


def floor_for(records: int) -> int:
    """What a pair that was never compared counts for: less where keys are strict and miss many (docs/adr/0011)."""
    return _MISSED if caps_for(records).ways > 1 else MISSING_PAIR


@dataclass(frozen=True, slots=True)
class Learned:
    """What a batch learned of its columns, and where it was cut: weights of chances, no value of a person.

    Attributes:
        rounds: the model of each round of training.
        cut: where the groups were cut, 1/1000 bit.
        taught_cut: the same after the round of self-training; None where there was none.
    """

    rounds: Rounds
    cut: int
    taught_cut: int | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """The outcome for records 0..n-1.

    Attributes:
        labels: for each record the number of its group; groups are numbered by their first records.
        first: the records that were compared: the first of those that say exactly the same.
        candidates: how many pairs were compared.
        left, right, weights: those that were not hopeless, by their place in ``first``, and their weights (1/1000 bit,
            after the rules).
        trained: the model, and the outcomes of the pairs.
        cut: where the groups were cut.
        learned: what a saved model keeps, so that the same records are resolved the same again.
        asked: how many pairs the learned model was asked about.
        taught: whether the batch had enough pairs for a round of self-training.
        costs: for each source how much less a pair inside it weighs, 1/1000 bit: it holds hardly anybody twice.
    """

    labels: Ints
    first: Ints
    candidates: int
    left: Ints
    right: Ints
    weights: Ints
    trained: Trained
    cut: Cut
    learned: Learned
    asked: int
    taught: bool
    costs: Ints


@dataclass(frozen=True, slots=True)
class Profiles:
    """Records that say exactly the same, as one: the first of them stands for all."""

    first: Ints
    of: Ints


def profiles(table: FeatureTable) -> Profiles:
    """The distinct records; one that says nothing is like no other."""
    said = np.zeros(len(table), dtype=np.bool_)
    hashes = np.zeros(len(table), dtype=np.uint64)
    for column in table.columns.values():
        said |= column.codes >= 0
        hashes = mixed(hashes ^ (column.codes + np.int64(1)).view(np.uint64))
    leader = _leaders(hashes)
    if any(np.any(column.codes[leader] != column.codes) for column in table.columns.values()):
        rows = np.stack([column.codes for column in table.columns.values()], axis=1)  # two that differ have one hash
        _, first, number = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        leader = first[number.ravel()]
    own = np.arange(len(table))
    leader = np.where(said, leader, own)
    firsts = leader == own
    # Numbered as they come, so that ties between groups fall as the records lie.
    return Profiles(np.flatnonzero(firsts), (np.cumsum(firsts) - 1)[leader])


def _leaders(hashes: npt.NDArray[np.uint64]) -> Ints:
    """For each row the first one with its hash."""
    order, ordered = in_order_of_hashes(hashes)
    begins = np.flatnonzero(np.concatenate([np.ones(min(1, len(order)), np.bool_), ordered[1:] != ordered[:-1]]))
    leader = np.empty(len(order), dtype=np.int64)
    leader[order] = np.repeat(order[begins], np.diff(begins, append=len(order)))
    return leader


def ruled(pairs: PreparedPairs, left: Ints, right: Ints, columns: dict[str, Column], weights: Ints) -> Ints:
    """The weights after the rules about verified identifiers, which touch few pairs."""
    kinds = sorted(VERIFIED_KINDS & set(columns))
    if not kinds:
        return weights
    touched = np.zeros(len(left), dtype=np.bool_)
    conflict, proved = touched.copy(), touched.copy()
    for kind in kinds:
        levels = columns[kind].levels
        conflict |= levels == Level.CONFLICT
        proved |= (levels == Level.EXACT) & pairs.proved(kind, left)
        touched |= pairs.several(kind, left, right)
    result: Ints = weights.copy()
    result[proved] = np.maximum(result[proved], CERTAIN)
    result[conflict] = np.minimum(weights[conflict], -CERTAIN)
    nothing = FrequencyTable()
    for position in np.flatnonzero(touched).tolist():
        rule = fired("", pairs.table[int(left[position])], pairs.table[int(right[position])], nothing)
        result[position] = apply_rule(int(weights[position]), rule)
    return result


def _constraints(table: FeatureTable) -> Constraints:
    verified: dict[int, frozenset[str]] = {}
    for kind in VERIFIED_KINDS & set(table.columns):
        column = table.columns[kind]
        for record in np.flatnonzero(column.codes >= 0).tolist():
            values = column.feature(int(column.codes[record]))
            found = frozenset(f"{kind}:{value}" for value, validity in values if validity)
            if found:
                verified[record] = verified.get(record, frozenset()) | found
    return Constraints(verified=verified, max_size=MAX_SIZE)


@dataclass(frozen=True, slots=True)
class Heights:
    """How high merges are, in 1/1000 bit: the least, what a pair that was never compared counts for, and the lean."""

    cut: int
    floor: int = MISSING_PAIR
    lean: int = 0


def linked_here(left: Ints, right: Ints, weights: Ints, constraints: Constraints, heights: Heights) -> Merges:
    """Merges of pairs at or above the cut."""
    bounded = np.clip(weights, -BOUND, BOUND)
    return link_batch(
        left, right, bounded, cut=heights.cut, floor=heights.floor, constraints=constraints, lean=heights.lean
    )


@dataclass(frozen=True, slots=True)
class Engine:
    """Where the work on many records or pairs is done; what is done is the same for all, and so are the results."""

    each: Each = side_by_side
    link: Callable[[Ints, Ints, Ints, Constraints, Heights], Merges] = linked_here


def _same(pairs: PreparedPairs, own: Ints, model: Model) -> Ints:
    """The weight of each record against a copy of itself, by the frequencies measured or by the priors."""
    found = np.full(len(own), -BOUND, dtype=np.int64)
    assumed = replace(model, weights=PRIOR_WEIGHTS, frequency=FrequencyTable(), prior=Model().prior)
    comparison = pairs.compare(own, own)
    # Among few distinct records every value looks common or rare by chance: then only the priors count.
    for chosen in (model, assumed) if model.prior >= _TELLING_PRIOR else (assumed,):
        columns = comparison.columns(chosen.frequency)
        if columns:
            found = np.maximum(found, ruled(pairs, own, own, columns, total_weights(chosen, columns)))
    return found


def _fit(
    pairs: PreparedPairs,
    left: Ints,
    right: Ints,
    constraints: Constraints,
    given: Learned | None,
    engine: Engine,
) -> Trained:
    count = len(pairs.table)

    def grouping(weights: Ints) -> Ints:
        merges = engine.link(left, right, weights, constraints, Heights(0, floor_for(count)))
        return labels_of(count, merges.left, merges.right)

    return train(pairs, left, right, grouping, each=engine.each, again=given.rounds if given else None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch whose pairs have cheap weights: what both resolution and the training of the learned model start from.

    Attributes:
        distinct: which records are copies of which.
        pairs: the distinct records, ready to be compared.
        candidates: how many pairs were compared.
        trained: the cheap model.
        cascade: the pairs that are not hopeless, with rows for the grey ones.
        constraints: verified identifiers that keep records apart.
        engine: where the work is done.
    """

    distinct: Profiles
    pairs: PreparedPairs
    candidates: int
    trained: Trained
    cascade: Cascade
    constraints: Constraints
    engine: Engine

    def merges(self, weights: Ints) -> Merges:
        """The merges of average linkage above the lowest cut."""
        heights = Heights(LOWEST_CUT, floor_for(self.cascade.count), _LEAN)
        return self.engine.link(self.cascade.left, self.cascade.right, weights, self.constraints, heights)

    def groups(self, merges: Merges, cut: int) -> Ints:
        """The groups at a cut, for each distinct record the smallest of its group."""
        joined = merges.at_least(cut)
        return labels_of(self.cascade.count, joined.left, joined.right)


def prepare(
    records: Sequence[Features], *, stage: Stage, given: Learned | None = None, engine: Engine | None = None
) -> Prepared:
    """Pairs, cheap weights and rows of a batch; see ``resolve``."""
    engine = engine or Engine()
    stage("block")
    table = table_of(records)
    distinct = profiles(table)
    known = table.take(distinct.first)
    with ThreadPoolExecutor(1) as beside:
        # What is made of the strings once needs the interpreter; pairs hardly do.
        ready = beside.submit(lambda: PreparedPairs(known).made_ready())
        features = beside.submit(PairFeatures, known)
        found = candidate_pairs(column_terms(known), len(known), each=engine.each)
        left, right = (room().keep(side) for side in found)
        del found
        pairs = ready.result()
    stage("train")
    constraints = _constraints(known)
    trained = _fit(pairs, left, right, constraints, given, engine)
    stage("score")
    kept, plain = trained.kept, trained.weights[trained.kept]
    one, other = left[kept], right[kept]
    cheap = ruled(pairs, one, other, trained.columns, plain)
    cascade = cascade_of(known, one, other, trained.model, trained.columns, plain, cheap, features.result())
    return Prepared(distinct, pairs, len(left), trained, cascade, constraints, engine)


def _cut(
    merges: Merges, records: Sequence[Features], given: int | None, said: Sequence[Label], default: int, *,
    last: bool = False,
) -> Cut:  # fmt: skip
    cut = plateau(merges.height, len(records), default, last=last) if given is None else Cut(given, "model")
    if not said:
        return cut
    rows = zip(*(one.tolist() for one in (merges.left, merges.right, merges.height)), strict=True)
    return by_labels([Merge(*row) for row in rows], said, cut)


def resolve(
    records: Sequence[Features],
    *,
    stage: Stage,
    given: Learned | None = None,
    threshold: int | None = None,
    labels: Sequence[Label] = (),
    sources: Sources | None = None,
    engine: Engine | None = None,
) -> Resolved:
    """Resolve records, numbered in an order that does not depend on the input's.

    Args:
        records: features of all records; a ``FeatureTable`` is taken as it is.
        stage: called with the name of each stage as it begins: block, train, score, cluster.
        given: what an earlier batch learned, and its cuts; else this one learns. It is taught by its own pairs where
            that one was, so that the same records come out the same.
        threshold: added to the cut, as log2 odds in 1/1000 bit.
        labels: pairs of records with what a person says of them; they set the cut, teach the model, and hold.
        sources: which source each record is of; one that lists everybody once is known by its pairs.
        engine: where the work is done; in this process where None.
    """
    batch = prepare(records, stage=stage, given=given, engine=engine)
    cascade, distinct = batch.cascade, batch.distinct
    said = [(int(distinct.of[a]), int(distinct.of[b]), match) for a, b, match in labels]
    alone = cascade.weights(partial(people_model, cascade.count), organization_model)
    within = WithinSources(sources, distinct.first, distinct.of, cascade.left, cascade.right, alone)
    weights = within.weigh(alone)
    stage("cluster")
    merges = batch.merges(weights)
    default = default_cut(batch.pairs.table.columns)
    base = cut = _cut(merges, records, given.cut if given else None, said, default)
    own, taught_cut = None, given.taught_cut if given else None
    if base.moved <= _STABLE if given is None else taught_cut is not None:
        stage("train")
        own = taught(cascade, alone, batch.groups(merges, base.weight), base.weight, said)
    if own is not None:
        stage("cluster")
        weights = within.weigh(own)
        merges = batch.merges(weights)
        cut = _cut(merges, records, taught_cut, said, last_cut(default), last=True)
        taught_cut = cut.weight
    learned = Learned(batch.trained.rounds, base.weight, taught_cut)
    if threshold is not None:
        cut = replace(cut, weight=cut.weight + threshold)
    groups = batch.groups(merges, cut.weight)
    if said:
        pairs = cascade.left, cascade.right, np.clip(weights, -BOUND, BOUND)
        groups = as_said(
            groups, pairs, said, batch.constraints, cut=cut.weight, floor=floor_for(cascade.count), lean=_LEAN
        )
    groups = _with_copies(groups, batch.pairs, distinct, batch.trained, cut, labels)
    return Resolved(
        groups, distinct.first, batch.candidates, cascade.left, cascade.right, weights, batch.trained, cut, learned,
        len(cascade.grey), own is not None, within.costs,
    )  # fmt: skip


def _with_copies(
    groups: Ints, pairs: PreparedPairs, distinct: Profiles, trained: Trained, cut: Cut, said: Sequence[Label]
) -> Ints:
    """The group of each record: copies follow the record they equal where that says enough, or somebody said so."""
    records = np.arange(len(distinct.of), dtype=np.int64)
    # A group is named by the record that stands for its first profile; those are in the order of their records.
    labels = distinct.first[groups][distinct.of]
    doubled = np.flatnonzero(np.bincount(distinct.of, minlength=len(distinct.first)) > 1)
    alone = np.zeros(len(distinct.first), dtype=np.bool_)
    if len(doubled):
        alone[doubled] = _same(pairs, doubled, trained.model) < cut.weight
    apart = alone[distinct.of]
    for a, b, match in said:
        if distinct.of[a] == distinct.of[b]:
            apart[[a, b]] = not match
    apart &= records != distinct.first[distinct.of]
    labels[apart] = records[apart]
    # Numbered in the order of their labels, which are numbers of records.
    used = np.zeros(len(labels), dtype=np.bool_)
    used[labels] = True
    result: Ints = (np.cumsum(used) - 1).take(labels)
    return result
