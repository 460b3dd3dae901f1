"""What other records say of a pair: third records that both ends are close to, and those that only one is.

A second look at pairs that the first model has scored. All sums are of integers, so their order changes nothing.
"""

import numpy as np

from merge.match.boosting import Matrix
from merge.match.standing import standing
from merge.match.texts import Ints

SUPPORT = (
    "first", "others.both", "others.low", "others.high", "others.share",
    "first.rank.low", "first.rank.high", "first.gap.low", "first.gap.high",
)  # fmt: skip
SUPPORT_RISING = frozenset({"first", "others.both", "others.share", "first.gap.low", "first.gap.high"})

_CLOSE = -3000
_NEIGHBOURS = 60
_ONE = 1024
_BOUND = 12000


def _chances(weights: Ints) -> Ints:
    """Probabilities of weights (1/1000 bit), in parts of 1024."""
    bounded = np.clip(weights, -_BOUND, _BOUND).astype(np.float64)
    return np.rint(_ONE / (1 + np.exp2(-bounded / 1000))).astype(np.int64)


def _neighbours(left: Ints, right: Ints, chances: Ints) -> tuple[Ints, Ints, Ints]:
    """Record, neighbour and chance of all close pairs both ways, by record; of very many the closest only."""
    record, other = np.concatenate([left, right]), np.concatenate([right, left])
    chance = np.concatenate([chances, chances])
    order = np.lexsort((other, -chance, record))
    record, other, chance = record[order], other[order], chance[order]
    starts = np.flatnonzero(np.r_[True, record[1:] != record[:-1]]) if len(record) else np.empty(0, np.int64)
    place = np.arange(len(record)) - np.repeat(starts, np.diff(np.r_[starts, len(record)]))
    near = place < _NEIGHBOURS
    return record[near], other[near], chance[near]


def _shared(count: int, record: Ints, other: Ints, chance: Ints) -> tuple[Ints, Ints]:
    """For each two records with a common neighbour (``low * count + high``): the sum of the products of chances."""
    starts = np.flatnonzero(np.r_[True, record[1:] != record[:-1]]) if len(record) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(record)])
    keys: list[Ints] = []
    values: list[Ints] = []
    for size in np.unique(sizes[sizes >= 2]).tolist():
        rows = starts[sizes == size][:, None] + np.arange(size)[None, :]
        first, second = np.triu_indices(size, 1)
        a, b = rows[:, first].ravel(), rows[:, second].ravel()
        keys.append(np.minimum(other[a], other[b]) * count + np.maximum(other[a], other[b]))
        values.append(chance[a] * chance[b] // _ONE)
    if not keys:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    joined, worth = np.concatenate(keys), np.concatenate(values)
    order = np.argsort(joined, kind="stable")
    joined, worth = joined[order], worth[order]
    begins = np.flatnonzero(np.r_[True, joined[1:] != joined[:-1]])
    return joined[begins], np.add.reduceat(worth, begins)


def support(count: int, left: Ints, right: Ints, weights: Ints) -> Matrix:
    """For each pair what ``SUPPORT`` say, from the first model's weights (1/1000 bit) of all pairs.

    ``left`` is smaller than ``right`` in each of the ``count`` records' pairs.
    """
    close = weights >= _CLOSE
    chances = np.where(close, _chances(weights), 0)
    record, other, chance = _neighbours(left[close], right[close], chances[close])
    keys, sums = _shared(count, record, other, chance)
    own = left * count + right
    at = np.minimum(np.searchsorted(keys, own), max(0, len(keys) - 1))
    both = np.where(keys[at] == own, sums[at], 0) if len(keys) else np.zeros(len(left), np.int64)
    degree = np.zeros(count, dtype=np.int64)
    np.add.at(degree, left, chances)
    np.add.at(degree, right, chances)
    one, two = degree[left] - chances - both, degree[right] - chances - both
    found = standing(left, right, weights)
    columns = (
        weights / 1000, both / _ONE, np.minimum(one, two) / _ONE, np.maximum(one, two) / _ONE,
        both / (both + one + two + _ONE // 2),
        found["rank.low"], found["rank.high"], found["gap.low"] / 1000, found["gap.high"] / 1000,
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32)
