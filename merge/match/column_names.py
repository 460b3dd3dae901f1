"""``name_comparison.compare_names`` over columns of numbers.

Names in Latin letters, whole, in parts or swapped, and whole Chinese names are compared as numbers; names of several
alternatives and names in two scripts go to the one-record door, each distinct pair of them once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from merge.match.code_frequency import GroupTexts, bits_of, form_worths, slips
from merge.match.name_comparison import GENERATIONS, INITIAL, Way, compare_names, name_levels, name_rank
from merge.match.outcomes import Frequency, Level
from merge.match.remembered import Found, Remembered
from merge.match.text_levels import (
    Levels,
    Numbers,
    given_levels,
    name_numbers,
    of_one_person,
    tokens_levels,
    word_levels,
)
from merge.match.texts import Flags, Ints, Places, Texts
from merge.standardise.surnames import PINYIN, ROMANISED, is_pinyin

_RANKS = np.array([name_rank(level) for level in Level], dtype=np.int64)
_STRICT = np.arange(len(Level), dtype=np.int8)
"""Pinyin has few syllables: what is alike is less."""
_STRICT[[Level.NEAR, Level.LOOSE]] = Level.LOOSE, Level.DIFFERENT
SLOTS = ("family", "given", "swapped")


_U, _V = (np.uint32(1 << (ord(letter) & 31)) for letter in "uv")


def _surname_letters(surnames: list[str]) -> npt.NDArray[np.uint32]:
    """For each surname in pinyin the letters of every way to spell it."""
    ways = [[surname, *ROMANISED.get(surname, ())] for surname in surnames]
    found = np.full((len(ways), max(map(len, ways), default=1)), ~np.uint32(0), dtype=np.uint32)
    for position, spellings in enumerate(ways):
        found[position, : len(spellings)] = Texts(spellings).classes
    return found


_STRAIGHT, _SWAPPED, _SLOW = 0, 1, 2
_KNOWN, _LEFT, _LEVEL = np.uint8(128), np.uint8(64), np.uint8(7)
"""What was found of two names in eight bits: that it was, whether the one-record door is asked, and two levels."""


@dataclass(frozen=True, slots=True)
class NameLevels:
    """The levels of pairs of name features.

    Attributes:
        family, given: levels of the two names as they lie beside each other.
        way: whether they lie so straight, swapped, or are left to the one-record door.
    """

    family: Levels
    given: Levels
    way: Levels

    def take(self, rows: Numbers) -> "NameLevels":
        """Some of them."""
        return NameLevels(self.family[rows], self.given[rows], self.way[rows])

    def put(self, rows: Numbers, found: tuple[Levels, Levels, Levels]) -> None:
        """Put in what was found for some of them."""
        self.family[rows], self.given[rows], self.way[rows] = found


class Names:
    """Compares features (not alternatives) of the group ``name``."""

    def __init__(self, group: GroupTexts) -> None:
        self._group, self._column = group, group.column
        self._texts = group.texts["name"]
        fields = self._column.fields
        script = [value.strip() for value in fields[2].values]
        self._latin = np.array([value == "latin" for value in script], np.bool_)[fields[2].codes]
        self._han = np.array([value == "han" for value in script], np.bool_)[fields[2].codes]
        self._family, self._given = group.codes["family"], group.codes["given"]
        self._whole = (self._family != group.empty) & (self._given != group.empty)
        self._spoken = [field.codes for field in fields[3:]]
        self._silent = [field.values.index("") if "" in field.values else -1 for field in fields[3:]]
        self._spelt = _surname_letters(fields[3].values)
        self._generation = self._generations()
        self._single = self._column.sizes == 1
        self._remembered = Remembered(len(self._family))
        self._first = Places(self._column.members[self._column.starts[:-1]])
        values = self._texts.values
        self._surname = np.fromiter((value in PINYIN for value in values), np.bool_, len(values))
        self._pinyin = np.fromiter((is_pinyin(value) for value in values), np.bool_, len(values))

    def _generations(self) -> Ints | None:
        """The generation that each alternative tells, 0 for none; None where none does."""
        fields = self._column.fields
        told = ([int(value[0]) if value[:1] in GENERATIONS else 0 for value in field.values] for field in fields[3:])
        first, second = (np.array(one)[field.codes] for one, field in zip(told, fields[3:], strict=True))
        found: Ints = np.where(self._latin, np.where(first > 0, first, second), 0)
        return found if found.any() else None

    def levels(self, left: Numbers, right: Numbers) -> NameLevels:
        """Levels of pairs of features."""
        x, y = self._first.take(left), self._first.take(right)
        single = self._single.take(left) & self._single.take(right)
        whole = single & self._whole.take(x) & self._whole.take(y)
        nothing = np.zeros(len(left), np.int8)
        found = NameLevels(nothing, nothing.copy(), np.full(len(left), _SLOW, np.int8))
        latin, han = self._latin.take(x) & self._latin.take(y), self._han.take(x) & self._han.take(y)
        others = single & ~(latin | (whole & han))
        for chosen, compare in (
            (whole & latin, self._latin_levels),
            (single & ~whole & latin, self._partial_levels),
            (whole & han, self._han_levels),
            (others, self._other_levels),
        ):
            rows = np.flatnonzero(chosen)
            found.put(rows, compare(x.take(rows), y.take(rows)))
        if self._generation is not None:
            ours, theirs = self._generation.take(x), self._generation.take(y)
            found.given[(found.way != _SLOW) & (ours > 0) & (theirs > 0) & (ours != theirs)] = Level.DIFFERENT
        return found

    def _other_levels(self, x: Numbers, y: Numbers) -> tuple[Levels, Levels, Levels]:
        """Names in two scripts and the rest: one by one, each distinct pair once."""
        level, slow = np.full((len(x), 2), Level.DIFFERENT, dtype=np.int8), np.zeros(len(x), dtype=np.bool_)
        rows = np.flatnonzero(~self._no_pinyin(x, y))
        level[rows], slow[rows] = self._one_by_one(x[rows], y[rows])
        return level[:, 0], level[:, 1], np.where(slow, np.int8(_SLOW), np.int8(_STRAIGHT))

    def _no_pinyin(self, x: Numbers, y: Numbers) -> Flags:
        """Pairs of a Chinese and a Latin name of which the letters rule out that the one spells the other's surname."""
        found = np.zeros(len(x), dtype=np.bool_)
        letters = self._texts.classes
        for han, latin in ((x, y), (y, x)):
            rows = np.flatnonzero(self._han[han] & self._latin[latin])
            held = letters[self._family[latin[rows]]] | letters[self._given[latin[rows]]]
            held |= np.where(held & _V, _U, np.uint32(0))  # lv is read as lu
            needed = self._spelt[self._spoken[0][han[rows]]]
            found[rows] = ~((needed & ~held[:, None]) == 0).any(axis=1)
        return found

    def _one_by_one(self, x: Numbers, y: Numbers) -> tuple[Levels, Flags]:
        """``name_levels`` of pairs, and whether they are left to the one-record door."""
        low, high = np.minimum(x, y), np.maximum(x, y)

        def measure(some: Ints) -> Found:
            count = np.int64(max(1, len(self._family)))
            keys, inverse = np.unique(low.take(some) * count + high.take(some), return_inverse=True)
            known = np.zeros((len(keys), 3), dtype=np.uint8)
            for position, both in enumerate(zip(*map(self._strings, np.divmod(keys, count)), strict=True)):
                known[position] = name_levels(min(both), max(both))
            left = np.where(known[:, 2] == Way.STRAIGHT, np.uint8(0), _LEFT)
            return (_KNOWN | left | known[:, 0] << 3 | known[:, 1]).astype(np.uint8).take(inverse)

        found = self._remembered.found(low, high, measure)
        levels = np.stack([found >> 3 & _LEVEL, found & _LEVEL], axis=1).astype(np.int8)
        return levels, (found & _LEFT).astype(np.bool_)

    def _strings(self, alternatives: Ints) -> Iterator[tuple[str, ...]]:
        """The strings of alternatives."""
        fields = self._column.fields
        return zip(*([one.values[code] for code in one.codes[alternatives].tolist()] for one in fields), strict=True)

    def _han_levels(self, x: Numbers, y: Numbers) -> tuple[Levels, Levels, Levels]:
        family_sound, given_sound = self._spoken
        alike = np.where(family_sound[x] == family_sound[y], Level.NEAR, Level.DIFFERENT)
        family = np.where(self._family[x] == self._family[y], Level.EXACT, alike)
        sounds = (given_sound[x] == given_sound[y]) & (given_sound[x] != self._silent[1])
        given = np.where(self._given[x] == self._given[y], Level.EXACT, np.where(sounds, Level.NEAR, Level.DIFFERENT))
        return family.astype(np.int8), given.astype(np.int8), np.full(len(x), _STRAIGHT, np.int8)

    def _latin_levels(self, x: Numbers, y: Numbers) -> tuple[Levels, Levels, Levels]:
        fx, fy, gx, gy = self._family.take(x), self._family.take(y), self._given.take(x), self._given.take(y)
        family, given = tokens_levels(self._texts, fx, fy), given_levels(self._texts, gx, gy)
        spoken = fx == fy
        rows = np.flatnonzero(spoken)
        pinyin = self._pinyin.take(gx.take(rows)) & self._pinyin.take(gy.take(rows))
        spoken[rows] = self._surname.take(fx.take(rows)) & pinyin
        rows = np.flatnonzero(spoken)
        given[rows] = _STRICT.take(given.take(rows))
        way = np.full(len(x), _STRAIGHT, np.int8)
        unlike = rows = np.flatnonzero(~spoken & ((family < Level.NEAR) | (given < Level.NEAR)))
        crossed = tokens_levels(self._texts, fx.take(rows), gy.take(rows))
        kept = crossed >= Level.NEAR
        rows, crossed = rows[kept], crossed[kept]
        other = tokens_levels(self._texts, gx[rows], fy[rows])
        better = (other >= Level.NEAR) & (_RANKS[crossed] + _RANKS[other] > _RANKS[family[rows]] + _RANKS[given[rows]])
        rows, crossed, other = rows[better], crossed[better], other[better]
        # As the one-record door lays them: the family name of the smaller of the two beside the other's given name.
        first = self._comes_first(x[rows], y[rows])
        family[rows], given[rows] = np.where(first, crossed, other), np.where(first, other, crossed)
        way[rows] = _SWAPPED
        rows = unlike[:0]
        if self._middle_names:
            several = self._several.take(gx.take(unlike)) | self._several.take(gy.take(unlike))
            rows = unlike[several & (way.take(unlike) == _STRAIGHT)]
        held = [codes.take(rows) for codes in (fx, fy, gx, gy)]
        rows = rows[self._may_be_surname_first(*held) | self._may_be_same_words(*held)]
        levels, laid = self._one_by_one(x.take(rows), y.take(rows))
        rows, levels = rows[laid], levels[laid]
        family[rows], given[rows], way[rows] = levels[:, 0], levels[:, 1], _SLOW
        return family, given, way

    def _may_be_surname_first(self, fx: Numbers, fy: Numbers, gx: Numbers, gy: Numbers) -> Flags:
        """Whether names can lie beside each other with a surname first: ``_surname_first_levels`` says whether."""
        heads = self._group.heads
        likely = self._near(heads.take(gx), fy) | self._near(heads.take(gy), fx)
        for one, other, family in ((gx, gy, fy), (gy, gx, fx)):
            rows = np.flatnonzero(self._several.take(one) & ~self._several.take(other) & ~likely)
            rows = rows[self._near(heads.take(one.take(rows)), other.take(rows))]
            likely[rows] = self._second_begins(one.take(rows), family.take(rows))
        return likely

    def _may_be_same_words(self, fx: Numbers, fy: Numbers, gx: Numbers, gy: Numbers) -> Flags:
        """Whether names may be of the same words in another order, by their letters."""
        letters, lengths = self._texts.classes, self._shapes[1]
        alike = (letters.take(fx) | letters.take(gx)) == (letters.take(fy) | letters.take(gy))
        return np.asarray(alike & (lengths.take(fx) + lengths.take(gx) == lengths.take(fy) + lengths.take(gy)))

    def _near(self, one: Numbers, other: Numbers) -> Flags:
        """Whether a word and another value are NEAR; most cannot be, by their letters alone."""
        letters, lengths = self._shapes
        apart = np.bitwise_count(letters.take(one) ^ letters.take(other))
        # A word is NEAR by few edits, each of two classes of letters, or where Jaro misses less than 0.4 of both.
        found: Flags = (apart <= 2) | (5 * apart <= 2 * np.maximum(lengths.take(one), lengths.take(other)))
        rows = np.flatnonzero(found)
        found[rows] = tokens_levels(self._texts, one.take(rows), other.take(rows)) >= Level.NEAR
        return found

    @cached_property
    def _several(self) -> Flags:
        """Which values are of several words."""
        return np.asarray(self._texts.tokens.counts > 1)

    @cached_property
    def _middle_names(self) -> bool:
        return bool(self._several[self._given].any())

    @cached_property
    def _shapes(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
        """Letters and lengths of the values without spaces."""
        compact, codes = self._texts.compact
        return compact.letters.take(codes), compact.lengths.take(codes)

    def _second_begins(self, given: Numbers, family: Numbers) -> Flags:
        """Whether the second of several given names may be the first word of a family name."""
        tokens = self._texts.tokens
        doubled = tokens.distinct.take(given) < tokens.counts.take(given)
        found = word_levels(tokens.texts, tokens.columns[1].take(given), tokens.heads.take(family)) >= Level.NEAR
        return np.asarray(found | doubled)

    def _partial_levels(self, x: Numbers, y: Numbers) -> tuple[Levels, Levels, Levels]:
        """``name_comparison._partial_levels``: one side lacks family or given name."""
        fx, fy, gx, gy = self._family[x], self._family[y], self._given[x], self._given[y]
        family, given, crossed = (np.full(len(x), Level.MISSING, np.int8) for _ in range(3))
        for found, compare, one, other in (
            (family, tokens_levels, fx, fy),
            (given, given_levels, gx, gy),
            (crossed, tokens_levels, fx, gy),
            (crossed, tokens_levels, gx, fy),
        ):
            rows = np.flatnonzero((one != self._group.empty) & (other != self._group.empty))
            found[rows] = np.maximum(found[rows], compare(self._texts, one[rows], other[rows]))
        straight = np.maximum(family, given)
        swapped = (straight < Level.NEAR) & (crossed >= Level.NEAR)
        family[swapped], given[swapped] = crossed[swapped], Level.MISSING
        return family, given, np.where(swapped, np.int8(_SWAPPED), np.int8(_STRAIGHT))

    @cached_property
    def _forms(self) -> npt.NDArray[np.int32]:
        """The number of each value among the names that have other forms, -1 where it has none."""
        return name_numbers(self._texts.values)

    @cached_property
    def _place(self) -> Ints:
        """The place of each alternative in the order of the names."""
        values = self._texts.values
        place = np.empty(len(values), dtype=np.int64)
        place[sorted(range(len(values)), key=values.__getitem__)] = np.arange(len(values))
        return place[self._family] * len(values) + place[self._given]

    def _comes_first(self, x: Numbers, y: Numbers) -> Flags:
        return np.asarray(self._place[x] < self._place[y])

    def outcome(
        self, left: Numbers, right: Numbers, levels: NameLevels, frequency: Frequency
    ) -> dict[str, tuple[Levels, Ints]]:
        """Levels and worths of pairs of features by slot."""
        x, y = self._first.take(left), self._first.take(right)
        found = {slot: (np.zeros(len(left), np.int8), np.zeros(len(left), np.int64)) for slot in SLOTS}
        fast = np.flatnonzero(levels.way == _STRAIGHT)
        for slot, codes, level in (
            ("family", self._family, levels.family.take(fast)),
            ("given", self._given, levels.given.take(fast)),
        ):
            found[slot][0][fast] = level
            alike = np.flatnonzero(level >= Level.LOOSE)
            rows = fast.take(alike)
            names = codes.take(x.take(rows)), codes.take(y.take(rows))
            found[slot][1][rows] = self._worth(slot, level.take(alike), *names, frequency)
        rows = np.flatnonzero(levels.way == _SWAPPED)
        first = self._comes_first(x[rows], y[rows])
        a, b = np.where(first, x[rows], y[rows]), np.where(first, y[rows], x[rows])
        straight = self._crossed(levels.family[rows], self._family[a], self._given[b], frequency)
        other = self._crossed(levels.family[rows], self._given[a], self._family[b], frequency)
        found["family"][0][rows], found["given"][0][rows] = levels.family[rows], levels.given[rows]
        found["family"][1][rows] = np.where(straight != 0, straight, other)
        found["given"][1][rows] = self._crossed(levels.given[rows], self._given[a], self._family[b], frequency)
        found["swapped"][0][rows] = Level.EXACT
        self._slowly(left, right, np.flatnonzero(levels.way == _SLOW), frequency, found)
        return found

    def _crossed(self, level: Levels, one: Numbers, other: Numbers, frequency: Frequency) -> Ints:
        """``name_comparison._crossed``: a family name beside a given name."""
        worths = (self._worth(slot, level, one, other, frequency) for slot in ("family", "given"))
        return np.minimum(*worths)

    def _slowly(
        self, left: Numbers, right: Numbers, rows: Numbers, frequency: Frequency,
        found: dict[str, tuple[Levels, Ints]],
    ) -> None:  # fmt: skip
        count = max(1, len(self._column))
        a, b = left[rows].astype(np.int64), right[rows].astype(np.int64)
        keys, inverse = np.unique(np.minimum(a, b) * count + np.maximum(a, b), return_inverse=True)
        known = {slot: (np.zeros(len(keys), np.int8), np.zeros(len(keys), np.int64)) for slot in SLOTS}
        one, other = keys // count, keys % count
        needed = np.unique(np.concatenate([one, other]))
        features = dict(zip(needed.tolist(), map(self._column.feature, needed.tolist()), strict=True))
        for position, (first, second) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
            for outcome in compare_names(features[first], features[second], frequency):
                known[outcome.slot][0][position] = outcome.level
                known[outcome.slot][1][position] = outcome.bits
        for slot, (levels, bits) in known.items():
            found[slot][0][rows], found[slot][1][rows] = levels[inverse], bits[inverse]

    def _worth(self, slot: str, level: Levels, x: Numbers, y: Numbers, frequency: Frequency) -> Ints:
        worth = bits_of(frequency, slot, self._texts)
        ours, theirs = worth.take(x), worth.take(y)
        something = (level >= Level.LOOSE) & (x != self._group.empty) & (y != self._group.empty)
        bits = np.where(something & (x == y), ours, 0)
        rows = np.flatnonzero(something & (x != y))
        x, y, ours, theirs = x.take(rows), y.take(rows), ours.take(rows), theirs.take(rows)
        heads, lengths = self._group.heads, self._texts.lengths
        a, b = heads.take(x), heads.take(y)
        head = worth.take(a)
        whole = slips(frequency, slot, ours, theirs)
        parts = np.minimum(whole, slips(frequency, slot, head, worth.take(b)))
        found = np.where((a == x) & (b == y), whole, parts)
        found = np.where(a == b, head, found)
        if slot == "given":
            forms = np.flatnonzero((a != b) & of_one_person(self._forms.take(a), self._forms.take(b)))
            found[forms] = form_worths(frequency, slot, head.take(forms), worth.take(b.take(forms)))
            initials = self._texts.tokens.first_letters
            lone = (initials.take(x) == initials.take(y)) & ((lengths.take(a) == 1) | (lengths.take(b) == 1))
            found = np.where((level.take(rows) == Level.LOOSE) & lone, INITIAL, found)
        bits[rows] = found
        return bits
