"""How alike strings are, for many pairs at once: ``similarity`` and ``given_level`` over numbers of ``Texts``.

What cannot be alike is told from lengths and letters in numpy before any distance is computed: each character class
that only one of two words has is an edit, and a character that Jaro cannot match.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from merge.match.name_comparison import given_level
from merge.match.nicknames import NICKNAMES, OF_ONE_PERSON
from merge.match.outcomes import Level
from merge.match.remembered import Found
from merge.match.similarity import tokens_level
from merge.match.texts import TOKENS, Flags, Ints, Texts

_BEGINNING = 3
"""Characters that a short form has at least."""
_BEGUN = np.uint64((1 << 16 * _BEGINNING) - 1)
_SHORT = 1 << 14
"""Below this length products of lengths and letters fit into 32 bits."""

Levels = npt.NDArray[np.int8]
Numbers = npt.NDArray[Any]


def distances(texts: Texts, left: Numbers, right: Numbers, most: int | None = None) -> Ints:
    """Edits between values (OSA); ``most`` + 1 stands for more."""
    found = cpdist(
        texts.objects.take(left).tolist(), texts.objects.take(right).tolist(), scorer=OSA.distance, dtype=np.int32,
        score_cutoff=most,
    )  # fmt: skip
    return np.asarray(found, dtype=np.int64)


def similarities(texts: Texts, left: Numbers, right: Numbers) -> npt.NDArray[np.float64]:
    """Jaro-Winkler similarity of values."""
    return np.asarray(
        cpdist(
            texts.objects.take(left).tolist(),
            texts.objects.take(right).tolist(),
            scorer=JaroWinkler.similarity,
            dtype=np.float64,
        ),
        dtype=np.float64,
    )


def _apart(texts: Texts, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Lengths of both values, and how many characters at least only the one and only the other has."""
    kind = np.int32 if texts.longest < _SHORT else np.int64
    ours, theirs = texts.letters.take(left), texts.letters.take(right)
    both = ours & theirs
    only_left, only_right = np.bitwise_count(ours ^ both), np.bitwise_count(theirs ^ both)
    one, other = texts.lengths.take(left).astype(kind, copy=False), texts.lengths.take(right).astype(kind, copy=False)
    return one, other, only_left.astype(kind), only_right.astype(kind)


def _reach(texts: Texts, left: Numbers, right: Numbers, least: float) -> Flags:
    """Whether the Jaro-Winkler similarity of two values can reach ``least``: what a common beginning adds is known."""
    a, b, only_a, only_b = _apart(texts, left, right)
    differ = texts.heads.take(left) ^ texts.heads.take(right)
    # The bits below the lowest one that differs: 16 for each character that both begin with.
    begun = np.bitwise_count(~differ & (differ - np.uint64(1))) >> np.uint8(4)
    added = np.arange(5) / 10
    room = 3 - 3 * (least - added) / (1 - added) + 1e-9
    found: Flags = only_a / np.maximum(a, 1) + only_b / np.maximum(b, 1) <= room.take(begun)
    return found


def within_edits(texts: Texts, left: Numbers, right: Numbers, allowed: Numbers | int) -> Flags:
    """Whether so few edits can be enough at all; False is certain."""
    a, b, only_a, only_b = _apart(texts, left, right)
    return np.asarray(np.maximum(np.maximum(only_a, only_b), np.abs(a - b)) <= allowed)


def one_edit(texts: Texts, left: Numbers, right: Numbers) -> Flags:
    """Whether two values are one edit apart."""
    found: Flags = within_edits(texts, left, right, 1) & (left != right)
    rows = np.flatnonzero(found)
    found[rows] = distances(texts, left.take(rows), right.take(rows), 1) == 1
    return found


def closer_than(texts: Texts, left: Numbers, right: Numbers, least: float) -> Flags:
    """Whether the Jaro-Winkler similarity of two values reaches ``least``."""
    possible = _reach(texts, left, right, least)
    rows = np.flatnonzero(possible)
    possible[rows] = similarities(texts, left.take(rows), right.take(rows)) >= least
    return possible


