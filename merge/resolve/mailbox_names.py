"""Names out of mailboxes, for rows that tell none or half of one: ``g.kleinbroek@`` of a newsletter is a G. Kleinbroek.

Which letters are a family name and which a given one is told by the names of the other rows. Nothing is taken from a
mailbox of a family, and nothing that does not fit the half that a row tells.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from merge.match.nicknames import NICKNAMES
from merge.resolve.file_formats import Table, text_cells
from merge.standardise.names import standardise_person_name
from merge.standardise.text import clean, fold, is_missing, vocabulary

if TYPE_CHECKING:
    from merge.match.texts import Flags

_FAMILY, _GIVEN, _WHOLE, _EMAIL = "person.family_name", "person.given_name", "person.full_name", "email"
_HALVES = (_FAMILY, _GIVEN)
# Of fewer rows without a name nothing is to be gained.
_SOME = 0.01
_LEAST_FAMILY, _LEAST_ALONE, _LEAST_GIVEN = 3, 5, 3
_SEPARATOR = re.compile(r"[^a-z]+")
_OF_FAMILIES = re.compile(r"fam(?:ilie|ily|ille|iglia|ilia)?")
_NOISE = vocabulary(
    "mail email info contact mr mrs ms dr the official home work post office sales admin privat private"
)
Name = tuple[str, str]
"""Family and given name, either of which may be ""."""
Bearers = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names of some rows by their letters alone: how the family names are written, and the given ones."""

    families: Mapping[str, str]
    given: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[Name]) -> "KnownNames":
        """Those of whole and of half names; Chinese ones count by their pinyin, as they stand in mailboxes."""
        families: dict[str, str] = {}
        given: set[str] = set(NICKNAMES)
        for family, first in sorted(names):
            if len(key := _letters(family)) >= _LEAST_FAMILY:
                families.setdefault(key, family)
            if len(key := _letters(first.partition(" ")[0])) >= _LEAST_GIVEN:
                given.add(key)
        return cls(families, frozenset(given))

    def told(self, mailbox: str, family: str = "", given: str = "") -> Name:
        """What a mailbox adds to what a row tells of a name; two empty strings where it adds nothing."""
        words = _SEPARATOR.split(fold(mailbox).partition("@")[0])
        letters = "".join(word for word in words if word not in _NOISE)
        of_family = self.families.get(_OF_FAMILIES.sub("", letters, count=1), "")
        if letters.startswith("fam") and (of_family or words[0] in {"fam", "familie", "family"}):
            return "" if family else of_family, ""
        if family:
            return "", "" if given else self._given_beside(letters, _letters(family))
        return self._whole(letters, _letters(given.partition(" ")[0]))

    def _given_beside(self, letters: str, family: str) -> str:
        """What stands before or behind a family name, where that is a given name or an initial."""
        if len(family) < _LEAST_FAMILY:
            return ""
        rests = (letters.removeprefix(family), letters.removesuffix(family))
        return next((rest for rest in rests if rest != letters and self._is_given(rest)), "")

    def _is_given(self, letters: str) -> bool:
        return len(letters) == 1 or letters in self.given

    def _whole(self, letters: str, given: str) -> Name:
        """The best way to take letters apart: two known names, else an initial beside the longest family name."""
        if letters in self.families and len(letters) >= _LEAST_ALONE:
            return self.families[letters], ""
        found = [
            (len(rest) > 1, len(own), self.families[own], rest)
            for own, rest in _parted(letters)
            if own in self.families and self._is_given(rest) and _fits(rest, given)
            and len(own) >= (_LEAST_FAMILY if len(rest) > 1 else _LEAST_FAMILY + 1)
        ]  # fmt: skip
        if not found:
            return "", ""
        *_, family, rest = max(found)
        return family, "" if given else rest


def _letters(name: str) -> str:
    return _SEPARATOR.sub("", fold(name))


def _parted(letters: str) -> Iterator[tuple[str, str]]:
    for place in range(1, len(letters)):
        yield letters[place:], letters[:place]
        yield letters[:place], letters[place:]


def _fits(rest: str, given: str) -> bool:
    return not given or rest == given or (len(rest) == 1 and given.startswith(rest))


