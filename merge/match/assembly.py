"""From the cells of columns to a table of features: what ``features`` does for a record, once for distinct values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from merge.match.features import Alternative, Feature, group_of, joined_name, names_together, street_of
from merge.match.parts import Parts
from merge.match.table import FeatureColumn, FeatureTable, Field, column_of, fields_of, width_of
from merge.match.texts import Codes, Ints, numbered

Standard = Callable[[str, list[str]], Sequence[Parts | None]]
"""``parts.standard_parts``, or what does the same in several processes."""

_SEPARATE = ("person.family_name", "person.given_name", "person.middle_name")


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of raw values.

    Attributes:
        attribute: what the values are.
        codes: for each record the number of its value, -1 where the cell is empty.
        values: the distinct raw values.
    """

    attribute: str
    codes: Codes
    values: list[str]


@dataclass(frozen=True, slots=True)
class _Standard:
    """A column of values in standard form: numbers by record, -1 where a record says nothing."""

    attribute: str
    codes: Codes
    parts: list[Parts]
    raws: list[str]


def _standard(cells: Cells, standard: Standard) -> _Standard:
    found = standard(cells.attribute, cells.values)
    numbers = np.full(len(found) + 1, -1, dtype=np.int32)
    kept = [position for position, parts in enumerate(found) if parts is not None]
    numbers[kept] = np.arange(len(kept), dtype=np.int32)
    parts = [one for one in found if one is not None]
    return _Standard(cells.attribute, numbers[cells.codes], parts, [cells.values[position] for position in kept])


class _Alternatives:
    """The alternatives of one group, numbered as they come."""

    def __init__(self, group: str) -> None:
        self._width = width_of(group)
        self._numbers: dict[Alternative, int] = {}
        self.held: list[Codes] = []

    def number(self, alternatives: Iterable[Alternative | None]) -> Codes:
        """Numbers of alternatives, -1 for None; -1 at the end, for records without any."""
        numbers = self._numbers
        found = [-1 if one is None else numbers.setdefault(one, len(numbers)) for one in alternatives]
        return np.array([*found, -1], dtype=np.int32)

    def add(self, column: _Standard, alternatives: Iterable[Alternative | None]) -> None:
        """Let records hold an alternative for each value of a column."""
        self.held.append(self.number(alternatives)[column.codes])

    def column(self) -> FeatureColumn | None:
        """The group as a column of features, None where no record has any."""
        held = [codes for codes in self.held if codes.max(initial=-1) >= 0]
        return column_of(held, fields_of(self._numbers, self._width)) if held else None


