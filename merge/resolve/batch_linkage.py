"""``linkage.link`` for a whole batch: arrays of pairs in, arrays of merges out; the same merges.

All components together are linked in rounds, many joins at a time; what is left when rounds join little, and components
with verified identifiers, one by one.
"""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from merge.match.side_by_side import THREADS, side_by_side
from merge.match.texts import Flags, Ints
from merge.resolve.large_components import link_rest
from merge.resolve.linkage import GIANT_COMPONENT, STEP, Constraints, link_component
from merge.resolve.linkage_rounds import Merges, Pairs, Rounds, Rule

_NOTHING = np.empty(0, dtype=np.int64)
_WORTH_A_ROUND = 400
"""Where a round joins fewer than one in so many of its pairs, joins one by one take less time."""
_SAMPLE = 16
_BITS = 63
_WORTH_A_THREAD = 200_000
"""Pairs from which a thread more is worth its start."""


def labels_of(count: int, left: Ints, right: Ints) -> Ints:
    """For each item the smallest item that links lead to: hooking and pointer jumping (FastSV, Zhang et al. 2020)."""
    label = np.arange(count, dtype=np.int64)
    a, b = left, right
    while len(left):
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        while True:
            further = label[label]
            if np.array_equal(further, label):
                break
            label = further
        a, b = label.take(left), label.take(right)
        apart = np.flatnonzero(a != b)
        left, right, a, b = left.take(apart), right.take(apart), a.take(apart), b.take(apart)
    return label


def _linked_in_rounds(pairs: Pairs, chosen: Flags | None, component: Ints, rule: Rule) -> list[Merges]:
    """Components of the chosen pairs by rounds while these join much, the rest one by one."""
    pairs = pairs if chosen is None else pairs.take(chosen)
    if not len(pairs.left):
        return []
    rounds, found = Rounds(pairs, component, rule), []
    while count := len(rounds.left):
        found.append(rounds.join())
        if len(found[-1].left) * _WORTH_A_ROUND < count:
            return [*found, link_rest(rounds, rule)]
    return found


def _halves(own: Ints) -> list[Flags | None]:
    """Which of many pairs, by their components, are in which of two parts, to be linked side by side; None for all."""
    if len(own) < _WORTH_A_THREAD:
        return [None]
    lower = own < np.partition(own[::_SAMPLE], len(own) // (2 * _SAMPLE))[len(own) // (2 * _SAMPLE)]
    return [lower, ~lower]


def _linked_alone(pairs: Pairs, component: Ints, rule: Rule, constraints: Constraints) -> list[Merges]:
    """Components with verified identifiers, one by one."""
    parts: dict[int, list[tuple[int, int, int]]] = {}
    listed = (component.take(pairs.left), pairs.left, pairs.right, pairs.weight)
    for own, *pair in zip(*(one.tolist() for one in listed), strict=True):
        parts.setdefault(own, []).append((pair[0], pair[1], pair[2]))
    found: list[tuple[int, int, int]] = []
    for part in parts.values():
        items = sorted({item for one in part for item in one[:2]})
        merges, _ = link_component(items, part, cut=rule.cut, bridge=rule.cut, floor=rule.floor,
                                   constraints=constraints, lean=rule.lean)  # fmt: skip
        found += merges
    return [Merges(*np.array(found, dtype=np.int64).reshape(-1, 3).T)]


def _inside(pairs: Pairs, threshold: int) -> tuple[Pairs, Ints]:
    """Pairs inside components of pairs at or above the threshold; for each item its component."""
    parts = [pairs.part(rows) for rows in _slices(len(pairs.left))]
    strong = _joined(side_by_side(lambda part: part.take(part.weight >= threshold), parts))
    count = int(max(pairs.left.max(initial=-1), pairs.right.max(initial=-1))) + 1
    label = labels_of(count, strong.left, strong.right)
    return _joined(side_by_side(partial(_together, label), parts)), label


def _together(label: Ints, pairs: Pairs) -> Pairs:
    return pairs.take(label.take(pairs.left) == label.take(pairs.right))


def _joined(parts: Iterable[Pairs]) -> Pairs:
    listed = list(parts)
    return Pairs(*(np.concatenate([getattr(one, name) for one in listed]) for name in ("left", "right", "weight")))


def _slices(count: int) -> list[slice]:
    size = max(1, count) if count < _WORTH_A_THREAD else -(-count // THREADS)
    return [slice(start, start + size) for start in range(0, max(1, count), size)]


def link_batch(
    left: Ints, right: Ints, weight: Ints, *, cut: int, floor: int, constraints: Constraints, lean: int = 0
) -> Merges:
    """Merges at or above the cut; pairs as (smaller, larger item, weight), each pair once, no must- or cannot-links.

    ``lean`` as in ``linkage.link_component``.
    """
    rule = Rule(cut, floor, lean, constraints.max_size)
    jobs: list[Callable[[], list[Merges]]] = []
    threshold, rest = cut, Pairs(left, right, weight)
    while len(rest.left):
        pairs, component = _inside(rest, threshold)
        verified, giant = np.zeros((2, len(component)), dtype=np.bool_)
        known = [item for item in constraints.verified if item < len(component)]
        verified[component.take(np.array(known, dtype=np.int64))] = True
        sizes = np.bincount(component, minlength=len(component))
        own = component.take(pairs.left)
        # Of giants the threshold is raised bit by bit, while they hold a pair above it.
        giant[own[pairs.weight >= threshold + STEP]] = True
        giant &= sizes > GIANT_COMPONENT
        alone, further = (verified & ~giant).take(own), giant.take(own)
        jobs.append(partial(_linked_alone, pairs.take(alone), component, rule, constraints))
        apart = alone | further
        if apart.any():
            own, small = own[~apart], pairs.take(~apart)
        else:
            small = pairs
        # Each half is picked where it is linked.
        jobs += [partial(_linked_in_rounds, small, half, component, rule) for half in _halves(own)]
        threshold, rest = threshold + STEP, pairs.take(further)
    found = [merges for merged in side_by_side(lambda job: job(), jobs) for merges in merged]
    listed = (
        np.concatenate([_NOTHING, *(getattr(one, name) for one in found)]) for name in ("left", "right", "height")
    )
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
