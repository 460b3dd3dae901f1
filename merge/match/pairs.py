"""Candidate pairs of a batch: records that share a rare term, or several common ones at once.

No rules for single data sets: every kind of term is tried. A term that few records hold emits its pairs; one that
many hold is conjoined with the other common terms of each record until few hold the conjunction. Two common terms
are conjoined only where chance alone would bring few strangers together: the common values of two kinds are ordered
by how many strangers they would let meet, and taken while that is within a budget a record, so that the number of
pairs grows as the number of records does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import combinations

import numpy as np
import numpy.typing as npt

from merge.match.column_terms import TermColumn
from merge.match.equal_keys import grouped, grouped_in_order
from merge.match.side_by_side import Each, side_by_side
from merge.match.texts import Codes, Ints, in_order_of_hashes

_FEW, _MANY = 60_000, 200_000
_SAMPLE = 20_000
_SHARE = 1_000_000
_CONTACTS = frozenset({"phone", "email", "handle"})
_MANY_MET, _TWO_KINDS = 0.2, 2
_NO_PAIRS = np.empty(0, dtype=np.int64)
_Sample = list[tuple[str, npt.NDArray[np.float32]]]
"""By layer of common terms: their origin, and for some records how many others hold theirs."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How many records may share a term, and a conjunction of two, for their pairs to be looked at.

    ``chance`` is the number of pairs a record that conjunctions may make of strangers, ``chance_beside_contacts`` the
    same where contacts of two kinds bring records together already. ``ways`` is in how many ways two records must
    meet: among very many records hardly any two of one customer meet in one way alone, and half of all pairs do.
    """

    single: int
    conjoined: int
    chance: float
    ways: int = 1
    chance_beside_contacts: float | None = None

    def with_contacts(self, met: Mapping[str, float]) -> "Caps":
        """Those for a batch in which terms of these origins bring so many pairs a record, each by itself."""
        contacts = sum(1 for origin, pairs in met.items() if origin in _CONTACTS and pairs >= _MANY_MET)
        if self.chance_beside_contacts is None or contacts < _TWO_KINDS:
            return self
        return replace(self, chance=self.chance_beside_contacts)


def caps_for(records: int) -> Caps:
    """Caps for a number of records: patient with few, strict with many (spec matching 5, measured)."""
    if records <= _FEW:
        return Caps(40, 25, 60.0)
    return Caps(20, 12, 6.0) if records <= _MANY else Caps(10, 10, 8.0, ways=2, chance_beside_contacts=3.0)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Records with the numbers of their terms, one each, and how many records hold the term."""

    records: Ints
    terms: Codes
    holders: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Common:
    """The terms of one kind that too many records hold.

    Attributes:
        origin: terms of one origin are not conjoined.
        layers: for each record the number of its term, -1 for none; a second layer for a second term, and so on.
        sizes: how many records hold each of the terms.
    """

    origin: str
    layers: tuple[Codes, ...]
    sizes: npt.NDArray[np.float32]

    @cached_property
    def holders(self) -> tuple[npt.NDArray[np.float32], ...]:
        """For each record how many hold its term, by layer; infinitely many where it has none."""
        sizes = np.append(self.sizes, np.float32("inf"))
        return tuple(sizes.take(layer) for layer in self.layers)

    @cached_property
    def held(self) -> tuple[_Layer, ...]:
        """The records that have a term, by layer."""
        having = ((layer, np.flatnonzero(layer >= 0)) for layer in self.layers)
        numbered = ((records, layer.take(records)) for layer, records in having)
        return tuple(_Layer(records, terms, self.sizes.take(terms)) for records, terms in numbered)


def _singles(column: TermColumn, count: int, cap: int) -> tuple[Ints, str, Common | None]:
    """Pairs of the terms that few hold, what they are of where they are telling, and the terms that many hold."""
    order, ordered = in_order_of_hashes(column.hashes)
    groups = grouped_in_order(column.records.take(order), ordered.view(np.int64))
    pairs = groups.pairs(cap)
    if np.any(column.records[1:] == column.records[:-1]):
        pairs = _came(pairs, 1)
    told = column.origin if column.telling else ""
    large = np.flatnonzero(groups.sizes > cap)
    if not len(large):
        return pairs, told, None
    starts, sizes = groups.starts.take(large), groups.sizes.take(large)
    rows = order.take(np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum())))
    numbers = np.full(len(order), -1, dtype=np.int32)
    numbers[rows] = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    held = np.flatnonzero(numbers >= 0)
    layers = _layers(column.records.take(held), numbers.take(held), count)
    return pairs, told, Common(column.origin, layers, sizes.astype(np.float32))


def _layers(records: Ints, numbers: Codes, count: int) -> tuple[Codes, ...]:
    """Rows (records ascending) spread over as many arrays as one record has rows."""
    layers: list[Codes] = []
    while len(records):
        first = np.r_[True, records[1:] != records[:-1]]
        layer = np.full(count, -1, dtype=np.int32)
        if first.all():
            layer[records] = numbers
            return (*layers, layer)
        layer[records[first]] = numbers[first]
        layers.append(layer)
        records, numbers = records[~first], numbers[~first]
    return tuple(layers)


