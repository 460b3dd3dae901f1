"""Average linkage over numbered items with sparse weights: the engine under ``clusters``.

Items are numbered in the order of their record ids, so the smaller number wins every tie.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

GIANT_COMPONENT = 10_000
STEP = 1000
"""How much the threshold is raised at a time inside a component larger than that."""
BEST_COUNTS = 8000
"""What the best pair between two groups counts for at most, where heights lean to it."""
MUST_HEIGHT = 10**9
"""The height of merges that a steward ordered: above every cut."""


class Merge(NamedTuple):
    """Two items whose groups were joined, and the mean weight between the groups (1/1000 bit)."""

    left: int
    right: int
    height: int


class Refusal(NamedTuple):
    """Two groups (by their first items) that were not joined, the mean weight between them, and the reason."""

    left: int
    right: int
    weight: int
    reason: str


@dataclass(frozen=True, slots=True)
class Constraints:
    """What weights cannot overrule; links as (smaller, larger) item numbers.

    ``held`` are pairs that do not join groups by themselves, whatever they weigh; ``confirmed`` is what the best pair
    must weigh between a group that a person has put together and another one.
    """

    must_link: set[tuple[int, int]] = field(default_factory=set)
    cannot_link: set[tuple[int, int]] = field(default_factory=set)
    verified: Mapping[int, frozenset[str]] = field(default_factory=dict)
    max_size: int = 1000
    held: frozenset[tuple[int, int]] = frozenset()
    confirmed: int | None = None
    _forbidden: dict[int, set[int]] = field(default_factory=dict, repr=False, compare=False)
    _ordered: dict[int, list[tuple[int, int]]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for left, right in self.cannot_link:
            self._forbidden.setdefault(left, set()).add(right)
            self._forbidden.setdefault(right, set()).add(left)

        for pair in self.must_link:
            self._ordered.setdefault(pair[0], []).append(pair)

    def ordered_from(self, item: int) -> list[tuple[int, int]]:
        """The must-links whose smaller item this is; both ends lie in one component."""
        return self._ordered.get(item, [])

    def forbidden_to(self, item: int) -> set[int]:
        """The items that may not be with this one."""
        return self._forbidden.get(item, set())


def components(count: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """For each item the smallest item that links lead to."""
    parent = list(range(count))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for left, right in links:
        a, b = root(left), root(right)
        if a != b:
            parent[max(a, b)] = min(a, b)
    return [root(item) for item in range(count)]


def _kinds(values: frozenset[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for value in values:
        kind, _, rest = value.partition(":")
        found.setdefault(kind, set()).add(rest)
    return found


def disagree(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether two records' verified identifiers (``<kind>:<value>``) are different values of one kind."""
    ours, theirs = _kinds(left), _kinds(right)
    return any(kind in theirs and values.isdisjoint(theirs[kind]) for kind, values in ours.items())


