"""What it tells that two records come from one source: a register that lists everybody once holds no two of anybody.

Whether a source does so is told by its own pairs, without labels. Of those that are surely one customer and of those
that surely are not, which share lies inside the source? Where sure matches inside it are much rarer than chance would
make them, all its pairs count less by that ratio, as a likelihood ratio does.
"""

from dataclasses import dataclass

import numpy as np

from merge.match.texts import Codes, Ints

_SURE, _SURELY_NOT = 5000, -3000
_ENOUGH = 200
"""Pairs of either kind that a measure takes."""
_EXPECTED = 20.0
_TELLING = 1500
"""A ratio below this, in 1/1000 bit, may be chance or a habit of entry; what is nearer to even is left alone."""
# Among sure matches are strangers too, who lie inside a source as often as chance makes them: the ratio is too mild.
_SHARPENED, _MOST = 1500, 6000


@dataclass(frozen=True, slots=True)
class Sources:
    """Which source each record is of: its number for each record, -1 where it names none; and how many there are."""

    codes: Codes
    count: int


def costs(weights: Ints, left: Ints, right: Ints, codes: Codes, copies: Ints) -> Ints:
    """For each source how much less a pair inside it weighs, 1/1000 bit; 0 where its pairs do not tell.

    Args:
        weights: of all pairs, 1/1000 bit.
        left: one record of each pair.
        right: the other.
        codes: the number of each record's source, -1 for none.
        copies: for each source how many records say exactly what an earlier one of it says.
    """
    one, other = codes[left], codes[right]
    known = (one >= 0) & (other >= 0)
    sure, surely_not = known & (weights >= _SURE), known & (weights <= _SURELY_NOT)
    count = len(copies)
    none = np.zeros(count, dtype=np.int64)
    if count < 2 or min(int(sure.sum()), int(surely_not.sum())) < _ENOUGH:
        return none
    inside = np.where(one == other, one, count)
    matches = np.bincount(inside[sure], minlength=count + 1) + np.append(copies, 0)
    strangers = np.bincount(inside[surely_not], minlength=count + 1)
    if not matches[count] or not strangers[count]:
        return none
    expected = strangers[:count] * (matches[count] / strangers[count])
    ratio = np.round(1000 * np.log2((matches[:count] + 1) / np.maximum(expected, 1))).astype(np.int64)
    telling = (expected >= _EXPECTED) & (ratio <= -_TELLING)
    return np.where(telling, np.minimum(-ratio * _SHARPENED // 1000, _MOST), none)


def weighed_by_source(weights: Ints, left: Ints, right: Ints, codes: Codes, cost: Ints) -> Ints:
    """The weights, those of pairs inside one source less its cost."""
    rows = np.flatnonzero((codes[left] == codes[right]) & (codes[left] >= 0))
    result: Ints = weights.copy()
    result[rows] -= cost[codes[left[rows]]]
    return result


class WithinSources:
    """What it costs the pairs of a batch to lie inside one source."""

    def __init__(self, sources: Sources | None, first: Ints, of: Ints, left: Ints, right: Ints, weights: Ints) -> None:
        """Measure it by the pairs of distinct records: ``first`` stands for each, ``of`` tells each record's."""
        self._left, self._right = left, right
        self.costs = np.zeros(0, dtype=np.int64)
        if sources is None:
            return
        self._codes = sources.codes[first]
        copy = (sources.codes == self._codes[of]) & (sources.codes >= 0)
        copy[first] = False
        copies = np.bincount(sources.codes[copy], minlength=sources.count)
        self.costs = costs(weights, left, right, self._codes, copies)

    def weigh(self, weights: Ints) -> Ints:
        """The weights, those of pairs inside a source less its cost."""
        if not self.costs.any():
            return weights
        return weighed_by_source(weights, self._left, self._right, self._codes, self.costs)
