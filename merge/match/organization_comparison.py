"""Names of organisations compared: word by word, each word worth what it is rare."""

from merge.match.features import Alternative, Feature
from merge.match.outcomes import Frequency, Level, Outcome
from merge.match.similarity import word_level

# Of the worth of all words: this much shared makes a name NEAR, this much of the shorter one makes it LOOSE.
_NEAR_SHARE = 850
_LOOSE_SHARE = 700
_SOLITARY = 3000


def acronym(a: str, b: str) -> bool:
    """Whether one name is made of the first letters of the words of the other."""
    short, long = sorted((a, b), key=lambda name: (len(name), name))
    words = long.split()
    return len(words) >= 2 and len(short) >= 2 and " " not in short and short == "".join(word[0] for word in words)


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
        near = [other for other in left if word_level(word, other) >= Level.NEAR]
        if near:
            other = min(near, key=lambda other: (worth[other], other))
            left.remove(other)
            shared += max(0, frequency.slip("org.word", word, other) - 2000)
    return shared, sum(worth[word] for word in a), sum(worth[word] for word in b)


def _names(a: str, b: str, slot: str, frequency: Frequency) -> tuple[Level, int]:
    if a == b:
        # One word may be a common noun: what several words are worth together is not to be had.
        words = sum(frequency.bits("org.word", word) + _SOLITARY * (" " not in a) for word in a.split())
        return Level.EXACT, min(frequency.bits(slot, a), words)
    whole = word_level(a.replace(" ", ""), b.replace(" ", ""))
    bits = frequency.slip(slot, a, b)
    if " " not in a and " " not in b:
        return whole, bits if whole >= Level.LOOSE else 0
    if acronym(a, b):
        return Level.LOOSE, bits
    one, worth_a, worth_b = _matched(a.split(), b.split(), frequency)
    other, _, _ = _matched(b.split(), a.split(), frequency)
    shared = min(one, other)
    if whole >= Level.NEAR or shared * 1000 >= _NEAR_SHARE * max(worth_a, worth_b, 1):
        return Level.NEAR, max(shared, bits if whole >= Level.NEAR else 0)
    if shared * 1000 >= _LOOSE_SHARE * max(1, min(worth_a, worth_b)):
        return Level.LOOSE, shared
    return Level.DIFFERENT, 0


def compare_organizations(slot: str, left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    """The outcome of the slot ``org`` or ``employer``, from the closest pair of alternatives."""

    def compare(a: Alternative, b: Alternative) -> tuple[Level, int]:
        # A branch is an organisation of its own.
        return (Level.DIFFERENT, 0) if a[2] != b[2] else _names(a[0], b[0], slot, frequency)

    level, bits = max(compare(a, b) for a in left for b in right)
    return (Outcome(slot, level, bits),)
