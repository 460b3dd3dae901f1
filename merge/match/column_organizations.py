"""``organization_comparison.compare_organizations`` over columns of numbers.

Names that share no word, have no words alike and are alike as a whole in nothing are told apart as numbers; what is
left goes to the one-record door, each distinct pair of core names once.
"""

import numpy as np

from merge.match.code_frequency import GroupTexts, bits_of
from merge.match.features import READ
from merge.match.organization_comparison import LOOSE_SHARE, NEAR_SHARE, SAME_BRANCH, SAME_TOWN, SOLITARY, names_outcome
from merge.match.outcomes import Frequency, Level
from merge.match.text_levels import Levels, Numbers
from merge.match.texts import TOKENS, Flags, Ints, Texts, Tokens
from merge.standardise.branches import LOOSE_MARK
from merge.standardise.companies import organization_words
from merge.standardise.text import has_han

_DIFFERENT, _BY_WORDS, _ASK = 1, 2, 3


def _long_alike(words: Texts, initials: Numbers, x: Numbers, y: Numbers) -> Flags:
    """Whether two words can be NEAR or one the beginning of the other: by their letters alone."""
    ours, theirs = words.letters[x], words.letters[y]
    a, b = words.lengths[x].astype(np.int64), words.lengths[y].astype(np.int64)
    only_a, only_b = (np.bitwise_count(one).astype(np.int64) for one in (ours & ~theirs, theirs & ~ours))
    longest, apart = np.maximum(a, b), np.abs(a - b)
    edits = np.maximum(np.maximum(only_a, only_b), apart) <= np.maximum(longest // 5, 1)
    jaro = (longest >= 5) & (10 * (only_a * b + only_b * a) <= 4 * a * b)
    begins = (apart >= 3) & (np.where(a < b, only_a, only_b) == 0) & (initials[x] == initials[y])
    found: Flags = edits | jaro | begins
    return found


class Organizations:
    """Compares alternatives of the groups ``org`` and ``employer``."""

    def __init__(self, group: GroupTexts) -> None:
        self._slot = group.group
        self._cores, self._codes = group.texts[group.group], group.codes[group.group]
        city, branch = group.column.fields[1], group.column.fields[2]
        self._branch = branch.codes
        # What is silent of its branch is no other place than one that may be left away.
        silent = np.array([not value for value in branch.values], dtype=np.bool_)
        noted = np.array([value.startswith(LOOSE_MARK) for value in branch.values], dtype=np.bool_)
        self._silent, self._noted = silent[branch.codes], noted[branch.codes]
        self._city = city.codes
        self._read = np.array([value == READ for value in city.values], dtype=np.bool_)[city.codes]
        self._named_city = np.array([has_han(value) for value in city.values], dtype=np.bool_)[city.codes]
        split = [" ".join(organization_words(value)) for value in self._cores.values]
        self._words = Tokens(split)
        found = [organization_words(value) for value in self._cores.values]
        self._word_rows = np.repeat(np.arange(len(found)), np.fromiter(map(len, found), np.int64, len(found)))
        self._word_codes = self._words.texts.lookup(word for own in found for word in own)
        self._uneven = (self._words.counts > TOKENS) | (self._words.counts != self._words.distinct)
        compact, _ = self._cores.compact
        self._first_letters = np.array([ord(value[0]) if value else 0 for value in compact.values], dtype=np.int32)
        self._han = np.array([has_han(value) for value in self._cores.values], dtype=np.bool_)

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How two names are to be compared: not at all, by the words that both hold, or by the one-record door."""
        x, y = self._codes[left], self._codes[right]
        found = np.full(len(x), _BY_WORDS, dtype=np.int8)
        rows = np.flatnonzero(x != y)
        found[rows] = self._unequal(x[rows], y[rows])
        half = (self._silent[left] & self._noted[right]) | (self._noted[left] & self._silent[right])
        found[(self._branch[left] != self._branch[right]) & ~half] = _DIFFERENT
        found[self._read[left] & self._read[right]] = _DIFFERENT
        return found

    def _unequal(self, x: Numbers, y: Numbers) -> Levels:
        words = self._words
        alone = (words.counts[x] == 1) & (words.counts[y] == 1)
        one = (words.counts[x] == 1) | (words.counts[y] == 1)
        han = self._han[x] & self._han[y]
        ask = self._uneven[x] | self._uneven[y]
        compact, codes = self._cores.compact
        a, b = codes[x], codes[y]
        ask |= ~han & _long_alike(compact, self._first_letters, a, b)
        # An acronym begins as the first word does; one word as a whole may be LOOSE.
        ask |= one & (words.initials[words.heads[x]] == words.initials[words.heads[y]])
        ask |= alone & self._loose(x, y)
        rest = np.flatnonzero(~ask)
        ask[rest] = self._words_alike(x[rest], y[rest])
        shared, _ = words.shared(x, y)
        apart = (shared == 0) | (han & (words.heads[x] != words.heads[y]))
        return np.where(ask, _ASK, np.where(apart, _DIFFERENT, _BY_WORDS)).astype(np.int8)

    def _loose(self, x: Numbers, y: Numbers) -> Flags:
        compact, codes = self._cores.compact
        a, b = compact.lengths[codes[x]].astype(np.int64), compact.lengths[codes[y]].astype(np.int64)
        ours, theirs = compact.letters[codes[x]], compact.letters[codes[y]]
        only_a, only_b = (np.bitwise_count(one).astype(np.int64) for one in (ours & ~theirs, theirs & ~ours))
        edits = 5 * np.maximum(np.maximum(only_a, only_b), np.abs(a - b)) <= 2 * np.maximum(a, b)
        found: Flags = edits | (10 * (only_a * b + only_b * a) <= 8 * a * b)
        return found

    def _words_alike(self, x: Numbers, y: Numbers) -> Flags:
        """Whether a word that only one name has can stand for one of the other."""
        words = self._words
        found = np.zeros(len(x), dtype=np.bool_)
        ours, theirs = words.matrix[x], words.matrix[y]
        equal = (ours[:, :, None] == theirs[:, None, :]) & (ours >= 0)[:, :, None]
        lone_ours, lone_theirs = ~equal.any(axis=2), ~equal.any(axis=1)
        for position in range(TOKENS):
            for other in range(TOKENS):
                both = (ours[:, position] >= 0) & (theirs[:, other] >= 0) & ~found
                rows = np.flatnonzero(both & (lone_ours[:, position] | lone_theirs[:, other]))
                a, b = ours[rows, position], theirs[rows, other]
                found[rows] = _long_alike(words.texts, words.initials, a, b)
        return found

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        level, bits = np.full(len(left), Level.DIFFERENT, np.int8), np.zeros(len(left), np.int64)
        rows = np.flatnonzero(levels == _BY_WORDS)
        level[rows], bits[rows] = self._by_words(self._codes[left[rows]], self._codes[right[rows]], frequency)
        rows = np.flatnonzero(levels == _ASK)
        x, y = self._codes[left[rows]].astype(np.int64), self._codes[right[rows]].astype(np.int64)
        count = np.int64(len(self._cores))
        keys, inverse = np.unique(np.minimum(x, y) * count + np.maximum(x, y), return_inverse=True)
        values = self._cores.values
        found = [
            names_outcome(values[key // count], values[key % count], self._slot, frequency) for key in keys.tolist()
        ]
        known = np.array(found, dtype=np.int64).reshape(-1, 2)[inverse]
        level[rows], bits[rows] = known[:, 0], known[:, 1]
        same_branch = (self._branch[left] == self._branch[right]) & ~self._silent[left] & (level >= Level.LOOSE)
        bits[same_branch] += SAME_BRANCH
        one_town = (self._city[left] == self._city[right]) & self._named_city[left] & (level == Level.EXACT)
        one_town &= self._branch[left] == self._branch[right]
        bits[one_town] += SAME_TOWN
        two_cities = (self._city[left] != self._city[right]) & self._named_city[left] & self._named_city[right]
        level[(self._branch[left] != self._branch[right]) & (level > Level.NEAR)] = Level.NEAR
        level[two_cities & (level > Level.LOOSE)] = Level.LOOSE
        return level, bits

    def _by_words(self, x: Numbers, y: Numbers, frequency: Frequency) -> tuple[Levels, Ints]:
        """Equal names, and names that share words and have none that is only alike."""
        words = np.append(bits_of(frequency, "org.word", self._words.texts), 0)
        whole = np.bincount(self._word_rows, weights=words[self._word_codes], minlength=len(self._cores)).astype(
            np.int64
        )
        ours, theirs = self._words.matrix[x], self._words.matrix[y]
        equal = ((ours[:, :, None] == theirs[:, None, :]) & (ours >= 0)[:, :, None]).any(axis=2)
        shared = np.where(equal, words[ours], 0).sum(axis=1)
        most, least = np.maximum(whole[x], whole[y]), np.minimum(whole[x], whole[y])
        near = shared * 1000 >= NEAR_SHARE * np.maximum(most, 1)
        loose = shared * 1000 >= LOOSE_SHARE * np.maximum(least, 1)
        level = np.where(near, Level.NEAR, np.where(loose, Level.LOOSE, Level.DIFFERENT))
        same = x == y
        own = bits_of(frequency, self._slot, self._cores)[x]
        solitary = whole[x] + SOLITARY * (self._words.counts[x] == 1)
        bits = np.where(same, np.minimum(own, solitary), np.where(near | loose, shared, 0))
        return np.where(same, Level.EXACT, level).astype(np.int8), bits
