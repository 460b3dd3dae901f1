"""The comparisons of ``comparisons.py`` over columns of numbers: many pairs of one group of features at once.

Each comparer has two steps: ``levels`` looks at characters and is done once for a pair; ``outcome`` looks at what
values are worth, which changes while a model is fitted. Both speak of alternatives by number. A test holds every
comparer and the one-record door together.
"""

from typing import Protocol

import numpy as np

from merge.match.code_frequency import GroupTexts, bits_of
from merge.match.comparisons import (
    LIKE_LOCAL,
    LONG_LOCAL,
    PHONE_TAIL,
    masks_agree,
    shown_worth,
)
from merge.match.frequency import UNMEASURED_SLIP, is_own, slip_bound
from merge.match.outcomes import Frequency, Level
from merge.match.text_levels import Levels, Numbers, closer_than, distances, one_edit, tokens_levels
from merge.match.texts import Flags, Ints, Texts
from merge.standardise.phones import MASK

_WHOLE = 10**6
"""No bound on what a number is worth of which no figure is hidden."""


class Comparer(Protocol):
    """How the alternatives of one group of features are compared."""

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """What only characters tell, for pairs of alternatives."""
        ...

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth of pairs of alternatives."""
        ...


def slips(frequency: Frequency, slot: str, left: Ints, right: Ints) -> Ints:
    """``FrequencyTable.slip`` from the worths of both spellings."""
    common, rare = np.minimum(left, right), np.maximum(left, right)
    total = frequency.totals.get(slot, 0)
    if total and is_own(slot):
        return common
    cost = 2 * np.maximum(0, slip_bound(total) - rare) if total else UNMEASURED_SLIP
    found: Ints = np.maximum(0, common - cost)
    return found


def _levels(different: Numbers, *, near: Numbers | None = None, equal: Numbers | None = None) -> Levels:
    found = np.full(len(different), Level.DIFFERENT, dtype=np.int8)
    if near is not None:
        found[near] = Level.NEAR
    if equal is not None:
        found[equal] = Level.EXACT
    return found


class Codes:
    """Short codes: equal, one edit apart, or different."""

    least = 3

    def __init__(self, group: GroupTexts) -> None:
        self.slot = group.group
        self.texts, self.codes = group.texts[group.group], group.codes[group.group]

    def _long(self, x: Numbers, y: Numbers) -> Numbers:
        found: Numbers = np.maximum(self.texts.lengths[x], self.texts.lengths[y]) >= self.least
        return found

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.codes[left], self.codes[right]
        near = one_edit(self.texts, x, y) & self._long(x, y)
        return _levels(x, near=near, equal=x == y)

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        worth = bits_of(frequency, self.slot, self.texts)
        bits = np.minimum(worth[self.codes[left]], worth[self.codes[right]])
        return levels, np.where(levels > Level.DIFFERENT, bits, 0)


class Identifiers(Codes):
    """Identifiers: as codes, where five characters are the least that may hold a slip."""

    least = 5

    def _long(self, x: Numbers, y: Numbers) -> Numbers:
        found: Numbers = np.minimum(self.texts.lengths[x], self.texts.lengths[y]) >= self.least
        return found


class Words:
    """Free words, compared as a whole and word by word."""

    def __init__(self, group: GroupTexts) -> None:
        self.slot = group.group
        self.texts, self.codes = group.texts[group.group], group.codes[group.group]

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        return tokens_levels(self.texts, self.codes[left], self.codes[right])

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        x, y = self.codes[left], self.codes[right]
        return levels, np.where(levels >= Level.LOOSE, self._bits(x, y, levels, frequency), 0)

    def _bits(self, x: Numbers, y: Numbers, levels: Levels, frequency: Frequency) -> Ints:
        worth = bits_of(frequency, self.slot, self.texts)
        ours, theirs = worth[x], worth[y]
        same = np.minimum(ours, theirs)
        return np.where(levels == Level.EXACT, same, slips(frequency, self.slot, ours, theirs))


class Localities(Words):
    """Places by name, or by the code of an administrative division (``#``): the two are never compared."""

    def __init__(self, group: GroupTexts) -> None:
        super().__init__(group)
        self._coded = np.fromiter((value.startswith("#") for value in self.texts.values), np.bool_, len(self.texts))

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.codes[left], self.codes[right]
        level = np.zeros(len(x), dtype=np.int8)
        names = np.flatnonzero(~self._coded[x] & ~self._coded[y])
        level[names] = tokens_levels(self.texts, x[names], y[names])
        for position in np.flatnonzero(self._coded[x] & self._coded[y] & (x != y)).tolist():
            one, other = self.texts.values[x[position]], self.texts.values[y[position]]
            level[position] = Level.LOOSE if one.startswith(other) or other.startswith(one) else Level.DIFFERENT
        level[x == y] = Level.EXACT
        return level

    def _bits(self, x: Numbers, y: Numbers, levels: Levels, frequency: Frequency) -> Ints:  # noqa: ARG002  (as Words)
        worth = bits_of(frequency, self.slot, self.texts)
        return np.where(x == y, worth[x], slips(frequency, self.slot, worth[x], worth[y]))


class Phones:
    """Telephones: equal, equal at their end, one figure apart, alike as far as a mask shows, or different."""

    def __init__(self, group: GroupTexts) -> None:
        self.texts, self.codes = group.texts["phone"], group.codes["phone"]
        kinds = group.column.fields[1]
        self.mobile = np.array([kind == "mobile" for kind in kinds.values], dtype=np.bool_)[kinds.codes]
        plain = [value.partition(";")[0].lstrip("+") for value in self.texts.values]
        self.digits, self.plain = self.texts.derived(plain)
        _, tails = self.digits.derived(value[-PHONE_TAIL:] for value in self.digits.values)
        self.masked = np.array([MASK in value for value in self.digits.values], dtype=np.bool_)
        whole = (self.digits.lengths >= PHONE_TAIL) & ~self.masked
        self.tails = np.where(whole, tails, -1 - np.arange(len(tails)))
        shown = [shown_worth(value) if MASK in value else _WHOLE for value in self.digits.values]
        self.shown = np.array(shown, dtype=np.int64)[self.plain]

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.plain[self.codes[left]], self.plain[self.codes[right]]
        equal = self.tails[x] == self.tails[y]
        near = np.minimum(self.digits.lengths[x], self.digits.lengths[y]) >= 7
        rows = np.flatnonzero(near & ~equal)
        near[:] = False
        near[rows] = one_edit(self.digits, x[rows], y[rows])
        found = _levels(x, near=near, equal=equal)
        rows = np.flatnonzero(self.masked[x] | self.masked[y])
        if len(rows):
            found[rows] = np.where(self._agree(x[rows], y[rows]), Level.LOOSE, Level.DIFFERENT)
        return found

    def _agree(self, x: Numbers, y: Numbers) -> Flags:
        """``masks_agree``, once for each distinct pair."""
        size = np.int64(len(self.digits))
        keys = np.minimum(x, y) * size + np.maximum(x, y)
        distinct, inverse = np.unique(keys, return_inverse=True)
        values = self.digits.values
        found = [masks_agree(values[key // size], values[key % size]) for key in distinct.tolist()]
        return np.array(found, dtype=np.bool_)[inverse]

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        x, y = self.codes[left], self.codes[right]
        worth = bits_of(frequency, "phone", self.texts)
        bits = np.minimum(worth[x], worth[y])
        bits = np.where((levels == Level.EXACT) & (x != y), np.maximum(0, bits - 3000), bits)
        bits = np.where(levels == Level.LOOSE, np.minimum(bits, np.minimum(self.shown[x], self.shown[y])), bits)
        return levels, np.where(levels > Level.DIFFERENT, bits, 0)


class Emails:
    """Mailboxes: other figures after a name are another mailbox, other letters may be a slip."""

    def __init__(self, group: GroupTexts) -> None:
        self.addresses, self.codes = group.texts["email"], group.codes["email"]
        self.locals, self.local_codes = group.texts["email.local"], group.codes["email.local"]
        _, figures = self.locals.derived("".join(filter(str.isdigit, value)) for value in self.locals.values)
        self.figures = figures

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.codes[left], self.codes[right]
        a, b = self.local_codes[left], self.local_codes[right]
        found = _levels(x, equal=x == y)
        rows = np.flatnonzero((x != y) & (self.figures[a] == self.figures[b]))
        found[rows] = self._unequal(x[rows], y[rows], a[rows], b[rows])
        return found

    def _unequal(self, x: Numbers, y: Numbers, a: Numbers, b: Numbers) -> Levels:
        lengths = self.addresses.lengths
        longest = np.maximum(lengths[x], lengths[y])
        long = np.minimum(self.locals.lengths[a], self.locals.lengths[b]) >= LONG_LOCAL
        same_local = (a == b) & long
        alike = closer_than(self.locals, a, b, LIKE_LOCAL)
        bound = np.maximum(2, longest // 4)
        rows = np.flatnonzero(within_bound(self.addresses, x, y, bound))
        edits = np.full(len(x), 10**6, dtype=np.int64)
        edits[rows] = distances(self.addresses, x[rows], y[rows])
        near = ((a == b) | long) & ((edits <= 2) | (edits * 8 <= longest))
        loose = same_local | (alike & (edits * 4 <= longest))
        rows = np.flatnonzero(alike & ~near & ~loose)
        loose[rows] = closer_than(self.addresses, x[rows], y[rows], 0.92)
        found = _levels(x, near=near)
        found[loose & ~near] = Level.LOOSE
        return found

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        x, y = self.codes[left], self.codes[right]
        a, b = self.local_codes[left], self.local_codes[right]
        worth = bits_of(frequency, "email", self.addresses)
        local = bits_of(frequency, "email.local", self.locals)[a]
        slip = slips(frequency, "email", worth[x], worth[y])
        by_local = (levels == Level.LOOSE) & (a == b) & (self.locals.lengths[a] >= LONG_LOCAL)
        bits = np.where(levels == Level.EXACT, worth[x], np.where(by_local, local, slip))
        return levels, np.where(levels > Level.DIFFERENT, bits, 0)


def within_bound(texts: Texts, left: Numbers, right: Numbers, bound: Numbers) -> Numbers:
    """Whether two values can be as few edits apart as the bound of their pair."""
    ours, theirs = texts.letters[left], texts.letters[right]
    only = np.maximum(np.bitwise_count(ours & ~theirs), np.bitwise_count(theirs & ~ours))
    found: Numbers = np.maximum(only, np.abs(texts.lengths[left] - texts.lengths[right])) <= bound
    return found


class Streets:
    """Streets with their numbers."""

    def __init__(self, group: GroupTexts) -> None:
        self.words, self.word_codes = group.texts["street.words"], group.codes["street.words"]
        self.whole, self.whole_codes = group.texts["street"], group.codes["street"]
        self.numbers, self.number_codes = group.texts["numbers"], group.codes["numbers"]
        self._none = self.words.number.get("", -1)
        self._no_number = self.numbers.number.get("", -1)

    def _numbered(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Whether both have numbers, the same ones, and those of one are among those of the other."""
        x, y = self.number_codes[left], self.number_codes[right]
        both = (x != self._no_number) & (y != self._no_number)
        tokens = self.numbers.tokens
        shared, _ = tokens.shared(x, y)
        inside = both & (x != y) & ((shared == tokens.distinct[x]) | (shared == tokens.distinct[y]))
        for position in np.flatnonzero(both & (np.maximum(tokens.distinct[x], tokens.distinct[y]) > 4)).tolist():
            a, b = (set(self.numbers.values[code[position]].split()) for code in (x, y))
            inside[position] = x[position] != y[position] and (a <= b or b <= a)
        return both, both & (x == y), inside

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.word_codes[left], self.word_codes[right]
        both, same, inside = self._numbered(left, right)
        named = (x != self._none) & (y != self._none)
        level = np.where(same, Level.LOOSE, Level.MISSING).astype(np.int8)
        rows = np.flatnonzero(named)
        words = tokens_levels(self.words, x[rows], y[rows])
        both, same, inside = both[rows], same[rows], inside[rows]
        level[rows] = words
        near = (same & (words >= Level.LOOSE)) | (inside & (words >= Level.NEAR))
        level[rows[both]] = np.where(words >= Level.NEAR, Level.LOOSE, Level.DIFFERENT)[both]
        level[rows[both & near]] = Level.NEAR
        level[rows[same & (words == Level.EXACT)]] = Level.EXACT
        return level

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        x, y = self.word_codes[left], self.word_codes[right]
        worth = bits_of(frequency, "street.words", self.words)
        least = np.where(x == y, worth[x], slips(frequency, "street.words", worth[x], worth[y]))
        whole = bits_of(frequency, "street", self.whole)
        both_whole = np.minimum(whole[self.whole_codes[left]], whole[self.whole_codes[right]])
        a, b = self.number_codes[left], self.number_codes[right]
        both = (a != self._no_number) & (b != self._no_number)
        bits = np.where(both & (levels == Level.EXACT), np.minimum(least + 5000, both_whole), least)
        bits = np.where(both & (levels == Level.NEAR), least + 4000, bits)
        bits = np.where((x == self._none) | (y == self._none), 5000, bits)
        return levels, np.where(levels >= Level.LOOSE, bits, 0)
