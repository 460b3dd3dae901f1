"""The blocking terms of a table, as columns of hashes: every term is made once for each distinct value."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from merge.match.keys import Cut, Numbered, Ordered, Road, Term, terms_of_group
from merge.match.table import FeatureColumn, FeatureTable
from merge.match.texts import Ints, Points, hashed, mixed, text_hashes

_MOST_COMBINATIONS = 1 << 62
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class TermColumn:
    """The terms of one kind.

    Attributes:
        origin: terms of one origin say the same.
        records: the record of each row, ascending.
        hashes: 64 bits of kind and value, never 0; no record holds one twice.
        telling: whether one of them alone is reason enough to look at two records.
    """

    origin: str
    records: Ints
    hashes: Hashes
    telling: bool = False


def term_hashes(kind: str, values: list[str]) -> Hashes:
    """64 bits of terms, the same on every machine and in every run; 0 for the empty value."""
    hashes = _of_kind(kind, text_hashes(values))
    hashes[~np.fromiter(map(bool, values), np.bool_, len(values))] = 0
    return hashes


def _of_kind(kind: str, hashes: Hashes) -> Hashes:
    seed = np.frombuffer(blake2b(kind.encode(), digest_size=8).digest(), "<u8")[0]
    return np.maximum(mixed(hashes ^ seed), np.uint64(1))


def term_hash(kind: str, value: str) -> int:
    """``term_hashes`` of one value."""
    return int(term_hashes(kind, [value])[0])


class _Made:
    """The terms of one group, made of its alternatives."""

    def __init__(self, column: FeatureColumn) -> None:
        self._column = column
        self._points = cache(lambda field: Points(column.fields[field].values))
        self._ordered = cache(self._both)

    def hashes(self, term: Term) -> Hashes:
        """The hash of the term of each alternative, 0 for none."""
        found = np.zeros(len(self._column.fields[0].codes), dtype=np.uint64)
        rows = self._rows(term.han)
        used = [self._column.fields[field] for field in term.fields]
        if isinstance(term.make, Cut):
            found[rows] = _of_cut(term.kind, term.make, self._points(term.fields[0]))[used[0].codes[rows]]
        elif len(used) == 1:
            found[rows] = term_hashes(term.kind, [*map(term.make, used[0].values)])[used[0].codes[rows]]
        elif isinstance(term.make, Road):
            codes, values = self._roads()
            found[:] = term_hashes(term.kind, [*map(term.make.piece, values)])[codes]
        elif isinstance(term.make, Numbered):
            self._put_numbered(found, term.kind, term.make)
        elif isinstance(term.make, Ordered):
            texts, said = self._ordered(term.fields)
            found[:] = np.where(said, _of_kind(term.kind, texts), 0)
            self._put(found, term, np.flatnonzero(self._spaced(term.fields)))
            found[self._others(rows)] = 0
        else:
            self._put(found, term, rows)
        return found

    def _put(self, found: Hashes, term: Term, rows: Ints) -> None:
        """Terms of several strings one by one, of alternatives that say the same in them once."""
        used = [self._column.fields[field] for field in term.fields]
        first = same = np.arange(len(rows))
        whole = len(used) == len(self._column.fields)  # no two alternatives are alike in all of their strings
        if not whole and math.prod(len(one.values) for one in used) < _MOST_COMBINATIONS:
            key = np.zeros(len(rows), dtype=np.int64)
            for one in used:
                key = key * len(one.values) + one.codes[rows]
            _, first, same = np.unique(key, return_index=True, return_inverse=True)
        held = rows.take(first)
        strings = (map(one.values.__getitem__, one.codes.take(held).tolist()) for one in used)
        found[rows] = term_hashes(term.kind, [*map(term.make, *strings)]).take(same)

    def _roads(self) -> tuple[Ints, list[str]]:
        """The street of each alternative, or the estate where there is none, as a number of a text; and the texts."""
        street, place = self._column.fields[0], self._column.fields[2]
        said = np.fromiter(map(bool, street.values), np.bool_, len(street.values))[street.codes]
        return np.where(said, street.codes, len(street.values) + place.codes.astype(np.int64)), [
            *street.values, *place.values,
        ]  # fmt: skip

    def _put_numbered(self, found: Hashes, kind: str, make: Numbered) -> None:
        """Terms of two pieces one behind the other, of alternatives with numbers."""
        numbers = self._column.fields[1]
        rows = np.flatnonzero(np.fromiter(map(bool, numbers.values), np.bool_, len(numbers.values))[numbers.codes])
        codes, values = self._roads()
        head = Points([f"{make.number(value)} " if value else "" for value in numbers.values])
        tail = Points([*map(make.piece, values)])
        ours, theirs = numbers.codes[rows], codes[rows]
        begin, end = head.lengths[ours], tail.lengths[theirs]
        sums = head.sums(np.zeros_like(head.lengths), head.lengths)[ours]
        sums += tail.sums(np.zeros_like(end), end, rows=theirs, shift=begin)
        found[rows] = _of_kind(kind, hashed(sums, begin + end))

    def _rows(self, han: bool | None) -> Ints:
        """The alternatives that a term is made of."""
        if han is None:
            return np.arange(len(self._column.fields[0].codes))
        script = self._column.fields[2]
        return np.flatnonzero(np.array([(value == "han") == han for value in script.values], np.bool_)[script.codes])

    def _others(self, rows: Ints) -> Ints:
        others = np.ones(len(self._column.fields[0].codes), dtype=np.bool_)
        others[rows] = False
        return np.flatnonzero(others)

    def _spaced(self, fields: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        """Alternatives of which a string holds several words."""
        found = np.zeros(len(self._column.fields[0].codes), dtype=np.bool_)
        for field in fields:
            one = self._column.fields[field]
            found |= np.fromiter((" " in value for value in one.values), np.bool_, len(one.values))[one.codes]
        return found

    def _both(self, fields: tuple[int, ...]) -> tuple[Hashes, npt.NDArray[np.bool_]]:
        """The hash of the two strings of each alternative in their order, one behind the other; whether it is none."""
        one, other = (self._column.fields[field] for field in fields)
        place = {value: number for number, value in enumerate(sorted({*one.values, *other.values}))}
        ranks = [np.array([place[value] for value in field.values], np.int64)[field.codes] for field in (one, other)]
        swapped = ranks[1] < ranks[0]
        points = [self._points(field) for field in fields]
        sums, lengths = np.zeros(len(swapped), dtype=np.uint64), np.zeros(len(swapped), dtype=np.int64)
        for turned, (first, second) in ((False, (0, 1)), (True, (1, 0))):
            rows = np.flatnonzero(swapped == turned)
            codes = [(one, other)[side].codes[rows] for side in (first, second)]
            head, tail = points[first], points[second]
            begin, end = head.lengths[codes[0]], tail.lengths[codes[1]]
            sums[rows] = head.sums(np.zeros_like(head.lengths), head.lengths)[codes[0]]
            sums[rows] += tail.sums(np.zeros_like(end), end, rows=codes[1].astype(np.int64), shift=begin)
            lengths[rows] = begin + end
        return hashed(sums, lengths), lengths > 0


def pieces(cut: Cut, texts: Points) -> tuple[Ints, Ints]:
    """Where the piece of each text begins and ends."""
    start, end = np.zeros_like(texts.lengths), texts.lengths
    if cut.behind:
        start = np.minimum(texts.first(cut.behind) + 1, end)
    if cut.before:  # no term is cut on both sides: what lies before is looked for from the beginning
        end = np.maximum(start, texts.first(cut.before))
    while cut.leading and len(leading := np.flatnonzero((start < end) & texts.at(start, cut.leading))):
        start[leading] += 1
    length = end - start
    begin = np.clip(length + cut.start if cut.start < 0 else cut.start, 0, length)
    stop = length if cut.stop is None else np.clip(length + cut.stop if cut.stop < 0 else cut.stop, 0, length)
    return start + begin, start + np.maximum(begin, stop)


def _of_cut(kind: str, cut: Cut, texts: Points) -> Hashes:
    """The hash of a piece of each text, 0 where nothing is left."""
    begin, end = pieces(cut, texts)
    found = _of_kind(kind, hashed(texts.sums(begin, end), end - begin))
    found[begin == end] = 0
    return found


def column_terms(table: FeatureTable) -> Iterator[TermColumn]:
    """The terms of all records, kind by kind."""
    for group, column in sorted(table.columns.items()):
        records, alternatives = column.rows()
        by_kind: dict[str, list[Term]] = {}
        for term in terms_of_group(group):
            by_kind.setdefault(term.kind, []).append(term)
        made = _Made(column)
        for kind_terms in by_kind.values():
            hashes = np.zeros(len(column.fields[0].codes), dtype=np.uint64)
            for term in kind_terms:  # of Han names and of others: no alternative has both
                hashes |= made.hashes(term)
            held = hashes.take(alternatives)
            rows = np.flatnonzero(held)
            if len(column.members) != len(column):
                rows = _without_doubles(records, held, rows)
            yield TermColumn(kind_terms[0].origin, records.take(rows), held.take(rows), kind_terms[0].telling)


def _without_doubles(records: Ints, hashes: Hashes, rows: Ints) -> Ints:
    rows = rows[np.lexsort((hashes[rows], records[rows]))]
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = (records[rows[1:]] != records[rows[:-1]]) | (hashes[rows[1:]] != hashes[rows[:-1]])
    kept: Ints = rows[first]
    return kept
