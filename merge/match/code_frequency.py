"""``frequency.measure`` over columns of numbers: how often every value occurs, counted in numpy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from merge.match.frequency import (
    UNMEASURED_SLIP,
    FrequencyTable,
    is_date,
    is_own,
    slip_bound,
    slip_worth,
    slot_family,
    worth_of_count,
)
from merge.match.nicknames import FORM_COST
from merge.match.outcomes import Frequency
from merge.match.side_by_side import side_by_side
from merge.match.table import FeatureColumn, FeatureTable
from merge.match.texts import Codes, Flags, Ints, Texts, distinct, numbered
from merge.standardise.companies import organization_words

_NOTHING = np.empty(0, dtype=np.int64)
Slotted = tuple[str, Texts, list[Codes]]
"""A slot, its distinct values, and for each alternative of the group which of them it holds (-1 for none)."""


class GroupTexts:
    """The strings of one group of features as ``Texts``, shared by comparing and counting.

    Attributes:
        texts: distinct strings by what they are (``name``, ``email.local``).
        codes: for each alternative the number of its string, by the same names.
    """

    def __init__(self, group: str, column: FeatureColumn) -> None:
        self.group, self.column = group, column
        self.texts: dict[str, Texts] = {}
        self.codes: dict[str, Codes] = {}
        if group == "name":
            self._names()
        elif is_date(group):
            whole = ["".join(parts) for parts in zip(*(one.strings() for one in column.fields), strict=True)]
            self._add(group, whole)
            self._field(f"{group}.year", 0)
            days = zip(column.fields[1].strings(), column.fields[2].strings(), strict=True)
            self._add(f"{group}.day", [month + day if month and day else "" for month, day in days])
        elif group == "street":
            words, numbers = self._street_words(), column.fields[1]
            self._add("street.words", words)
            self._add("street", [f"{one} {other}" for one, other in zip(words, numbers.strings(), strict=True)])
            self._add("numbers", [" ".join(one.replace("-", " ").split()) for one in numbers.values], numbers.codes)
        else:
            self._field(group, 0)
            if group == "email":
                self._field("email.local", 1)

    def _add(self, name: str, values: list[str], which: Codes | None = None) -> None:
        """Texts of values, one for each alternative; or ``which`` tells which of them is whose."""
        codes, distinct = numbered(values)
        self.texts[name], self.codes[name] = Texts(distinct), codes if which is None else codes.take(which)

    def _field(self, name: str, position: int) -> None:
        own = self.column.fields[position]
        self.texts[name], self.codes[name] = Texts(own.values), own.codes

    def _street_words(self) -> list[str]:
        streets, places = self.column.fields[0].strings(), self.column.fields[2]
        if places.values == [""]:
            return streets
        return [street or place for street, place in zip(streets, places.strings(), strict=True)]

    def _names(self) -> None:
        """Family and given names in one list, and the first words of both: any of them may be laid beside another."""
        family, given = self.column.fields[0], self.column.fields[1]
        whole = [*family.values, *given.values]
        heads = [value.partition(" ")[0] for value in whole]
        codes, distinct = numbered([*whole, *heads])
        self.texts["name"] = Texts(distinct)
        known = len(family.values)
        self.codes["family"], self.codes["given"] = codes[:known][family.codes], codes[known : len(whole)][given.codes]
        self.heads = np.arange(len(distinct), dtype=np.int32)
        self.heads[codes[: len(whole)]] = codes[len(whole) :]
        self.empty = self.texts["name"].number.get("", -1)

    def slots(self) -> list[Slotted]:
        """What is counted: see ``frequency._counted``."""
        if self.group == "name":
            found = []
            for slot in ("family", "given"):
                text = self.codes[slot]
                head = self.heads[text]
                text, head = (np.where(one == self.empty, -1, one).astype(np.int32) for one in (text, head))
                found.append((slot, self.texts["name"], [text, np.where(head == text, -1, head).astype(np.int32)]))
            return found
        listed = [(name, self.texts[name], [self.codes[name]]) for name in self.texts if name != "numbers"]
        if is_date(self.group):
            name = f"{self.group}.day"
            nothing = self.texts[name].number.get("", -1)
            days = self.codes[name]
            listed[2] = (name, self.texts[name], [np.where(days == nothing, -1, days).astype(np.int32)])
        return listed

    def organization_words(self, numbers: dict[str, int]) -> list[Codes]:
        """For each alternative the numbers of its words, -1 where there are fewer; new words are numbered."""
        own = self.column.fields[0]
        words = [sorted(set(organization_words(value))) for value in own.values]
        table = np.full((len(words), max(1, *map(len, words), 1)), -1, dtype=np.int32)
        for position, listed in enumerate(words):
            table[position, : len(listed)] = [numbers.setdefault(word, len(numbers)) for word in listed]
        return [table[own.codes, position] for position in range(table.shape[1])]


@dataclass(frozen=True)
class CodeFrequency:
    """Worths of values by number; answers for strings too, as ``FrequencyTable`` does.

    Attributes:
        worths: for each slot the worth of each of its values, in 1/1000 bit.
        texts: for each slot its values.
        totals: for each slot how many records (or groups of them) hold any value.
    """

    worths: Mapping[str, Ints]
    texts: Mapping[str, Texts]
    totals: Mapping[str, int]
    _unmeasured: FrequencyTable = field(default_factory=FrequencyTable, repr=False)
    _others: dict[tuple[str, Texts], Ints] = field(default_factory=dict, repr=False, compare=False)

    def bits(self, slot: str, value: str) -> int:
        """What it is worth, in 1/1000 bit, that two records agree on this value."""
        if slot not in self.totals:
            return self._unmeasured.bits(slot, value)
        number = self.texts[slot].number.get(value)
        if number is None:
            return worth_of_count(slot, 1, self.totals[slot])
        return int(self.worths[slot][number])

    def looked_up(self, slot: str, texts: Texts) -> Ints:
        """The worth of each of some other texts; looked up once, as they are asked for part by part."""
        found = self._others.get((slot, texts))
        if found is None:
            unknown = worth_of_count(slot, 1, self.totals[slot])
            found = np.append(self.worths[slot], unknown)[self.texts[slot].lookup(texts.values)]
            self._others[slot, texts] = found
        return found

    def slip(self, slot: str, left: str, right: str) -> int:
        """What it is worth that two records hold two spellings of which one may be a slip of the other."""
        return slip_worth(slot, self.bits(slot, left), self.bits(slot, right), self.totals.get(slot, 0))


def bits_of(frequency: Frequency, slot: str, texts: Texts) -> Ints:
    """The worth of each of the texts."""
    if isinstance(frequency, CodeFrequency) and frequency.texts.get(slot) is texts:
        return frequency.worths[slot]
    if isinstance(frequency, CodeFrequency) and slot in frequency.totals:
        return frequency.looked_up(slot, texts)
    of_values = slot_family(slot) in {"family", "handle"}
    if not frequency.totals and not of_values:  # nothing was measured: one worth for all values of a kind
        return np.full(len(texts), frequency.bits(slot, ""), dtype=np.int64)
    return np.fromiter((frequency.bits(slot, value) for value in texts.values), np.int64, len(texts))


class Prepared:
    """A table with what is made of its strings once, however often it is counted and compared."""

    def __init__(self, table: FeatureTable) -> None:
        self.table = table
        self.groups = {group: GroupTexts(group, column) for group, column in table.columns.items()}

    @cached_property
    def slots(self) -> dict[str, list[Slotted]]:
        """What is counted, by group."""
        found = {group: texts.slots() for group, texts in self.groups.items()}
        numbers: dict[str, int] = {}
        words = {
            group: self.groups[group].organization_words(numbers) for group in ("employer", "org") if group in found
        }
        texts = Texts(list(numbers))
        for group, codes in words.items():
            found[group].append(("org.word", texts, codes))
        return found

    def measure(self, labels: Ints) -> CodeFrequency:
        """How often every value occurs among the groups of records with one label, each counting a value once."""
        lone = np.bincount(labels)[labels] == 1 if len(labels) else np.zeros(0, np.bool_)
        rows = {group: _rows(self.table.columns[group], lone) for group in self.slots}
        held: dict[str, list[tuple[str, Slotted]]] = {}
        for group, slots in self.slots.items():
            for one in slots:
                held.setdefault(one[0], []).append((group, one))

        def count(slot: str) -> tuple[int, Ints]:
            found = _Count(held[slot][0][1][1], labels)
            for group, (_, _, codes) in held[slot]:
                records, alternatives, single = rows[group]
                for one in codes:
                    found.add(records, one.take(alternatives), single)
            total = found.total()
            return total, _worths(slot, found.counted(), total) if total else _NOTHING

        counted = {slot: found for slot, found in zip(held, side_by_side(count, held), strict=True) if found[0]}
        texts = {slot: held[slot][0][1][1] for slot in counted}
        worths = {slot: found for slot, (_, found) in counted.items()}
        return CodeFrequency(worths, texts, {slot: total for slot, (total, _) in counted.items()})


def _rows(column: FeatureColumn, lone: Flags) -> tuple[Ints, Codes, Flags]:
    """Record and alternative of each row of a group, and whether no other row of its group of records repeats it."""
    records, alternatives = column.rows()
    single = lone.take(records)
    if len(column.members) != len(column):
        single &= column.sizes.take(column.codes.take(records)) == 1
    return records, alternatives, single


class _Count:
    """Groups of records by the value of one slot that they hold."""

    def __init__(self, texts: Texts, labels: Ints) -> None:
        self._texts, self._labels = texts, labels
        self._alone = np.zeros(len(texts), dtype=np.int64)
        self._holding = np.zeros(int(labels.max(initial=-1)) + 1, dtype=np.bool_)
        self._shared: list[Ints] = []

    def add(self, records: Ints, held: Codes, single: Flags) -> None:
        """Add rows of records and values; ``single`` are those that no other row of their group can repeat."""
        present = held >= 0
        self._holding[self._labels.take(records[present])] = True
        self._alone += np.bincount(held[present & single], minlength=len(self._texts))
        rows = np.flatnonzero(present & ~single)
        self._shared.append(self._labels.take(records.take(rows)) * np.int64(len(self._texts)) + held.take(rows))

    def total(self) -> int:
        """Groups that hold any value."""
        return int(np.count_nonzero(self._holding))

    def counted(self) -> Ints:
        """Groups by value."""
        values = distinct(np.concatenate(self._shared)) % max(1, len(self._texts))
        return self._alone + np.bincount(values, minlength=len(self._texts))


def _worths(slot: str, counts: Ints, total: int) -> Ints:
    """Worths by count: there are few different counts, and they are taken to bits by one function everywhere."""
    counts = np.maximum(counts, 1)
    worths = np.zeros(int(counts.max(initial=0)) + 1, dtype=np.int64)
    for count in np.flatnonzero(np.bincount(counts)).tolist():
        worths[count] = worth_of_count(slot, count, total)
    return worths[counts]


def slips(frequency: Frequency, slot: str, left: Ints, right: Ints) -> Ints:
    """``FrequencyTable.slip`` from the worths of both spellings."""
    common, rare = np.minimum(left, right), np.maximum(left, right)
    total = frequency.totals.get(slot, 0)
    if total and is_own(slot):
        return common
    cost = 2 * np.maximum(0, slip_bound(total) - rare) if total else UNMEASURED_SLIP
    found: Ints = np.maximum(0, common - cost)
    return found


def form_worths(frequency: Frequency, slot: str, left: Ints, right: Ints) -> Ints:
    """``name_comparison.form_worth`` from the worths of both forms."""
    found: Ints = np.maximum(slips(frequency, slot, left, right), np.minimum(left, right) - FORM_COST)
    return found
