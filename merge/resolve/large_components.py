"""Average linkage of groups that are already many, one join after another: what rounds over arrays leave.

One whole number stands for a possible merge: its height, then the two groups. Numbers are ordered as merges are.
"""

import heapq

import numpy as np

from merge.resolve.linkage import BEST_COUNTS
from merge.resolve.linkage_rounds import Merges, Rounds, Rule

_HIGHEST = 1 << 40
"""Above every height, so that the number of a merge is never negative and the highest merge has the smallest."""
Between = tuple[int, int]
"""What lies between two groups: the sum of the weights over the floor, and the best weight."""


class _Growing:
    """Groups while they grow; a group is named by its smallest item."""

    def __init__(self, size: list[int], rule: Rule) -> None:
        self.size = size
        self.between: list[dict[int, Between]] = [{} for _ in size]
        self.heights: dict[int, int] = {}
        self.heap: list[int] = []
        self.bits = len(size).bit_length()
        self._rule = rule

    def offer(self, group: int, others: dict[int, Between]) -> None:
        """Note the merges of a group with others; those below the cut, or with no pair at it, are none."""
        bits, heights, size = self.bits, self.heights, self.size
        cut, floor, lean = self._rule.cut, self._rule.floor, self._rule.lean
        for other, (total, best) in others.items():
            place = group << bits | other if group < other else other << bits | group
            height = floor + total // (size[group] * size[other])
            if lean and (gain := min(best, BEST_COUNTS) - height) > 0:
                height += lean * gain // 1000
            if height >= cut and best >= cut:
                heights[place] = height
                heapq.heappush(self.heap, (_HIGHEST - height) << 2 * bits | place)
            else:
                heights.pop(place, None)

    def join(self, kept: int, gone: int) -> None:
        """Join two groups, the smaller name stays."""
        ours, theirs = self.between[kept], self.between[gone]
        for other, (total, best) in theirs.items():
            place = gone << self.bits | other if gone < other else other << self.bits | gone
            self.heights.pop(place, None)
            its = self.between[other]
            del its[gone]
            if other != kept:
                known = ours.get(other)
                both = (total, best) if known is None else (known[0] + total, max(known[1], best))
                ours[other] = its[kept] = both
        self.between[gone] = {}
        self.size[kept] += self.size[gone]
        self.offer(kept, ours)


def link_rest(rounds: Rounds, rule: Rule) -> Merges:
    """The merges that are left after some rounds."""
    names = np.unique(np.concatenate([rounds.left, rounds.right]))
    groups = _Growing(rounds.size.take(names).tolist(), rule)
    left, right = (np.searchsorted(names, side).tolist() for side in (rounds.left, rounds.right))
    for a, b, total, best in zip(left, right, rounds.total.tolist(), rounds.best.tolist(), strict=True):
        groups.between[a][b] = groups.between[b][a] = (total, best)
    for group, others in enumerate(groups.between):
        groups.offer(group, {other: found for other, found in others.items() if other > group})
    found = []
    bits, mask = groups.bits, (1 << groups.bits) - 1
    while groups.heap:
        key = heapq.heappop(groups.heap)
        height = _HIGHEST - (key >> 2 * bits)
        a, b = key >> bits & mask, key & mask
        if groups.heights.get(a << bits | b) == height and groups.size[a] + groups.size[b] <= rule.max_size:
            found.append((a, b, height))
            groups.join(a, b)
    one, other, heights = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return Merges(rounds.items.take(names.take(one)), rounds.items.take(names.take(other)), heights)
