"""How a pair stands among the other candidates of its two records.

A pair that is by far the best of both its records is another thing than the fifth best of one.
"""

import numpy as np
import numpy.typing as npt

from merge.match.texts import Ints, sorted_with_places

Counts = npt.NDArray[np.int32]

STANDING = ("rank.low", "rank.high", "gap.low", "gap.high", "rivals.low", "rivals.high")
"""For the two records of a pair the lower and the higher: rank, gap to the best other pair, other strong pairs."""

_STRONG = 3000
_FAR = 20000
_COUNT_BITS = 23
_RIVALS_AT = 17
_RANK_AT = _RIVALS_AT + _COUNT_BITS
"""Where rank and rivals lie in one number, the gap (0 to twice the farthest) below them."""
_MOST = (1 << _COUNT_BITS) - 1
"""Eight million rivals are as many as more."""


def standing(left: Ints, right: Ints, weights: Ints, asked: Ints | None = None) -> dict[str, Counts]:
    """What ``STANDING`` names, for each pair or those asked about; weights and gaps in 1/1000 bit.

    Equal weights share a rank. ``asked`` are positions of pairs; the others count as their rivals.
    """
    count = len(left)
    asked = np.arange(count) if asked is None else asked
    if not count:
        return {name: np.empty(0, dtype=np.int32) for name in STANDING}
    highest = int(weights.max())
    bits = (highest - int(weights.min())).bit_length()
    # By record, the best first; which of equals comes first changes nothing below.
    key = np.empty(2 * count, dtype=np.int64)
    for half, records in zip((key[:count], key[count:]), (left, right), strict=True):
        np.left_shift(records, bits, out=half)
        np.bitwise_or(half, highest - weights, out=half)
    key, order = sorted_with_places(key)
    weight = (highest - (key & ((1 << bits) - 1))).astype(np.int32)
    fresh = np.ones(2 * count, dtype=np.bool_)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    key >>= bits
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]).astype(np.int32)
    del key
    sizes = np.append(starts[1:], np.int32(2 * count)) - starts
    rank = np.arange(2 * count, dtype=np.int32)
    rank *= fresh
    np.maximum.accumulate(rank, out=rank)
    rank -= np.repeat(starts, sizes)
    # All three as one number: what lies in the order of records is put back into that of the pairs once.
    told = np.minimum(rank, _MOST, out=rank).astype(np.int64)
    del rank, fresh
    told <<= _COUNT_BITS
    told |= np.minimum(_rivals(weight, starts, sizes), _MOST)
    told <<= _RIVALS_AT
    told |= _gaps(weight, starts, sizes) + np.int32(_FAR)
    back = np.empty(2 * count, dtype=np.int64)
    back[order] = told
    del told, order, weight
    one, other = back[:count].take(asked), back[count:].take(asked)
    found: dict[str, Counts] = {}
    for name, at, bits, least in (
        ("rank", _RANK_AT, _COUNT_BITS, 0), ("gap", 0, _RIVALS_AT, -_FAR), ("rivals", _RIVALS_AT, _COUNT_BITS, 0)
    ):  # fmt: skip
        ours, theirs = ((((side >> at) & ((1 << bits) - 1)) + least).astype(np.int32) for side in (one, other))
        found[f"{name}.low"], found[f"{name}.high"] = np.minimum(ours, theirs), np.maximum(ours, theirs)
    return found


def _gaps(weight: Counts, starts: Counts, sizes: Counts) -> Counts:
    """To the best of the same record, and of the best to the next."""
    gap = weight - np.repeat(weight[starts], sizes)
    several = starts[sizes > 1]
    gap[several] = weight[several] - weight[several + 1]
    gap[starts[sizes == 1]] = _FAR
    return np.clip(gap, -_FAR, _FAR, out=gap)


def _rivals(weight: Counts, starts: Counts, sizes: Counts) -> Counts:
    strong = (weight >= _STRONG).astype(np.int32)
    rivals = np.repeat(np.add.reduceat(strong, starts, dtype=np.int32), sizes)
    rivals -= strong
    return rivals
