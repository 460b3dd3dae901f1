"""Pairs of records compared over columns of numbers: characters once, worths as often as a model is fitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from merge.match.column_organizations import Organizations
from merge.match.comparisons import CODES
from merge.match.features import Features
from merge.match.model import Model
from merge.match.outcomes import Frequency, Level
from merge.match.table import FeatureColumn, table_of
from merge.match.texts import Ints
from merge.standardise.identifiers import VERIFIED_KINDS

CHUNK = 65_536
"""Pairs that are compared at a time: what is made for them fits the processor's caches and bounds the memory."""
_LEVEL_SHIFT = 44
_BITS_OFFSET = 1 << 40


def _comparer(texts: GroupTexts) -> Comparer:
    own: dict[str, type[Any]] = {
        "birth": Births, "phone": Phones, "email": Emails, "street": Streets, "locality": Localities,
        "org": Organizations, "employer": Organizations,
    }  # fmt: skip
    kind = own.get(texts.group)
    if kind is None:
        kind = Codes if texts.group in CODES else Identifiers if texts.group.startswith("id.") else Words
    comparer: Comparer = kind(texts)
    return comparer


@dataclass(frozen=True, slots=True)
class _Rows:
    """Pairs of alternatives of one group: the pair of records each belongs to, and where each pair begins."""

    pairs: Ints
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    starts: Ints | None