def word_levels(texts: Texts, left: Numbers, right: Numbers) -> Levels:
    """``similarity.word_level`` for pairs of values."""
    level = np.full(len(left), Level.DIFFERENT, dtype=np.int8)
    level[left == right] = Level.EXACT
    rows = np.flatnonzero(left != right)
    x, y = left.take(rows), right.take(rows)
    a, b, only_a, only_b = _apart(texts, x, y)
    longest = np.maximum(a, b)
    allowed = np.where(longest >= 5, longest * 2 // 5, np.where(longest >= 3, 1, 0))
    by_edits = np.maximum(np.maximum(only_a, only_b), np.abs(a - b)) <= allowed
    # 0.84 with the most that a common beginning adds leaves at least 1.2 of two shares of matched characters.
    by_letters = (longest >= 5) & (a > 0) & (b > 0) & (10 * (only_a * b + only_b * a) <= 8 * a * b)
    likely = np.flatnonzero(by_edits | by_letters)
    x, y = x.take(likely), y.take(likely)
    low, high = np.minimum(x, y), np.maximum(x, y)

    def measure(some: Ints) -> Found:
        own = likely.take(some)
        flags = by_edits.take(own), by_letters.take(own)
        return _measured(texts, low.take(some), high.take(some), longest.take(own), *flags)

    level[rows.take(likely)] = texts.remembered.found(low, high, measure)
    return level


def _measured(
    texts: Texts, left: Numbers, right: Numbers, longest: Numbers, by_edits: Flags, by_letters: Flags
) -> Found:
    """The levels of different words that may be alike by their edits or by their letters."""
    near, loose = np.zeros((2, len(left)), dtype=np.bool_)
    chosen = np.flatnonzero(by_edits)
    edits, long = distances(texts, left.take(chosen), right.take(chosen)), longest.take(chosen)
    near[chosen] = (edits <= long // 5) | ((edits == 1) & (long >= 3))
    loose[chosen] = (long >= 5) & (edits * 5 <= long * 2)
    chosen = np.flatnonzero(by_letters & ~near)
    chosen = chosen[_reach(texts, left.take(chosen), right.take(chosen), 0.84)]
    similarity = similarities(texts, left.take(chosen), right.take(chosen))
    near[chosen] |= similarity >= 0.92
    loose[chosen] |= similarity >= 0.84
    return np.where(near, Level.NEAR, np.where(loose, Level.LOOSE, Level.DIFFERENT)).astype(np.uint8)


def tokens_levels(texts: Texts, left: Numbers, right: Numbers) -> Levels:
    """``similarity.tokens_level`` for pairs of values."""
    compact, codes = texts.compact
    level = word_levels(compact, codes.take(left), codes.take(right))
    tokens = texts.tokens
    rows = np.flatnonzero(level < Level.LOOSE)
    x, y = left.take(rows), right.take(rows)
    several = np.flatnonzero((tokens.counts.take(x) > 1) | (tokens.counts.take(y) > 1))
    rows, x, y = rows.take(several), x.take(several), y.take(several)
    a, b = tokens.distinct.take(x), tokens.distinct.take(y)
    shared, long = tokens.shared(x, y)
    loose = (shared > 0) & (2 * shared >= np.minimum(a, b)) & long
    near = (a > 1) & (b > 1) & (shared == a) & (shared == b)
    level[rows[loose]] = Level.LOOSE
    level[rows[near]] = Level.NEAR
    for position in np.flatnonzero(np.maximum(a, b) > TOKENS).tolist():
        level[rows[position]] = tokens_level(texts.values[x[position]], texts.values[y[position]])
    return level


def given_levels(texts: Texts, left: Numbers, right: Numbers) -> Levels:
    """``name_comparison.given_level`` for pairs of values, none of them empty."""
    tokens = texts.tokens
    level = np.full(len(left), Level.DIFFERENT, dtype=np.int8)
    heads_left, heads_right = tokens.heads.take(left), tokens.heads.take(right)
    equal, same_head = left == right, heads_left == heads_right
    lengths = tokens.texts.lengths
    initial = (lengths.take(heads_left) == 1) | (lengths.take(heads_right) == 1)
    rows = np.flatnonzero(initial)
    alike = tokens.initials.take(heads_left.take(rows)) == tokens.initials.take(heads_right.take(rows))
    level[rows[alike]] = Level.LOOSE
    rows = np.flatnonzero(same_head & ~initial & ~equal)
    x, y = left.take(rows), right.take(rows)
    lone = (tokens.counts.take(x) == 1) | (tokens.counts.take(y) == 1)
    level[rows] = np.where(lone | (tokens.second.take(x) == tokens.second.take(y)), Level.EXACT, Level.LOOSE)
    rows = np.flatnonzero(~same_head & ~initial & ~equal)
    level[rows] = _other_given_levels(texts, left.take(rows), right.take(rows))
    level[equal] = Level.EXACT
    many = tokens.distinct > TOKENS
    for position in np.flatnonzero(many.take(left) | many.take(right)).tolist() if many.any() else ():
        level[position] = given_level(texts.values[left[position]], texts.values[right[position]])
    return level


def _other_given_levels(texts: Texts, left: Numbers, right: Numbers) -> Levels:
    """The same where the first words are different and none is an initial."""
    tokens = texts.tokens
    words = tokens.texts
    a, b = tokens.heads.take(left), tokens.heads.take(right)
    level = word_levels(words, a, b)
    several = np.flatnonzero((tokens.counts.take(left) > 1) | (tokens.counts.take(right) > 1))
    compact, codes = texts.compact
    x, y = left.take(several), right.take(several)
    joined = word_levels(compact, codes.take(x), codes.take(y))
    level[several] = np.maximum(level[several], joined)
    middle = np.zeros(len(several), dtype=np.bool_)
    one, other = a.take(several), b.take(several)
    for place in range(TOKENS):
        middle |= (tokens.columns[place].take(y) == one) | (tokens.columns[place].take(x) == other)
    near = level >= Level.NEAR
    # A short form stands in every letter of the long one; a nickname must stand in the list.
    ours, theirs = words.letters.take(a), words.letters.take(b)
    begun = (words.heads.take(a) ^ words.heads.take(b)) & _BEGUN == 0
    rows = np.flatnonzero(~near & begun & ((ours & ~theirs == 0) | (theirs & ~ours == 0)))
    near[rows] = _short_forms(words, a.take(rows), b.take(rows))
    near |= of_one_person(tokens.nicknames.take(a), tokens.nicknames.take(b))
    called = several[middle]
    level[called] = np.maximum(level[called], Level.LOOSE)
    level[near] = Level.NEAR
    return level


def _short_forms(words: Texts, left: Numbers, right: Numbers) -> Flags:
    """Whether one word is the beginning of the other."""
    keys, inverse = np.unique(left.astype(np.int64) * len(words) + right, return_inverse=True)
    found = np.zeros(len(keys), dtype=np.bool_)
    for position, key in enumerate(keys.tolist()):
        shorter, longer = sorted((words.values[key // len(words)], words.values[key % len(words)]), key=len)
        found[position] = len(shorter) >= _BEGINNING and longer.startswith(shorter)
    result: Flags = found[inverse]
    return result


def name_numbers(values: Sequence[str]) -> npt.NDArray[np.int32]:
    """The number of each value among the given names that have other forms, -1 where it is none."""
    return np.fromiter((NICKNAMES.get(value, -1) for value in values), np.int32, len(values))


def of_one_person(left: Numbers, right: Numbers) -> Flags:
    """Whether two given names can be one person's, by their numbers among the names that have other forms (or -1)."""
    found = np.zeros(len(left), dtype=np.bool_)
    rows = np.flatnonzero((left >= 0) & (right >= 0))
    found[rows] = _forms_of_one_person()[left.take(rows), right.take(rows)]
    return found


@cache
def _forms_of_one_person() -> Flags:
    found = np.zeros((len(NICKNAMES), len(NICKNAMES)), dtype=np.bool_)
    for together in OF_ONE_PERSON:
        found[np.ix_(together, together)] = True
    return found
