"""Standard forms of whole columns as numbers and distinct strings, part by part, and the features put together of them.

What is plain is standardised by Arrow at once, the rest value by value; no string of Python is made before the end.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from merge.match.cells import Cells, Strings, encoded, large_strings
from merge.match.features import Alternative
from merge.match.parts import Parts
from merge.match.table import FeatureColumn, Field, column_of, width_of
from merge.match.texts import Codes, Ints
from merge.standardise.calling import with_country
from merge.standardise.distinct import first_seen
from merge.standardise.phones import DEFAULT_REGION

if TYPE_CHECKING:
    from pyarrow import LargeStringArray


@dataclass(frozen=True)
class Standardised:
    """A column of values in standard form.

    Attributes:
        attribute: what the values are.
        codes: for each record the number of its value, -1 where it says nothing.
        columns: the strings of the standard forms of the values, part by part; none where no value says anything.
        held: the raw values.
    """

    attribute: str
    codes: Codes
    columns: tuple[Strings, ...]
    held: "LargeStringArray"

    @cached_property
    def parts(self) -> list[Parts]:
        """The standard form of each value."""
        texts = ([values[code] for code in codes.tolist()] for codes, values in map(self.strings, self._places))
        return list(zip(*texts, strict=True))

    @property
    def _places(self) -> range:
        return range(len(self.columns))

    @cached_property
    def raws(self) -> list[str]:
        """The raw values."""
        listed: list[str] = self.held.to_pylist()
        return listed

    def strings(self, place: int) -> tuple[Codes, list[str]]:
        """One part: a number for each value, and the distinct strings."""
        if not self.columns:
            return np.zeros(0, dtype=np.int32), []
        return self.columns[place][0], self.columns[place][1].to_pylist()


def standardised(cells: Cells, standard: Callable[[str, list[str]], Sequence[Parts | None]]) -> Standardised:
    """A column in standard form; ``standard`` is for the values that are not plain."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where many records are)

    from merge.standardise.quick_columns import quick_column  # noqa: PLC0415  (loads pyarrow)

    plain = quick_column(cells.attribute, cells.values, cells.region)
    count = len(cells.values)
    left = np.ones(count, dtype=np.bool_)
    left[plain.rows] = False
    rest = np.flatnonzero(left)
    raws = cells.values.take(pa.array(rest)).to_pylist()
    if cells.region != DEFAULT_REGION:
        raws = [with_country(raw, cells.region) for raw in raws]
    found = standard(cells.attribute, raws) if len(rest) else ()
    told = [parts for parts in found if parts is not None]
    others = rest[np.fromiter((parts is not None for parts in found), np.bool_, len(rest))]
    columns = [list(column) for column in zip(*told, strict=True)] or [[] for _ in plain.parts]
    parts = [pa.array(column, pa.large_string()) for column in columns]
    rows = plain.rows
    if plain.parts:
        rows = np.concatenate([rows, others])
        order = pa.array(np.argsort(rows))
        parts = [pa.concat_arrays([one, other]).take(order) for one, other in zip(plain.parts, parts, strict=True)]
        rows = np.sort(rows)
    else:
        rows = others
    numbers = np.full(count + 1, -1, dtype=np.int32)
    numbers[rows] = np.arange(len(rows), dtype=np.int32)
    return Standardised(cells.attribute, numbers[cells.codes], tuple(map(encoded, parts)),
                        cells.values.take(pa.array(rows)))  # fmt: skip


_MOST = 1 << 62


def _joint(columns: Sequence[Codes]) -> tuple[Ints, Ints]:
    """``first_seen`` of rows of numbers from -1."""
    number, first, above = columns[0].astype(np.int64) + 1, None, int(columns[0].max(initial=-1)) + 2
    for codes in columns[1:]:
        width = int(codes.max(initial=-1)) + 2
        if above * width >= _MOST:
            number, first = first_seen(number)
            above = len(first)
        if first is not None and len(first) == len(number):
            return number, first
        number, first, above = number * width + (codes + 1), None, above * width
    return (number, first) if first is not None else first_seen(number)


def combined(columns: Sequence[Codes]) -> tuple[Codes, Ints]:
    """The distinct combinations of numbers in several columns: one for each record, and an example of each.

    They are numbered in the order of the numbers, those of the first column first.
    """
    number, first = _joint(columns)
    order = np.lexsort([codes[first] for codes in reversed(columns)])
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[number], first[order]


class Alternatives:
    """The alternatives of one group, numbered as they come."""

    def __init__(self, group: str) -> None:
        self._width = width_of(group)
        self._held: list[tuple[Codes, tuple[Strings, ...]]] = []

    def add(self, codes: Codes, columns: Sequence[Strings]) -> None:
        """Let records hold alternatives: for each record its number, -1 for none; the strings, part by part."""
        if columns:
            self._held.append((codes, tuple(columns)))

    def listed(self, codes: Codes, alternatives: Iterable[Alternative | None]) -> None:
        """The same for alternatives one by one; None is none."""
        numbers: list[int] = []
        told: list[Alternative] = []
        for one in alternatives:
            numbers.append(-1 if one is None else len(told))
            if one is not None:
                told.append(one)
        held = np.array([*numbers, -1], dtype=np.int32)[codes]
        self.add(held, [encoded(large_strings(column)) for column in zip(*told, strict=True)])

    def silent(self, count: int) -> Any:
        """Which records hold none."""
        found = np.ones(count, dtype=np.bool_)
        for codes, _ in self._held:
            found &= codes < 0
        return found

    def column(self) -> FeatureColumn | None:
        """The group as a column of features, None where no record has any."""
        if not any(codes.max(initial=-1) >= 0 for codes, _ in self._held):
            return None
        fields = [_united([columns[place] for _, columns in self._held]) for place in range(self._width)]
        number, first = _joint([codes for codes, _ in fields])
        held, begin = [], 0
        for codes, columns in self._held:
            end = begin + len(columns[0][0])
            if codes.max(initial=-1) >= 0:
                held.append(np.append(number[begin:end], -1).astype(np.int32)[codes])
            begin = end
        return column_of(held, tuple(Field(codes[first], values.to_pylist()) for codes, values in fields))


def _united(parts: Sequence[Strings]) -> Strings:
    """Strings of several columns, one after the other."""
    if len(parts) == 1:
        return parts[0]
    import pyarrow as pa  # noqa: PLC0415  (loads only where many records are)

    numbers, values = encoded(pa.concat_arrays([one for _, one in parts]))
    sizes = [0, *np.cumsum([len(one) for _, one in parts]).tolist()]
    return np.concatenate([numbers[size:][codes] for size, (codes, _) in zip(sizes, parts, strict=False)]), values
