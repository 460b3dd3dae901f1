"""Average linkage over numbered items with sparse weights: the engine under ``clusters``.

Items are numbered in the order of their record ids, so the smaller number wins every tie.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

GIANT_COMPONENT = 10_000
_STEP = 1000
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
    """What weights cannot overrule; links as (smaller, larger) item numbers."""

    must_link: set[tuple[int, int]] = field(default_factory=set)
    cannot_link: set[tuple[int, int]] = field(default_factory=set)
    verified: Mapping[int, frozenset[str]] = field(default_factory=dict)
    max_size: int = 1000


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

    def __init__(self, items: Sequence[int], constraints: Constraints, floor: int) -> None:
        self.size = dict.fromkeys(items, 1)
        self.sums: dict[int, dict[int, int]] = {item: {} for item in items}
        self.forbidden: dict[int, set[int]] = {item: set() for item in items}
        self.verified = {item: {constraints.verified[item]} for item in items if item in constraints.verified}
        self.max_size = constraints.max_size
        self.floor = floor

    def mean(self, left: int, right: int) -> int:
        """Mean weight of all pairs between two groups, rounded down."""
        pairs = self.size[left] * self.size[right]
        return self.floor + self.sums[left][right] // pairs

    def reason_against(self, left: int, right: int) -> str | None:
        if right in self.forbidden[left]:
            return "cannot_link"
        ours, theirs = self.verified.get(left), self.verified.get(right)
        if ours and theirs and any(disagree(a, b) for a in ours for b in theirs):
            return "identifiers"
        return "size" if self.size[left] + self.size[right] > self.max_size else None

    def join(self, left: int, right: int) -> int:
        """Join two groups; the smaller name stays."""
        kept, gone = (left, right) if left < right else (right, left)
        for other, total in self.sums.pop(gone).items():
            del self.sums[other][gone]
            if other != kept:
                both = self.sums[kept].get(other, 0) + total
                self.sums[kept][other] = self.sums[other][kept] = both
        for other in self.forbidden.pop(gone):
            self.forbidden[other].discard(gone)
            self.forbidden[other].add(kept)
            self.forbidden[kept].add(other)
        self.size[kept] += self.size.pop(gone)
        if gone in self.verified:
            self.verified.setdefault(kept, set()).update(self.verified.pop(gone))
        return kept


def _link_component(
    items: Sequence[int], pairs: Sequence[tuple[int, int, int]], *, cut: int, floor: int, constraints: Constraints
) -> tuple[list[Merge], list[Refusal]]:
    groups = _Groups(items, constraints, floor)
    for left, right, weight in pairs:
        groups.sums[left][right] = groups.sums[right][left] = weight - floor
    inside = set(items)
    for left, right in constraints.cannot_link:
        if left in inside and right in inside:
            groups.forbidden[left].add(right)
            groups.forbidden[right].add(left)
    merges, refusals = _join_must_links(groups, inside, constraints)
    heap: list[tuple[int, int, int]] = []

    def offer(left: int) -> None:
        for right in groups.sums[left]:
            height = groups.mean(left, right)
            if height >= cut:
                heapq.heappush(heap, (-height, min(left, right), max(left, right)))

    for item in sorted(groups.size):
        offer(item)
    done: set[tuple[int, int]] = set()
    while heap:
        negative, left, right = heapq.heappop(heap)
        current = left in groups.size and right in groups.size and right in groups.sums[left]
        if not current or groups.mean(left, right) != -negative or (left, right) in done:
            continue
        reason = groups.reason_against(left, right)
        if reason is not None:
            done.add((left, right))
            refusals.append(Refusal(left, right, -negative, reason))
            continue
        kept = groups.join(left, right)
        done = {pair for pair in done if kept not in pair}
        merges.append(Merge(left, right, -negative))
        offer(kept)
    return merges, refusals


def _join_must_links(groups: _Groups, inside: set[int], constraints: Constraints) -> tuple[list[Merge], list[Refusal]]:
    merges: list[Merge] = []
    refusals: list[Refusal] = []
    name = {item: item for item in inside}
    for left, right in sorted(constraints.must_link):
        if left not in inside or right not in inside:
            continue
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
    return merges, refusals


def link(
    count: int,
    pairs: Sequence[tuple[int, int, int]],
    *,
    cut: int,
    floor: int,
    constraints: Constraints,
) -> tuple[list[Merge], list[Refusal]]:
    """Merges at or above the cut, and those refused; pairs as (smaller, larger item, weight), each pair once.

    Only components of pairs at or above the cut are looked at: two groups whose mean reaches the cut hold at least
    one such pair. Inside a component above 10,000 items the cut that makes components is raised bit by bit.
    """
    merges: list[Merge] = []
    refusals: list[Refusal] = []
    pending = [(list(range(count)), list(pairs), cut)]
    while pending:
        items, inner, threshold = pending.pop()
        for part, part_pairs in _parts(items, inner, threshold, constraints.must_link):
            giant = len(part) > GIANT_COMPONENT
            if giant and any(weight >= threshold + _STEP for *_, weight in part_pairs):
                pending.append((part, part_pairs, threshold + _STEP))
                continue
            found = _link_component(part, part_pairs, cut=cut, floor=floor, constraints=constraints)
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
