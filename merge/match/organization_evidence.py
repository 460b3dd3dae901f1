"""What the words of two organisations' names tell, for the learned model: which they share, which stand alone.

A word is worth what it is rare among the distinct names of the set: of ``Nordfix Bakery`` and ``Nordfix Pharmacy`` the
brand agrees and a trade differs, of ``Institute of Fisheries`` and ``Institute of Forestry`` only common words agree.
What both share is not enough to know them by: two names of which each has a rare word alone are two organisations.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from merge.match.features import READ
from merge.match.likeness import ordered_members
from merge.match.organization_comparison import initials_share
from merge.match.table import FeatureColumn, FeatureTable
from merge.match.texts import Ints, Objects
from merge.standardise.companies import organization_words

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

WORDS_TELL = (
    "org.shared", "org.rarest", "org.lone.low", "org.lone.high", "org.lone.sum", "org.cover.low", "org.cover.high",
    "org.first", "org.last", "org.number", "org.acronym", "org.slips", "org.words.low", "org.words.high",
)  # fmt: skip
"""In bits: shared words and the rarest of them; the rarest word alone of either side and all of them (negative)."""
WORDS_RISING = frozenset(
    {"org.shared", "org.rarest", "org.lone.low", "org.lone.high", "org.lone.sum", "org.cover.low", "org.cover.high",
     "org.first", "org.last", "org.number", "org.acronym"}
)  # fmt: skip

WORDS = 8
_SLIP = 0.75
_BEGINNING = 3


def words_of(cores: Sequence[str]) -> list[tuple[str, ...]]:
    """The distinct words of core names in their order, the first eight."""
    return [tuple(dict.fromkeys(organization_words(core)))[:WORDS] for core in cores]


class WordEvidence:
    """The names of many organisations, ready to be compared word by word."""

    def __init__(self, table: FeatureTable) -> None:
        self._column: FeatureColumn | None = table.columns.get("org")
        if self._column is None:
            return
        self._cores, self._members = self._column.fields[0], ordered_members(self._column)
        city = self._column.fields[1]
        self._read = np.array([value == READ for value in city.values], dtype=np.bool_)[city.codes]
        found = words_of(self._cores.values)
        numbers: dict[str, int] = {}
        self._matrix = np.full((len(found), WORDS), -1, dtype=np.int32)
        for row, own in enumerate(found):
            self._matrix[row, : len(own)] = [numbers.setdefault(word, len(numbers)) for word in own]
        self._counts = (self._matrix >= 0).sum(axis=1)
        self._words: Objects = np.array([*numbers, ""], dtype=object)
        held = np.bincount(self._matrix[self._matrix >= 0], minlength=len(numbers)) if numbers else np.zeros(0)
        bits = np.log2((len(found) + 1) / np.maximum(held, 1))
        self._bits = np.append(bits, 0).astype(np.float32)
        self._held = np.append(held, 0)
        self._digits = np.array([any(map(str.isdigit, word)) for word in self._words], dtype=np.bool_)
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int64)
        self._initials = np.array([ord(word[0]) if word else 0 for word in self._words], dtype=np.int64)

    def brands(self) -> Ints | None:
        """For each record the word its name is known by: the rarest that another name has too; -1 for none."""
        if self._column is None:
            return None
        lone = np.where(self._held[self._matrix] > 1, self._bits[self._matrix], self._bits[self._matrix] / 1000)
        chosen = self._matrix[np.arange(len(self._matrix)), lone.argmax(axis=1)]
        first = self._members[self._column.starts[:-1]]
        own: Ints = np.append(chosen[self._cores.codes[first]], -1)[self._column.codes].astype(np.int64)
        return own

    def of(self, left: Ints, right: Ints) -> dict[str, Floats]:
        """What ``WORDS_TELL`` names for each pair of records; NaN where one of them has no name."""
        if self._column is None:
            return {}
        a, b = self._column.codes[left].astype(np.int64), self._column.codes[right].astype(np.int64)
        present = np.flatnonzero((a >= 0) & (b >= 0))
        size = np.int64(len(self._column))
        keys, inverse = np.unique(np.minimum(a, b)[present] * size + np.maximum(a, b)[present], return_inverse=True)
        matrix = self._closest(keys // size, keys % size)
        found = {}
        for position, name in enumerate(WORDS_TELL):
            found[name] = np.full(len(left), np.nan, dtype=np.float32)
            found[name][present] = matrix[inverse, position]
        return found

    def _closest(self, first: Ints, second: Ints) -> Floats:
        """For each pair of features the figures of the two alternatives that are closest."""
        column = self._column
        if column is None or not len(first):
            return np.empty((0, len(WORDS_TELL)), dtype=np.float32)
        sizes = column.sizes[first] * column.sizes[second]
        of = np.repeat(np.arange(len(first)), sizes)
        within = np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        width = column.sizes[second][of]
        one = self._members[column.starts[first][of] + within // width]
        other = self._members[column.starts[second][of] + within % width]
        figures = self._figures(self._cores.codes[one], self._cores.codes[other])
        closeness = figures[:, 0] + figures[:, 4] + 20 * np.nan_to_num(figures[:, 10])
        closeness[self._read[one] & self._read[other]] = -np.inf
        order = np.lexsort((-closeness, of))
        starts = np.searchsorted(of[order], np.arange(len(first)))
        chosen: Floats = figures[order[starts]]
        return chosen

    def _figures(self, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Floats:
        ours, theirs = self._matrix[x], self._matrix[y]
        equal = (ours[:, :, None] == theirs[:, None, :]) & (ours >= 0)[:, :, None]
        lone_a, lone_b = (ours >= 0) & ~equal.any(axis=2), (theirs >= 0) & ~equal.any(axis=1)
        slip = self._slips(ours, theirs, lone_a, lone_b)
        bits_a, bits_b = self._bits[ours], self._bits[theirs]
        near = np.where(slip, np.minimum(bits_a[:, :, None], bits_b[:, None, :]) * np.float32(_SLIP), 0).max(axis=2)
        lone_a, lone_b = lone_a & ~slip.any(axis=2), lone_b & ~slip.any(axis=1)
        agreed = np.where(equal.any(axis=2), bits_a, near)
        shared, rarest = agreed.sum(axis=1), agreed.max(axis=1)
        alone = [np.where(lone, bits, 0) for lone, bits in ((lone_a, bits_a), (lone_b, bits_b))]
        top_a, top_b = (-one.max(axis=1) for one in alone)
        sums = [one.sum(axis=1) for one in alone]
        cover_a, cover_b = (shared / np.maximum(shared + one, 0.1) for one in sums)
        count_a, count_b = self._counts[x], self._counts[y]
        last = [
            one[np.arange(len(one)), np.maximum(count - 1, 0)] for one, count in ((ours, count_a), (theirs, count_b))
        ]
        columns = (
            shared, rarest, np.minimum(top_a, top_b), np.maximum(top_a, top_b), -sums[0] - sums[1],
            np.minimum(cover_a, cover_b), np.maximum(cover_a, cover_b),
            (ours[:, 0] == theirs[:, 0]) | slip[:, 0, 0], last[0] == last[1],
            self._numbers(ours, theirs), self._acronyms(x, y), slip.any(axis=2).sum(axis=1),
            np.minimum(count_a, count_b), np.maximum(count_a, count_b),
        )  # fmt: skip
        return np.stack(columns, axis=1).astype(np.float32)

    def _numbers(self, ours: npt.NDArray[Any], theirs: npt.NDArray[Any]) -> Floats:
        """Of the words with figures: 1 where they are the same, 0 where they differ, NaN where a side has none."""
        a, b = self._digits[ours], self._digits[theirs]
        equal = (ours[:, :, None] == theirs[:, None, :]) & a[:, :, None]
        both = a.any(axis=1) & b.any(axis=1)
        return np.where(both, equal.any(axis=(1, 2)), np.nan).astype(np.float32)

    def _slips(self, ours: npt.NDArray[Any], theirs: npt.NDArray[Any], lone_a: Flags, lone_b: Flags) -> Flags:
        """Which words that only one side has may be slips or short forms of each other."""
        found = lone_a[:, :, None] & lone_b[:, None, :]
        rows, i, j = np.nonzero(found)
        size = np.int64(len(self._words))
        a, b = ours[rows, i].astype(np.int64), theirs[rows, j].astype(np.int64)
        keys, inverse = np.unique(np.minimum(a, b) * size + np.maximum(a, b), return_inverse=True)
        found[rows, i, j] = self._alike(keys // size, keys % size)[inverse]
        return found

    def _alike(self, a: Ints, b: Ints) -> Flags:
        lengths = np.maximum(self._lengths[a], self._lengths[b])
        apart = np.abs(self._lengths[a] - self._lengths[b])
        allowed = np.where(lengths >= 8, 2, np.where(lengths >= 4, 1, 0))
        # Where a figure differs it is another thing: store 12, store 13.
        allowed[self._digits[a] | self._digits[b]] = 0
        result = np.zeros(len(a), dtype=np.bool_)
        rows = np.flatnonzero((apart <= allowed) & (allowed > 0))
        edits = cpdist(
            self._words[a[rows]].tolist(), self._words[b[rows]].tolist(), scorer=OSA.distance, dtype=np.int32,
            score_cutoff=2,
        )  # fmt: skip
        result[rows] = np.asarray(edits) <= allowed[rows]
        begins = (self._initials[a] == self._initials[b]) & (apart >= 2) & (lengths - apart >= _BEGINNING)
        for row in np.flatnonzero(begins & ~result).tolist():
            short, long = sorted((self._words[a[row]], self._words[b[row]]), key=len)
            result[row] = long.startswith(short)
        return result

    def _acronyms(self, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Floats:
        """How much of one name's initials the other name is, NaN where neither can be an acronym of the other."""
        one_a, one_b = self._counts[x] == 1, self._counts[y] == 1
        rows = np.flatnonzero(one_a != one_b)
        found = np.full(len(x), np.nan, dtype=np.float32)
        values = self._cores.values
        head_a, head_b = self._initials[self._matrix[x, 0]], self._initials[self._matrix[y, 0]]
        found[rows] = 0
        for row in rows[head_a[rows] == head_b[rows]].tolist():
            found[row] = initials_share(values[x[row]], values[y[row]])
        return found
