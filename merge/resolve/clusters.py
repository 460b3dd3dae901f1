"""From scored pairs to customers: average linkage inside components, under constraints, in any order of input.

Connected components would join everybody whom one wrong pair touches. Average linkage asks two groups to be alike
on the whole: the mean weight of all pairs between them decides, and a pair that was never compared counts as
``floor``. All figures are integers and ties are broken by record id, so the input's order changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from merge.resolve.linkage import Constraints, Merge, Refusal, link

MISSING_PAIR = -4000
"""What a pair that was never compared counts for, in 1/1000 bit (-4 bits: measured, spec matching 5)."""
MAX_SIZE = 1000


class Reason(StrEnum):
    """Why a merge was refused."""

    CANNOT_LINK = "cannot_link"
    IDENTIFIERS = "identifiers"
    SIZE = "size"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class RefusedMerge:
    """Two groups that belong together by weight and may not be joined; for the conflict queue.

    Attributes:
        left, right: the smallest record id of each group, left before right.
        weight: mean weight between the groups, in 1/1000 bit (must-links have the weight of their order: 0).
        reason: which constraint forbade it.
    """

    left: str
    right: str
    weight: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Partition:
    """Groups of record ids, each sorted, in the order of their first ids; and the merges that were refused."""

    groups: tuple[tuple[str, ...], ...]
    refused: tuple[RefusedMerge, ...] = ()

    def group_of(self) -> dict[str, int]:
        """Record id to the position of its group."""
        return {record: number for number, group in enumerate(self.groups) for record in group}


def _numbered(ids: Mapping[str, int], links: Iterable[tuple[str, str]]) -> set[tuple[int, int]]:
    numbered = set()
    for left, right in links:
        if left in ids and right in ids and left != right:
            a, b = ids[left], ids[right]
            numbered.add((min(a, b), max(a, b)))
    return numbered


def partition_of(count: int, merges: Iterable[Merge]) -> list[list[int]]:
    """The groups that the merges leave, each sorted, in the order of their first members."""
    parent = list(range(count))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for merge in merges:
        left, right = root(merge.left), root(merge.right)
        if left != right:
            parent[max(left, right)] = min(left, right)
    groups: dict[int, list[int]] = {}
    for item in range(count):
        groups.setdefault(root(item), []).append(item)
    return list(groups.values())


def cluster(
    pairs: Iterable[tuple[str, str, int]],
    *,
    cut: int,
    floor: int = MISSING_PAIR,
    must_link: Iterable[tuple[str, str]] = (),
    cannot_link: Iterable[tuple[str, str]] = (),
    conflicts: Mapping[str, frozenset[str]] | None = None,
    max_size: int = MAX_SIZE,
    records: Iterable[str] = (),
    bridge: int | None = None,
    held: Iterable[tuple[str, str]] = (),
    confirmed: int | None = None,
) -> Partition:
    """Groups of records that are one customer.

    Args:
        pairs: scored pairs (left id, right id, weight in 1/1000 bit). A pair given twice keeps its largest weight.
        cut: two groups are joined while the mean weight between them is at least this.
        floor: the weight of a pair that is not among ``pairs``.
        must_link: pairs joined whatever their weight (stewards' decisions), unless a constraint forbids it.
        cannot_link: pairs that may not be together, not through others either.
        conflicts: verified identifiers by record, each ``<kind>:<value>``: groups of which two records have
            different values of one kind are never joined.
        max_size: larger groups are not made; the refused merge is reported.
        records: ids that are to appear even where no pair names them.
        bridge: the least weight of one pair between two groups that are joined; the cut where None.
        held: pairs that do not join groups by themselves although they weigh as much.
        confirmed: the least weight of one pair between a group that a must-link made and another; the bridge where
            None.
    """
    weights: dict[tuple[str, str], int] = {}
    for left, right, weight in pairs:
        if left != right:
            key = (left, right) if left < right else (right, left)
            weights[key] = max(weight, weights.get(key, weight))
    must, cannot = list(must_link), list(cannot_link)
    names = sorted({*(record for key in weights for record in key), *records, *(r for pair in must for r in pair)})
    ids = {name: number for number, name in enumerate(names)}
    constraints = Constraints(
        must_link=_numbered(ids, must),
        cannot_link=_numbered(ids, cannot),
        verified={ids[name]: values for name, values in (conflicts or {}).items() if name in ids and values},
        max_size=max_size,
        held=frozenset(_numbered(ids, held)),
        confirmed=confirmed,
    )
    numbered = [(ids[left], ids[right], weight) for (left, right), weight in weights.items()]
    merges, refusals = link(len(names), numbered, cut=cut, floor=floor, constraints=constraints, bridge=bridge)
    groups = tuple(tuple(names[item] for item in group) for group in partition_of(len(names), merges))
    return Partition(groups, tuple(_told(refusal, names) for refusal in refusals))


def _told(refusal: Refusal, names: list[str]) -> RefusedMerge:
    left, right = sorted((names[refusal.left], names[refusal.right]))
    return RefusedMerge(left, right, refusal.weight, Reason(refusal.reason))