def _sampled(common: Common, count: int) -> _Sample:
    """Of some of the records how many hold their terms, by layer."""
    rows = slice(0, None, max(1, count // _SAMPLE))
    return [(common.origin, layer[rows].copy()) for layer in common.holders]


def _most_strangers(samples: _Sample, caps: Caps, count: int) -> np.float32:
    """How many strangers a conjunction must stay below, for all of them to keep the budget."""
    met = [np.zeros(1, np.float32)]
    for place, (origin, holders) in enumerate(samples):
        others = [other for another, other in samples[place + 1 :] if another != origin]
        if others:
            # Of every record and pair of its terms: how many strangers share both by chance.
            expected = np.stack(others) * holders / np.float32(count)
            met.append(expected[expected <= 4 * caps.conjoined])
    found = np.concatenate(met)
    found.sort()
    records = max([1, *(len(holders) for _, holders in samples)])
    within = int(np.searchsorted(np.cumsum(found, dtype=np.float64) / 2 / records, caps.chance, side="right"))
    return np.float32("inf") if within == len(found) else found[within]


def _least_product(most: np.float32, count: int) -> np.float32:
    """From which product of two numbers of holders on a conjunction would bring too many strangers together."""
    if not 0 < most < np.inf:
        return max(most, np.float32(0))
    found = most * np.float32(count)
    while found / np.float32(count) >= most:
        found = np.nextafter(found, np.float32(0))
    while found / np.float32(count) < most:
        found = np.nextafter(found, np.float32("inf"))
    return found


def _conjoined(one: Common, other: Common, count: int, most: np.float32, cap: int) -> Ints:
    """Pairs of records that share a term of each of two kinds."""
    if len(other.held[0].records) < len(one.held[0].records):  # the fewer records are gone through
        one, other = other, one
    least = _least_product(most, count)
    records, keys = [], []
    for layer in one.held:
        for terms, holders in zip(other.layers, other.holders, strict=True):
            rows = np.flatnonzero(layer.holders * holders.take(layer.records) < least)
            records.append(layer.records.take(rows))
            keys.append(layer.terms.take(rows).astype(np.int64))
            keys[-1] *= len(other.sizes)
            keys[-1] += terms.take(records[-1])
    above = len(one.sizes) * len(other.sizes)
    if len(records) == 1:
        return grouped(records[0], keys[0], above, count).pairs(cap)
    return _came(grouped(np.concatenate(records), np.concatenate(keys), above, count).pairs(cap), 1)


class _Gathered:
    """Packed pairs of all ways."""

    def __init__(self) -> None:
        self._ways: list[Ints] = []

    def add(self, pairs: Ints, *, telling: bool = False) -> None:
        """Add the pairs of one way, sorted and none of them twice; telling ones count as if they came in two."""
        self._ways += [pairs, pairs] if telling else [pairs]

    def all(self, ways: int) -> tuple[Ints, Ints]:
        """The left and the right records of all pairs that came in so many ways (one or two), sorted."""
        shares = max(1, sum(map(len, self._ways)) // _SHARE)
        longest = max(self._ways, key=len, default=_NO_PAIRS)
        edges = longest[len(longest) * np.arange(1, shares) // shares] if len(longest) else _NO_PAIRS
        cuts = [np.searchsorted(way, edges) for way in self._ways]

        def share(number: int) -> tuple[Ints, Ints]:
            bounds = [
                (0 if number == 0 else cut[number - 1], cut[number] if number < len(edges) else None) for cut in cuts
            ]
            parts = [way[start:end] for way, (start, end) in zip(self._ways, bounds, strict=True)]
            return _apart(_came(np.concatenate([_NO_PAIRS, *parts]), ways))

        left, right = zip(*side_by_side(share, range(len(edges) + 1)), strict=True)
        return np.concatenate(left), np.concatenate(right)


def _apart(pairs: Ints) -> tuple[Ints, Ints]:
    """The two records of each pair; what two terms of one record bring together is no pair."""
    left, right = pairs >> 32, pairs & 0xFFFFFFFF
    apart = left != right
    return (left, right) if apart.all() else (left[apart], right[apart])


def _came(pairs: Ints, ways: int) -> Ints:
    """Those of the pairs that are there so many times (one or two), sorted."""
    pairs.sort()
    again = pairs[1:] == pairs[:-1]
    if ways == 1:
        found: Ints = pairs[np.concatenate([np.ones(min(1, len(pairs)), np.bool_), ~again])]
    else:
        found = pairs[1:][again & np.concatenate([np.ones(min(1, len(again)), np.bool_), ~again[:-1]])]
    return found


@dataclass(frozen=True, slots=True)
class _Conjoining:
    """Conjoins two kinds, given by their numbers: what both are travels once, not with every two."""

    common: Sequence[Common]
    count: int
    most: np.float32
    cap: int

    def __call__(self, both: tuple[int, int]) -> Ints:
        return _conjoined(self.common[both[0]], self.common[both[1]], self.count, self.most, self.cap)


def candidate_pairs(
    terms: Iterable[TermColumn], count: int, caps: Caps | None = None, *, each: Each = side_by_side
) -> tuple[Ints, Ints]:
    """Record numbers of all candidate pairs, left smaller than right, sorted and without doubles.

    Args:
        terms: the terms of ``count`` records, kind by kind.
        count: records.
        caps: how many records may share what; by the number of records where None.
        each: where kinds of terms are worked on.
    """
    caps = caps or caps_for(count)
    pairs = _Gathered()
    common: list[Common] = []
    samples: _Sample = []
    met: Counter[str] = Counter()
    for found, told, large in each(partial(_singles, count=count, cap=caps.single), terms):
        pairs.add(found, telling=bool(told))
        met[told] += len(found)
        if large is not None:
            common.append(large)
            samples += _sampled(large, count)
    kinds = [
        (one, other) for one, other in combinations(range(len(common)), 2) if common[one].origin != common[other].origin
    ]
    caps = caps.with_contacts({origin: number / max(1, count) for origin, number in met.items()})
    most = _most_strangers(samples, caps, count)
    for found in each(_Conjoining(common, count, most, caps.conjoined), kinds):
        pairs.add(found)
    return pairs.all(caps.ways)
