"""The comparisons of ``comparisons.py`` over columns of numbers: many pairs of one group of features at once.

Each comparer has two steps: ``levels`` looks at characters and is done once for a pair; ``outcome`` looks at what
values are worth, which changes while a model is fitted. Both speak of alternatives by number. A test holds every
comparer and the one-record door together.
"""

from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from merge.match.code_frequency import GroupTexts, bits_of, form_worths, slips
from merge.match.column_figures import all_figures, alone, plain_numbers, tails
from merge.match.comparisons import (
    LIKE_LOCAL,
    LONG_LOCAL,
    PHONE_TAIL,
    masks_agree,
    shown_worth,
)
from merge.match.outcomes import Frequency, Level
from merge.match.similarity import mostly_figures
from merge.match.text_levels import (
    Levels,
    Numbers,
    closer_than,
    distances,
    name_numbers,
    of_one_person,
    one_edit,
    tokens_levels,
)
from merge.match.texts import TOKENS, Flags, Ints, Places, Texts, figure_numbers, numbered
from merge.standardise.phones import MASK

_LEAST_FIGURES = 7
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


def _put(count: int, rows: Ints, bits: Ints) -> Ints:
    """What is worth something, among what is worth nothing."""
    found = np.zeros(count, dtype=np.int64)
    found[rows] = bits
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
        self.texts, self.codes = group.texts[group.group], Places(group.codes[group.group])

    def _long(self, x: Numbers, y: Numbers) -> Numbers:
        lengths = self.texts.lengths
        found: Numbers = np.maximum(lengths.take(x), lengths.take(y)) >= self.least
        return found

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.codes.take(left), self.codes.take(right)
        near = one_edit(self.texts, x, y)
        rows = np.flatnonzero(near)
        near[rows] = self._long(x.take(rows), y.take(rows))
        return _levels(x, near=near, equal=x == y)

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        rows = np.flatnonzero(levels > Level.DIFFERENT)
        worth = bits_of(frequency, self.slot, self.texts)
        x, y = self.codes.take(left.take(rows)), self.codes.take(right.take(rows))
        return levels, _put(len(levels), rows, np.minimum(worth.take(x), worth.take(y)))


class Identifiers(Codes):
    """Identifiers: as codes, where five characters are the least that may hold a slip."""

    least = 5

    def _long(self, x: Numbers, y: Numbers) -> Numbers:
        lengths = self.texts.lengths
        found: Numbers = np.minimum(lengths.take(x), lengths.take(y)) >= self.least
        return found


