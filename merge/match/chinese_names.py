"""Two Chinese names that cannot be one person's, though their surnames may be the same.

Nobody of China changes the surname at marriage, and given names have no short forms: two full names whose given names
share no character and no syllable are two people, and so are 张女士 and 潘强峰. Slips and mishearings leave one of both
(徐敬, 徐敏 are left to the weights: of one character a slip leaves nothing).
"""

from itertools import pairwise

import numpy as np

from merge.match.table import FeatureColumn, FeatureTable
from merge.match.texts import Codes, Flags, Ints, numbered
from merge.standardise.names import plain_pinyin
from merge.standardise.surnames import COMMON, COMPOUND

_HAN_BEGINS = "\u2e80"
_NOT_TOLD, _SURNAME, _FULL = 0, 1, 2
_CHARACTERS = 2
_ABSENT = -1


class ChineseNames:
    """What records tell of one Chinese name: surname alone, or surname and given name of one or two characters."""

    def __init__(self, column: FeatureColumn) -> None:
        """Of records with several names nothing is known, nor of those whose surname few bear."""
        families, givens = column.fields[0], column.fields[1]
        of_family = np.array([value in COMMON or value in COMPOUND for value in families.values], dtype=np.bool_)
        sizes = np.array([_characters(value) for value in givens.values], dtype=np.int8)
        told = np.where(sizes == 0, _SURNAME, np.where(sizes > 0, _FULL, _NOT_TOLD))[givens.codes]
        told[~of_family[families.codes]] = _NOT_TOLD
        alone = np.flatnonzero(column.sizes == 1)
        first = column.members[column.starts[:-1][alone]]
        self._told = np.full(len(column) + 1, _NOT_TOLD, dtype=np.int8)
        self._told[alone] = told[first]
        self._codes = column.codes
        surnames, sounds = _parts([value if one else "" for value, one in zip(families.values, of_family, strict=True)])
        chars, syllables = _parts([value if size > 0 else "" for value, size in zip(givens.values, sizes, strict=True)])
        characters, spoken = _numbers((*surnames, *chars)), _numbers((*sounds, *syllables))
        own = np.full((len(column) + 1, 8), _ABSENT, dtype=np.int32)
        for place, (numbers, field) in enumerate(
            zip((*characters, *spoken), (families, families, givens, givens) * 2, strict=True)
        ):
            own[alone, place] = numbers[field.codes[first]]
        self._own = own

    def cannot_be_one(self, left: Ints, right: Ints) -> Flags:
        """Which pairs of records tell names that cannot be one person's."""
        a, b = self._codes.take(left), self._codes.take(right)
        told, other = self._told.take(a), self._told.take(b)
        rows = np.flatnonzero((np.minimum(told, other) > _NOT_TOLD) & (np.maximum(told, other) == _FULL))
        found = np.zeros(len(left), dtype=np.bool_)
        both_full = (told.take(rows) == _FULL) & (other.take(rows) == _FULL)
        one, two = self._own.take(a.take(rows), axis=0), self._own.take(b.take(rows), axis=0)
        found[rows] = np.where(both_full, _nothing_in_common(one, two), _other_surname(one, two))
        return found


def chinese_names(table: FeatureTable) -> ChineseNames | None:
    """What the records of a table tell of Chinese names; None where none does."""
    column = table.columns.get("name")
    if column is None or not any(value > _HAN_BEGINS for value in column.fields[0].values):
        return None
    return ChineseNames(column)


def _characters(given: str) -> int:
    """How many characters a Chinese given name has, 0 where there is none, -1 for what is no such name."""
    if len(given) > _CHARACTERS or not all(one > _HAN_BEGINS for one in given):
        return _ABSENT
    return len(given)


_SPOKEN_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("h", "f"), ("r", "n"))
"""What dialects do not tell apart, and who writes a name by ear."""


def _sound(character: str) -> str:
    sound = plain_pinyin(character)
    for one, other in _SPOKEN_ALIKE:
        sound = sound.replace(one, other)
    return sound


def _parts(values: list[str]) -> tuple[tuple[list[str], list[str]], tuple[list[str], list[str]]]:
    """First and second characters of values, and how each sounds; "" where there is none."""
    characters = [value[:1] for value in values], [value[1:2] for value in values]
    sounds = {one: _sound(one) if one else "" for listed in characters for one in set(listed)}
    first, second = ([sounds[one] for one in listed] for listed in characters)
    return characters, (first, second)


def _numbers(listed: tuple[list[str], ...]) -> list[Codes]:
    """Numbers of texts, the same for the same text in every list; -1 for an empty one."""
    codes, values = numbered([text for texts in listed for text in texts])
    codes = codes.astype(np.int32)
    if "" in values:
        codes[codes == values.index("")] = _ABSENT
    ends = np.cumsum([0, *map(len, listed)])
    return [codes[start:end] for start, end in pairwise(ends.tolist())]


_GIVEN, _SURNAME_SOUNDS, _GIVEN_SOUNDS = slice(2, 4), slice(4, 6), slice(6, 8)
"""Where in a row lie, behind the surname's, the characters of the given name, and then how both sound."""


def _meet(one: Codes, other: Codes) -> Flags:
    """Whether any of the numbers of the one stands among those of the other, row by row."""
    equal = (one[:, :, None] == other[:, None, :]) & (one[:, :, None] != _ABSENT)
    found: Flags = equal.any(axis=(1, 2))
    return found


def _nothing_in_common(one: Codes, other: Codes) -> Flags:
    longer = (one[:, 3] != _ABSENT) | (other[:, 3] != _ABSENT)
    found: Flags = (
        longer & ~_meet(one[:, _GIVEN], other[:, _GIVEN]) & ~_meet(one[:, _GIVEN_SOUNDS], other[:, _GIVEN_SOUNDS])
    )
    return found


def _other_surname(one: Codes, other: Codes) -> Flags:
    """Whether the surname that one tells is neither the other's nor in the other's given name: 成哥 may be 吴大成."""
    alike = (one[:, _SURNAME_SOUNDS] == other[:, _SURNAME_SOUNDS]).all(axis=1)
    inside = _meet(one[:, _SURNAME_SOUNDS], other[:, _GIVEN_SOUNDS])
    found: Flags = ~alike & ~inside & ~_meet(other[:, _SURNAME_SOUNDS], one[:, _GIVEN_SOUNDS])
    return found
