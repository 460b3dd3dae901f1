"""The batch door of weights: outcomes of many pairs as columns, and what they add up to.

Weights are integer sums in numpy, by the same formula as the one-record door; a test holds the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merge.match.model import Model, SlotWeights
from merge.match.outcomes import Level
from merge.match.texts import Ints

Levels = npt.NDArray[np.int8]
Weights = npt.NDArray[np.int32]
"""Weights in 1/1000 bit: thousands of slots would fit into 32 bits."""


@dataclass(frozen=True, slots=True)
class Column:
    """The outcomes of one slot for all pairs: levels, and the worth of what agrees in 1/1000 bit."""

    levels: Levels
    bits: npt.NDArray[np.int32]


def slot_weight(weights: SlotWeights, column: Column) -> Weights:
    """The weights of one slot for all pairs: ``SlotWeights.weight`` in numpy."""
    different, none = weights.match[0], np.iinfo(np.int32).max
    base, most, low, high = np.zeros((4, len(Level)), dtype=np.int32)
    for level in (Level.LOOSE, Level.NEAR, Level.EXACT):
        base[level], low[level], high[level] = weights.base(level), different, max(different, weights.cap)
        most[level] = weights.near_bits if level < Level.EXACT else none
    base[Level.DIFFERENT], most[Level.DIFFERENT], low[Level.DIFFERENT], high[Level.DIFFERENT] = (
        different, none, -none, none,
    )  # fmt: skip
    low[Level.CONFLICT] = high[Level.CONFLICT] = different
    levels = column.levels.astype(np.intp)
    found = np.minimum(column.bits, most.take(levels))
    found += base.take(levels)
    np.maximum(found, low.take(levels), out=found)
    np.minimum(found, high.take(levels), out=found)
    return found


def _damped(weights: Sequence[Weights]) -> Weights:
    ordered = _in_order(weights)
    total = np.zeros(len(ordered[0]), dtype=np.int32)
    for rank, one in enumerate(ordered):
        total -= -np.minimum(one, 0) >> rank
        total += np.maximum(ordered[-1 - rank], 0) >> rank
    return total


def _in_order(weights: Sequence[Weights]) -> list[Weights]:
    """Of each pair the smallest weight, the next one, and so on."""
    ordered: list[Weights] = []
    for weight in weights:  # sorting by insertion
        larger = weight
        for place, smaller in enumerate(ordered):
            ordered[place], larger = np.minimum(smaller, larger), np.maximum(smaller, larger)
        ordered.append(larger)
    return ordered


class _Sums:
    """Weights by slot, and what they add up to."""

    def __init__(self, model: Model, columns: Mapping[str, Column]) -> None:
        self._model = model
        count = len(next(iter(columns.values())).levels) if columns else 0
        self.plain, self.personal = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
        self.weights = {slot: slot_weight(model.of(slot), column) for slot, column in columns.items()}
        self.bundles: dict[str, list[str]] = {}
        for slot, weight in self.weights.items():
            if model.of(slot).personal:
                self.personal += self.told(slot)
            if bundle := model.of(slot).bundle:
                self.bundles.setdefault(bundle, []).append(slot)
            else:
                self.plain += weight
        self.damped = {name: _damped([self.weights[slot] for slot in slots]) for name, slots in self.bundles.items()}
        for total in self.damped.values():
            self.plain += total

    def told(self, slot: str) -> Weights:
        """The part of a slot's weights that tells a person from others of the same household."""
        weights = self._model.of(slot)
        return np.minimum(self.weights[slot] * weights.personal // 1000, weights.personal_cap)

    def total(self, plain: Weights, personal: Weights) -> Ints:
        """Log2 odds against strangers and against a household."""
        return np.minimum(plain - self._model.prior, personal + self._model.household).astype(np.int64)

    def without(self, slot: str) -> Ints:
        """The total of all slots but one."""
        bundle = self._model.of(slot).bundle
        plain = self.plain - (self.damped[bundle] if bundle else self.weights[slot])
        others = [self.weights[other] for other in self.bundles.get(bundle, ()) if other != slot]
        if others:
            plain += _damped(others)
        return self.total(plain, self.personal - self.told(slot))


def total_weights(model: Model, columns: Mapping[str, Column]) -> Ints:
    """``total_weight`` for all pairs."""
    sums = _Sums(model, columns)
    return sums.total(sums.plain, sums.personal)


def weights_without_each(model: Model, columns: Mapping[str, Column]) -> Iterator[tuple[str, Ints]]:
    """Every slot, with the weights that all pairs have without it."""
    sums = _Sums(model, columns)
    return ((slot, sums.without(slot)) for slot in columns)
