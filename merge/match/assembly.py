"""From the cells of columns to a table of features: what ``features`` does for a record, once for distinct values."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby

import numpy as np

from merge.match.alternatives import Alternatives, Standardised, combined, standardised
from merge.match.cells import Cells
from merge.match.features import READ, Alternative, Feature, group_of, joined_name, names_together, street_of
from merge.match.parts import Parts
from merge.match.side_by_side import THREADS, side_by_side
from merge.match.table import FeatureColumn, FeatureTable, Field, column_of
from merge.match.texts import Codes

Standard = Callable[[str, list[str]], Sequence[Parts | None]]
"""``parts.standard_parts``, or what does the same in several processes."""

Column = tuple[str, Callable[[], Iterable[Cells]]]
"""An attribute, and what gives its columns of raw values: called where, and when, they are standardised."""

_AHEAD = 4
_SEPARATE = ("person.family_name", "person.given_name", "person.middle_name")


def _first_of(columns: Sequence[Standardised], record: int) -> Parts | None:
    """What ``Standardised.first`` gives: of several values the smallest."""
    held = [(column.parts[code], column.raws[code]) for column in columns if (code := column.codes[record]) >= 0]
    return min(held, key=lambda one: (one[0][0], one[1]))[0] if held else None


class Assembly:
    """Makes a table of features of columns in standard form."""

    def __init__(self, count: int, columns: Iterable[Column], standard: Standard) -> None:
        """Take columns; those of one group must follow one another, and are put away as soon as the group ends."""
        self._count = count
        self._by: dict[str, list[Standardised]] = {}
        self._columns: dict[str, FeatureColumn | None] = {}
        make = partial(_of_one_group, standard=standard)
        # More than there are processors, for some wait for the helper, and one that waits holds up no other.
        found = side_by_side(make, _by_group(columns), threads=THREADS + 2, ahead=_AHEAD)
        for group, made in found:
            if isinstance(made, list):
                for column in made:
                    self._by.setdefault(column.attribute, []).append(column)
            else:
                self._columns[group] = made

    def table(self) -> FeatureTable:
        """The features of all records."""
        columns = self._columns
        with ThreadPoolExecutor(1) as beside:
            names = beside.submit(self._names)
            columns["locality"] = self._localities()
            organizations = self._organizations()
            columns["street"] = self._streets()
            named = columns["name"] = names.result()
        holders = np.zeros(self._count, np.bool_) if named is None else named.codes >= 0
        if organizations is not None:
            for group, inside in (("employer", holders), ("org", ~holders)):
                codes = np.where(inside, organizations.codes, -1).astype(np.int32)
                if codes.max(initial=-1) >= 0:
                    columns[group] = FeatureColumn(
                        codes, organizations.starts, organizations.members, organizations.fields
                    )
        return FeatureTable(self._count, {group: one for group, one in sorted(columns.items()) if one is not None})

    def _taken(self, *attributes: str) -> list[Standardised]:
        """Columns of attributes, which are not needed again."""
        return [column for name in attributes for column in self._by.pop(name, ())]

    def _known(self, *attributes: str) -> list[Standardised]:
        return [column for name in attributes for column in self._by.get(name, ())]

    def _localities(self) -> FeatureColumn | None:
        alternatives = Alternatives("locality")
        for column in self._known("address.city", "address.district"):
            alternatives.add(column.codes, column.columns)
        for column in self._known("address.full"):
            alternatives.listed(column.codes, (("#" + parts[4],) if parts[4] else None for parts in column.parts))
        return alternatives.column()

    def _organizations(self) -> FeatureColumn | None:
        cities, full = self._known("address.city"), self._known("address.full")
        alternatives = Alternatives("org")
        names = self._taken("organization.name")
        if not names:
            return None
        places = self._cities(cities, full)
        for column in names:
            present = np.flatnonzero(column.codes >= 0)
            number, first = combined([column.codes[present], places[0][present]])
            found = []
            for record in present[first].tolist():
                core, city, branch, *_ = column.parts[column.codes[record]]
                found.append((core, city or places[1][places[0][record]], branch))
            codes = np.full(self._count, -1, dtype=np.int32)
            codes[present] = number
            alternatives.listed(codes, found)
            if any(latin for *_, latin, _ in column.parts):
                read = [(latin, READ, branch) if latin else None for *_, latin, branch in column.parts]
                alternatives.listed(column.codes, read)
        return alternatives.column()

    def _cities(self, cities: list[Standardised], full: list[Standardised]) -> tuple[Codes, list[str]]:
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
        alternatives = Alternatives("street")
        for column in (*full, *streets):
            _add_places(alternatives, column)
        for column in full:
            alternatives.add(column.codes, column.columns[1:4])
        if not numbers:
            for column in streets:
                alternatives.add(column.codes, column.columns[1:4])
            return alternatives.column()
        for column in streets:
            number, first = combined([column.codes, *(one.codes for one in numbers)])
            found: list[Alternative | None] = []
            for record in first.tolist():
                own = _first_of(numbers, record)
                held = column.codes[record] >= 0
                found.append(street_of(column.parts[column.codes[record]], own[0] if own else "") if held else None)
            alternatives.listed(number, found)
        number, first = combined([one.codes for one in numbers])
        lone = [("", own[0], "") if (own := _first_of(numbers, record)) else None for record in first]
        alternatives.listed(np.where(alternatives.silent(self._count), number, -1).astype(np.int32), lone)
        return alternatives.column()

    def _names(self) -> FeatureColumn | None:
        full = self._taken("person.full_name")
        separate = [self._taken(name) for name in _SEPARATE]
        alternatives = Alternatives("name")
        family, given, middle = separate
        if not full and not middle and len(family) < 2 and len(given) < 2 and (family or given):
            return self._two_names(family, given)
        if not any(separate):
            for column in full:
                alternatives.add(column.codes, column.columns[1:])
            return alternatives.column()
        number, first = combined([column.codes for columns in (full, *separate) for column in columns])
        features: list[Feature] = []
        for record in first.tolist():
            whole = {column.parts[code][1:] for column in full if (code := column.codes[record]) >= 0}
            features.append(names_together(whole, joined_name(*(_first_of(columns, record) for columns in separate))))
        for position in range(max(map(len, features), default=0)):
            alternatives.listed(number, (one[position] if len(one) > position else None for one in features))
        return alternatives.column()

    def _two_names(self, family: Sequence[Standardised], given: Sequence[Standardised]) -> FeatureColumn | None:
        """``joined_name`` of one column of family names and one of given names: the usual form, by numbers."""
        codes = [
            columns[0].codes if columns else np.full(self._count, -1, dtype=np.int32) for columns in (family, given)
        ]
        places = (0, 0), (1, 0), (0, 3), (0, 4), (1, 5)
        strings = [_with_nothing((family, given)[side], place) for side, place in places]
        rows = np.flatnonzero((codes[0] >= 0) | (codes[1] >= 0))
        held = [strings[number][0][codes[side][rows]] for number, (side, _) in enumerate(places)]
        script_of = {script: number for number, script in enumerate(strings[2][1])}
        lone, scripts = _with_nothing(given, 3)
        others = np.array([script_of.setdefault(script, len(script_of)) for script in scripts], dtype=np.int32)[lone]
        held[2] = np.where(codes[0][rows] < 0, others[codes[1][rows]], held[2])
        number, first = combined(held)
        found = np.full(self._count, -1, dtype=np.int32)
        found[rows] = number
        if not len(rows):
            return None
        values = [strings[0][1], strings[1][1], list(script_of), strings[3][1], strings[4][1]]
        return column_of([found], tuple(Field(one[first], own) for one, own in zip(held, values, strict=True)))


def _add_places(alternatives: Alternatives, column: Standardised) -> None:
    """``features.place_of`` of the values of a column that have one."""
    (places, place), (numbers, number) = column.strings(3), column.strings(6)
    told = np.flatnonzero(np.fromiter(map(bool, number), np.bool_, len(number))[numbers])
    if len(told):
        codes = np.full(len(numbers) + 1, -1, dtype=np.int32)
        codes[told] = np.arange(len(told), dtype=np.int32)
        pairs = zip(places[told].tolist(), numbers[told].tolist(), strict=True)
        alternatives.listed(codes[column.codes], [(place[one], number[other], "") for one, other in pairs])


def _with_nothing(columns: Sequence[Standardised], place: int) -> tuple[Codes, list[str]]:
    """One part of the values of a column, and behind them the empty one, which -1 stands for."""
    codes, values = columns[0].strings(place) if columns else (np.zeros(0, np.int32), [])
    nothing = values.index("") if "" in values else len(values)
    return np.append(codes, np.int32(nothing)), values if nothing < len(values) else [*values, ""]


def _by_group(columns: Iterable[Column]) -> Iterator[tuple[str, list[Column]]]:
    """What is made together: the columns of one group, or one column of what is put together of several."""
    for group, inside in groupby(columns, key=lambda one: group_of(one[0])):
        if group is None:
            yield from (("", [one]) for one in inside)
        else:
            yield group, list(inside)


def _of_one_group(
    given: tuple[str, list[Column]], standard: Standard
) -> tuple[str, FeatureColumn | list[Standardised] | None]:
    group, columns = given
    made = (standardised(cells, standard) for _, read in columns for cells in read())
    if not group:
        return group, list(made)
    alternatives = Alternatives(group)
    for column in made:  # each is put away as soon as it is done
        alternatives.add(column.codes, column.columns)
    return group, alternatives.column()


def table_of_cells(count: int, cells: Iterable[Cells], standard: Standard) -> FeatureTable:
    """The features of ``count`` records from their columns of raw values; those of one group follow one another."""
    return table_of_columns(count, map(at_hand, cells), standard)


def table_of_columns(count: int, columns: Iterable[Column], standard: Standard) -> FeatureTable:
    """``table_of_cells`` of columns that are read when they are needed, several at once."""
    return Assembly(count, columns, standard).table()


def at_hand(cells: Cells) -> Column:
    """A column of raw values that is there."""
    return cells.attribute, partial(iter, (cells,))


def in_order(attribute: str) -> tuple[bool, str, str]:
    """Columns sorted by this have those of one group beside each other, and first those that take longest."""
    group = group_of(attribute) or ""
    return group != "phone", group, attribute
