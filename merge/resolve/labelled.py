"""What people said of pairs of a batch stands above its weights: groups are changed by it, and no others are. Pure."""

from collections.abc import Sequence

import numpy as np

from merge.match.self_training import Label
from merge.match.texts import Ints
from merge.resolve.batch_linkage import labels_of
from merge.resolve.linkage import Constraints, disagree, link

Pairs = tuple[Ints, Ints, Ints]
"""Two items, the smaller left, and their weight."""


def as_said(
    groups: Ints, pairs: Pairs, said: Sequence[Label], constraints: Constraints, *, cut: int, floor: int, lean: int
) -> Ints:
    """The groups in which no pair is together that people told apart, and those are that they put together.

    A group with such a pair is linked anew without it. What was put together stays apart where other labels or verified
    identifiers say so.

    Args:
        groups: for each item the smallest of its group.
        pairs: all pairs, none twice.
        said: pairs of items with what was said; those of one item with itself say nothing here.
        constraints: the verified identifiers, and how large a group may be.
        cut: that the groups were linked with, as are the following.
        floor: see ``linkage.link``.
        lean: see ``linkage.link_component``.
    """
    apart = sorted({(min(a, b), max(a, b)) for a, b, match in said if not match and a != b})
    groups = _parted(groups, pairs, apart, constraints, cut=cut, floor=floor, lean=lean)
    for a, b in sorted({(min(a, b), max(a, b)) for a, b, match in said if match}):
        if groups[a] != groups[b] and not _refused(groups, int(groups[a]), int(groups[b]), apart, constraints):
            low, high = sorted((int(groups[a]), int(groups[b])))
            groups[groups == high] = low
    return groups


def _parted(
    groups: Ints, pairs: Pairs, apart: Sequence[tuple[int, int]], constraints: Constraints,
    *, cut: int, floor: int, lean: int,
) -> Ints:  # fmt: skip
    """The groups, of which those that hold a pair told apart are linked anew."""
    groups = groups.copy()
    wrong = np.unique([groups[a] for a, b in apart if groups[a] == groups[b]]).astype(np.int64)
    items = np.flatnonzero(np.isin(groups, wrong))
    number = {item: place for place, item in enumerate(items.tolist())}
    left, right, weight = pairs
    inside = np.flatnonzero((groups[left] == groups[right]) & np.isin(groups[left], wrong))
    listed = [
        (number[a], number[b], one)
        for a, b, one in zip(*(side[inside].tolist() for side in (left, right, weight)), strict=True)
    ]
    within = Constraints(
        cannot_link={(number[a], number[b]) for a, b in apart if a in number and b in number},
        verified={number[item]: held for item, held in constraints.verified.items() if item in number},
        max_size=constraints.max_size,
    )
    merges, _ = link(len(items), listed, cut=cut, floor=floor, constraints=within, lean=lean)
    joined = labels_of(len(items), *(np.array([one[side] for one in merges], dtype=np.int64) for side in (0, 1)))
    groups[items] = items[joined]
    return groups


def _refused(groups: Ints, one: int, other: int, apart: Sequence[tuple[int, int]], constraints: Constraints) -> bool:
    """Whether something says that two groups are not one."""
    if any({int(groups[a]), int(groups[b])} == {one, other} for a, b in apart):
        return True
    ours, theirs = (
        [
            constraints.verified[item]
            for item in np.flatnonzero(groups == group).tolist()
            if item in constraints.verified
        ]
        for group in (one, other)
    )
    return any(disagree(a, b) for a in ours for b in theirs)
