"""The features of many records as columns of numbers: what the embedded batch engine works on.

A group of features is held once for each distinct feature; records hold its number. A feature is a set of
alternatives, an alternative a row of strings; both are numbers too. The table reads as a sequence of ``Features``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import overload

import numpy as np
import numpy.typing as npt

from merge.match.features import Alternative, Feature, Features
from merge.match.texts import Codes, Ints, Places, numbered

FIELDS: Mapping[str, int] = MappingProxyType(
    {
        "name": 5, "birth": 3, "date": 3, "phone": 2, "email": 2, "street": 3, "org": 3, "employer": 3, "id": 2,
        "handle": 2, "text": 2,
    }
)  # fmt: skip
"""Strings in an alternative by group or its family; all other groups have one."""


def width_of(group: str) -> int:
    """How many strings an alternative of a group has."""
    return FIELDS.get(group, FIELDS.get(group.partition(".")[0], 1))


@dataclass(frozen=True, slots=True)
class Field:
    """One string of each alternative: its number, and the distinct strings."""

    codes: Codes
    values: list[str]

    def at(self, alternative: int) -> str:
        """The string of an alternative."""
        return self.values[int(self.codes[alternative])]

    def strings(self) -> list[str]:
        """The strings of all alternatives."""
        return [*map(self.values.__getitem__, self.codes.tolist())]


@dataclass(frozen=True)
class FeatureColumn:
    """One group of features of all records.

    Attributes:
        codes: for each record the number of its feature, -1 where it has none.
        starts: for each feature where its alternatives begin in ``members``, and the end.
        members: the alternatives of all features, by number, ascending within a feature.
        fields: the strings of the alternatives.
    """

    codes: Codes
    starts: Ints
    members: Codes
    fields: tuple[Field, ...]

    @cached_property
    def sizes(self) -> Ints:
        """How many alternatives each feature has."""
        return np.diff(self.starts)

    @cached_property
    def alone(self) -> Places:
        """The alternative of each feature, where every feature has one."""
        return Places(self.members)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def feature(self, number: int) -> Feature:
        """A feature as the one-record door has it."""
        inside = self.members[self.starts[number] : self.starts[number + 1]].tolist()
        return tuple(sorted(tuple(one.at(alternative) for one in self.fields) for alternative in inside))

    def rows(self) -> tuple[Ints, Codes]:
        """Record and alternative, for every alternative that a record holds; records ascending."""
        holders = np.flatnonzero(self.codes >= 0)
        held = self.codes[holders]
        if len(self.members) == len(self):
            return holders, self.members[held]
        sizes = self.sizes[held]
        within = np.arange(int(sizes.sum()), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.repeat(holders, sizes), self.members[np.repeat(self.starts[held], sizes) + within]

    def take(self, records: Ints) -> "FeatureColumn":
        """The column of some records."""
        return FeatureColumn(self.codes[records], self.starts, self.members, self.fields)


def column_of(held: Sequence[Codes], fields: tuple[Field, ...]) -> FeatureColumn:
    """A column from the alternatives that each record holds: arrays of numbers, -1 for none, doubles allowed."""
    if len(held) == 1:
        return FeatureColumn(held[0], np.arange(len(fields[0].codes) + 1, dtype=np.int64),
                             np.arange(len(fields[0].codes), dtype=np.int32), fields)  # fmt: skip
    matrix = np.sort(np.stack(held, axis=1), axis=1)
    matrix[:, 1:][matrix[:, 1:] == matrix[:, :-1]] = -1
    matrix.sort(axis=1)
    filled = np.flatnonzero(matrix[:, -1] >= 0)
    number = np.zeros(len(filled), dtype=np.int64)
    for position in range(matrix.shape[1]):  # distinct rows, one column after another
        key = (number << 32) | (matrix[filled, position].astype(np.int64) + 1)
        _, first, number = np.unique(key, return_index=True, return_inverse=True)
    codes = np.full(len(matrix), -1, dtype=np.int32)
    codes[filled] = number
    distinct = matrix[filled[first]] if len(filled) else matrix[:0]
    present = distinct >= 0
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(present.sum(axis=1))])
    return FeatureColumn(codes, starts, distinct[present].astype(np.int32), fields)


def fields_of(alternatives: Iterable[Alternative], width: int) -> tuple[Field, ...]:
    """The strings of alternatives as fields."""
    listed = list(alternatives)
    return tuple(Field(*numbered(one[position] for one in listed)) for position in range(width))


def _column(features: Iterable[Feature], width: int) -> FeatureColumn:
    numbers: dict[Feature, int] = {}
    alternatives: dict[Alternative, int] = {}
    codes = [numbers.setdefault(feature, len(numbers)) if feature else -1 for feature in features]
    members = [sorted(alternatives.setdefault(one, len(alternatives)) for one in feature) for feature in numbers]
    starts = np.cumsum([0, *map(len, members)], dtype=np.int64)
    inside = np.array([number for feature in members for number in feature], dtype=np.int32)
    return FeatureColumn(np.array(codes, dtype=np.int32), starts, inside, fields_of(alternatives, width))


@dataclass(frozen=True)
class FeatureTable(Sequence[Features]):
    """The features of many records; ``table[7]`` is what the one-record door has of record 7."""

    size: int
    columns: Mapping[str, FeatureColumn] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, record: int) -> Features: ...
    @overload
    def __getitem__(self, record: slice) -> "FeatureTable": ...
    def __getitem__(self, record: int | slice) -> "Features | FeatureTable":
        if isinstance(record, slice):
            return self.take(np.arange(self.size)[record])
        groups = {
            group: column.feature(int(column.codes[record]))
            for group, column in self.columns.items()
            if column.codes[record] >= 0
        }
        return Features(MappingProxyType(groups))

    def __iter__(self) -> Iterator[Features]:
        return (self[record] for record in range(self.size))

    def take(self, records: Ints) -> "FeatureTable":
        """The table of some records."""
        return FeatureTable(len(records), {group: column.take(records) for group, column in self.columns.items()})

    def holders(self, group: str) -> npt.NDArray[np.bool_]:
        """Which records have a feature of a group."""
        column = self.columns.get(group)
        return np.zeros(self.size, np.bool_) if column is None else column.codes >= 0


def table_of(records: Sequence[Features]) -> FeatureTable:
    """Records as a table; a table stays what it is."""
    if isinstance(records, FeatureTable):
        return records
    groups = sorted({group for record in records for group in record.groups})
    columns = {group: _column((record.get(group) for record in records), width_of(group)) for group in groups}
    return FeatureTable(len(records), columns)