def _combined(columns: Sequence[Codes]) -> tuple[Codes, Ints]:
    """The distinct combinations of numbers in several columns: one for each record, and an example of each."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    first = np.zeros(0, dtype=np.int64)
    for codes in columns:
        key = (number << 32) | (codes.astype(np.int64) + 1)
        _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return number.astype(np.int32), first


def _first_of(columns: Sequence[_Standard], record: int) -> Parts | None:
    """What ``Standardised.first`` gives: of several values the smallest."""
    held = [(column.parts[code], column.raws[code]) for column in columns if (code := column.codes[record]) >= 0]
    return min(held, key=lambda one: (one[0][0], one[1]))[0] if held else None


class Assembly:
    """Makes a table of features of columns in standard form."""

    def __init__(self, count: int, cells: Iterable[Cells], standard: Standard) -> None:
        """Take columns; those of one group must follow one another, and are put away as soon as the group ends."""
        self._count = count
        self._by: dict[str, list[_Standard]] = {}
        self._columns: dict[str, FeatureColumn | None] = {}
        for group, columns in groupby(cells, key=lambda one: group_of(one.attribute)):
            alternatives = _Alternatives(group or "")
            for one in columns:
                column = _standard(one, standard)
                if group is None:
                    self._by.setdefault(one.attribute, []).append(column)
                else:
                    alternatives.add(column, column.parts)
            if group is not None:
                self._columns[group] = alternatives.column()

    def table(self) -> FeatureTable:
        """The features of all records."""
        columns = self._columns
        columns["locality"] = self._localities()
        organizations = self._organizations()
        columns["street"] = self._streets()
        named = columns["name"] = self._names()
        holders = np.zeros(self._count, np.bool_) if named is None else named.codes >= 0
        if organizations is not None:
            for group, inside in (("employer", holders), ("org", ~holders)):
                codes = np.where(inside, organizations.codes, -1).astype(np.int32)
                if codes.max(initial=-1) >= 0:
                    columns[group] = FeatureColumn(
                        codes, organizations.starts, organizations.members, organizations.fields
                    )
        return FeatureTable(self._count, {group: one for group, one in sorted(columns.items()) if one is not None})

    def _taken(self, *attributes: str) -> list[_Standard]:
        """Columns of attributes, which are not needed again."""
        return [column for name in attributes for column in self._by.pop(name, ())]

    def _known(self, *attributes: str) -> list[_Standard]:
        return [column for name in attributes for column in self._by.get(name, ())]

    def _localities(self) -> FeatureColumn | None:
        alternatives = _Alternatives("locality")
        for column in self._known("address.city", "address.district"):
            alternatives.add(column, column.parts)
        for column in self._known("address.full"):
            alternatives.add(column, (("#" + parts[4],) if parts[4] else None for parts in column.parts))
        return alternatives.column()

    def _organizations(self) -> FeatureColumn | None:
        cities, full = self._known("address.city"), self._known("address.full")
        alternatives = _Alternatives("org")
        names = self._taken("organization.name")
        if not names:
            return None
        places = self._cities(cities, full)
        for column in names:
            present = np.flatnonzero(column.codes >= 0)
            number, first = _combined([column.codes[present], places[0][present]])
            found = []
            for record in present[first].tolist():
                core, city, branch = column.parts[column.codes[record]]
                found.append((core, city or places[1][places[0][record]], branch))
            codes = np.full(self._count, -1, dtype=np.int32)
            codes[present] = number
            alternatives.held.append(alternatives.number(found)[codes])
        return alternatives.column()

    def _cities(self, cities: list[_Standard], full: list[_Standard]) -> tuple[Codes, list[str]]:
        """For each record the number of the city that it names, and the cities; the last one is none."""
        numbers: dict[str, int] = {}
        found = np.full(self._count, -1, dtype=np.int32)
        for columns, position in ((full, 5), (cities, 0)):
            if len(columns) == 1:
                codes = [numbers.setdefault(parts[position], len(numbers)) for parts in columns[0].parts]
                held = columns[0].codes >= 0
                found[held] = np.array([*codes, -1], dtype=np.int32)[columns[0].codes[held]]
            elif columns:
                for record in np.flatnonzero(np.stack([one.codes for one in columns]).max(axis=0) >= 0).tolist():
                    first = _first_of(columns, record)
                    found[record] = numbers.setdefault(first[position] if first else "", len(numbers))
        return found, [*numbers, ""]

    def _streets(self) -> FeatureColumn | None:
        numbers, streets = self._taken("address.number"), self._taken("address.street")
        full = self._taken("address.full")
        alternatives = _Alternatives("street")
        for column in full:
            alternatives.add(column, (street_of(parts, "") for parts in column.parts))
        if not numbers:
            for column in streets:
                alternatives.add(column, (street_of(parts, "") for parts in column.parts))
            return alternatives.column()
        for column in streets:
            number, first = _combined([column.codes, *(one.codes for one in numbers)])
            found: list[Alternative | None] = []
            for record in first.tolist():
                own = _first_of(numbers, record)
                held = column.codes[record] >= 0
                found.append(street_of(column.parts[column.codes[record]], own[0] if own else "") if held else None)
            alternatives.held.append(alternatives.number(found)[number])
        number, first = _combined([one.codes for one in numbers])
        lone = alternatives.number(
            ("", own[0], "") if (own := _first_of(numbers, record)) else None for record in first
        )
        bare = np.ones(self._count, dtype=np.bool_)
        for codes in alternatives.held:
            bare &= codes < 0
        alternatives.held.append(np.where(bare, lone[number], -1).astype(np.int32))
        return alternatives.column()

    def _names(self) -> FeatureColumn | None:
        full = self._taken("person.full_name")
        separate = [self._taken(name) for name in _SEPARATE]
        alternatives = _Alternatives("name")
        family, given, middle = separate
        if not full and not middle and len(family) < 2 and len(given) < 2 and (family or given):
            return self._two_names(family, given)
        if not any(separate):
            for column in full:
                alternatives.add(column, (parts[1:] for parts in column.parts))
            return alternatives.column()
        number, first = _combined([column.codes for columns in (full, *separate) for column in columns])
        features: list[Feature] = []
        for record in first.tolist():
            whole = {column.parts[code][1:] for column in full if (code := column.codes[record]) >= 0}
            features.append(names_together(whole, joined_name(*(_first_of(columns, record) for columns in separate))))
        for position in range(max(map(len, features), default=0)):
            held = alternatives.number(one[position] if len(one) > position else None for one in features)
            alternatives.held.append(held[number])
        return alternatives.column()

    def _two_names(self, family: Sequence[_Standard], given: Sequence[_Standard]) -> FeatureColumn | None:
        """``joined_name`` of one column of family names and one of given names: the usual form, by numbers."""
        nothing: Parts = ("",) * 6
        codes, listed = [], []
        for columns in (family, given):
            own = columns[0].codes if columns else np.full(self._count, -1, dtype=np.int32)
            codes.append(own)
            listed.append([*(columns[0].parts if columns else ()), nothing])
        places = (0, 0), (1, 0), (0, 3), (0, 4), (1, 5)
        strings = [numbered(parts[place] for parts in listed[side]) for side, place in places]
        said = (codes[0] >= 0) | (codes[1] >= 0)
        rows = np.flatnonzero(said)
        held = [strings[number][0][codes[side][rows]] for number, (side, _) in enumerate(places)]
        script_of = {script: number for number, script in enumerate(strings[2][1])}
        lone = np.array([script_of.setdefault(parts[3], len(script_of)) for parts in listed[1]], dtype=np.int32)
        held[2] = np.where(codes[0][rows] < 0, lone[codes[1][rows]], held[2])
        number, first = _combined(held)
        found = np.full(self._count, -1, dtype=np.int32)
        found[rows] = number
        if not len(rows):
            return None
        values = [strings[0][1], strings[1][1], list(script_of), strings[3][1], strings[4][1]]
        return column_of([found], tuple(Field(one[first], own) for one, own in zip(held, values, strict=True)))


def table_of_cells(count: int, cells: Iterable[Cells], standard: Standard) -> FeatureTable:
    """The features of ``count`` records from their columns of raw values."""
    return Assembly(count, cells, standard).table()


def in_order(attribute: str) -> tuple[str, str]:
    """Columns sorted by this have those of one group beside each other."""
    return group_of(attribute) or "", attribute
