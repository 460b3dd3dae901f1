"""Names of organisations compared: word by word, each word worth what it is rare."""

from functools import lru_cache

from merge.match.features import READ, Alternative, Feature
from merge.match.outcomes import Frequency, Level, Outcome
from merge.match.similarity import word_level
from merge.standardise.branches import branches_differ
from merge.standardise.companies import SMALL_WORDS, organization_words
from merge.standardise.text import has_han

# Of the worth of all words: this much shared makes a name NEAR, this much of the shorter one makes it LOOSE.
NEAR_SHARE = 850
LOOSE_SHARE = 700
SOLITARY = 3000
SAME_BRANCH = 3000
"""What a branch that both names tell is worth beside the name, which all branches bear."""
SAME_TOWN = 2500
"""What it is worth that two whole names in Chinese are registered in one town, where no second firm may bear them."""
_LEAST_BEGINNING = 3
_LEAST_LETTERS = 3
_FORM_INITIALS = frozenset("cghl")  # company or corporation, group, holding, limited
_SHORTENED_COST = 1000
# Every letter of an acronym is one of about a dozen usual initials.
_LETTER = 3500


def initials_share(a: str, b: str) -> float:
    """How much of the initials of the longer name the shorter one is: 1 for a whole acronym, 0 for none.

    An acronym may leave out small words (Institute of Marine Research: IMR), end in the letter of a form, and of a long
    name miss some letters.
    """
    short, long = sorted((a, b), key=lambda name: (len(name), name))
    words = long.split()
    if len(words) < 2 or len(short) < 2 or " " in short or not short.isascii() or short[0] != long[0]:
        return 0.0
    every = "".join(word[0] for word in words)
    told = "".join(word[0] for word in words if word not in SMALL_WORDS)
    # The core name has lost its "and" and its form; the acronym may have kept their letters: Schmidt und Huber, SUH.
    with_connector = len(words) == 2 and len(short) == 3 and short[0] + short[2] == every
    with_form = short[:-1] in {every, told} and short[-1] in _FORM_INITIALS
    if short in {every, told} or with_connector or with_form:
        return 1.0
    if len(short) < _LEAST_LETTERS or short[0] != told[:1] or len(short) > len(told):
        return 0.0
    rest = iter(told)
    return len(short) / len(told) if all(letter in rest for letter in short) else 0.0


def acronym(a: str, b: str) -> bool:
    """Whether one name is made of the first letters of the words of the other."""
    return initials_share(a, b) == 1


def _shortened(a: str, b: str) -> bool:
    """Whether one word is the beginning of the other: Eng, Engineering."""
    short, long = sorted((a, b), key=len)
    return _LEAST_BEGINNING <= len(short) <= len(long) - 3 and long.startswith(short) and short.isascii()


@lru_cache(maxsize=1 << 17)
def _stands_for(one: str, other: str) -> bool:
    """Whether a word may be a slip or a short form of another one: words of names are few, and meet again and again."""
    return word_level(one, other) >= Level.NEAR or _shortened(one, other)


def _matched(a: list[str], b: list[str], frequency: Frequency) -> tuple[int, int, int]:
    """Worth of the words of ``a`` that ``b`` has too (slips allowed), of all words of ``a``, and of all of ``b``."""
    worth = {word: frequency.bits("org.word", word) for word in {*a, *b}}
    left = list(b)
    shared = 0
    for word in sorted(a, key=lambda word: (-worth[word], word)):
        if word in left:
            left.remove(word)
            shared += worth[word]
            continue
        near = [other for other in left if _stands_for(word, other)]
        if near:
            other = min(near, key=lambda other: (worth[other], other))
            left.remove(other)
            cut_short = _shortened(word, other)
            worth_of_both = min(worth[word], worth[other]) if cut_short else frequency.slip("org.word", word, other)
            shared += max(0, worth_of_both - (_SHORTENED_COST if cut_short else 2000))
    return shared, sum(worth[word] for word in a), sum(worth[word] for word in b)


def names_outcome(a: str, b: str, slot: str, frequency: Frequency) -> tuple[Level, int]:
    """Level and worth of two core names."""
    words_a, words_b = list(organization_words(a)), list(organization_words(b))
    if a == b:
        # One word may be a common noun: what several words are worth together is not to be had.
        worth = sum(frequency.bits("org.word", word) + SOLITARY * (len(words_a) == 1) for word in words_a)
        return Level.EXACT, min(frequency.bits(slot, a), worth)
    han = has_han(a) and has_han(b)
    # In Chinese one other character is another company.
    whole = Level.DIFFERENT if han else word_level(a.replace(" ", ""), b.replace(" ", ""))
    bits = frequency.slip(slot, a, b)
    if len(words_a) == len(words_b) == 1:
        return whole, bits if whole >= Level.LOOSE else 0
    if acronym(a, b):
        return Level.LOOSE, min(bits, _LETTER * min(len(a), len(b)))
    if han and words_a[0] != words_b[0]:
        return Level.DIFFERENT, 0
    return _by_words(words_a, words_b, (whole, bits), frequency)


def _by_words(a: list[str], b: list[str], whole: tuple[Level, int], frequency: Frequency) -> tuple[Level, int]:
    """Level and worth by the words that two names share; ``whole`` is what they are alike as one run of letters."""
    one, worth_a, worth_b = _matched(a, b, frequency)
    other, _, _ = _matched(b, a, frequency)
    shared = min(one, other)
    level, bits = whole
    if level >= Level.NEAR or shared * 1000 >= NEAR_SHARE * max(worth_a, worth_b, 1):
        return Level.NEAR, max(shared, bits if level >= Level.NEAR else 0)
    if shared * 1000 >= LOOSE_SHARE * max(1, min(worth_a, worth_b)):
        return Level.LOOSE, shared
    return Level.DIFFERENT, 0


def _two_cities(a: Alternative, b: Alternative) -> bool:
    """Whether two Chinese names are registered in two cities (given by name, not by the code of an address)."""
    return a[1] != b[1] and all(has_han(city) for city in (a[1], b[1]))


def compare_organizations(slot: str, left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    """The outcome of the slot ``org`` or ``employer``, from the closest pair of alternatives."""

    def compare(a: Alternative, b: Alternative) -> tuple[Level, int]:
        # A branch is an organisation of its own.
        if branches_differ(a[2], b[2]) or a[1] == b[1] == READ:
            return Level.DIFFERENT, 0
        level, bits = names_outcome(a[0], b[0], slot, frequency)
        if a[2] != b[2]:
            level = min(level, Level.NEAR)
        elif a[2] and level >= Level.LOOSE:
            bits += SAME_BRANCH
        if level is Level.EXACT and a[1] == b[1] and has_han(a[1]):
            bits += SAME_TOWN
        return (Level.LOOSE, bits) if level > Level.LOOSE and _two_cities(a, b) else (level, bits)

    level, bits = max(compare(a, b) for a in left for b in right)
    return (Outcome(slot, level, bits),)
