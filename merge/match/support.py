"""What other records say of a pair: third records that both ends are close to, and those that only one is.

A second look at pairs that the first model has scored. All sums are of integers, so their order changes nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from merge.match.boosting import Matrix
from merge.match.room import room
from merge.match.side_by_side import side_by_side
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
_BITS = _ONE.bit_length()
_BOUND = 12000


def _chances(weights: Ints) -> Ints:
    """Probabilities of weights (1/1000 bit), in parts of 1024."""
    each = np.arange(-_BOUND, _BOUND + 1, dtype=np.float64)
    known = np.rint(_ONE / (1 + np.exp2(-each / 1000))).astype(np.int64)
    return known[np.clip(weights, -_BOUND, _BOUND) + _BOUND]


def _neighbours(count: int, left: Ints, right: Ints, chances: Ints) -> tuple[Ints, Ints, Ints]:
    """Record, neighbour and chance of all close pairs both ways, by record; of very many the closest only."""
    bits = count.bit_length()
    count = len(left)
    key = np.empty(2 * count, dtype=np.int64)
    key[:count], key[count:] = left, right
    key <<= _BITS
    for half, other in ((key[:count], right), (key[count:], left)):
        np.bitwise_or(half, _ONE - chances, out=half)
        np.left_shift(half, bits, out=half)
        np.bitwise_or(half, other, out=half)
    key.sort()
    record = key >> (bits + _BITS)
    other, chance = key & ((1 << bits) - 1), _ONE - ((key >> bits) & ((1 << _BITS) - 1))
    starts = np.flatnonzero(np.r_[True, record[1:] != record[:-1]])
    sizes = np.diff(np.r_[starts, len(record)])
    if int(sizes.max(initial=0)) <= _NEIGHBOURS:
        return record, other, chance
    near = np.flatnonzero(np.arange(len(record)) - np.repeat(starts, sizes) < _NEIGHBOURS)
    return record.take(near), other.take(near), chance.take(near)


def _shared(count: int, record: Ints, other: Ints, chance: Ints) -> tuple[Ints, Ints]:
    """For each two records with a common neighbour (``low * count + high``): the sum of the products of chances."""
    starts = np.flatnonzero(np.r_[True, record[1:] != record[:-1]]) if len(record) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(record)])
    found = [np.empty(0, np.int64)]
    for size in np.unique(sizes[sizes >= 2]).tolist():
        rows = starts[sizes == size][:, None] + np.arange(size)[None, :]
        first, second = np.triu_indices(size, 1)
        ours, theirs = other[rows], chance[rows]
        a, b = ours[:, first], ours[:, second]
        worth = theirs[:, first] * theirs[:, second] // _ONE
        found.append((((np.minimum(a, b) * count + np.maximum(a, b)) << _BITS) | worth).ravel())
    joined = np.concatenate(found)
    if not len(joined):
        return joined, joined
    joined.sort()
    worth = joined & ((1 << _BITS) - 1)
    joined >>= _BITS
    begins = np.flatnonzero(np.r_[True, joined[1:] != joined[:-1]])
    return joined[begins], np.add.reduceat(worth, begins)


def _halves(record: Ints) -> tuple[slice, slice]:
    """Two parts of rows, of which no record is in both."""
    middle = int(np.searchsorted(record, record[len(record) // 2])) if len(record) else 0
    return slice(0, middle), slice(middle, None)


def _met(count: int, record: Ints, other: Ints, chance: Ints, own: Ints, part: slice) -> Ints:
    """What ``_shared`` tells of some pairs, by their keys, from a part of the neighbours."""
    keys, sums = _shared(count, record[part], other[part], chance[part])
    if not len(keys):
        return np.zeros(len(own), np.int64)
    at = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    return np.where(keys[at] == own, sums[at], 0)


def _others(count: int, left: Ints, right: Ints, weights: Ints, asked: Ints) -> tuple[Ints, Ints, Ints]:
    """For the pairs asked about: chances of third records that are close to both ends, to the left, to the right."""
    close = np.flatnonzero(weights >= _CLOSE)
    one, other, chances = left[close], right[close], _chances(weights[close])
    near = _neighbours(count, one, other, chances)
    own = left.take(asked) * count + right.take(asked)
    both = sum(side_by_side(partial(_met, count, *near, own), _halves(near[0])), start=np.zeros(len(own), np.int64))
    # Sums below 2**53 are the same in double precision.
    degree = (np.bincount(one, chances, count) + np.bincount(other, chances, count)).astype(np.int64)
    left, right, weights = left.take(asked), right.take(asked), weights.take(asked)
    apart = np.where(weights >= _CLOSE, _chances(weights), 0) + both
    return both, degree.take(left) - apart, degree.take(right) - apart


def support(count: int, left: Ints, right: Ints, weights: Ints, asked: Ints | None = None) -> Matrix:
    """For each pair, or those asked about, what ``SUPPORT`` say, from the first model's weights of all pairs.

    Args:
        count: number of records.
        left: record numbers of one side of the pairs, the smaller ones.
        right: of the other.
        weights: 1/1000 bit.
        asked: positions of pairs.
    """
    asked = np.arange(len(left)) if asked is None else asked
    jobs: list[Callable[[], Any]] = [
        partial(_others, count, left, right, weights, asked), partial(standing, left, right, weights, asked)
    ]  # fmt: skip
    (both, one, two), found = side_by_side(lambda job: job(), jobs)
    columns: list[Callable[[], Any]] = [
        lambda: weights.take(asked) / 1000, lambda: both / _ONE,
        lambda: np.minimum(one, two) / _ONE, lambda: np.maximum(one, two) / _ONE,
        lambda: both / (both + one + two + _ONE // 2),
        lambda: found["rank.low"], lambda: found["rank.high"],
        lambda: found["gap.low"] / 1000, lambda: found["gap.high"] / 1000,
    ]  # fmt: skip
    matrix = room().empty((len(columns), len(asked)), np.float32)

    def fill(row: int) -> None:
        matrix[row] = columns[row]()

    for _ in side_by_side(fill, range(len(columns))):
        pass
    return matrix.T