def with_names_of_mailboxes(
    tables: Sequence[Table], mapping: dict[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with a further column for names that mailboxes tell, what it holds, and notes."""
    del given
    mailbox = next((column for column, name in mapping.items() if name == _EMAIL), None)
    named = [column for column, name in mapping.items() if name in {*_HALVES, _WHOLE}]
    if mailbox is None or not named:
        return list(tables), {}, []
    asked = [_asked(table, mapping, mailbox) for table in tables]
    if sum(int(rows.sum()) for rows in asked) < max(1, _SOME * sum(table.count for table in tables)):
        return list(tables), {}, []
    known = KnownNames.of({name for table in tables for name in _names(table, mapping)})
    bearers = _bearers_of(tables, mapping, mailbox, asked)
    further = f"{mailbox} (name)"
    result = [
        _with_told(table, mapping, mailbox, rows, known, bearers) for table, rows in zip(tables, asked, strict=True)
    ]
    return (
        [replace(table, columns=[*table.columns, further]) for table in result],
        {further: _WHOLE},
        [f"Column '{mailbox}' tells names of rows that hold none or a half: they are taken out of it."],
    )


def _bearers_of(tables: Sequence[Table], mapping: Mapping[str, str], mailbox: str, asked: Sequence["Flags"]) -> Bearers:
    """For each mailbox of a row that is asked about the letters that given names beside it begin with."""
    wanted = {
        fold(address)
        for table, rows in zip(tables, asked, strict=True) if mailbox in table.columns
        for address in _cells(table, [mailbox], np.flatnonzero(rows).tolist())
    }  # fmt: skip
    found: dict[str, set[str]] = {}
    for table in tables:
        for address, letter in _bearers(table, mapping, mailbox, wanted):
            found.setdefault(address, set()).add(letter)
    return {address: frozenset(letters) for address, letters in found.items()}


def _told(table: Table, column: str) -> "Flags":
    codes, values = table.numbered(column)
    return np.fromiter((not is_missing(value) for value in values), np.bool_, len(values))[codes]


def _asked(table: Table, mapping: Mapping[str, str], mailbox: str) -> "Flags":
    """The rows of people with a mailbox and without a whole name; of a company a mailbox names one of many."""
    nothing = np.zeros(table.count, dtype=np.bool_)
    if mailbox not in table.columns:
        return nothing
    whole, halves = nothing.copy(), {name: nothing.copy() for name in _HALVES}
    for column in table.columns:
        name = mapping.get(column)
        if name in {_WHOLE, "organization.name"}:
            whole |= _told(table, column)
        elif name in halves:
            halves[name] |= _told(table, column)
    return _told(table, mailbox) & ~whole & ~(halves[_FAMILY] & halves[_GIVEN])


def _names(table: Table, mapping: Mapping[str, str]) -> Iterator[Name]:
    """The names that the cells of a table tell, as they are written; Chinese ones in pinyin."""
    for column in table.columns:
        attribute = mapping.get(column, "")
        if attribute not in {*_HALVES, _WHOLE}:
            continue
        for value in table.numbered(column)[1]:
            if is_missing(value):
                continue
            said = standardise_person_name(attribute, value)
            if said.part("script") == "han":
                yield said.part("family_pinyin"), said.part("given_pinyin")
            else:
                yield said.part("family"), said.part("given")


def _with_told(
    table: Table, mapping: Mapping[str, str], mailbox: str, rows: "Flags", known: KnownNames, bearers: Bearers
) -> Table:
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    columns = {name: [one for one in table.columns if mapping.get(one) == name] for name in _HALVES}
    cells = [""] * table.count
    asked = np.flatnonzero(rows).tolist()
    mailboxes = _cells(table, [mailbox], asked)
    families, firsts = (_cells(table, columns[name], asked) for name in _HALVES)
    for row, address, own_family, own_given in zip(asked, mailboxes, families, firsts, strict=True):
        family, given = known.told(address, own_family, own_given)
        others = bearers.get(fold(address), frozenset())
        if (family or given) and others <= {_letters(own_given or given)[:1]}:
            cells[row] = _written(family or own_family, given or own_given)
    return replace(table, cells=[*table.cells, pa.chunked_array([text_cells(cells).combine_chunks()])])


def _cells(table: Table, columns: Sequence[str], rows: Sequence[int]) -> list[str]:
    """What the first of the columns that says something says in each of the rows."""
    found = [""] * len(rows)
    for column in columns:
        codes, values = table.numbered(column)
        for place, row in enumerate(rows):
            value = values[codes[row]]
            found[place] = found[place] or ("" if is_missing(value) else clean(value))
    return found


def _bearers(table: Table, mapping: Mapping[str, str], mailbox: str, asked: Collection[str]) -> Iterator[Name]:
    """Mailboxes that are asked about, with the letters that the given names of others who use them begin with."""
    if mailbox not in table.columns:
        return
    addresses, held = table.numbered(mailbox)
    used = np.fromiter((fold(one) in asked for one in held), np.bool_, len(held))[addresses]
    for column in table.columns:
        attribute = mapping.get(column, "")
        if attribute not in {_GIVEN, _WHOLE}:
            continue
        codes, values = table.numbered(column)
        for row in np.flatnonzero(used).tolist():
            value = values[codes[row]]
            given = "" if is_missing(value) else standardise_person_name(attribute, value).part("given")
            if given:
                yield fold(held[addresses[row]]), _letters(given)[:1]


def _written(family: str, given: str) -> str:
    return f"{family}, {given}" if given and family else family or given