class _Groups:
    """The groups of one component while they grow; a group is named by its smallest item."""

    def __init__(self, items: Sequence[int], constraints: Constraints, floor: int, lean: int) -> None:
        self.size = dict.fromkeys(items, 1)
        self.sums: dict[int, dict[int, int]] = {item: {} for item in items}
        self.best: dict[int, dict[int, int]] = {item: {} for item in items}
        self.forbidden: dict[int, set[int]] = {item: set() for item in items}
        self.verified = {item: {constraints.verified[item]} for item in items if item in constraints.verified}
        # Groups that a person has put together: weights alone do not join two of them.
        self.confirmed: set[int] = set()
        self.max_size = constraints.max_size
        self.confirmed_line = constraints.confirmed
        self.floor = floor
        self.lean = lean

    def mean(self, left: int, right: int) -> int:
        """Mean weight of all pairs between two groups, rounded down, and the best pair's part of it."""
        pairs = self.size[left] * self.size[right]
        mean = self.floor + self.sums[left][right] // pairs
        if not self.lean:
            return mean
        best = self.best[left].get(right, mean)
        return mean + self.lean * max(0, min(best, BEST_COUNTS) - mean) // 1000

    def stands(self, left: int, right: int, height: int) -> bool:
        """Whether both groups are still there, and as they were when the height was computed."""
        return left in self.size and right in self.sums[left] and self.mean(left, right) == height

    def offer(self, left: int, cut: int, bridge: int, heap: list[tuple[int, int, int]]) -> None:
        """Put all merges of a group at or above the cut on the heap, of those that one pair at the bridge joins."""
        best = self.best[left]
        for right in self.sums[left]:
            if best.get(right, bridge - 1) < bridge:
                continue
            height = self.mean(left, right)
            if height >= cut:
                heapq.heappush(heap, (-height, min(left, right), max(left, right)))

    def reason_against(self, left: int, right: int) -> str | None:
        if right in self.forbidden[left]:
            return "cannot_link"
        ours, theirs = self.verified.get(left), self.verified.get(right)
        if ours and theirs and any(disagree(a, b) for a in ours for b in theirs):
            return "identifiers"
        if left in self.confirmed and right in self.confirmed:
            return "confirmed"
        one = self.confirmed_line is not None and (left in self.confirmed) != (right in self.confirmed)
        if one and self.best[left].get(right, self.floor) < (self.confirmed_line or 0):
            return "confirmed"
        return "size" if self.size[left] + self.size[right] > self.max_size else None

    def join(self, left: int, right: int) -> int:
        """Join two groups; the smaller name stays."""
        kept, gone = (left, right) if left < right else (right, left)
        for other, total in self.sums.pop(gone).items():
            del self.sums[other][gone]
            if other != kept:
                both = self.sums[kept].get(other, 0) + total
                self.sums[kept][other] = self.sums[other][kept] = both
        for other, weight in self.best.pop(gone).items():
            self.best[other].pop(gone, None)
            if other != kept:
                most = max(weight, self.best[kept].get(other, weight))
                self.best[kept][other] = self.best[other][kept] = most
        for other in self.forbidden.pop(gone):
            self.forbidden[other].discard(gone)
            self.forbidden[other].add(kept)
            self.forbidden[kept].add(other)
        self.size[kept] += self.size.pop(gone)
        if gone in self.confirmed:
            self.confirmed.discard(gone)
            self.confirmed.add(kept)
        if gone in self.verified:
            self.verified.setdefault(kept, set()).update(self.verified.pop(gone))
        return kept


def link_component(
    items: Sequence[int],
    pairs: Sequence[tuple[int, int, int]],
    *,
    cut: int,
    bridge: int,
    floor: int,
    constraints: Constraints,
    lean: int = 0,
) -> tuple[list[Merge], list[Refusal]]:
    """Merges and refusals inside one component.

    The height of a merge is the mean weight between the groups, leaning by ``lean`` thousandths to the weight of their
    best pair: a customer of many records writes one of them quite otherwise, and two namesakes have no best pair.
    """
    groups = _Groups(items, constraints, floor, lean)
    for left, right, weight in pairs:
        groups.sums[left][right] = groups.sums[right][left] = weight - floor
        groups.best[left][right] = groups.best[right][left] = weight
    for left, right in constraints.held & {(left, right) for left, right, _ in pairs} if constraints.held else ():
        groups.best[left][right] = groups.best[right][left] = min(groups.best[left][right], bridge - 1)
    inside = set(items)
    if constraints.cannot_link:
        for item in items:
            groups.forbidden[item] = constraints.forbidden_to(item) & inside
    merges, refusals = _join_must_links(groups, inside, constraints)
    heap: list[tuple[int, int, int]] = []
    for item in sorted(groups.size):
        groups.offer(item, cut, bridge, heap)
    while heap:
        negative, left, right = heapq.heappop(heap)
        if not groups.stands(left, right, -negative):
            continue
        reason = groups.reason_against(left, right)
        if reason is None:
            merges.append(Merge(left, right, -negative))
            groups.offer(groups.join(left, right), cut, bridge, heap)
        else:
            refusals.append(Refusal(left, right, -negative, reason))
    return merges, _told_once(refusals)


