"""Pairs of records compared over columns of numbers: characters once, worths as often as a model is fitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from merge.match.batch import Column, total_weights
from merge.match.code_frequency import CodeFrequency, GroupTexts, Prepared
from merge.match.column_births import Births
from merge.match.column_compare import (
    Codes,
    Comparer,
    Emails,
    Identifiers,
    Localities,
    Phones,
    Streets,
    Words,
)
from merge.match.column_names import NameLevels, Names
from merge.match.column_orders import Orders
from merge.match.column_organizations import Organizations
from merge.match.comparisons import CODES
from merge.match.features import Features
from merge.match.frequency import is_date
from merge.match.model import Model
from merge.match.outcomes import Frequency, Level
from merge.match.table import FeatureColumn, table_of
from merge.match.text_levels import Levels, Numbers
from merge.match.texts import Ints
from merge.standardise.contacts_in_text import AGREEING
from merge.standardise.identifiers import VERIFIED_KINDS

CHUNK, _LEAST_CHUNK = 262_144, 65_536
"""Pairs that are compared at a time at most: it bounds the memory of what is made for them. Fewer cost more each, for
every call has its price and rare comparisons are made once for each distinct pair of a part."""
_PARTS = 8
_LEVEL_SHIFT = 44
_BITS_OFFSET = 1 << 40


def _comparer(texts: GroupTexts) -> Comparer:
    own: dict[str, type[Any]] = {
        "phone": Phones, "email": Emails, "street": Streets, "locality": Localities,
        "org": Organizations, "employer": Organizations,
    }  # fmt: skip
    kind = own.get(texts.group)
    if is_date(texts.group):
        kind = Births
    elif texts.group in AGREEING:
        kind = Orders
    elif kind is None:
        kind = Codes if texts.group in CODES else Identifiers if texts.group.startswith("id.") else Words
    comparer: Comparer = kind(texts)
    return comparer


@dataclass(frozen=True, slots=True)
class _Rows:
    """Pairs of alternatives of one group (of names: of features).

    Attributes:
        pairs: the pairs of records of which both have the group.
        features: the features of both, for each of these pairs.
        left, right: the pairs of alternatives.
        starts: where those of each pair begin; None where each has one.
    """

    pairs: Ints
    features: tuple[Numbers, Numbers]
    left: Numbers
    right: Numbers
    starts: Ints | None

    def sizes(self) -> Ints:
        """How many pairs of alternatives each pair of features has."""
        if self.starts is None:
            return np.ones(len(self.pairs), dtype=np.int64)
        return np.diff(np.append(self.starts, len(self.left)))


def _expanded(column: FeatureColumn, left: Ints, right: Ints, *, features: bool = False) -> _Rows:
    a, b = column.codes.take(left), column.codes.take(right)
    pairs = np.flatnonzero((a >= 0) & (b >= 0))
    if len(pairs) < len(a):
        a, b = a.take(pairs), b.take(pairs)
    if features:
        return _Rows(pairs, (a, b), a, b, None)
    if len(column.members) == len(column):
        return _Rows(pairs, (a, b), column.alone.take(a), column.alone.take(b), None)
    size_a, size_b = column.sizes.take(a), column.sizes.take(b)
    one, other = column.starts.take(a), column.starts.take(b)
    sizes = size_a * size_b
    count = int(sizes.sum())
    if count == len(sizes):
        return _Rows(pairs, (a, b), column.members.take(one), column.members.take(other), None)
    starts = np.cumsum(sizes) - sizes
    within = np.arange(count, dtype=np.int64) - np.repeat(starts, sizes)
    ours, theirs = np.divmod(within, np.repeat(size_b, sizes))
    x = column.members.take(np.repeat(one, sizes) + ours)
    y = column.members.take(np.repeat(other, sizes) + theirs)
    return _Rows(pairs, (a, b), x, y, starts)


class Comparison:
    """Pairs of records whose characters were compared: outcomes for any frequencies, without looking again.

    ``rows`` are the pairs of alternatives by group, where they are still at hand; else they are made again.
    """

    def __init__(
        self,
        prepared: "PreparedPairs",
        left: Ints,
        right: Ints,
        levels: Mapping[str, Any],
        rows: Mapping[str, _Rows] | None = None,
    ) -> None:
        self.left, self.right = left, right
        self._prepared, self.levels, self._rows = prepared, levels, rows or {}

    def _rows_of(self, group: str) -> _Rows:
        return self._rows.get(group) or self._prepared.rows(group, self.left, self.right)

    def columns(self, frequency: Frequency) -> dict[str, Column]:
        """The outcomes of all pairs by slot."""
        found: dict[str, Column] = {}
        for group, levels in self.levels.items():
            found.update(self._prepared.outcomes(group, len(self.left), self._rows_of(group), levels, frequency))
        return found

    def weighed(self, model: Model) -> tuple[dict[str, Column], Ints]:
        """The outcomes of all pairs by slot, and their weights."""
        columns = self.columns(model.frequency)
        if columns:
            return columns, total_weights(model, columns)
        return columns, np.full(len(self.left), min(-model.prior, model.household), dtype=np.int64)

    def take(self, kept: Ints) -> "Comparison":
        """The comparison of some of the pairs, in their order."""
        chosen = np.zeros(len(self.left), dtype=np.bool_)
        chosen[kept] = True
        levels = {group: self._taken(found, self._rows_of(group), chosen) for group, found in self.levels.items()}
        return Comparison(self._prepared, self.left[kept], self.right[kept], levels)

    @staticmethod
    def _taken(levels: Any, rows: _Rows, chosen: npt.NDArray[np.bool_]) -> Any:
        of = chosen.take(rows.pairs)
        if rows.starts is not None:
            of = np.repeat(of, rows.sizes())
        return levels.take(np.flatnonzero(of))


class PreparedPairs:
    """A table ready for pairs to be compared."""

    def __init__(self, records: Sequence[Features]) -> None:
        self.prepared = Prepared(table_of(records))
        self.table = self.prepared.table
        groups = self.prepared.groups
        self._names = Names(groups["name"]) if "name" in groups else None
        self._comparers = {group: _comparer(texts) for group, texts in groups.items() if group != "name"}
        self._valid = {kind: self._validity(groups[kind]) for kind in VERIFIED_KINDS & set(groups)}

    @staticmethod
    def _validity(texts: GroupTexts) -> npt.NDArray[np.bool_]:
        """Which features of a kind that proves identity hold a valid value."""
        column = texts.column
        valid = np.array([bool(value) for value in column.fields[1].values], dtype=np.bool_)[column.fields[1].codes]
        return np.logical_or.reduceat(valid[column.members], column.starts[:-1]) if len(column) else valid

    @cached_property
    def among_records(self) -> CodeFrequency:
        """How often every value occurs among the records, before any of them are joined."""
        return self.measure(np.arange(len(self.table), dtype=np.int64))

    def made_ready(self) -> "PreparedPairs":
        """The same, with what is made when first asked for: a comparison of no pairs asks for nearly all of it."""
        nothing = np.empty(0, dtype=np.int64)
        self.compare(nothing, nothing).columns(self.among_records)
        return self

    def compare(self, left: Ints, right: Ints) -> Comparison:
        """Look at the characters of pairs of records."""
        rows = {
            group: self.rows(group, left, right) for group in ("name", *self._comparers) if group in self.table.columns
        }
        levels: dict[str, Any] = {}
        for group, pairs in rows.items():
            if group == "name" and self._names is not None:
                levels[group] = self._names.levels(pairs.left, pairs.right)
            else:
                levels[group] = self._comparers[group].levels(pairs.left, pairs.right)
        return Comparison(self, left, right, levels, rows)

    def rows(self, group: str, left: Ints, right: Ints) -> _Rows:
        """The pairs of alternatives that a group's comparison is made of."""
        return _expanded(self.table.columns[group], left, right, features=group == "name")

    def proved(self, kind: str, records: Ints) -> npt.NDArray[np.bool_]:
        """Which records hold a valid value of a kind that proves identity."""
        codes = self.table.columns[kind].codes[records]
        found: npt.NDArray[np.bool_] = np.append(self._valid[kind], False)[codes]
        return found

    def several(self, kind: str, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
        """Which pairs have a kind in common of which one of the two holds several values."""
        column = self.table.columns[kind]
        a, b = column.codes[left], column.codes[right]
        several = np.append(column.sizes > 1, False)
        found: npt.NDArray[np.bool_] = (a >= 0) & (b >= 0) & (several[a] | several[b])
        return found

    def measure(self, labels: Ints) -> CodeFrequency:
        """How often every value occurs among groups of records, given by a label for each record."""
        return self.prepared.measure(labels)

    def outcomes(self, group: str, count: int, rows: _Rows, levels: Any, frequency: Frequency) -> dict[str, Column]:
        """The outcomes of a group by slot, for all of so many pairs."""
        if group == "name":
            return self._name_outcomes(count, rows, levels, frequency)
        level, bits = self._comparers[group].outcome(rows.left, rows.right, levels, frequency)
        extra: Ints | None = None
        if isinstance(phones := self._comparers[group], Phones):
            extra = (phones.mobile.take(rows.left) & phones.mobile.take(rows.right)).astype(np.int64)
        if rows.starts is not None:
            key = (level.astype(np.int64) << _LEVEL_SHIFT) | ((bits + _BITS_OFFSET) << 1)
            best = np.maximum.reduceat(key if extra is None else key | extra, rows.starts)
            level, extra = (best >> _LEVEL_SHIFT).astype(np.int8), None if extra is None else best & 1
            bits = ((best & ((1 << _LEVEL_SHIFT) - 1)) >> 1) - _BITS_OFFSET
        if group in self._valid:
            valid = self._valid[group]
            a, b = rows.features
            conflict = (level < Level.EXACT) & valid.take(a) & valid.take(b)
            level, bits = np.where(conflict, np.int8(Level.CONFLICT), level), np.where(conflict, 0, bits)
        if extra is None:
            return {group: _column(count, rows.pairs, level, bits)} if len(level) else {}
        found = {}
        for slot, own in (("mobile", 1), ("phone", 0)):
            inside = np.flatnonzero(extra == own)
            if len(inside):
                found[slot] = _column(count, rows.pairs.take(inside), level.take(inside), bits.take(inside))
        return found

    def _name_outcomes(self, count: int, rows: _Rows, levels: NameLevels, frequency: Frequency) -> dict[str, Column]:
        if self._names is None or not len(rows.pairs):
            return {}
        found = self._names.outcome(rows.left, rows.right, levels, frequency)
        return {
            slot: _column(count, rows.pairs, level, bits)
            for slot, (level, bits) in found.items()
            if slot != "swapped" or level.any()
        }


def _column(count: int, pairs: Ints, level: Levels, bits: Ints) -> Column:
    """The outcomes of some pairs as a column of all."""
    if len(pairs) == count:
        return Column(level, bits.astype(np.int32))
    full = Column(np.zeros(count, dtype=np.int8), np.zeros(count, dtype=np.int32))
    full.levels[pairs], full.bits[pairs] = level, bits
    return full


def chunks(count: int) -> Iterator[slice]:
    """Slices of at most ``CHUNK`` pairs, several where there are many."""
    size = min(CHUNK, max(_LEAST_CHUNK, -(-count // _PARTS)))
    return (slice(start, min(count, start + size)) for start in range(0, count, size))


def compare_pairs(records: Sequence[Features], left: Ints, right: Ints, frequency: Frequency) -> dict[str, Column]:
    """The outcomes of all pairs (record numbers) by slot."""
    return PreparedPairs(records).compare(left, right).columns(frequency)
