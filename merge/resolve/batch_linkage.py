"""``linkage.link`` for a whole batch: arrays of pairs in, arrays of merges out; the same merges.

Small components are linked all together, a join of each in a round; large ones, and those with verified identifiers,
one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from merge.match.side_by_side import side_by_side
from merge.match.texts import Ints, sorted_with_places
from merge.resolve.large_components import link_large
from merge.resolve.linkage import BEST_COUNTS, GIANT_COMPONENT, STEP, Constraints, link_component

_NOTHING = np.empty(0, dtype=np.int64)
_TOGETHER = 128
"""Components up to this size are linked together, round by round."""
_BITS = 63
_WORTH_A_THREAD = 200_000
"""Pairs from which a thread more is worth its start."""


@dataclass(frozen=True, slots=True)
class Merges:
    """Joins of two groups, highest first: an item of each, and the mean weight between them (1/1000 bit)."""

    left: Ints
    right: Ints
    height: Ints

    def at_least(self, cut: int) -> "Merges":
        """Those at or above a cut."""
        kept = self.height >= cut
        return Merges(self.left[kept], self.right[kept], self.height[kept])


@dataclass(frozen=True, slots=True)
class _Pairs:
    left: Ints
    right: Ints
    weight: Ints

    def take(self, rows: npt.NDArray[np.bool_] | Ints) -> "_Pairs":
        if rows.dtype == np.bool_:
            rows = np.flatnonzero(rows)
        return _Pairs(self.left.take(rows), self.right.take(rows), self.weight.take(rows))


def labels_of(count: int, left: Ints, right: Ints) -> Ints:
    """For each item the smallest item that links lead to: hooking and pointer jumping (FastSV, Zhang et al. 2020)."""
    label = np.arange(count, dtype=np.int64)
    while len(left):
        a, b = label[left], label[right]
        apart = a != b
        left, right, a, b = left[apart], right[apart], a[apart], b[apart]
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        while True:
            further = label[label]
            if np.array_equal(further, label):
                break
            label = further
    return label


def _components(pairs: _Pairs, threshold: int) -> tuple[_Pairs, Ints, Ints]:
    """Pairs inside components of pairs at or above the threshold, by component; where each begins; items in each."""
    strong = pairs.weight >= threshold
    count = int(max(pairs.left.max(initial=-1), pairs.right.max(initial=-1))) + 1
    label = labels_of(count, pairs.left[strong], pairs.right[strong])
    own = label.take(pairs.left)
    inside = np.flatnonzero(own == label.take(pairs.right))
    own, order = sorted_with_places(own.take(inside))
    order = inside.take(order)
    starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]]) if len(own) else _NOTHING
    sizes = np.bincount(label, minlength=1)[own[starts]]
    return pairs.take(order), starts, sizes


class _Rounds:
    """Small components linked together: in each round the best pair of groups of every component is joined.

    Within a component that is the order in which ``link_component`` joins. Items are numbered so that those of one
    component lie together, in their order.
    """

    def __init__(self, pairs: _Pairs, starts: Ints, floor: int, cut: int, lean: int) -> None:
        sizes = np.diff(np.append(starts, len(pairs.left)))
        component = np.repeat(np.arange(len(starts), dtype=np.int64), sizes)
        of = np.full(int(pairs.right.max()) + 1, -1, dtype=np.int64)
        of[pairs.left] = of[pairs.right] = component
        items = np.flatnonzero(of >= 0)
        self._items = items[np.argsort(of[items], kind="stable")]
        self._component = of[self._items]
        place = of  # no longer needed: each item's number takes the place of its component's
        place[self._items] = np.arange(len(items))
        self._left, self._right = place[pairs.left], place[pairs.right]
        self._sum, self._best = pairs.weight - floor, pairs.weight
        self._size = np.ones(len(items), dtype=np.int64)
        self._floor, self._cut, self._lean = floor, cut, lean
        self._gather()

    def _gather(self) -> None:
        """Pairs in their order, each pair of groups once."""
        key = self._left * len(self._items) + self._right
        key, order = sorted_with_places(key)
        starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
        first = order.take(starts)
        self._left, self._right = self._left.take(first), self._right.take(first)
        self._sum = np.add.reduceat(self._sum.take(order), starts)
        self._best = np.maximum.reduceat(self._best.take(order), starts)

    def join(self) -> Merges | None:
        """Join the best pair of every component that has one, or None where none has."""
        if not len(self._left):
            return None
        height = self._floor + self._sum // (self._size[self._left] * self._size[self._right])
        if self._lean:
            height += self._lean * np.maximum(0, np.minimum(self._best, BEST_COUNTS) - height) // 1000
        height[self._best < self._cut] = -(1 << 60)
        own = self._component[self._left]
        starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]])
        sizes = np.diff(np.append(starts, len(own)))
        highest = np.repeat(np.maximum.reduceat(height, starts), sizes)
        best = np.flatnonzero((height == highest) & (height >= self._cut))
        best = best[np.r_[True, own[best[1:]] != own[best[:-1]]]] if len(best) else best
        left, right = self._left[best], self._right[best]
        found = Merges(self._items[left], self._items[right], height[best])
        self._size[left] += self._size[right]
        name = np.arange(len(self._items), dtype=np.int64)
        name[right] = left
        going_on = highest >= self._cut
        going_on[best] = False
        a, b = name[self._left[going_on]], name[self._right[going_on]]
        self._left, self._right = np.minimum(a, b), np.maximum(a, b)
        self._sum, self._best = self._sum[going_on], self._best[going_on]
        if len(self._left):
            self._gather()
        return found


def _linked_in_rounds(pairs: _Pairs, starts: Ints, floor: int, cut: int, lean: int) -> list[Merges]:
    found = []
    if len(starts):
        rounds = _Rounds(pairs, starts, floor, cut, lean)
        while (merges := rounds.join()) is not None:
            found.append(merges)
    return found


def _halves(pairs: _Pairs, starts: Ints) -> list[tuple[_Pairs, Ints]]:
    """Components of many pairs in two parts, to be linked side by side."""
    middle = int(np.searchsorted(starts, len(pairs.left) // 2))
    if len(pairs.left) < _WORTH_A_THREAD or not 0 < middle < len(starts):
        return [(pairs, starts)]
    at = int(starts[middle])
    one, other = (pairs.take(np.arange(*ends)) for ends in ((0, at), (at, len(pairs.left))))
    return [(one, starts[:middle]), (other, starts[middle:] - at)]


def _linked_alone(parts: Sequence[tuple[_Pairs, bool]], floor: int, cut: int, lean: int, constraints: Constraints
                  ) -> list[Merges]:  # fmt: skip
    """Large components, and those with verified identifiers (told beside them), one by one."""
    found: list[tuple[int, int, int]] = []
    for part, conflicting in parts:
        listed = list(zip(part.left.tolist(), part.right.tolist(), part.weight.tolist(), strict=True))
        if not conflicting:
            found += link_large(listed, cut=cut, floor=floor, lean=lean, max_size=constraints.max_size)
            continue
        items = sorted({item for one in listed for item in one[:2]})
        merges, _ = link_component(items, listed, cut=cut, bridge=cut, floor=floor, constraints=constraints, lean=lean)
        found += merges
    return [Merges(*np.array(found, dtype=np.int64).reshape(-1, 3).T)]


def _conflicting(pairs: _Pairs, owner: Ints, count: int, constraints: Constraints) -> npt.NDArray[np.bool_]:
    """Which components hold records with verified identifiers."""
    found = np.zeros(count, dtype=np.bool_)
    if constraints.verified:
        verified = np.fromiter(constraints.verified, np.int64, len(constraints.verified))
        held = np.zeros(int(max(pairs.right.max(initial=0), verified.max())) + 1, dtype=np.bool_)
        held[verified] = True
        found[owner[held[pairs.left] | held[pairs.right]]] = True
    return found


def link_batch(
    left: Ints, right: Ints, weight: Ints, *, cut: int, floor: int, constraints: Constraints, lean: int = 0
) -> Merges:
    """Merges at or above the cut; pairs as (smaller, larger item, weight), each pair once, no must- or cannot-links.

    ``lean`` as in ``linkage.link_component``.
    """
    large: list[tuple[_Pairs, bool]] = []
    small: list[tuple[_Pairs, Ints]] = []
    pending = [(_Pairs(left, right, weight), cut)]
    while pending:
        inner, threshold = pending.pop()
        pairs, starts, sizes = _components(inner, threshold)
        ends = np.append(starts[1:], len(pairs.left))
        owner = np.repeat(np.arange(len(starts)), ends - starts)
        verified = _conflicting(pairs, owner, len(starts), constraints)
        alone = verified | (sizes > min(_TOGETHER, constraints.max_size))
        kept = (ends - starts)[~alone]
        small += _halves(pairs.take(~alone[owner]), np.cumsum(kept) - kept)
        listing = (one[alone].tolist() for one in (starts, ends, sizes, verified))
        for start, end, size, conflicting in zip(*listing, strict=True):
            part = pairs.take(np.arange(start, end))
            if size > GIANT_COMPONENT and bool((part.weight >= threshold + STEP).any()):
                pending.append((part, threshold + STEP))
            else:
                large.append((part, conflicting))
    jobs: list[Callable[[], list[Merges]]] = [partial(_linked_alone, large, floor, cut, lean, constraints)]
    jobs += [partial(_linked_in_rounds, *part, floor, cut, lean) for part in small]
    found = [merges for merged in side_by_side(lambda job: job(), jobs) for merges in merged]
    listed = (np.concatenate([getattr(one, name) for one in found]) for name in ("left", "right", "height"))
    return _highest_first(*listed)


def _highest_first(left: Ints, right: Ints, height: Ints) -> Merges:
    """Merges by height, then by their items: where all three fit into 63 bits they are sorted as one number."""
    bits = int(max(left.max(initial=0), right.max(initial=0))).bit_length()
    highest = int(height.max(initial=0))
    if (highest - int(height.min(initial=0))).bit_length() + 2 * bits > _BITS:
        order = np.lexsort((right, left, -height))
        return Merges(left[order], right[order], height[order])
    key = (((highest - height) << bits | left) << bits) | right
    key.sort()
    mask = (1 << bits) - 1
    return Merges(key >> bits & mask, key & mask, highest - (key >> 2 * bits))
