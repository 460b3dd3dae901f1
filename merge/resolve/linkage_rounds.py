"""Average linkage over arrays, many joins at a time: the merges of ``linkage.link_component``, in another order.

That joins the highest pair of groups, one after another. Two pairs of a component may be joined at once where neither
can change what becomes of the other. That is so of the highest pair of each component, and of every pair that stays
higher than all that its two groups could ever have with others: a later group lies on the mean of some of today's, and
so no higher than the highest means and the best pairs of today, together, would make it.
"""

from dataclasses import dataclass

import numpy as np

from merge.match.texts import Flags, Ints, sorted_with_places
from merge.resolve.linkage import BEST_COUNTS

_NEVER = -(1 << 60)


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
class Pairs:
    """Pairs of items, the smaller left, and their weights."""

    left: Ints
    right: Ints
    weight: Ints

    def take(self, rows: Flags | Ints) -> "Pairs":
        """Some of them."""
        if rows.dtype == np.bool_:
            rows = np.flatnonzero(rows)
        return Pairs(self.left.take(rows), self.right.take(rows), self.weight.take(rows))

    def part(self, rows: slice) -> "Pairs":
        """Those of some rows one behind the other, which are not copied."""
        return Pairs(self.left[rows], self.right[rows], self.weight[rows])


@dataclass(frozen=True, slots=True)
class Rule:
    """From where groups are joined: the cut, what a pair that is not there counts for, the lean, the largest group."""

    cut: int
    floor: int
    lean: int
    max_size: int


