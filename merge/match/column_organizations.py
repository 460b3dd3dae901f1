"""``organization_comparison.compare_organizations`` over columns of numbers.

Names that share no word, have no words alike and are alike as a whole in nothing are told apart as numbers; what is
left goes to the one-record door, each distinct pair of core names once.
"""

import numpy as np

from merge.match.code_frequency import GroupTexts
from merge.match.organization_comparison import names_outcome
from merge.match.outcomes import Frequency, Level
from merge.match.text_levels import Levels, Numbers
from merge.match.texts import TOKENS, Flags, Ints, Texts, Tokens
from merge.standardise.companies import organization_words
from merge.standardise.text import has_han

_DIFFERENT, _ASK = 1, 2


def _long_alike(words: Texts, x: Numbers, y: Numbers) -> Flags:
    """Whether two words can be NEAR or one the beginning of the other: by their letters alone."""
    ours, theirs = words.letters[x], words.letters[y]
    a, b = words.lengths[x].astype(np.int64), words.lengths[y].astype(np.int64)
    only_a, only_b = (np.bitwise_count(one).astype(np.int64) for one in (ours & ~theirs, theirs & ~ours))
    longest = np.maximum(a, b)
    edits = np.maximum(np.maximum(only_a, only_b), np.abs(a - b)) <= np.maximum(longest // 5, 1)
    jaro = (longest >= 5) & (10 * (only_a * b + only_b * a) <= 4 * a * b)
    begins = ((only_a == 0) & (a < b)) | ((only_b == 0) & (b < a))
    found: Flags = edits | jaro | begins
    return found


class Organizations:
    """Compares alternatives of the groups ``org`` and ``employer``."""

    def __init__(self, group: GroupTexts) -> None:
        self._slot = group.group
        self._cores, self._codes = group.texts[group.group], group.codes[group.group]
        city, self._branch = group.column.fields[1], group.column.fields[2].codes
        self._city = city.codes
        self._named_city = np.array([has_han(value) for value in city.values], dtype=np.bool_)[city.codes]
        split = [" ".join(organization_words(value)) for value in self._cores.values]
        self._words = Tokens(split)
        self._han = np.array([has_han(value) for value in self._cores.values], dtype=np.bool_)

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """1 where two names are different whatever their words are worth, 2 where that must be asked."""
        x, y = self._codes[left], self._codes[right]
        found = np.full(len(x), _ASK, dtype=np.int8)
        rows = np.flatnonzero(x != y)
        x, y = x[rows], y[rows]
        long = np.maximum(self._words.distinct[x], self._words.distinct[y]) > TOKENS
        shared, _ = self._words.shared(x, y)
        ask = long | (shared > 0)
        compact, codes = self._cores.compact
        ask |= ~(self._han[x] & self._han[y]) & _long_alike(compact, codes[x], codes[y])
        one = (self._words.counts[x] == 1) | (self._words.counts[y] == 1)
        # An acronym begins as the first word does.
        heads = self._words.heads
        ask |= one & (self._words.initials[heads[x]] == self._words.initials[heads[y]])
        # One word as a whole may be LOOSE, which the letters of _long_alike do not rule out.
        ask |= (self._words.counts[x] == 1) & (self._words.counts[y] == 1) & self._loose(x, y)
        rest = np.flatnonzero(~ask)
        ask[rest] = self._words_alike(x[rest], y[rest])
        found[rows[~ask]] = _DIFFERENT
        found[self._branch[left] != self._branch[right]] = _DIFFERENT
        return found

    def _loose(self, x: Numbers, y: Numbers) -> Flags:
        compact, codes = self._cores.compact
        a, b = compact.lengths[codes[x]].astype(np.int64), compact.lengths[codes[y]].astype(np.int64)
        ours, theirs = compact.letters[codes[x]], compact.letters[codes[y]]
        only_a, only_b = (np.bitwise_count(one).astype(np.int64) for one in (ours & ~theirs, theirs & ~ours))
        edits = 5 * np.maximum(np.maximum(only_a, only_b), np.abs(a - b)) <= 2 * np.maximum(a, b)
        found: Flags = edits | (10 * (only_a * b + only_b * a) <= 8 * a * b)
        return found

    def _words_alike(self, x: Numbers, y: Numbers) -> Flags:
        found = np.zeros(len(x), dtype=np.bool_)
        ours, theirs = self._words.matrix[x], self._words.matrix[y]
        for position in range(TOKENS):
            for other in range(TOKENS):
                rows = np.flatnonzero((ours[:, position] >= 0) & (theirs[:, other] >= 0) & ~found)
                alike = _long_alike(self._words.texts, ours[rows, position], theirs[rows, other])
                found[rows] = alike
        return found

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        level, bits = np.full(len(left), Level.DIFFERENT, np.int8), np.zeros(len(left), np.int64)
        rows = np.flatnonzero(levels == _ASK)
        x, y = self._codes[left[rows]].astype(np.int64), self._codes[right[rows]].astype(np.int64)
        count = np.int64(len(self._cores))
        keys, inverse = np.unique(np.minimum(x, y) * count + np.maximum(x, y), return_inverse=True)
        values = self._cores.values
        found = [names_outcome(values[key // count], values[key % count], self._slot, frequency) for key in keys.tolist()]
        known = np.array(found, dtype=np.int64).reshape(-1, 2)[inverse]
        level[rows], bits[rows] = known[:, 0], known[:, 1]
        two_cities = (self._city[left] != self._city[right]) & self._named_city[left] & self._named_city[right]
        level[two_cities & (level > Level.LOOSE)] = Level.LOOSE
        return level, bits
