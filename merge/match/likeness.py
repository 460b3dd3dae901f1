"""How alike the texts of two records are, in thousandths: a finer measure than levels, for the learned model.

Each distinct pair of values is compared once for a batch of pairs, on characters (rapidfuzz).
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from merge.match.features import Alternative, Feature
from merge.match.table import FeatureTable
from merge.match.texts import Ints

ABSENT = -1
_ALTERNATIVES = 3


def _name(value: Alternative) -> str:
    return " ".join(sorted(f"{value[0]} {value[1]}".split()))


_TEXTS: Mapping[str, tuple[str, Callable[[Alternative], str]]] = {
    "family": ("name", lambda value: value[0]),
    "given": ("name", lambda value: value[1].partition(" ")[0]),
    "name": ("name", _name),
    "birth": ("birth", "".join),
    "email": ("email", lambda value: value[0]),
    "local": ("email", lambda value: value[1]),
    "street": ("street", lambda value: f"{value[1]} {value[0] or value[2]}".strip()),
    "locality": ("locality", lambda value: value[0]),
    "org": ("org", lambda value: value[0]),
}
LIKENESSES = tuple(_TEXTS)
"""The texts that are measured. Not numbers that somebody gave out: neighbours in a row are alike and strangers."""


def feature_codes(table: FeatureTable, group: str) -> tuple[Ints, list[Feature]]:
    """A number for each distinct feature of a group (-1 where a record has none), and the features by number."""
    column = table.columns.get(group)
    if column is None:
        return np.full(len(table), -1, dtype=np.int64), []
    held, codes = np.unique(column.codes, return_inverse=True)
    missing = int(len(held) > 0 and held[0] < 0)
    return codes.astype(np.int64) - missing, [column.feature(int(number)) for number in held[missing:].tolist()]


class _Texts:
    """The texts of one kind: for each distinct feature up to three."""

    def __init__(self, known: Sequence[Feature], text: Callable[[Alternative], str]) -> None:
        held = [[found for value in feature if (found := text(value))][:_ALTERNATIVES] for feature in known]
        self.count = len(held)
        self._sizes = np.array([len(one) for one in held], dtype=np.int64)
        most = int(self._sizes.max()) if held else 0
        self._at = [
            np.array([one[place] if place < len(one) else "" for one in held], dtype=object) for place in range(most)
        ]

    def closest(self, first: Ints, second: Ints) -> Ints:
        """Thousandths by which the closest texts of two features are alike: the mean of two measures."""
        best = np.full(len(first), ABSENT, dtype=np.int64)
        for i, ours in enumerate(self._at):
            for j, theirs in enumerate(self._at):
                rows = np.flatnonzero((self._sizes[first] > i) & (self._sizes[second] > j))
                if len(rows):
                    found = _alike(ours[first[rows]], theirs[second[rows]])
                    best[rows] = np.maximum(best[rows], found)
        return best


def _alike(left: npt.NDArray[np.object_], right: npt.NDArray[np.object_]) -> Ints:
    winkler = cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float64)
    edits = cpdist(left, right, scorer=OSA.normalized_similarity, dtype=np.float64)
    found: Ints = np.rint(500 * (winkler + edits)).astype(np.int64)
    return found


class Likeness:
    """The texts of many records, ready to be compared."""

    def __init__(self, table: FeatureTable) -> None:
        self._codes: dict[str, Ints] = {}
        self._texts: dict[str, _Texts] = {}
        coded = {group: feature_codes(table, group) for group in sorted({group for group, _ in _TEXTS.values()})}
        for name, (group, text) in _TEXTS.items():
            codes, known = coded[group]
            if known:
                self._codes[name], self._texts[name] = codes, _Texts(known, text)

    def of(self, left: Ints, right: Ints) -> dict[str, Ints]:
        """For each text and pair of records how alike they are, 0 to 1000, or ``ABSENT`` where one lacks it."""
        found: dict[str, Ints] = {}
        for name, texts in self._texts.items():
            a, b = self._codes[name][left], self._codes[name][right]
            present = np.flatnonzero((a >= 0) & (b >= 0))
            keys = np.minimum(a, b)[present] * np.int64(texts.count) + np.maximum(a, b)[present]
            distinct, inverse = np.unique(keys, return_inverse=True)
            column = np.full(len(left), ABSENT, dtype=np.int64)
            column[present] = texts.closest(distinct // texts.count, distinct % texts.count)[inverse]
            found[name] = column
        return found
