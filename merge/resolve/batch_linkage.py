"""``linkage.link`` for a whole batch: arrays of pairs in, arrays of merges out; the same merges.

Most components are two records with one pair: those are joined as arrays. Only what is larger is linked one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merge.match.texts import Ints
from merge.resolve.linkage import GIANT_COMPONENT, STEP, Constraints, link_component

_NOTHING = np.empty(0, dtype=np.int64)


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


def _twos(pairs: _Pairs, constraints: Constraints) -> Iterator[tuple[int, int, int]]:
    """Components of two records."""
    if not constraints.verified:
        yield from zip(pairs.left.tolist(), pairs.right.tolist(), pairs.weight.tolist(), strict=True)
        return
    for left, right, weight in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.weight.tolist(), strict=True):
        if constraints.may_join(left, right):
            yield left, right, weight


def link_batch(
    left: Ints, right: Ints, weight: Ints, *, cut: int, floor: int, constraints: Constraints
) -> Merges:
    """Merges at or above the cut; pairs as (smaller, larger item, weight), each pair once, no must- or cannot-links."""
    found: list[tuple[int, int, int]] = []
    pending = [(_Pairs(left, right, weight), cut)]
    while pending:
        inner, threshold = pending.pop()
        pairs, starts, sizes = _components(inner, threshold)
        ends = np.append(starts[1:], len(pairs.left))
        two = sizes == 2
        found += _twos(pairs.take(starts[two]), constraints)
        for start, end, size in zip(starts[~two].tolist(), ends[~two].tolist(), sizes[~two].tolist(), strict=True):
            part = pairs.take(np.arange(start, end))
            if size > GIANT_COMPONENT and bool((part.weight >= threshold + STEP).any()):
                pending.append((part, threshold + STEP))
                continue
            listed = list(zip(part.left.tolist(), part.right.tolist(), part.weight.tolist(), strict=True))
            items = sorted({item for one in listed for item in one[:2]})
            merges, _ = link_component(items, listed, cut=cut, bridge=cut, floor=floor, constraints=constraints)
            found += merges
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    order = np.lexsort((table[:, 1], table[:, 0], -table[:, 2]))
    return Merges(*table[order].T)