class Rounds:
    """Groups while they grow; each is named by its smallest item.

    Attributes:
        left, right: the pairs of groups that have something between them, the smaller name left.
        total: the sum of the weights between them over the floor.
        best: the best of these weights.
        size: how many items a group has, by name.
    """

    def __init__(self, pairs: Pairs, component: Ints, rule: Rule) -> None:
        """Every item is a group; ``component`` tells for each item which it lies in, by a number below their count."""
        held = np.zeros(len(component), dtype=np.bool_)
        held[pairs.left] = held[pairs.right] = True
        # Numbered so that those of a component lie together, in their order: what is looked up then lies near.
        items = np.flatnonzero(held)
        own, order = sorted_with_places(component.take(items))
        self.items = items.take(order)
        place = np.empty(len(component), dtype=np.int64)
        place[self.items] = np.arange(len(items))
        self.size = np.ones(len(items), dtype=np.int64)
        self.left, self.right, order = _in_order(place.take(pairs.left), place.take(pairs.right), len(items))
        self.best = pairs.weight.take(order)
        self.total = self.best - rule.floor
        self._component = np.cumsum(np.r_[False, own[1:] != own[:-1]])
        self._rule = rule
        self._name = np.arange(len(items), dtype=np.int64)
        # By item or component. What a round needs is set anew where it looks: rounds of few pairs are many.
        self._most, self._mean, self._best = np.empty((3, len(items)), dtype=np.int64)
        self._flag = np.zeros(len(items), dtype=np.bool_)

    def join(self) -> Merges:
        """Join in every component that has such a pair the highest one, and all that nothing can overtake."""
        rule = self._rule
        one, other = self.size.take(self.left), self.size.take(self.right)
        # Sums stay far below 2**53 and groups small: a quotient that is no whole number never rounds up to one.
        mean = rule.floor + np.floor(self.total / (one * other)).astype(np.int64)
        height = _leaning(mean, self.best, rule.lean)
        height[(height < rule.cut) | (self.best < rule.cut) | (one + other > rule.max_size)] = _NEVER
        top = self._highest(self._most, height)
        highest = (height > _NEVER) & (height == top.take(self.left)) & (height == top.take(self.right))
        likely = np.flatnonzero(highest)
        chosen = likely[self._first_of_component(likely, height) | self._unrivalled(likely, mean, height)]
        left, right = self.left.take(chosen), self.right.take(chosen)
        found = Merges(self.items.take(left), self.items.take(right), height.take(chosen))
        self._go_on(likely, chosen)
        return found

    def _highest(self, known: Ints, values: Ints) -> Ints:
        """For each group the highest value of its pairs."""
        known[self.left] = known[self.right] = _NEVER
        np.maximum.at(known, self.left, values)
        np.maximum.at(known, self.right, values)
        return known

    def _first_of_component(self, likely: Ints, height: Ints) -> Flags:
        """Which of some pairs is the highest of its component; of equal ones that of the smallest names."""
        of, own = self._component.take(self.left.take(likely)), height.take(likely)
        highest, first = self._most, self._mean
        highest[of] = _NEVER
        np.maximum.at(highest, of, own)
        names = self.left.take(likely) * len(self.size) + self.right.take(likely)
        names[own < highest.take(of)] = -_NEVER
        first[of] = -_NEVER
        np.minimum.at(first, of, names)
        found: Flags = (names < -_NEVER) & (names == first.take(of))
        return found

    def _unrivalled(self, likely: Ints, mean: Ints, height: Ints) -> Flags:
        """Which of some pairs, the highest of both their groups, are higher than all that these could have else."""
        left, right = self.left.take(likely), self.right.take(likely)
        means, bests = mean, self.best.copy()
        means[likely] = bests[likely] = _NEVER
        means, bests = self._highest(self._mean, means), self._highest(self._best, bests)
        mean, best = (np.maximum(one.take(left), one.take(right)) for one in (means, bests))
        # Groups between which there is nothing yet count for the floor.
        bound = np.where(best > _NEVER, _leaning(np.maximum(mean, self._rule.floor), best, self._rule.lean), _NEVER)
        equals = self._most
        equals[left] = equals[right] = 0
        np.add.at(equals, left, 1)
        np.add.at(equals, right, 1)
        alone: Flags = (equals.take(left) == 1) & (equals.take(right) == 1)
        return alone & (height.take(likely) > bound)

    def _go_on(self, likely: Ints, chosen: Ints) -> None:
        """The pairs of groups as they are after some were joined, of components in which more can be."""
        left, right = self.left.take(chosen), self.right.take(chosen)
        self.size[left] += self.size.take(right)
        self._name[right] = left
        of = self._component.take(self.left.take(likely))
        self._flag[of] = True
        going_on = self._flag.take(self._component.take(self.left))
        self._flag[of] = False
        going_on[chosen] = False
        kept = np.flatnonzero(going_on)
        left, right = self._name.take(self.left.take(kept)), self._name.take(self.right.take(kept))
        left, right, order = _in_order(np.minimum(left, right), np.maximum(left, right), len(self.size))
        order = kept.take(order)
        fresh = np.ones(len(order), dtype=np.bool_)
        np.logical_or(left[1:] != left[:-1], right[1:] != right[:-1], out=fresh[1:])
        total, best = self.total.take(order), self.best.take(order)
        first, again = np.flatnonzero(fresh), np.flatnonzero(~fresh)
        self.left, self.right = left.take(first), right.take(first)
        self.total, self.best = total.take(first), best.take(first)
        at = again - np.arange(1, len(again) + 1)
        np.add.at(self.total, at, total.take(again))
        np.maximum.at(self.best, at, best.take(again))


def _in_order(left: Ints, right: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Pairs of numbers below a count in their order, and where each stood."""
    bits = count.bit_length()
    key, order = sorted_with_places((left << bits) | right)
    return key >> bits, key & ((1 << bits) - 1), order


def _leaning(mean: Ints, best: Ints, lean: int) -> Ints:
    """The heights of merges, which lean to the best pair; see ``linkage.link_component``."""
    if not lean:
        return mean.copy()
    found: Ints = mean + lean * np.maximum(0, np.minimum(best, BEST_COUNTS) - mean) // 1000
    return found