def _told_once(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Each refused pair of groups and reason once, with its largest weight."""
    largest: dict[tuple[int, int, str], Refusal] = {}
    for refusal in refusals:
        key = (refusal.left, refusal.right, refusal.reason)
        largest[key] = max(refusal, largest.get(key, refusal))
    return list(largest.values())


def _join_must_links(groups: _Groups, inside: set[int], constraints: Constraints) -> tuple[list[Merge], list[Refusal]]:
    merges: list[Merge] = []
    refusals: list[Refusal] = []
    name = {item: item for item in inside}
    for left, right in sorted(pair for item in inside for pair in constraints.ordered_from(item)):
        a, b = name[left], name[right]
        if a == b:
            continue
        reason = groups.reason_against(a, b)
        if reason is not None:
            refusals.append(Refusal(min(a, b), max(a, b), 0, reason))
            continue
        groups.sums[a].setdefault(b, 0)
        groups.sums[b].setdefault(a, 0)
        kept = groups.join(a, b)
        merges.append(Merge(left, right, MUST_HEIGHT))
        for item, group in name.items():
            if group in {a, b}:
                name[item] = kept
    groups.confirmed = {name[item] for item in inside for pair in constraints.ordered_from(item) for item in pair}
    return merges, refusals


def link(
    count: int,
    pairs: Sequence[tuple[int, int, int]],
    *,
    cut: int,
    floor: int,
    constraints: Constraints,
    bridge: int | None = None,
    lean: int = 0,
) -> tuple[list[Merge], list[Refusal]]:
    """Merges at or above the cut, and those refused; pairs as (smaller, larger item, weight), each pair once.

    Two groups are joined only if one pair between them weighs at least ``bridge`` (the cut where None). Only
    components of pairs at or above the higher of the two are looked at: groups that may be joined hold one such pair.
    Inside a component above 10,000 items the cut that makes components is raised bit by bit.
    """
    merges: list[Merge] = []
    refusals: list[Refusal] = []
    bridge = cut if bridge is None else bridge
    pending = [(list(range(count)), list(pairs), max(cut, bridge))]
    while pending:
        items, inner, threshold = pending.pop()
        for part, part_pairs in _parts(items, inner, threshold, constraints.must_link):
            giant = len(part) > GIANT_COMPONENT
            if giant and any(weight >= threshold + STEP for *_, weight in part_pairs):
                pending.append((part, part_pairs, threshold + STEP))
                continue
            found = link_component(
                part, part_pairs, cut=cut, bridge=bridge, floor=floor, constraints=constraints, lean=lean
            )
            merges += found[0]
            refusals += found[1]
    return sorted(merges, key=lambda merge: (-merge.height, merge.left, merge.right)), sorted(refusals)


def _parts(
    items: Sequence[int],
    pairs: Sequence[tuple[int, int, int]],
    threshold: int,
    must_link: set[tuple[int, int]],
) -> list[tuple[list[int], list[tuple[int, int, int]]]]:
    """Items and pairs of each component of more than one item."""
    position = {item: number for number, item in enumerate(items)}
    links = [(position[left], position[right]) for left, right, weight in pairs if weight >= threshold]
    links += [(position[a], position[b]) for a, b in must_link if a in position and b in position]
    label = components(len(items), links)
    members: dict[int, list[int]] = {}
    for number, item in enumerate(items):
        members.setdefault(label[number], []).append(item)
    inner: dict[int, list[tuple[int, int, int]]] = {}
    for pair in pairs:
        if label[position[pair[0]]] == label[position[pair[1]]]:
            inner.setdefault(label[position[pair[0]]], []).append(pair)
    return [(part, inner.get(name, [])) for name, part in members.items() if len(part) > 1]
