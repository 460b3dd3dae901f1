"""Where to cut without labels, from the heights of merges; and with labels, from the labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np

from merge.match.texts import Ints
from merge.resolve.linkage import Merge

DEFAULT_CUT = -1250
"""Mean weights lie below the odds of the pairs: pairs that were never compared pull them down."""
LAST_CUT = -1750
"""The default once a batch has been taught by its own pairs, when groups are at stake and no more what is learned from
them. Families that models were grown with are best at a bit more, others at less: what no model saw scores lower."""
BARE_CUT = -2000
"""The same where records tell names and dates alone: the fewer things can agree, the lower lie the pairs that are one.
The mean of five such sets by four hands is best there; each loses a little a bit above or below."""
_REACHED = frozenset({"phone", "email", "street", "postcode", "unit", "website", "org", "employer"})
"""Groups of what else people are told by, with identifiers and accounts."""
_STEP = 250
_WINDOW = 1000
# Calm is looked for over as much as this: over less, chance makes places calm.
_CALM = 1500
_RANGE = (-3500, 4000)
# A bit away from the default must save this many of a million merges from hanging on where exactly the cut is. Where a
# batch is still to be taught, namesakes that are joined would teach their own joining: it goes farther to be calm.
_PULL, _PULL_AT_LAST = 3_000, 12_000
# And so many more over the root of the merges, for of few merges chance alone makes one place look calmer than another;
# but no more than for so many bits: a set that wants another cut altogether (one brand in every town) may have it.
_PULL_OF_FEW, _REACH_OF_FEW = 450_000, 1250
# Where a bit more or less would move more than this share of all merges, a person should look.
_UNSTABLE = 0.08
_FEW_RECORDS = 1000
_MILLION = 10**6


@dataclass(frozen=True, slots=True)
class Cut:
    """The cut, how it was found (``default``, ``plateau``, ``labels``), and whether to trust it without a look.

    ``moved`` is how many of a thousand merges lie within half a bit of it.
    """

    weight: int
    method: str
    warning: str | None = None
    moved: int = 0


def default_cut(groups: Iterable[str]) -> int:
    """The cut that is kept to without need, for records that tell these groups of features."""
    told = any(group in _REACHED or group.startswith(("id.", "handle.")) for group in groups)
    return DEFAULT_CUT if told else BARE_CUT


def last_cut(default: int) -> int:
    """The default of a batch that was taught by its own pairs."""
    return LAST_CUT if default == DEFAULT_CUT else default


def plateau(heights: Sequence[int] | Ints, records: int, default: int = DEFAULT_CUT, *, last: bool = False) -> Cut:
    """The cut without labels: where the number of groups changes least, and not far from the default without need.

    ``last`` says that nothing more is learned from the groups.

    Method: spec matching 5, "plateau"; the pull to the default was chosen over families that were left out of the
    training (docs/adr/0011). ``heights`` are those of all merges above the lowest cut.
    """
    ordered = np.sort(np.asarray(heights, dtype=np.int64))

    def between(low: int, high: int) -> int:
        return int(np.searchsorted(ordered, high) - np.searchsorted(ordered, low))

    def moved(at: int) -> int:
        return between(at - _WINDOW // 2, at + _WINDOW // 2)

    few = f"few records ({records}): have some pairs checked by a person (--labels)" if records < _FEW_RECORDS else None
    joined = between(default, 10**9)
    if not joined:
        return Cut(default, "default", few)
    low, high = _RANGE
    steady = _PULL_AT_LAST if last else _PULL
    of_few = isqrt(_PULL_OF_FEW**2 // joined)
    places = range(low + _CALM // 2, high - _CALM // 2 + 1, _STEP)

    def cost(at: int) -> tuple[int, int]:
        away = abs(at - default)
        pull = (steady * away + of_few * min(away, _REACH_OF_FEW)) // 1000
        return between(at - _CALM // 2, at + _CALM // 2) * _MILLION // joined + pull, away

    best = min(places, key=cost)
    warning = few
    if best in {places[0], places[-1]}:
        warning = "no stable cut was found: have some pairs checked by a person (--labels)"
    elif moved(best) > max(3, _UNSTABLE * joined):
        warning = "many groups hang on where exactly the cut is: have some pairs checked by a person (--labels)"
    share = moved(best) * 1000 // max(1, between(best, 10**9))
    return Cut(best, "default" if best == default else "plateau", warning, share)


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
