"""How a pair stands among the other candidates of its two records.

A pair that is by far the best of both its records is another thing than the fifth best of one.
"""

import numpy as np

from merge.match.texts import Ints

STANDING = ("rank.low", "rank.high", "gap.low", "gap.high", "rivals.low", "rivals.high")
"""For the two records of a pair the lower and the higher: rank, gap to the best other pair, other strong pairs."""

_STRONG = 3000
_FAR = 20000


def standing(left: Ints, right: Ints, weights: Ints) -> dict[str, Ints]:
    """What ``STANDING`` names, for each pair; weights and gaps in 1/1000 bit. Equal weights share a rank."""
    count = len(left)
    if not count:
        return {name: np.empty(0, dtype=np.int64) for name in STANDING}
    ends, twice = np.concatenate([left, right]), np.concatenate([weights, weights])
    order = np.lexsort((-twice, ends))
    ordered, weight = ends[order], twice[order]
    other_record = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(np.r_[True, other_record])
    sizes = np.diff(np.r_[starts, len(ordered)])
    start, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    at = np.arange(len(ordered)) - start
    fresh = np.r_[True, other_record | (weight[1:] != weight[:-1])]
    rank = at[np.maximum.accumulate(np.where(fresh, np.arange(len(ordered)), 0))]
    rival = np.where(at == 0, np.minimum(start + 1, len(ordered) - 1), start)
    gap = np.where(size == 1, _FAR, np.clip(weight - weight[rival], -_FAR, _FAR))
    strong = weight >= _STRONG
    rivals = np.repeat(np.add.reduceat(strong.astype(np.int64), starts), sizes) - strong
    found: dict[str, Ints] = {}
    for name, values in (("rank", rank), ("gap", gap), ("rivals", rivals)):
        back = np.empty(len(ordered), dtype=np.int64)
        back[order] = values
        found[f"{name}.low"] = np.minimum(back[:count], back[count:])
        found[f"{name}.high"] = np.maximum(back[:count], back[count:])
    return found