def _expanded(column: FeatureColumn, left: Ints, right: Ints) -> _Rows:
    a, b = column.codes[left], column.codes[right]
    pairs = np.flatnonzero((a >= 0) & (b >= 0))
    a, b = a[pairs], b[pairs]
    if len(column.members) == len(column):
        return _Rows(pairs, column.members[a], column.members[b], None)
    sizes = column.sizes[a] * column.sizes[b]
    starts = np.cumsum(sizes) - sizes
    within = np.arange(int(sizes.sum()), dtype=np.int64) - np.repeat(starts, sizes)
    of, width = np.repeat(np.arange(len(pairs)), sizes), np.repeat(column.sizes[b], sizes)
    x = column.members[column.starts[a][of] + within // width]
    y = column.members[column.starts[b][of] + within % width]
    return _Rows(pairs, x, y, starts if len(of) > len(pairs) else None)


class Comparison:
    """Pairs of records whose characters were compared: outcomes for any frequencies, without looking again."""

    def __init__(self, prepared: "PreparedPairs", left: Ints, right: Ints, levels: Mapping[str, Any]) -> None:
        self.left, self.right = left, right
        self._prepared, self.levels = prepared, levels

    def columns(self, frequency: Frequency) -> dict[str, Column]:
        """The outcomes of all pairs by slot."""
        found: dict[str, Column] = {}
        for group, levels in self.levels.items():
            found.update(self._prepared.outcomes(group, self.left, self.right, levels, frequency))
        return found

    def weighed(self, model: Model) -> tuple[dict[str, Column], Ints]:
        """The outcomes of all pairs by slot, and their weights."""
        columns = self.columns(model.frequency)
        if columns:
            return columns, total_weights(model, columns)
        return columns, np.full(len(self.left), min(-model.prior, model.household), dtype=np.int64)

    def take(self, kept: Ints) -> "Comparison":
        """The comparison of some of the pairs."""
        levels = {
            group: self._prepared.levels_of(group, self.left, self.right, found, kept)
            for group, found in self.levels.items()
        }
        return Comparison(self._prepared, self.left[kept], self.right[kept], levels)


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

    def compare(self, left: Ints, right: Ints) -> Comparison:
        """Look at the characters of pairs of records."""
        levels: dict[str, Any] = {}
        if self._names is not None:
            codes = self.table.columns["name"].codes
            a, b = codes[left], codes[right]
            rows = np.flatnonzero((a >= 0) & (b >= 0))
            levels["name"] = self._names.levels(a[rows], b[rows])
        for group, comparer in self._comparers.items():
            pairs = _expanded(self.table.columns[group], left, right)
            levels[group] = comparer.levels(pairs.left, pairs.right)
        return Comparison(self, left, right, levels)

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

    def levels_of(self, group: str, left: Ints, right: Ints, levels: Any, kept: Ints) -> Any:
        """What was found for a group, for the kept pairs alone."""
        column = self.table.columns[group]
        a, b = column.codes[left], column.codes[right]
        present = (a >= 0) & (b >= 0)
        chosen = np.zeros(len(left), dtype=np.bool_)
        chosen[kept] = True
        of = chosen[present]
        if group == "name":
            return levels.take(np.flatnonzero(of))
        if len(levels) != len(of):
            of = np.repeat(of, column.sizes[a[present]] * column.sizes[b[present]])
        return levels[of]

    def outcomes(self, group: str, left: Ints, right: Ints, levels: Any, frequency: Frequency) -> dict[str, Column]:
        """The outcomes of a group by slot, for all pairs."""
        count = len(left)
        column = self.table.columns[group]
        if group == "name":
            return self._name_outcomes(left, right, levels, frequency)
        rows = _expanded(column, left, right)
        level, bits = self._comparers[group].outcome(rows.left, rows.right, levels, frequency)
        extra = np.zeros(len(level), dtype=np.int64)
        if isinstance(phones := self._comparers[group], Phones):
            extra = (phones.mobile[rows.left] & phones.mobile[rows.right]).astype(np.int64)
        if rows.starts is not None:
            key = (level.astype(np.int64) << _LEVEL_SHIFT) | ((bits + _BITS_OFFSET) << 1) | extra
            best = np.maximum.reduceat(key, rows.starts)
            level, extra = (best >> _LEVEL_SHIFT).astype(np.int8), best & 1
            bits = ((best & ((1 << _LEVEL_SHIFT) - 1)) >> 1) - _BITS_OFFSET
        if group in self._valid:
            valid = self._valid[group]
            a, b = column.codes[left[rows.pairs]], column.codes[right[rows.pairs]]
            conflict = (level < Level.EXACT) & valid[a] & valid[b]
            level, bits = np.where(conflict, np.int8(Level.CONFLICT), level), np.where(conflict, 0, bits)
        slots = {group: np.ones(len(level), dtype=np.bool_)} if group != "phone" else {
            "mobile": extra == 1, "phone": extra == 0
        }  # fmt: skip
        found = {}
        for slot, inside in slots.items():
            if not inside.any():
                continue
            full = Column(np.zeros(count, dtype=np.int8), np.zeros(count, dtype=np.int32))
            full.levels[rows.pairs[inside]], full.bits[rows.pairs[inside]] = level[inside], bits[inside]
            found[slot] = full
        return found

    def _name_outcomes(self, left: Ints, right: Ints, levels: NameLevels, frequency: Frequency) -> dict[str, Column]:
        codes = self.table.columns["name"].codes
        a, b = codes[left], codes[right]
        rows = np.flatnonzero((a >= 0) & (b >= 0))
        found: dict[str, Column] = {}
        if self._names is None or not len(rows):
            return found
        for slot, (level, bits) in self._names.outcome(a[rows], b[rows], levels, frequency).items():
            if slot == "swapped" and not level.any():
                continue
            full = Column(np.zeros(len(left), dtype=np.int8), np.zeros(len(left), dtype=np.int32))
            full.levels[rows], full.bits[rows] = level, bits
            found[slot] = full
        return found


def chunks(count: int) -> Iterator[slice]:
    """Slices of at most ``CHUNK`` pairs."""
    return (slice(start, min(count, start + CHUNK)) for start in range(0, count, CHUNK))


def compare_pairs(records: Sequence[Features], left: Ints, right: Ints, frequency: Frequency) -> dict[str, Column]:
    """The outcomes of all pairs (record numbers) by slot."""
    return PreparedPairs(records).compare(left, right).columns(frequency)
