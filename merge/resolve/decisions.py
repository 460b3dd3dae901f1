"""How a golden record came together, merge by merge: the mean between two groups against the cut. Pure.

Told anew from the pairs inside, by the engine that made it: merges inside a group hang on its own pairs alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from merge.resolve.graph import ordered
from merge.resolve.linkage import MUST_HEIGHT, Constraints, link

WEAKEST = 3
"""So many pairs of a decision are shown, the weakest first."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that groups are judged by; weights in 1/1000 bit. See ``MatchSettings``."""

    cut: int
    bridge: int
    floor: int
    max_size: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair between two groups; ``weight`` is None where the two were never compared, which counts as the floor."""

    left: str
    right: str
    weight: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Two groups and what speaks for their being one.

    Attributes:
        left, right: their records, sorted; the group with the smallest id is left.
        total: the sum of the weights of all pairs between them, those never compared at the floor.
        pairs, compared: how many pairs there are, and how many of them were compared.
        strongest: the weight of the strongest pair; a merge needs one at the bridge.
        weakest: the weakest pairs, the weakest first.
        person: whether a person ordered it.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    total: int
    pairs: int
    compared: int
    strongest: int | None
    weakest: tuple[Pair, ...]
    person: bool = False

    @property
    def mean(self) -> int:
        """What stands against the cut: the mean weight of all pairs, rounded down."""
        return self.total // self.pairs

    def holds(self, lines: Lines) -> bool:
        """Whether the weights join the two."""
        return self.mean >= lines.cut and self.strongest is not None and self.strongest >= lines.bridge


def between(
    left: Collection[str], right: Collection[str], weights: Mapping[tuple[str, str], int], floor: int
) -> Decision:
    """What stands between two groups; ``weights`` by pair, the smaller id first."""
    ours, theirs = sorted((tuple(sorted(left)), tuple(sorted(right))))
    found = []
    for one in ours:
        for other in theirs:
            pair = ordered(one, other)
            found.append(Pair(*pair, weights.get(pair)))
    compared = [pair.weight for pair in found if pair.weight is not None]
    ranked = sorted(found, key=lambda pair: (floor if pair.weight is None else pair.weight, pair.left, pair.right))
    return Decision(
        ours,
        theirs,
        total=sum(compared) + floor * (len(found) - len(compared)),
        pairs=len(found),
        compared=len(compared),
        strongest=max(compared, default=None),
        weakest=tuple(ranked[:WEAKEST]),
    )


def decisions_of(
    records: Iterable[str],
    pairs: Iterable[tuple[str, str, int]],
    lines: Lines,
    *,
    must_link: Iterable[tuple[str, str]] = (),
    cannot_link: Iterable[tuple[str, str]] = (),
    verified: Mapping[str, Collection[str]] | None = None,
) -> list[Decision]:
    """The merges that bring the records together, in their order. All pairs are among the records."""
    names = sorted(set(records))
    number = {name: at for at, name in enumerate(names)}
    weights = {ordered(left, right): weight for left, right, weight in pairs}
    constraints = Constraints(
        must_link={_numbers(number, *pair) for pair in must_link},
        cannot_link={_numbers(number, *pair) for pair in cannot_link},
        verified={number[name]: frozenset(values) for name, values in (verified or {}).items() if values},
        max_size=lines.max_size,
    )
    numbered = [(number[left], number[right], weight) for (left, right), weight in weights.items()]
    merges, _ = link(
        len(names), numbered, cut=lines.cut, floor=lines.floor, constraints=constraints, bridge=lines.bridge
    )
    return _told(names, [(merge.left, merge.right, merge.height) for merge in merges], weights, lines.floor)


def _told(
    names: Sequence[str], merges: Iterable[tuple[int, int, int]], weights: Mapping[tuple[str, str], int], floor: int
) -> list[Decision]:
    group = {at: {name} for at, name in enumerate(names)}
    home = {at: at for at in group}
    found = []
    for left, right, height in merges:
        ours, theirs = home[left], home[right]
        one = between(group[ours], group[theirs], weights, floor)
        person = height == MUST_HEIGHT
        found.append(
            Decision(one.left, one.right, one.total, one.pairs, one.compared, one.strongest, one.weakest, person)
        )
        group[ours] |= group.pop(theirs)
        home.update({item: ours for item, at in home.items() if at == theirs})
    return found


def _numbers(number: Mapping[str, int], one: str, other: str) -> tuple[int, int]:
    left, right = sorted((number[one], number[other]))
    return left, right
