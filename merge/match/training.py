"""What a batch can learn about its own columns without labels.

Four things, each from the data alone, and each bounded by what is assumed beforehand:

- how rare values are, counted over groups of records already joined at a careful cut, not over records: a name that
  ten copies of one customer bear is not a common name;
- how often a slot agrees within one customer (m), from pairs that all *other* slots are sure about. A slot never
  speaks for itself, so this is no circle as plain expectation maximisation is;
- how much being close is worth for numbers, from how many of them lie close to each other at all;
- how many of the pairs that share an address or telephone are one person and how many are one household.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2
from types import MappingProxyType

import numpy as np

from merge.match.batch import Column, Ints, compare_pairs, total_weights
from merge.match.features import Feature, Features
from merge.match.frequency import measure, slot_family
from merge.match.model import Model, SlotWeights
from merge.match.outcomes import Level

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
HOPELESS = 14000
"""A pair this far below even odds after the first round (1/1000 bit) is not looked at again."""

Grouping = Callable[[Ints], Sequence[int]]
"""From the weights of all pairs to a group number for each record, at a careful cut."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model fitted to a batch.

    Attributes:
        model: the fitted model.
        columns: the outcomes of the pairs that were kept.
        weights: the weights of all pairs.
        kept: positions of the pairs that were compared to the end.
    """

    model: Model
    columns: dict[str, Column]
    weights: Ints
    kept: Ints


def prior_odds(groups: Sequence[int]) -> int:
    """Log2 odds against a random pair of records being one customer, in 1/1000 bit, from a grouping.

    At least one record in ten is taken to have a copy, so that a batch without any does not become certain of it.
    """
    count = len(groups)
    if count < 2:
        return 0
    matches = sum(size * (size - 1) // 2 for size in Counter(groups).values())
    return round(1000 * log2(count * (count - 1) / 2 / max(matches, count * _LEAST_MATCH_SHARE)))


def united(records: Sequence[Features], groups: Sequence[int]) -> list[Features]:
    """One set of features for each group: every value that any of its records holds, once."""
    gathered: dict[int, dict[str, set[tuple[str, ...]]]] = {}
    for record, group in zip(records, groups, strict=True):
        values = gathered.setdefault(group, {})
        for name, feature in record.groups.items():
            values.setdefault(name, set()).update(feature)
    return [
        Features(MappingProxyType({name: _sorted(found) for name, found in one.items()})) for one in gathered.values()
    ]


def _sorted(values: set[tuple[str, ...]]) -> Feature:
    return tuple(sorted(values))


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
    for slot, column in columns.items():
        if slot == "swapped":
            continue
        sure = total_weights(model, columns, without=slot) >= _SURE
        start = replace(assumed.of(slot), near_bits=model.of(slot).near_bits)
        weights[slot] = _learned(start, column.levels[sure])
    return replace(model, weights=weights)


def learn_crowding(model: Model, columns: Mapping[str, Column], records: Sequence[Features]) -> Model:
    """The model with what being close is worth for numbers, from how many pairs are close at all.

    Numbers given out in a row (a company's extensions, cards of one batch) lie one slip from many others; there a slip
    and a neighbour cannot be told apart. At least one close pair is assumed.
    """
    weights = dict(model.weights)
    for slot, column in columns.items():
        group = _NUMBERS.get(slot_family(slot))
        if group is None:
            continue
        bearers = sum(1 for record in records if record.groups.get(group) or record.groups.get(slot))
        close = int(np.count_nonzero((column.levels == Level.NEAR) | (column.levels == Level.LOOSE)))
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
    household = max(0.0, (different - chance) / (1 - chance))
    odds = round(1000 * log2((1 - household + 0.02) / (household + 0.02)))
    low, high = _HOUSEHOLD_RANGE
    return replace(model, household=max(low, min(high, odds)))


def train(records: Sequence[Features], left: Ints, right: Ints, grouping: Grouping, *, rounds: int = 3) -> Trained:
    """Fit a model to a batch of candidate pairs (record numbers), without labels.

    Each round compares the pairs with the frequencies at hand, learns, groups at a careful cut and counts again.
    Pairs that the first round puts far below every cut keep that weight and are not compared again.
    """
    model = Model(
        frequency=measure(records), prior=round(1000 * log2(max(2, len(records)))), pack="", auto=0, review=-2000
    )
    columns = compare_pairs(records, left, right, model.frequency)
    model = learn_crowding(model, columns, records)
    model = learn_household(learn_agreement(model, columns), columns)
    weights = total_weights(model, columns) if columns else np.full(len(left), -HOPELESS, dtype=np.int64)
    kept = np.flatnonzero(weights > -HOPELESS)
    columns = {slot: Column(column.levels[kept], column.bits[kept]) for slot, column in columns.items()}
    for _ in range(rounds - 1):
        groups = grouping(weights)
        model = replace(model, frequency=measure(united(records, groups)), prior=prior_odds(groups))
        columns = compare_pairs(records, left[kept], right[kept], model.frequency)
        model = learn_household(learn_agreement(model, columns), columns)
        weights = weights.copy()
        weights[kept] = total_weights(model, columns)
    return Trained(model, columns, weights, kept)
