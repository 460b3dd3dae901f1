"""Where to cut without labels, from the heights of merges; and with labels, from the labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from merge.match.texts import Ints
from merge.resolve.linkage import Merge

DEFAULT_CUT = -2500
"""Mean weights lie below the odds of the pairs: pairs that were never compared pull them down."""
_STEP = 250
_WINDOW = 1000
_RANGE = (-3500, 4000)
# Where a bit more or less would move more than this share of all merges, the default is no place to cut.
_UNSTABLE = 0.08
_FEW_RECORDS = 1000


@dataclass(frozen=True, slots=True)
class Cut:
    """The cut, how it was found (``default``, ``plateau``, ``labels``), and whether to trust it without a look."""

    weight: int
    method: str
    warning: str | None = None


def plateau(heights: Sequence[int] | Ints, records: int) -> Cut:
    """The cut without labels.

    The default holds where the number of groups hardly changes around it; else the cut is put where it changes
    least (spec matching 5, "plateau"). ``heights`` are those of all merges above the lowest cut.
    """
    ordered = np.sort(np.asarray(heights, dtype=np.int64))

    def between(low: int, high: int) -> int:
        return int(np.searchsorted(ordered, high) - np.searchsorted(ordered, low))

    joined = between(DEFAULT_CUT, 10**9)
    few = f"only {records} records: have some pairs checked by a person (--labels)" if records < _FEW_RECORDS else None
    if not joined or between(DEFAULT_CUT - _WINDOW // 2, DEFAULT_CUT + _WINDOW // 2) <= max(3, _UNSTABLE * joined):
        return Cut(DEFAULT_CUT, "default", few)
    low, high = _RANGE
    places = range(low + _WINDOW // 2, high - _WINDOW // 2 + 1, _STEP)
    best = min(places, key=lambda at: (between(at - _WINDOW // 2, at + _WINDOW // 2), abs(at - DEFAULT_CUT)))
    if best in {places[0], places[-1]}:
        few = "no stable cut was found: have some pairs checked by a person (--labels)"
    return Cut(best, "plateau", few)


def by_labels(merges: Sequence[Merge], labels: Sequence[tuple[int, int, bool]], fallback: Cut) -> Cut:
    """The cut at which most labelled pairs come out right; of several equal ones the nearest to the fallback."""
    if not labels:
        return fallback
    joined_at = _heights_of([(left, right) for left, right, _ in labels], merges)
    low, high = _RANGE
    best: tuple[int, int, int] | None = None
    for at in range(low, 3 * high + 1, _STEP):
        right = sum((height >= at) == match for height, (_, _, match) in zip(joined_at, labels, strict=True))
        candidate = (-right, abs(at - fallback.weight), at)
        best = candidate if best is None else min(best, candidate)
    return Cut(best[2] if best else fallback.weight, "labels")


def _heights_of(pairs: Sequence[tuple[int, int]], merges: Sequence[Merge]) -> list[int]:
    """For each pair the height at which its items come together, or far below every cut where they never do."""
    parent: dict[int, int] = {}
    members: dict[int, set[int]] = {}
    heights = [-(10**9)] * len(pairs)
    touching: dict[int, list[int]] = {}
    for number, (left, right) in enumerate(pairs):
        touching.setdefault(left, []).append(number)
        touching.setdefault(right, []).append(number)

    def root(item: int) -> int:
        while parent.setdefault(item, item) != item:
            item = parent[item]
        return item

    for merge in merges:
        a, b = root(merge.left), root(merge.right)
        if a == b:
            continue
        ours, theirs = members.pop(a, {a}), members.pop(b, {b})
        small, large = (ours, theirs) if len(ours) <= len(theirs) else (theirs, ours)
        for item in small:
            for number in touching.get(item, ()):
                other = pairs[number][0] if pairs[number][1] == item else pairs[number][1]
                if other in large:
                    heights[number] = merge.height
        parent[b] = a
        members[a] = ours | theirs
    return heights
