"""What a batch can learn about its own columns without labels.

Four things, each from the data alone, and each bounded by what is assumed beforehand:

- how rare values are, counted over groups of records already joined at a careful cut, not over records: a name that
  ten copies of one customer bear is not a common name;
- how often a slot agrees within one customer (m), from pairs that all *other* slots are sure about. A slot never
  speaks for itself, so this is no circle as plain expectation maximisation is;
- how much being close is worth for numbers, from how many of them lie close to each other at all;
- how many of the pairs that share an address or telephone are one person and how many are one household.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import log2
from typing import Any

import numpy as np

from merge.match.batch import Column, total_weights, weights_without_each
from merge.match.frequency import FrequencyTable, slot_family
from merge.match.many_pairs import ManyPairs, compared
from merge.match.model import Model, SlotWeights
from merge.match.outcomes import Level
from merge.match.pair_comparison import Comparison, PreparedPairs, chunks
from merge.match.side_by_side import Each, side_by_side
from merge.match.table import FeatureTable
from merge.match.texts import Ints

_SURE = 4000
# Slots whose values are numbers that somebody gave out, often in a row.
_NUMBERS = {"phone": "phone", "mobile": "phone", "id": "id", "handle": "handle"}
_PSEUDO_PAIRS = 40
_LEAST_CHANCE = 0.002
_HOUSEHOLD_EVIDENCE = 3000
_HOUSEHOLD_PAIRS = 30
_HOUSEHOLD_RANGE = (-5000, 5500)
_LEAST_MATCH_SHARE = 0.05
_FAR = 10**7
LEARNT_FROM = 200_000
"""Of more pairs than this only every so many are learnt from."""
HOPELESS = 14000
"""A pair this far below even odds after the first round (1/1000 bit) is not looked at again."""

Grouping = Callable[[Ints], Ints]
"""From the weights of all pairs to a group number for each record, at a careful cut."""


Rounds = tuple[Model, Model]
"""What the first round of training learned, and the second."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model fitted to a batch.

    Attributes:
        model: the fitted model.
        columns: the outcomes of the pairs that were kept.
        weights: the weights of all pairs.
        kept: positions of the pairs that were compared to the end.
        rounds: what was learned in each, without frequencies, which are people's values.
    """

    model: Model
    columns: dict[str, Column]
    weights: Ints
    kept: Ints
    rounds: Rounds


def prior_odds(groups: Ints) -> int:
    """Log2 odds against a random pair of records being one customer, in 1/1000 bit, from a grouping.

    At least one record in ten is taken to have a copy, so that a batch without any does not become certain of it.
    """
    count = len(groups)
    if count < 2:
        return 0
    sizes = np.bincount(groups)
    matches = int((sizes * (sizes - 1) // 2).sum())
    return round(1000 * log2(count * (count - 1) / 2 / max(matches, count * _LEAST_MATCH_SHARE)))


def _learned(weights: SlotWeights, levels: np.ndarray[tuple[int], np.dtype[np.int8]]) -> SlotWeights:
    counts = np.bincount(levels, minlength=6)[1:5].tolist()
    total = sum(counts) + _PSEUDO_PAIRS
    chances = [
        max(_LEAST_CHANCE, (count + _PSEUDO_PAIRS * 2.0 ** (assumed / 1000)) / total)
        for count, assumed in zip(counts, weights.match, strict=True)
    ]
    different, loose, near, exact = (round(1000 * log2(chance)) for chance in chances)
    return replace(weights, match=(different, loose, near, exact))


def learn_agreement(model: Model, columns: Mapping[str, Column]) -> Model:
    """The model with m of each slot counted over the pairs that all other slots are sure about."""
    assumed = Model()
    weights = dict(model.weights)
    for slot, others in weights_without_each(model, columns):
        if slot == "swapped":
            continue
        start = replace(assumed.of(slot), near_bits=model.of(slot).near_bits)
        weights[slot] = _learned(start, columns[slot].levels[others >= _SURE])
    return replace(model, weights=weights)


def learn_crowding(model: Model, columns: Mapping[str, Column], table: FeatureTable, share: int = 1) -> Model:
    """The model with what being close is worth for numbers, from how many pairs are close at all.

    Numbers given out in a row (a company's extensions, cards of one batch) lie one slip from many others; there a slip
    and a neighbour cannot be told apart. At least one close pair is assumed. The columns hold one pair in ``share``.
    """
    weights = dict(model.weights)
    for slot, column in columns.items():
        group = _NUMBERS.get(slot_family(slot))
        if group is None:
            continue
        bearers = int(np.count_nonzero(table.holders(group) | table.holders(slot)))
        slips = column.levels == Level.NEAR
        if group != "phone":
            slips |= column.levels == Level.LOOSE
        close = share * int(np.count_nonzero(slips))
        pairs = max(2, bearers * (bearers - 1) // 2)
        bits = round(1000 * log2(pairs / max(1, close)))
        weights[slot] = replace(model.of(slot), near_bits=max(0, bits))
    return replace(model, weights=weights)


def learn_household(model: Model, columns: Mapping[str, Column]) -> Model:
    """The model with the odds of person against household, among pairs that share what households share.

    Told by the given name: people of one household differ in it, one person hardly ever does.
    """
    given = columns.get("given")
    shared_slots = {slot: column for slot, column in columns.items() if model.of(slot).personal < 300}
    if given is None or not shared_slots:
        return model
    shared = total_weights(replace(model, household=_FAR), shared_slots)
    told = given.levels[(shared >= _HOUSEHOLD_EVIDENCE) & (given.levels > Level.MISSING)]
    if len(told) < _HOUSEHOLD_PAIRS:
        return model
    different = int(np.count_nonzero(told == Level.DIFFERENT)) / len(told)
    chance = 2.0 ** (model.of("given").match[0] / 1000)
    # Where one customer's given names hardly ever agree, they tell nothing of households.
    household = max(0.0, different - chance) / max(_LEAST_CHANCE, 1 - chance)
    odds = round(1000 * log2((1 - household + 0.02) / (household + 0.02)))
    low, high = _HOUSEHOLD_RANGE
    return replace(model, household=max(low, min(high, odds)))


def _fitted(model: Model, sample: Mapping[str, Column]) -> Model:
    return learn_household(learn_agreement(model, sample), sample)


def _first(pairs: PreparedPairs, left: Ints, right: Ints, model: Model) -> Model:
    """What the first round learns, from every so many pairs."""
    share = -(-len(left) // LEARNT_FROM) or 1
    sample = compared(pairs, left[::share], right[::share]).columns(model.frequency)
    return _fitted(learn_crowding(model, sample, pairs.table, share), sample)


def _sample(comparison: ManyPairs) -> ManyPairs:
    """Every so many of the pairs that were kept: what the second round learns from."""
    return comparison.every(-(-len(comparison) // LEARNT_FROM) or 1)


def _as_before(model: Model, earlier: Model) -> Model:
    return replace(model, weights=earlier.weights, household=earlier.household)


def train(
    pairs: PreparedPairs, left: Ints, right: Ints, grouping: Grouping, *, each: Each = side_by_side,
    again: Rounds | None = None,
) -> Trained:  # fmt: skip
    """Fit a model to a batch of candidate pairs (record numbers), without labels.

    In two rounds: the pairs are compared with the frequencies among records, and what is learnt there groups them at a
    careful cut; then with the frequencies among groups. A third round changed no answer for the better. Pairs that the
    first round puts far below every cut keep that weight and are not compared again. What is learnt are a few dozen
    chances: of very many pairs, every so many are enough to learn them. Pairs are compared by ``each``.
    With the rounds of an earlier batch (``again``) nothing is learnt and only values are counted: of the same records
    that gives the same model.
    """
    count = len(pairs.table)
    begun = Model(frequency=pairs.among_records, prior=round(1000 * log2(max(2, count))), pack="", auto=0, review=-2000)
    first = _as_before(begun, again[0]) if again else _first(pairs, left, right, begun)
    weights, kept, comparison = _kept(pairs, left, right, first, each)
    with ThreadPoolExecutor(1) as beside:
        sample = beside.submit(_sample, comparison)
        groups = grouping(weights)
    begun = replace(first, frequency=pairs.measure(groups), prior=prior_odds(groups))
    model = _as_before(begun, again[1]) if again else _fitted(begun, sample.result().columns(begun.frequency))
    columns, second = comparison.outcomes(model)
    weights[kept] = second
    nothing = FrequencyTable()
    return Trained(
        model, columns, weights, kept, (replace(first, frequency=nothing), replace(model, frequency=nothing))
    )


@dataclass(frozen=True, slots=True)
class _FirstLook:
    """Compares pairs: their weights, the places of those that are not hopeless, and what was compared of them."""

    pairs: PreparedPairs
    model: Model

    def __call__(self, both: tuple[Ints, Ints]) -> tuple[Ints, Ints, Mapping[str, Any]]:
        comparison = self.pairs.compare(*both)
        columns = comparison.columns(self.model.frequency)
        weights = total_weights(self.model, columns) if columns else np.full(len(both[0]), -HOPELESS, dtype=np.int64)
        hopeful = np.flatnonzero(weights > -HOPELESS)
        return weights, hopeful, comparison.take(hopeful).levels


def _kept(pairs: PreparedPairs, left: Ints, right: Ints, model: Model, each: Each) -> tuple[Ints, Ints, ManyPairs]:
    """Weights of all pairs, and those that are not hopeless: their positions and what was compared of them."""
    weights = np.full(len(left), -HOPELESS, dtype=np.int64)
    kept: list[Ints] = [np.empty(0, np.int64)]
    found: list[Comparison] = []
    parts = list(chunks(len(left)))
    looked = each(_FirstLook(pairs, model), ((left[part], right[part]) for part in parts))
    for part, (own, hopeful, levels) in zip(parts, looked, strict=True):
        weights[part] = own
        kept.append(hopeful + part.start)
        found.append(Comparison(pairs, left[part][hopeful], right[part][hopeful], levels))
    return weights, np.concatenate(kept), ManyPairs(found)