class Words:
    """Free words, compared as a whole and word by word."""

    def __init__(self, group: GroupTexts) -> None:
        self.slot = group.group
        self.texts, self.codes = group.texts[group.group], Places(group.codes[group.group])

    @cached_property
    def _told_figures(self) -> tuple[Numbers, int]:
        """A number for the figures of each text, and the number of none."""
        numbers, distinct = numbered(all_figures(self.texts.values))
        return numbers, distinct.index("") if "" in distinct else -1

    @cached_property
    def _mostly_figures(self) -> Flags:
        values = self.texts.values
        return np.fromiter(map(mostly_figures, values), np.bool_, len(values))

    @cached_property
    def _forms(self) -> npt.NDArray[np.int32]:
        return name_numbers(self.texts.values)

    def _of_one_person(self, x: Numbers, y: Numbers) -> Flags:
        """Whether two texts are forms of one given name: of a father, a godmother."""
        return of_one_person(self._forms.take(x), self._forms.take(y))

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are, but for figures; see ``Comparer`` and ``similarity.words_level``."""
        x, y = self.codes.take(left), self.codes.take(right)
        found = tokens_levels(self.texts, x, y)
        found[(x != y) & self._of_one_person(x, y)] = Level.NEAR
        rows = np.flatnonzero((found == Level.NEAR) | (found == Level.LOOSE))
        if len(rows):
            figures, none = self._told_figures
            a, b = x.take(rows), y.take(rows)
            ours, theirs = figures.take(a), figures.take(b)
            other = (ours != theirs) & (ours != none) & (theirs != none)
            code = self._mostly_figures.take(a) | self._mostly_figures.take(b)
            found[rows[other]] = np.where(code[other], Level.DIFFERENT, Level.LOOSE)
        return found

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        rows = np.flatnonzero(levels >= Level.LOOSE)
        x, y = self.codes.take(left.take(rows)), self.codes.take(right.take(rows))
        return levels, _put(len(levels), rows, self._bits(x, y, levels.take(rows), frequency))

    def _bits(self, x: Numbers, y: Numbers, levels: Levels, frequency: Frequency) -> Ints:
        worth = bits_of(frequency, self.slot, self.texts)
        ours, theirs = worth.take(x), worth.take(y)
        same = np.minimum(ours, theirs)
        found = np.where(levels == Level.EXACT, same, slips(frequency, self.slot, ours, theirs))
        forms = np.flatnonzero((levels == Level.NEAR) & self._of_one_person(x, y))
        found[forms] = form_worths(frequency, self.slot, ours.take(forms), theirs.take(forms))
        return found


class Localities(Words):
    """Places by name, or by the code of an administrative division (``#``): the two are never compared."""

    def __init__(self, group: GroupTexts) -> None:
        super().__init__(group)
        self._coded = np.fromiter((value.startswith("#") for value in self.texts.values), np.bool_, len(self.texts))
        self._any_coded = bool(self._coded.any())

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.codes.take(left), self.codes.take(right)
        if not self._any_coded:
            return tokens_levels(self.texts, x, y)
        level = np.zeros(len(x), dtype=np.int8)
        one, other = self._coded.take(x), self._coded.take(y)
        names = np.flatnonzero(~one & ~other)
        level[names] = tokens_levels(self.texts, x.take(names), y.take(names))
        for position in np.flatnonzero(one & other & (x != y)).tolist():
            ours, theirs = self.texts.values[x[position]], self.texts.values[y[position]]
            level[position] = Level.LOOSE if ours.startswith(theirs) or theirs.startswith(ours) else Level.DIFFERENT
        level[x == y] = Level.EXACT
        return level

    def _bits(self, x: Numbers, y: Numbers, levels: Levels, frequency: Frequency) -> Ints:  # noqa: ARG002  (as Words)
        worth = bits_of(frequency, self.slot, self.texts)
        ours, theirs = worth.take(x), worth.take(y)
        return np.where(x == y, ours, slips(frequency, self.slot, ours, theirs))


class Phones:
    """Telephones: equal, equal at their end, one figure apart, alike as far as a mask shows, or different."""

    def __init__(self, group: GroupTexts) -> None:
        self.texts, self.codes = group.texts["phone"], Places(group.codes["phone"])
        kinds = group.column.fields[1]
        self.mobile = np.array([kind == "mobile" for kind in kinds.values], dtype=np.bool_)[kinds.codes]
        plain = plain_numbers(self.texts.values)
        self.digits = Texts(plain)
        self.masked = np.array([MASK in value for value in plain], dtype=np.bool_)
        self._any_masked = bool(self.masked.any())
        whole = (self.digits.lengths >= PHONE_TAIL) & ~self.masked
        self._tails = np.empty(len(plain), dtype=np.int64)
        for chosen, numbers in ((whole, tails(plain, whole)), (~whole, alone(plain, ~whole))):
            self._tails[chosen] = numbers
        self.shown = np.full(len(plain), _WHOLE, dtype=np.int64)
        for number in np.flatnonzero(self.masked).tolist():
            self.shown[number] = shown_worth(plain[number])

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.codes.take(left), self.codes.take(right)
        equal = self._tails.take(x) == self._tails.take(y)
        rows = np.flatnonzero(~equal)
        a, b = x.take(rows), y.take(rows)
        near = one_edit(self.digits, a, b)
        close = np.flatnonzero(near)
        lengths = self.digits.lengths
        near[close] = np.minimum(lengths.take(a.take(close)), lengths.take(b.take(close))) >= _LEAST_FIGURES
        found = _levels(x, equal=equal)
        found[rows[near]] = Level.NEAR
        if self._any_masked:
            rows = np.flatnonzero(self.masked.take(x) | self.masked.take(y))
            found[rows] = np.where(self._agree(x.take(rows), y.take(rows)), Level.LOOSE, Level.DIFFERENT)
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
        rows = np.flatnonzero(levels > Level.DIFFERENT)
        x, y, known = self.codes.take(left.take(rows)), self.codes.take(right.take(rows)), levels.take(rows)
        worth = bits_of(frequency, "phone", self.texts)
        bits = np.minimum(worth.take(x), worth.take(y))
        bits = np.where((known == Level.EXACT) & (x != y), np.maximum(0, bits - 3000), bits)
        if self._any_masked:
            shown = np.minimum(self.shown.take(x), self.shown.take(y))
            bits = np.where(known == Level.LOOSE, np.minimum(bits, shown), bits)
        return levels, _put(len(levels), rows, bits)


class Emails:
    """Mailboxes: other figures after a name are another mailbox, other letters may be a slip."""

    def __init__(self, group: GroupTexts) -> None:
        self.addresses, self.codes = group.texts["email"], Places(group.codes["email"])
        self.locals, self.local_codes = group.texts["email.local"], group.codes["email.local"]
        self._figures = figure_numbers(self.locals.values).take(self.local_codes)

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.codes.take(left), self.codes.take(right)
        found = _levels(x, equal=x == y)
        rows = np.flatnonzero((x != y) & (self._figures.take(left) == self._figures.take(right)))
        x, y = x.take(rows), y.take(rows)
        a, b = self.local_codes.take(left.take(rows)), self.local_codes.take(right.take(rows))
        found[rows] = self._unequal(x, y, a, b)
        return found

    def _unequal(self, x: Numbers, y: Numbers, a: Numbers, b: Numbers) -> Levels:
        lengths = self.addresses.lengths
        longest = np.maximum(lengths.take(x), lengths.take(y))
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
        rows = np.flatnonzero(levels > Level.DIFFERENT)
        left, right, known = left.take(rows), right.take(rows), levels.take(rows)
        a, b = self.local_codes.take(left), self.local_codes.take(right)
        worth = bits_of(frequency, "email", self.addresses)
        ours, theirs = worth.take(self.codes.take(left)), worth.take(self.codes.take(right))
        local = bits_of(frequency, "email.local", self.locals).take(a)
        slip = slips(frequency, "email", ours, theirs)
        by_local = (known == Level.LOOSE) & (a == b) & (self.locals.lengths.take(a) >= LONG_LOCAL)
        bits = np.where(known == Level.EXACT, ours, np.where(by_local, local, slip))
        return levels, _put(len(levels), rows, bits)


def within_bound(texts: Texts, left: Numbers, right: Numbers, bound: Numbers) -> Numbers:
    """Whether two values can be as few edits apart as the bound of their pair."""
    ours, theirs = texts.letters.take(left), texts.letters.take(right)
    only = np.maximum(np.bitwise_count(ours & ~theirs), np.bitwise_count(theirs & ~ours))
    found: Numbers = np.maximum(only, np.abs(texts.lengths.take(left) - texts.lengths.take(right))) <= bound
    return found


class Streets:
    """Streets with their numbers."""

    def __init__(self, group: GroupTexts) -> None:
        self.words, self.word_codes = group.texts["street.words"], group.codes["street.words"]
        self.whole, self.whole_codes = group.texts["street"], Places(group.codes["street"])
        self.numbers, self.number_codes = group.texts["numbers"], group.codes["numbers"]
        self._none = self.words.number.get("", -1)
        self._no_number = self.numbers.number.get("", -1)
        self._several = self.numbers.tokens.counts != 1

    def _numbered(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Whether both have numbers, the same ones, and those of one are among those of the other."""
        x, y = self.number_codes.take(left), self.number_codes.take(right)
        both = (x != self._no_number) & (y != self._no_number)
        tokens = self.numbers.tokens
        inside = np.zeros(len(x), dtype=np.bool_)
        # One number is within another where they are equal, or where one of the two has several.
        rows = np.flatnonzero(both & (x != y) & (self._several.take(x) | self._several.take(y)))
        a, b = x.take(rows), y.take(rows)
        ours, theirs = tokens.distinct.take(a), tokens.distinct.take(b)
        shared, _ = tokens.shared(a, b)
        inside[rows] = (shared == ours) | (shared == theirs)
        for position in rows[np.maximum(ours, theirs) > TOKENS].tolist():
            one, other = (set(self.numbers.values[code[position]].split()) for code in (x, y))
            inside[position] = one <= other or other <= one
        return both, both & (x == y), inside

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        x, y = self.word_codes.take(left), self.word_codes.take(right)
        both, same, inside = self._numbered(left, right)
        named = (x != self._none) & (y != self._none)
        level = np.where(same, Level.LOOSE, Level.MISSING).astype(np.int8)
        rows = np.flatnonzero(named)
        words = tokens_levels(self.words, x.take(rows), y.take(rows))
        both, same, inside = both.take(rows), same.take(rows), inside.take(rows)
        level[rows] = words
        near = (same & (words >= Level.LOOSE)) | (inside & (words >= Level.NEAR))
        level[rows[both]] = np.where(words >= Level.NEAR, Level.LOOSE, Level.DIFFERENT)[both]
        level[rows[both & near]] = Level.NEAR
        level[rows[same & (words == Level.EXACT)]] = Level.EXACT
        return level

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        rows = np.flatnonzero(levels >= Level.LOOSE)
        left, right, known = left.take(rows), right.take(rows), levels.take(rows)
        x, y = self.word_codes.take(left), self.word_codes.take(right)
        worth = bits_of(frequency, "street.words", self.words)
        ours, theirs = worth.take(x), worth.take(y)
        least = np.where(x == y, ours, slips(frequency, "street.words", ours, theirs))
        whole = bits_of(frequency, "street", self.whole)
        both_whole = np.minimum(whole.take(self.whole_codes.take(left)), whole.take(self.whole_codes.take(right)))
        a, b = self.number_codes.take(left), self.number_codes.take(right)
        both = (a != self._no_number) & (b != self._no_number)
        bits = np.where(both & (known == Level.EXACT), np.minimum(least + 5000, both_whole), least)
        bits = np.where(both & (known == Level.NEAR), least + 4000, bits)
        bits = np.where((x == self._none) | (y == self._none), 5000, bits)
        return levels, _put(len(levels), rows, bits)
