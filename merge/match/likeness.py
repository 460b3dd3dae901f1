"""How alike the texts of two records are, in thousandths: a finer measure than levels, for the learned model.

Equal texts are told by their numbers; each distinct pair of others is compared once for a batch of pairs, on characters
(rapidfuzz).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from merge.match.table import FeatureColumn, FeatureTable
from merge.match.texts import Codes, Ints, numbered, sorted_with_places

Thousandths = npt.NDArray[np.int16]

ABSENT = -1
ALIKE = 1000
_ALTERNATIVES = 3


def _name(family: str, given: str) -> str:
    if family.isalnum() and given.isalnum():  # a word each: nearly all
        return f"{family} {given}" if family < given else f"{given} {family}"
    return " ".join(sorted(f"{family} {given}".split()))


def _street(street: str, numbers: str, place: str) -> str:
    return f"{numbers} {street or place}".strip()


_TEXTS: Mapping[str, tuple[str, tuple[int, ...], Callable[..., str]]] = {
    "family": ("name", (0,), str),
    "given": ("name", (1,), lambda given: given.partition(" ")[0]),
    "name": ("name", (0, 1), _name),
    "birth": ("birth", (0, 1, 2), lambda *parts: "".join(parts)),
    "email": ("email", (0,), str),
    "local": ("email", (1,), str),
    "street": ("street", (0, 1, 2), _street),
    "locality": ("locality", (0,), str),
    "org": ("org", (0,), str),
    "road": ("street", (0, 2), lambda street, place: street or place),
    "postcode": ("postcode", (0,), str),
    "website": ("website", (0,), str),
}
"""For each text the group, the strings of an alternative, and what is made of them."""
LIKENESSES = tuple(_TEXTS)
_HARDLY_TWICE = frozenset({"name", "birth", "street"})
"""Made of so many parts that two alternatives of a group hardly give one of them."""
OF_ORGANIZATIONS = ("road", "postcode", "website")
"""The texts that are measured. Not numbers that somebody gave out: neighbours in a row are alike and strangers."""


def ordered_members(column: FeatureColumn) -> Codes:
    """``column.members``, those of a feature in the order of the one-record door (by their strings)."""
    owner = np.repeat(np.arange(len(column)), column.sizes)
    places = np.flatnonzero(column.sizes[owner] > 1)
    involved = np.unique(column.members[places])
    strings = [tuple(one.at(alternative) for one in column.fields) for alternative in involved.tolist()]
    rank = np.empty(len(involved), dtype=np.int64)
    rank[sorted(range(len(strings)), key=strings.__getitem__)] = np.arange(len(strings))
    members = column.members.copy()
    own = column.members[places]
    members[places] = own[np.lexsort((rank[np.searchsorted(involved, own)], owner[places]))]
    return members


def alternatives(
    column: FeatureColumn, fields: tuple[int, ...], text: Callable[..., str], *, once: bool = False
) -> tuple[Codes, list[str]]:
    """A number of a text for each alternative, -1 where it is empty; and the texts.

    Those that hardly come twice (``once``) get a number each: to find the few equal ones takes as long as to make all.
    """
    if len(fields) == 1 and text is str:  # distinct as they are
        field = column.fields[fields[0]]
        codes, values = field.codes.copy(), field.values
    elif len(fields) == 1:
        field = column.fields[fields[0]]
        codes, values = numbered(text(value) for value in field.values)
        codes = codes[field.codes]
    else:
        values = [*map(text, *(column.fields[position].strings() for position in fields))]
        codes, values = (np.arange(len(values), dtype=np.int32), values) if once else numbered(values)
    if "" in values:
        codes[np.fromiter(map(len, values), np.int64, len(values)).take(codes) == 0] = ABSENT
    return codes, values


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of one kind: for each feature the numbers of up to three (a row each), -1 for none."""

    values: npt.NDArray[np.object_]
    numbers: Codes

    def closest(self, first: Codes, second: Codes) -> Thousandths:
        """Thousandths by which the closest texts of two features are alike: the mean of two measures."""
        best = np.full(len(first), ABSENT, dtype=np.int16)
        for ours in self.numbers:
            for theirs in self.numbers:
                one, other = ours.take(first), theirs.take(second)
                rows = np.flatnonzero((one >= 0) & (other >= 0))
                if len(rows):
                    best[rows] = np.maximum(best.take(rows), self._alike(one.take(rows), other.take(rows)))
        return best

    def _alike(self, one: Codes, other: Codes) -> Thousandths:
        found = np.full(len(one), ALIKE, dtype=np.int16)
        unlike = np.flatnonzero(one != other)
        if not len(unlike):
            return found
        one, other = one.take(unlike), other.take(unlike)
        keys, places = sorted_with_places(np.minimum(one, other) * np.int64(len(self.values)) + np.maximum(one, other))
        fresh = np.ones(len(keys), dtype=np.bool_)
        np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
        first, second = np.divmod(keys[fresh], len(self.values))
        left, right = self.values.take(first).tolist(), self.values.take(second).tolist()
        measured = cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float64)
        measured += cpdist(left, right, scorer=OSA.normalized_similarity, dtype=np.float64)
        alike = np.rint(ALIKE / 2 * measured).astype(np.int16)
        found[unlike.take(places)] = alike.take(np.cumsum(fresh) - 1)
        return found


def _texts(column: FeatureColumn, members: Codes, name: str) -> _Texts:
    _, fields, text = _TEXTS[name]
    codes, values = alternatives(column, fields, text, once=name in _HARDLY_TWICE)
    owner, held = np.repeat(np.arange(len(column)), column.sizes), codes[members]
    owner, held = owner[held >= 0], held[held >= 0]
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else owner
    place = np.arange(len(owner)) - np.repeat(starts, np.diff(np.r_[starts, len(owner)]))
    numbers = np.full((min(_ALTERNATIVES, int(place.max(initial=0)) + 1), len(column)), ABSENT, dtype=np.int32)
    few = place < _ALTERNATIVES
    numbers[place[few], owner[few]] = held[few]
    return _Texts(np.array(values, dtype=object), numbers)


class Likeness:
    """The texts of many records, ready to be compared."""

    def __init__(self, table: FeatureTable, names: Sequence[str] = LIKENESSES) -> None:
        self._codes = {group: column.codes for group, column in table.columns.items()}
        asked = {name: told for name, told in _TEXTS.items() if name in names and told[0] in table.columns}
        members = {group: ordered_members(table.columns[group]) for group in {told[0] for told in asked.values()}}
        self._texts = {name: _texts(table.columns[group], members[group], name) for name, (group, *_) in asked.items()}

    @property
    def names(self) -> Sequence[str]:
        """The texts that were asked for and that these records have."""
        return tuple(self._texts)

    def of(self, name: str, left: Ints, right: Ints) -> Thousandths:
        """How alike one text of pairs of records is, 0 to 1000, or ``ABSENT`` where one lacks it.

        The more pairs are asked for at once, the fewer texts are compared twice.
        """
        codes = self._codes[_TEXTS[name][0]]
        a, b = codes.take(left), codes.take(right)
        present = np.flatnonzero((a >= 0) & (b >= 0))
        column = np.full(len(left), ABSENT, dtype=np.int16)
        column[present] = self._texts[name].closest(a.take(present), b.take(present))
        return column
