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
        half |= highest - weights
    key, order = sorted_with_places(key)
    weight = (highest - (key & ((1 << bits) - 1))).astype(np.int32)
    fresh = np.ones(2 * count, dtype=np.bool_)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    key >>= bits
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]).astype(np.int32)
    del key
    sizes = np.append(starts[1:], np.int32(2 * count)) - starts
    first = np.where(fresh, np.arange(2 * count, dtype=np.int32), 0)
    rank = np.maximum.accumulate(first) - np.repeat(starts, sizes)
    found: dict[str, Counts] = {}
    for name, values in (
        ("rank", rank), ("gap", _gaps(weight, starts, sizes)), ("rivals", _rivals(weight, starts, sizes))
    ):  # fmt: skip
        back = np.empty(2 * count, dtype=np.int32)
        back[order] = values
        one, other = back[:count][asked], back[count:][asked]
        found[f"{name}.low"], found[f"{name}.high"] = np.minimum(one, other), np.maximum(one, other)
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
