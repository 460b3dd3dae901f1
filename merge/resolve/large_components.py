"""``linkage.link_component`` for large components in which only weights and size decide: the same merges.

One whole number stands for a possible merge: its height, then the two groups. Numbers are ordered as merges are.
"""

import heapq
from collections.abc import Sequence

from merge.resolve.linkage import BEST_COUNTS

_HIGHEST = 1 << 40
"""Above every height, so that the number of a merge is never negative and the highest merge has the smallest."""
Between = tuple[int, int]
"""What lies between two groups: the sum of the weights over the floor, and the best weight."""


class _Growing:
    """The groups of a component while they grow; a group is named by its smallest item."""

    def __init__(self, count: int, cut: int, floor: int, lean: int) -> None:
        self.size = [1] * count
        self.between: list[dict[int, Between]] = [{} for _ in range(count)]
        self.heights: dict[int, int] = {}
        self.heap: list[int] = []
        self.bits = count.bit_length()
        self._cut, self._floor, self._lean = cut, floor, lean

    def offer(self, group: int, others: dict[int, Between]) -> None:
        """Note the merges of a group with others; those below the cut, or with no pair at it, are none."""
        cut, bits, heights, size = self._cut, self.bits, self.heights, self.size
        for other, (total, best) in others.items():
            place = group << bits | other if group < other else other << bits | group
            height = self._floor + total // (size[group] * size[other])
            if self._lean and (gain := min(best, BEST_COUNTS) - height) > 0:
                height += self._lean * gain // 1000
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


def link_large(
    pairs: Sequence[tuple[int, int, int]], *, cut: int, floor: int, lean: int, max_size: int
) -> list[tuple[int, int, int]]:
    """Merges at or above the cut, highest first: two items and the height; pairs as (smaller, larger item, weight)."""
    items = sorted({item for pair in pairs for item in pair[:2]})
    number = {item: place for place, item in enumerate(items)}
    groups = _Growing(len(items), cut, floor, lean)
    for left, right, weight in pairs:
        a, b = number[left], number[right]
        groups.between[a][b] = groups.between[b][a] = (weight - floor, weight)
    for group, others in enumerate(groups.between):
        groups.offer(group, {other: found for other, found in others.items() if other > group})
    found = []
    bits, mask = groups.bits, (1 << groups.bits) - 1
    while groups.heap:
        key = heapq.heappop(groups.heap)
        height = _HIGHEST - (key >> 2 * bits)
        left, right = key >> bits & mask, key & mask
        if groups.heights.get(left << bits | right) == height and groups.size[left] + groups.size[right] <= max_size:
            found.append((items[left], items[right], height))
            groups.join(left, right)
    return found
