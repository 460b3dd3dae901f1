"""Distinct strings of a column, and what comparisons and keys ask about them, as numpy arrays.

The integer-code door compares numbers, not strings: equal values are equal codes, and what must look at characters
does so once for each distinct value here. Characters are Unicode code points, never bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from merge.match.nicknames import NICKNAMES
from merge.match.remembered import Remembered

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Objects = npt.NDArray[Any]

TOKENS = 4
"""Words of a value that are compared as numbers; a value with more is compared by the one-record door."""

_SLICE = 20_000
_BEYOND_ASCII = 128
_CLASSES = 32
"""Classes of characters: by the lowest bits of a code point the letters of an alphabet are all in different ones."""
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def mixed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """64 bits well mixed, the same on every machine: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    result = numbers + _GOLDEN
    result = (result ^ (result >> np.uint64(30))) * _FIRST
    result = (result ^ (result >> np.uint64(27))) * _SECOND
    mixed_numbers: npt.NDArray[np.uint64] = result ^ (result >> np.uint64(31))
    return mixed_numbers


def distinct(numbers: Ints) -> Ints:
    """The distinct numbers, sorted: for many different ones faster than ``np.unique``, which hashes them first."""
    ordered = np.sort(numbers)
    kept = np.ones(len(ordered), dtype=np.bool_)
    kept[1:] = ordered[1:] != ordered[:-1]
    found: Ints = ordered[kept]
    return found


def sorted_with_places(numbers: Ints) -> tuple[Ints, Ints]:
    """The numbers (none negative) sorted, and where each stood: equal ones as they stood. The array given is used up.

    Where number and place fit into 63 bits they are sorted as one: several times faster than ``np.argsort``.
    """
    bits = max(1, len(numbers) - 1).bit_length()
    if int(numbers.max(initial=0)) >> (63 - bits):
        order = np.argsort(numbers, kind="stable")
        return numbers[order], order
    numbers <<= bits
    numbers |= np.arange(len(numbers), dtype=np.int64)
    numbers.sort()
    places: Ints = numbers & ((1 << bits) - 1)
    numbers >>= bits
    return numbers, places


