"""Candidate pairs of a batch: records that share a rare term, or several common ones at once.

No rules for single data sets: every kind of term is tried. A term that few records hold emits its pairs; one that
many hold is conjoined with the other common terms of each record until few hold the conjunction. Two common terms
are conjoined only where chance alone would bring few strangers together: the common values of two kinds are ordered
by how many strangers they would let meet, and taken while that is within a budget a record, so that the number of
pairs grows as the number of records does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations

import numpy as np
import numpy.typing as npt

from merge.match.column_terms import TermColumn
from merge.match.side_by_side import Each, side_by_side
from merge.match.texts import Codes, Ints, distinct

_FEW, _MANY = 60_000, 200_000
_SAMPLE = 20_000
_BUCKETS = 22
_FLUSH = 4_000_000
_NO_PAIRS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Caps:
    """How many records may share a term, and a conjunction of two, for their pairs to be looked at.

    ``chance`` is the number of pairs a record that conjunctions may make of strangers. ``ways`` is in how many ways two
    records must meet: among very many records hardly any two of one customer meet in one way alone, and half of all
    pairs do.
    """

    single: int
    conjoined: int
    chance: float
    ways: int = 1


def caps_for(records: int) -> Caps:
    """Caps for a number of records: patient with few, strict with many (spec matching 5, measured)."""
    if records <= _FEW:
        return Caps(40, 25, 60.0)
    return Caps(20, 12, 6.0) if records <= _MANY else Caps(10, 10, 8.0, ways=2)


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
        return tuple(sizes[layer] for layer in self.layers)


def _groups(keys: Ints) -> tuple[Ints, Ints, Ints]:
    """Order that sorts the keys, and start and size of each group in it."""
    order = np.argsort(keys)
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(keys) else _NO_PAIRS
    return order, starts, np.diff(np.r_[starts, len(keys)])


def _met(keys: Ints) -> Ints:
    """Rows whose key may stand in another row too: most keys stand alone, and need not be sorted."""
    if len(keys) < 1 << 12:
        return np.arange(len(keys), dtype=np.int64)
    # Fibonacci hashing (Knuth, TAOCP 3, 6.4) to as many buckets as the cache bears.
    bits = min(_BUCKETS, len(keys).bit_length() + 2)
    buckets = ((keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits)).view(np.int64)
    counts = np.bincount(buckets, minlength=1 << bits)
    rows: Ints = np.flatnonzero(counts[buckets] > 1)
    return rows


def _pairs_inside(members: Ints, starts: Ints, sizes: Ints) -> Ints:
    """All pairs inside groups, packed into one number each, smaller record first."""
    found = [_NO_PAIRS]
    for size in np.flatnonzero(np.bincount(sizes)).tolist():
        rows = members[starts[sizes == size][:, None] + np.arange(size)[None, :]]
        left, right = np.triu_indices(size, 1)
        a, b = rows[:, left].ravel(), rows[:, right].ravel()
        found.append((np.minimum(a, b) << 32) | np.maximum(a, b))
    return np.concatenate(found)


def _emit(records: Ints, keys: Ints, cap: int) -> Ints:
    """Pairs of all groups within the cap."""
    rows = _met(keys)
    records, keys = records[rows], keys[rows]
    order, starts, sizes = _groups(keys)
    small = (sizes >= 2) & (sizes <= cap)
    return _pairs_inside(records[order], starts[small], sizes[small])


def _singles(column: TermColumn, count: int, cap: int) -> tuple[Ints, bool, Common | None]:
    """Pairs of the terms that few hold, whether they are telling, and the terms that many hold."""
    keys = column.hashes.view(np.int64)
    rows = _met(keys)
    records, keys = column.records[rows], keys[rows]
    order, starts, sizes = _groups(keys)
    small, large = (sizes >= 2) & (sizes <= cap), sizes > cap
    pairs = _pairs_inside(records[order], starts[small], sizes[small])
    if not large.any():
        return pairs, column.telling, None
    number = np.full(len(sizes), -1, dtype=np.int32)
    number[large] = np.arange(np.count_nonzero(large), dtype=np.int32)
    numbers = np.empty(len(records), dtype=np.int32)
    numbers[order] = np.repeat(number, sizes)
    held = np.flatnonzero(numbers >= 0)
    layers = _layers(records[held], numbers[held], count)
    return pairs, column.telling, Common(column.origin, layers, sizes[large].astype(np.float32))


def _layers(records: Ints, numbers: Codes, count: int) -> tuple[Codes, ...]:
    """Rows (records ascending) spread over as many arrays as one record has rows."""
    layers = []
    while len(records):
        first = np.r_[True, records[1:] != records[:-1]]
        layer = np.full(count, -1, dtype=np.int32)
        layer[records[first]] = numbers[first]
        layers.append(layer)
        records, numbers = records[~first], numbers[~first]
    return tuple(layers)


def _strangers(one: Common, other: Common, count: int, rows: slice) -> npt.NDArray[np.float32]:
    """How many strangers share both terms of a record by chance, for every record and pair of its terms."""
    found = []
    for a in one.holders:
        for b in other.holders:
            expected = a[rows] * b[rows]
            found.append(expected[np.isfinite(expected)] / np.float32(count))
    return np.concatenate(found)


def _most_strangers(common: Sequence[tuple[Common, Common]], count: int, caps: Caps) -> np.float32:
    """How many strangers a conjunction must stay below, for all of them to keep the budget."""
    rows = slice(0, None, max(1, count // _SAMPLE))
    sampled = max(1, len(range(count)[rows]))
    expected = np.sort(np.concatenate([np.zeros(1, np.float32), *(_strangers(a, b, count, rows) for a, b in common)]))
    met = np.where(expected <= 4 * caps.conjoined, expected, 0).astype(np.float64)
    spent = np.cumsum(met) / 2 / sampled
    within = int(np.searchsorted(spent, caps.chance, side="right"))
    return np.float32("inf") if within == len(spent) else expected[within]


def _conjoined(one: Common, other: Common, count: int, most: np.float32, cap: int) -> Ints:
    """Pairs of records that share a term of each of two kinds."""
    width = np.int64(len(other.sizes))
    records, keys = [], []
    for a, many in zip(one.layers, one.holders, strict=True):
        for b, others in zip(other.layers, other.holders, strict=True):
            expected = many * others
            expected /= np.float32(count)
            rows = np.flatnonzero(expected < most)
            records.append(rows)
            keys.append(a[rows] * width + b[rows])
    return _emit(np.concatenate(records), np.concatenate(keys), cap)


class _Gathered:
    """Packed pairs without doubles, and which of them came in two ways."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []
        self._waiting = 0

    def add(self, pairs: Ints, *, telling: bool = False) -> None:
        """Add the pairs of one way; now and then they are put together, so that doubles take no room."""
        self._parts.append((distinct(pairs) << 1) | int(telling))
        self._waiting += len(pairs)
        if self._waiting > _FLUSH:
            self._parts, self._waiting = [self._together()], 0

    def all(self, ways: int) -> Ints:
        """All pairs that came in so many ways (one or two), sorted."""
        found = self._together()
        return (found if ways == 1 else found[found & 1 == 1]) >> 1

    def _together(self) -> Ints:
        """Sorted; the last bit of a pair tells that it came more than once."""
        every = np.concatenate([_NO_PAIRS, *self._parts])
        every.sort()
        pairs = every >> 1
        first = np.flatnonzero(np.r_[True, pairs[1:] != pairs[:-1]]) if len(every) else _NO_PAIRS
        last = np.r_[first[1:], len(every)] - 1
        # Of equal pairs the marked ones are last.
        several = (every[last] & 1) | (last > first) if len(every) else _NO_PAIRS
        found: Ints = (pairs[first] << 1) | several
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
    for found, telling, large in each(partial(_singles, count=count, cap=caps.single), terms):
        pairs.add(found, telling=telling)
        common += [large] if large is not None else []
    kinds = [
        (one, other) for one, other in combinations(range(len(common)), 2) if common[one].origin != common[other].origin
    ]
    most = _most_strangers([(common[one], common[other]) for one, other in kinds], count, caps)
    for found in each(_Conjoining(common, count, most, caps.conjoined), kinds):
        pairs.add(found)
    both = pairs.all(caps.ways)
    left, right = both >> 32, both & 0xFFFFFFFF
    apart = left != right
    return left[apart], right[apart]
