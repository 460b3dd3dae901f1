"""``linkage.link`` for a whole batch: arrays of pairs in, arrays of merges out; the same merges.

Small components are linked all together, a join of each in a round; large ones, and those with verified identifiers,
one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merge.match.texts import Ints
from merge.resolve.linkage import BEST_COUNTS, GIANT_COMPONENT, STEP, Constraints, link_component

_NOTHING = np.empty(0, dtype=np.int64)
_TOGETHER = 64
"""Components up to this size are linked together, round by round."""


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
        return _Pairs(self.left[rows], self.right[rows], self.weight[rows])


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
    items, numbers = np.unique(np.concatenate([pairs.left[strong], pairs.right[strong]]), return_inverse=True)
    half = len(numbers) // 2
    label = np.full(int(max(pairs.left.max(initial=-1), pairs.right.max(initial=-1))) + 1, -1, dtype=np.int64)
    label[items] = labels_of(len(items), numbers[:half], numbers[half:])
    own = label[pairs.left]
    inside = np.flatnonzero((own >= 0) & (own == label[pairs.right]))
    order = inside[np.argsort(own[inside], kind="stable")]
    own = own[order]
    starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]]) if len(own) else _NOTHING
    sizes = np.bincount(label[items], minlength=1)[own[starts]]
    return pairs.take(order), starts, sizes


class _Rounds:
    """Small components linked together: in each round the best pair of groups of every component is joined.

    Within a component that is the order in which ``link_component`` joins. Items are numbered so that those of one
    component lie together, in their order.
    """

    def __init__(self, pairs: _Pairs, starts: Ints, floor: int, cut: int, lean: int) -> None:
        sizes = np.diff(np.append(starts, len(pairs.left)))
        component = np.repeat(np.arange(len(starts), dtype=np.int64), sizes)
        self._items, first = np.unique(np.concatenate([pairs.left, pairs.right]), return_index=True)
        of = np.concatenate([component, component])[first]
        order = np.lexsort((self._items, of))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        self._items, self._component = self._items[order], of[order]
        number = np.searchsorted(self._items[place], pairs.left), np.searchsorted(self._items[place], pairs.right)
        self._left, self._right = place[number[0]], place[number[1]]
        self._sum, self._best = pairs.weight - floor, pairs.weight
        self._size = np.ones(len(order), dtype=np.int64)
        self._floor, self._cut, self._lean = floor, cut, lean
        self._gather()

    def _gather(self) -> None:
        """Pairs in their order, each pair of groups once."""
        key = (self._left << 32) | self._right
        order = np.argsort(key, kind="stable")
        key = key[order]
        starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
        self._left, self._right = self._left[order[starts]], self._right[order[starts]]
        self._sum = np.add.reduceat(self._sum[order], starts)
        self._best = np.maximum.reduceat(self._best[order], starts)

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


def _linked_in_rounds(pairs: _Pairs, starts: Ints, floor: int, cut: int, lean: int) -> Iterator[Merges]:
    if len(starts):
        rounds = _Rounds(pairs, starts, floor, cut, lean)
        while (merges := rounds.join()) is not None:
            yield merges


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
    found: list[tuple[int, int, int]] = []
    arrays: list[Merges] = []
    pending = [(_Pairs(left, right, weight), cut)]
    while pending:
        inner, threshold = pending.pop()
        pairs, starts, sizes = _components(inner, threshold)
        ends = np.append(starts[1:], len(pairs.left))
        owner = np.repeat(np.arange(len(starts)), ends - starts)
        alone = _conflicting(pairs, owner, len(starts), constraints) | (sizes > min(_TOGETHER, constraints.max_size))
        small = pairs.take(~alone[owner])
        kept = (ends - starts)[~alone]
        arrays += _linked_in_rounds(small, np.cumsum(kept) - kept, floor, cut, lean)
        for start, end, size in zip(starts[alone].tolist(), ends[alone].tolist(), sizes[alone].tolist(), strict=True):
            part = pairs.take(np.arange(start, end))
            if size > GIANT_COMPONENT and bool((part.weight >= threshold + STEP).any()):
                pending.append((part, threshold + STEP))
                continue
            listed = list(zip(part.left.tolist(), part.right.tolist(), part.weight.tolist(), strict=True))
            items = sorted({item for one in listed for item in one[:2]})
            merges, _ = link_component(
                items, listed, cut=cut, bridge=cut, floor=floor, constraints=constraints, lean=lean
            )
            found += merges
    table = np.array(found, dtype=np.int64).reshape(-1, 3).T
    listed_left, listed_right, height = (
        np.concatenate([row, *(getattr(one, name) for one in arrays)])
        for row, name in zip(table, ("left", "right", "height"), strict=True)
    )
    order = np.lexsort((listed_right, listed_left, -height))
    return Merges(listed_left[order], listed_right[order], height[order])