class Places:
    """Numbers that are picked by place; where each number is its own place, the places are the numbers."""

    def __init__(self, numbers: Codes) -> None:
        self._numbers = numbers
        self._own = bool(np.array_equal(numbers, np.arange(len(numbers))))

    def take(self, places: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The numbers at some places; not to be changed."""
        return places if self._own else self._numbers.take(places)


def numbered(values: Iterable[str]) -> tuple[Codes, list[str]]:
    """A number for each value in the order of first appearance, and the distinct values."""
    listed = values if isinstance(values, list) else [*values]
    distinct = list(dict.fromkeys(listed))
    if len(distinct) == len(listed):
        return np.arange(len(listed), dtype=np.int32), distinct
    number = dict(zip(distinct, range(len(distinct)), strict=True))
    return np.fromiter(map(number.__getitem__, listed), np.int32, len(listed)), distinct


def code_points(values: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Ints]:
    """All characters of all values in a row, and the length of each value."""
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    joined = "".join(values).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(joined, np.uint32), lengths


_MOST_FIGURES = 16
_POWERS = 10 ** np.arange(_MOST_FIGURES + 1, dtype=np.int64)


def figure_numbers(values: Sequence[str]) -> Ints:
    """A number for the figures of each value in their order: equal where these are."""
    found = np.empty(len(values), dtype=np.int64)
    others: dict[str, int] = {}
    for part in _slices(len(values)):
        points, lengths = code_points(values[part])
        found[part], counts = _read_figures(points, lengths)
        plain = (_over(np.maximum, points, lengths, 0) < _BEYOND_ASCII) & (counts <= _MOST_FIGURES)
        for place in (np.flatnonzero(~plain) + part.start).tolist():
            figures = "".join(filter(str.isdigit, values[place]))
            whole = len(figures) <= _MOST_FIGURES and figures.isascii()
            number = int(figures or 0) + len(figures) * int(_POWERS[-1]) if whole else None
            found[place] = -1 - others.setdefault(figures, len(others)) if number is None else number
    return found


def _read_figures(points: npt.NDArray[np.uint32], lengths: Ints) -> tuple[Ints, Ints]:
    """The figures 0 to 9 of each value read as one number, told apart by their count; and that."""
    figure = points - np.uint32(ord("0")) < 10
    before = np.zeros(len(points) + 1, dtype=np.int64)
    np.cumsum(figure, out=before[1:])
    ends = before[np.cumsum(lengths)]
    counts = np.diff(ends, prepend=0)
    behind = np.repeat(ends, counts) - 1 - np.arange(int(counts.sum()))
    worth = (points[figure] - np.uint32(ord("0"))) * _POWERS.take(behind, mode="clip")
    sums = np.zeros(len(worth) + 1, dtype=np.int64)
    np.cumsum(worth, out=sums[1:])  # what overflows on the way comes back in the difference
    read: Ints = np.diff(sums[ends], prepend=0) + np.minimum(counts, _MOST_FIGURES) * _POWERS[-1]
    return read, counts


def _over(operation: np.ufunc, numbers: npt.NDArray[Any], lengths: Ints, empty: int) -> npt.NDArray[Any]:
    """The operation over the characters of each value; ``empty`` where a value has none."""
    found = np.full(len(lengths), empty, dtype=numbers.dtype)
    filled = lengths > 0
    starts = (np.cumsum(lengths) - lengths)[filled]
    if len(starts):
        found[filled] = operation.reduceat(numbers, starts)
    return found


def text_hashes(values: Sequence[str]) -> npt.NDArray[np.uint64]:
    """64 bits of each value, by multilinear hashing of its code points; equal on every machine and in every run."""
    found = np.empty(len(values), dtype=np.uint64)
    for part in _slices(len(values)):
        points = Points(values[part])
        found[part] = hashed(points.sums(np.zeros(len(points.lengths), np.int64), points.lengths), points.lengths)
    return found


def hashed(sums: npt.NDArray[np.uint64], lengths: Ints) -> npt.NDArray[np.uint64]:
    """The hashes of texts from the sums over their code points and their lengths."""
    return mixed(sums ^ lengths.astype(np.uint64))


class Points:
    """The code points of values, of which pieces are hashed."""

    def __init__(self, values: Sequence[str]) -> None:
        self.points, self.lengths = code_points(values)
        self.begins = np.cumsum(self.lengths) - self.lengths

    def first(self, character: str) -> Ints:
        """Where a character stands first in each value; its length where it does not."""
        found = self.lengths.copy()
        places = np.flatnonzero(self.points == ord(character))
        owners = np.searchsorted(self.begins + self.lengths, places, side="right")
        alone = np.flatnonzero(np.diff(owners, prepend=-1))
        found[owners[alone]] = places[alone] - self.begins[owners[alone]]
        return found

    def at(self, places: Ints, character: str) -> Flags:
        """Whether a character stands at a place of each value, which is not beyond its end."""
        if not len(self.points):
            return np.zeros(len(places), dtype=np.bool_)
        found: Flags = self.points[np.minimum(self.begins + places, len(self.points) - 1)] == ord(character)
        return found

    def sums(self, starts: Ints, ends: Ints, *, rows: Ints | None = None, shift: Ints | None = None
             ) -> npt.NDArray[np.uint64]:  # fmt: skip
        """Sums over pieces of values (of all, or of some rows), as if each stood ``shift`` behind a beginning."""
        begins = (self.begins if rows is None else self.begins[rows]) + starts
        lengths = ends - starts
        places = np.zeros_like(lengths) if shift is None else shift
        factors = mixed(np.arange(int((places + lengths).max(initial=0)), dtype=np.uint64)) | np.uint64(1)
        found = np.empty(len(lengths), dtype=np.uint64)
        for part in _slices(len(lengths)):  # as many at once as fit a processor's cache
            long = lengths[part]
            within = np.arange(int(long.sum()), dtype=np.int64) - np.repeat(np.cumsum(long) - long, long)
            terms = self.points[np.repeat(begins[part], long) + within].astype(np.uint64) + np.uint64(1)
            terms *= factors[within if shift is None else within + np.repeat(places[part], long)]
            found[part] = _over(np.add, terms, long, 0)
        return found


def in_order_of_hashes(hashes: npt.NDArray[np.uint64]) -> tuple[Ints, npt.NDArray[np.uint64]]:
    """An order in which rows of one hash lie together, and ascend; and the hashes in that order."""
    bits = np.uint64(max(1, len(hashes)).bit_length())
    packed = hashes >> bits
    packed <<= bits
    packed |= np.arange(len(hashes), dtype=np.uint64)
    packed.sort()  # several times as fast as an order
    order: Ints = (packed & ((np.uint64(1) << bits) - np.uint64(1))).view(np.int64)
    packed >>= bits
    ordered = hashes.take(order)
    # Two hashes that differ in their last bits alone: hardly ever, and then they are sorted whole.
    if np.any((packed[1:] == packed[:-1]) & (ordered[1:] != ordered[:-1])):
        order = np.argsort(hashes, kind="stable")
        ordered = hashes.take(order)
    return order, ordered


def _slices(count: int) -> Iterator[slice]:
    return (slice(start, min(count, start + _SLICE)) for start in range(0, count, _SLICE))


class Texts:
    """Distinct strings, numbered. What comparisons need is made once, when first asked for."""

    def __init__(self, values: list[str]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def number(self) -> dict[str, int]:
        """Value to number."""
        return {value: number for number, value in enumerate(self.values)}

    @cached_property
    def objects(self) -> Objects:
        """The values, to be picked by an array of numbers."""
        found = np.empty(len(self.values), dtype=object)
        found[:] = self.values
        return found

    @cached_property
    def _shape(self) -> tuple[Codes, npt.NDArray[np.uint64]]:
        found = np.empty(len(self.values), np.int32), np.empty(len(self.values), np.uint64)
        for part in _slices(len(self.values)):
            points, lengths = code_points(self.values[part])
            place = np.repeat(np.arange(len(lengths)) * _CLASSES, lengths) + (points & np.uint32(_CLASSES - 1))
            held = np.bincount(place, minlength=len(lengths) * _CLASSES).reshape(-1, _CLASSES)
            sets = np.packbits(np.concatenate([held > 0, held > 1], axis=1), axis=1, bitorder="little")
            found[0][part], found[1][part] = lengths, sets.view("<u8").ravel()
        return found

    @property
    def lengths(self) -> Codes:
        """Characters in each value."""
        return self._shape[0]

    @cached_property
    def longest(self) -> int:
        """Characters in the longest value."""
        return int(self.lengths.max(initial=0))

    @property
    def letters(self) -> npt.NDArray[np.uint64]:
        """For each value the classes of characters that it holds (the lower 32 bits), and those it holds twice.

        A bit in one value only is a character that differs.
        """
        return self._shape[1]

    @cached_property
    def classes(self) -> npt.NDArray[np.uint32]:
        """A set of 32 classes of characters for each value."""
        return self._shape[1].astype(np.uint32)

    @cached_property
    def heads(self) -> npt.NDArray[np.uint64]:
        """The first four characters of each value, 16 bits of each, the first lowest; 0 behind a value's end."""
        found = np.zeros((4, len(self.values)), dtype=np.uint64)
        for part in _slices(len(self.values)):
            points, lengths = code_points(self.values[part])
            begins = np.cumsum(lengths) - lengths
            for place in range(4):
                rows = np.flatnonzero(lengths > place)
                found[place, part][rows] = (points[begins[rows] + place] & np.uint32(0xFFFF)) << np.uint64(16 * place)
        heads: npt.NDArray[np.uint64] = np.bitwise_or.reduce(found, axis=0)
        return heads

    def derived(self, values: Iterable[str]) -> tuple["Texts", Codes]:
        """Texts of one string made from each value, and the number of each value's."""
        codes, distinct = numbered(values)
        return Texts(distinct), codes

    @cached_property
    def compact(self) -> tuple["Texts", Codes]:
        """The values without spaces."""
        return self.derived(value.replace(" ", "") for value in self.values)

    @cached_property
    def remembered(self) -> Remembered:
        """How alike two of the values are as words, where that was measured."""
        return Remembered(len(self.values))

    @cached_property
    def tokens(self) -> "Tokens":
        """The words of the values."""
        return Tokens(self.values)

    def lookup(self, values: Iterable[str]) -> Codes:
        """Numbers of values, -1 for those that are not here."""
        return np.fromiter((self.number.get(value, -1) for value in values), np.int32)


class Tokens:
    """The distinct words of each value.

    Attributes:
        texts: all words.
        matrix: the first four distinct words of each value, -1 where there are fewer.
        counts: words of each value, doubles included.
        distinct: distinct words of each value.
        heads: the first word of each value, -1 where there is none.
        second: the code point that the second word begins with, 0 where there is none.
    """

    def __init__(self, values: Sequence[str]) -> None:
        count = len(values)
        self.matrix = np.full((count, TOKENS), -1, dtype=np.int32)
        self.counts, self.distinct = np.ones(count, np.int32), np.ones(count, np.int32)
        self.second = np.zeros(count, dtype=np.int32)
        heads = [value.partition(" ")[0] for value in values]
        first = dict.fromkeys(filter(None, heads))
        numbers = dict(zip(first, range(len(first)), strict=True))
        self.heads = np.fromiter(map(numbers.get, heads, repeat(-1)), np.int32, count)
        self.matrix[:, 0] = self.heads
        several = [position for position, value in enumerate(values) if " " in value or not value]
        for position in several:
            words = values[position].split()
            own = list(dict.fromkeys(words))
            self.counts[position], self.distinct[position] = len(words), len(own)
            found = [numbers.setdefault(word, len(numbers)) for word in own[:TOKENS]]
            self.matrix[position, : len(found)] = found
            self.heads[position] = found[0] if found else -1
            self.second[position] = ord(words[1][0]) if len(words) > 1 else 0
        for position in several:  # words beyond the fourth are known too
            for word in values[position].split()[TOKENS:]:
                numbers.setdefault(word, len(numbers))
        self.texts = Texts(list(numbers))

    @cached_property
    def initials(self) -> Codes:
        """The code point that each word begins with."""
        return np.array([ord(word[0]) for word in self.texts.values], dtype=np.int32)

    @cached_property
    def first_letters(self) -> Codes:
        """The code point that each value begins with, 0 where it is empty."""
        return np.append(self.initials, np.int32(0))[self.heads]

    @cached_property
    def nicknames(self) -> Codes:
        """Where each word stands in the list of nicknames, -1 for the rest."""
        return np.fromiter((NICKNAMES.get(word, -1) for word in self.texts.values), np.int32, len(self.texts))

    @cached_property
    def _long(self) -> Flags:
        return np.append(self.texts.lengths > 1, np.bool_(0))

    def shared(self, left: npt.NDArray[Any], right: npt.NDArray[Any]) -> tuple[Codes, Flags]:
        """How many distinct words two values share, and whether one of those is longer than a letter."""
        width = self._width
        ours, theirs = ([column.take(rows) for column in self.columns[:width]] for rows in (left, right))
        count, long = np.zeros(len(left), dtype=np.int32), np.zeros(len(left), dtype=np.bool_)
        for one in ours:  # value by value of few words: many times faster than all words beside all as a cube
            hit = np.zeros(len(left), dtype=np.bool_)
            for other in theirs:
                hit |= one == other
            hit &= one >= 0
            count += hit
            long |= hit & self._long.take(one)
        return count, long

    @cached_property
    def columns(self) -> Codes:
        """The matrix, word by word."""
        return np.ascontiguousarray(self.matrix.T)

    @cached_property
    def _width(self) -> int:
        """How many words values have at most."""
        return int((self.matrix >= 0).sum(axis=1).max(initial=0))
