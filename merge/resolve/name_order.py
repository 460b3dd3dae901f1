"""Columns of whole names of which some stand with the family name first and no comma tells it: Szymanska Rozalia.

Which of two words is the given name is told by the other names of the column: by the places where the words stand in
those, behind or before a comma above all, and by the given names that are known to have other forms. A name is turned
only where both of its ends say so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log2

from merge.match.nicknames import NICKNAMES
from merge.resolve.file_formats import Table, text_cells
from merge.resolve.file_mapping import samples
from merge.standardise.names import PARTICLES, TITLES_LATIN
from merge.standardise.surnames import PINYIN, is_pinyin
from merge.standardise.text import clean, fold, words

_KNOWN = 4.0
"""For how many places in names it counts that a word is a known given name."""
_BEHIND_COMMA = 3
"""For how many places without a comma one with a comma counts, which no habit leaves open."""
_ASSUMED = 1.0
_SURE = 4.0
"""Bits by which the ends of a name must say that it is turned."""
_SOME = 0.03
_FEW, _MANY = 2, 4
_WHOLE = "person.full_name"


def with_names_in_order(
    tables: Sequence[Table], mapping: dict[str, str], _: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with a comma behind the family name of names that begin with it, no further columns, and notes."""
    result, notes = list(tables), []
    for column in [one for one, name in mapping.items() if name == _WHOLE]:
        if not _worth_a_look(samples(tables, column)):
            continue
        listed = [table.numbered(column)[1] if column in table.columns else [] for table in result]
        order = NameOrder({value for values in listed for value in values})
        turned = 0
        for number, values in enumerate(listed):
            written = [order.written(value) for value in values]
            turned += sum(one != other for one, other in zip(values, written, strict=True))
            if written != values:
                result[number] = _rewritten(result[number], column, written)
        if turned:
            notes.append(f"In column '{column}' {turned} names stand with the family name first and are read so.")
    return result, {}, notes


def _rewritten(table: Table, column: str, written: Sequence[str]) -> Table:
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    codes, _ = table.numbered(column)
    return table.with_cells(column, pa.chunked_array([text_cells(written).combine_chunks().take(pa.array(codes))]))


def _worth_a_look(values: Sequence[str]) -> bool:
    """Whether a good many of some names end with a known given name and do not begin with one."""
    halves = [one for value in values if (one := _words(value))]
    suspects = sum(1 for one in halves if one[-1] in NICKNAMES and one[0] not in NICKNAMES)
    return suspects > _SOME * max(1, len(values))


def _words(name: str) -> list[str]:
    """The words of a Latin name without a comma that may stand in another order; none of other names."""
    plain = clean(name)
    if not plain or not fold(plain).replace(".", "").replace("'", "").replace("-", "").replace(" ", "").isalpha():
        return []
    found = words(plain)
    if not _FEW <= len(found) <= _MANY or len(found) != len(plain.split()):
        return []
    if found[0] in TITLES_LATIN or not fold(plain)[:1].isascii():
        return []
    while len(found) > _FEW and len(found[-1]) == 1:  # STEVE G.
        found = found[:-1]
    spoken = all(map(is_pinyin, found)) and not PINYIN.isdisjoint((found[0], found[-1]))
    return [] if spoken or any(len(found[end]) < _FEW for end in (0, -1)) else found


class NameOrder:
    """How often the words of some names stand where a given name does, and where a family name does."""

    def __init__(self, names: Iterable[str]) -> None:
        self._given: Counter[str] = Counter()
        self._family: Counter[str] = Counter()
        for name in names:
            before, comma, after = name.partition(",")
            if comma:
                self._given.update(dict.fromkeys(words(after)[:1], _BEHIND_COMMA))
                self._family.update(dict.fromkeys(words(before), _BEHIND_COMMA))
            elif held := _words(name):
                self._given[held[0]] += 1
                self._family[held[-1]] += 1

    def _bits(self, word: str, *, first: bool = False, last: bool = False) -> float:
        """For a given name, in bits; below 0 for a family name. The name that is asked about does not count itself."""
        known = _KNOWN if word in NICKNAMES else 0.0
        given, family = max(0, self._given[word] - first), max(0, self._family[word] - last)
        return log2(given + known + _ASSUMED) - log2(family + _ASSUMED)

    def written(self, name: str) -> str:
        """The name with a comma behind the family name where it begins with it; other names as they are."""
        held = [] if "," in name else _words(name)
        if not held or held[0] in PARTICLES:
            return name
        if self._bits(held[0], first=True) - self._bits(held[-1], last=True) > -_SURE:
            return name
        size = next((place for place, word in enumerate(held[1:], 1) if self._bits(word) > 0), len(held) - 1)
        own = clean(name).split()
        return f"{' '.join(own[:size])}, {' '.join(own[size:])}"
