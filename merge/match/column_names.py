"""``name_comparison.compare_names`` over columns of numbers.

Whole names in Latin letters and whole Chinese names are compared as numbers; names of several alternatives, parts of
names, swapped names and names in two scripts go to the one-record door, each distinct pair of them once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merge.match.code_frequency import GroupTexts, bits_of
from merge.match.column_compare import slips
from merge.match.name_comparison import INITIAL, compare_names, name_levels, name_rank
from merge.match.outcomes import Frequency, Level
from merge.match.text_levels import Levels, Numbers, given_levels, tokens_levels
from merge.match.texts import Flags, Ints, Texts
from merge.standardise.surnames import PINYIN, ROMANISED, is_pinyin

_RANKS = np.array([name_rank(level) for level in Level], dtype=np.int64)
SLOTS = ("family", "given", "swapped")


_U, _V = (np.uint32(1 << (ord(letter) & 31)) for letter in "uv")


def _surname_letters(surnames: list[str]) -> npt.NDArray[np.uint32]:
    """For each surname in pinyin the letters of every way to spell it."""
    ways = [[surname, *ROMANISED.get(surname, ())] for surname in surnames]
    found = np.full((len(ways), max(map(len, ways), default=1)), ~np.uint32(0), dtype=np.uint32)
    for position, spellings in enumerate(ways):
        found[position, : len(spellings)] = Texts(spellings).letters
    return found


@dataclass(frozen=True, slots=True)
class NameLevels:
    """The levels of pairs of name features: ``slow`` ones are left to the one-record door."""

    family: Levels
    given: Levels
    slow: Flags

    def take(self, rows: Numbers) -> "NameLevels":
        """Some of them."""
        return NameLevels(self.family[rows], self.given[rows], self.slow[rows])

    @staticmethod
    def joined(parts: "Sequence[NameLevels]") -> "NameLevels":
        """One after another."""
        family, given, slow = ([getattr(part, name) for part in parts] for name in ("family", "given", "slow"))
        return NameLevels(np.concatenate(family), np.concatenate(given), np.concatenate(slow))


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
        self._single = self._column.sizes == 1
        values = self._texts.values
        self._surname = np.fromiter((value in PINYIN for value in values), np.bool_, len(values))
        self._pinyin = np.fromiter((is_pinyin(value) for value in values), np.bool_, len(values))

    def levels(self, left: Numbers, right: Numbers) -> NameLevels:
        """Levels of pairs of features."""
        x, y = (self._column.members[self._column.starts[which]] for which in (left, right))
        usable = self._single[left] & self._single[right] & self._whole[x] & self._whole[y]
        found = NameLevels(np.zeros(len(left), np.int8), np.zeros(len(left), np.int8), np.ones(len(left), np.bool_))
        for rows, compare in (
            (np.flatnonzero(usable & self._latin[x] & self._latin[y]), self._latin_levels),
            (np.flatnonzero(usable & self._han[x] & self._han[y]), self._han_levels),
        ):
            found.family[rows], found.given[rows], found.slow[rows] = compare(x[rows], y[rows])
        rows = np.flatnonzero(found.slow & self._single[left] & self._single[right] & ~usable)
        found.family[rows], found.given[rows], found.slow[rows] = self._other_levels(x[rows], y[rows])
        rows = np.flatnonzero(usable & (self._latin[x] != self._latin[y]))
        found.family[rows], found.given[rows], found.slow[rows] = self._other_levels(x[rows], y[rows])
        return found

    def _other_levels(self, x: Numbers, y: Numbers) -> tuple[Levels, Levels, Flags]:
        """Parts of names, and names in two scripts: one by one, each distinct pair once."""
        level, swapped = np.full((len(x), 2), Level.DIFFERENT, dtype=np.int8), np.zeros(len(x), dtype=np.bool_)
        rows = np.flatnonzero(~self._no_pinyin(x, y))
        level[rows], swapped[rows] = self._one_by_one(x[rows], y[rows])
        return level[:, 0], level[:, 1], swapped

    def _no_pinyin(self, x: Numbers, y: Numbers) -> Flags:
        """Pairs of a Chinese and a Latin name of which the letters rule out that the one spells the other's surname."""
        found = np.zeros(len(x), dtype=np.bool_)
        letters = self._texts.letters
        for han, latin in ((x, y), (y, x)):
            rows = np.flatnonzero(self._han[han] & self._latin[latin])
            held = letters[self._family[latin[rows]]] | letters[self._given[latin[rows]]]
            held |= np.where(held & _V, _U, np.uint32(0))  # lv is read as lu
            needed = self._spelt[self._spoken[0][han[rows]]]
            found[rows] = ~((needed & ~held[:, None]) == 0).any(axis=1)
        return found

    def _one_by_one(self, x: Numbers, y: Numbers) -> tuple[Levels, Flags]:
        count = np.int64(max(1, len(self._family)))
        a, b = x.astype(np.int64), y.astype(np.int64)
        keys, inverse = np.unique(np.minimum(a, b) * count + np.maximum(a, b), return_inverse=True)
        fields = self._column.fields
        known = np.zeros((len(keys), 3), dtype=np.int8)
        for position, key in enumerate(keys.tolist()):
            one, other = (tuple(field.at(which) for field in fields) for which in divmod(key, int(count)))
            known[position] = name_levels(min(one, other), max(one, other))
        found = known[inverse]
        return found[:, :2], found[:, 2].astype(np.bool_)

    def _han_levels(self, x: Numbers, y: Numbers) -> tuple[Levels, Levels, Flags]:
        family_sound, given_sound = self._spoken
        alike = np.where(family_sound[x] == family_sound[y], Level.NEAR, Level.DIFFERENT)
        family = np.where(self._family[x] == self._family[y], Level.EXACT, alike)
        sounds = (given_sound[x] == given_sound[y]) & (given_sound[x] != self._silent[1])
        given = np.where(self._given[x] == self._given[y], Level.EXACT, np.where(sounds, Level.NEAR, Level.DIFFERENT))
        return family.astype(np.int8), given.astype(np.int8), np.zeros(len(x), dtype=np.bool_)

    def _latin_levels(self, x: Numbers, y: Numbers) -> tuple[Levels, Levels, Flags]:
        fx, fy, gx, gy = self._family[x], self._family[y], self._given[x], self._given[y]
        family, given = tokens_levels(self._texts, fx, fy), given_levels(self._texts, gx, gy)
        spoken = (fx == fy) & self._surname[fx] & self._pinyin[gx] & self._pinyin[gy]
        strict = np.where(given == Level.NEAR, Level.LOOSE, np.where(given == Level.LOOSE, Level.DIFFERENT, given))
        swapped = np.zeros(len(x), dtype=np.bool_)
        rows = np.flatnonzero(~spoken & ((family < Level.NEAR) | (given < Level.NEAR)))
        crossed = tokens_levels(self._texts, fx[rows], gy[rows])
        kept = crossed >= Level.NEAR
        rows, crossed = rows[kept], crossed[kept]
        other = tokens_levels(self._texts, gx[rows], fy[rows])
        better = _RANKS[crossed] + _RANKS[other] > _RANKS[family[rows]] + _RANKS[given[rows]]
        swapped[rows] = (other >= Level.NEAR) & better
        return family, np.where(spoken, strict, given).astype(np.int8), swapped

    def outcome(
        self, left: Numbers, right: Numbers, levels: NameLevels, frequency: Frequency
    ) -> dict[str, tuple[Levels, Ints]]:
        """Levels and worths of pairs of features by slot."""
        x, y = (self._column.members[self._column.starts[which]] for which in (left, right))
        found = {slot: (np.zeros(len(left), np.int8), np.zeros(len(left), np.int64)) for slot in SLOTS}
        fast = np.flatnonzero(~levels.slow)
        for slot, codes, level in (
            ("family", self._family, levels.family[fast]),
            ("given", self._given, levels.given[fast]),
        ):
            found[slot][0][fast] = level
            found[slot][1][fast] = self._worth(slot, level, codes[x[fast]], codes[y[fast]], frequency)
        self._slowly(left, right, np.flatnonzero(levels.slow), frequency, found)
        return found

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
        heads, lengths = self._group.heads, self._texts.lengths
        a, b = heads[x], heads[y]
        whole = slips(frequency, slot, worth[x], worth[y])
        parts = np.minimum(whole, slips(frequency, slot, worth[a], worth[b]))
        bits = np.where((a == x) & (b == y), whole, parts)
        bits = np.where(a == b, worth[a], bits)
        if slot == "given":
            tokens = self._texts.tokens
            initials = np.append(tokens.initials, 0)[tokens.heads]
            lone = (initials[x] == initials[y]) & ((lengths[a] == 1) | (lengths[b] == 1))
            bits = np.where((level == Level.LOOSE) & lone, INITIAL, bits)
        nothing = (level < Level.LOOSE) | (x == self._group.empty) | (y == self._group.empty)
        return np.where(nothing, 0, np.where(x == y, worth[x], bits))
