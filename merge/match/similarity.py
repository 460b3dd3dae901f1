"""How alike two words are, on Unicode characters (never on bytes: 王伟 and 王玮 differ in one place, not three)."""

from rapidfuzz.distance import OSA, JaroWinkler

from merge.match.nicknames import same_by_nickname
from merge.match.outcomes import Level

_LONG = 5
_CLOSE, _ALIKE = 0.92, 0.84


def edits(left: str, right: str) -> int:
    """Insertions, deletions, substitutions and transpositions of neighbours between two words."""
    return OSA.distance(left, right)


def closeness(left: str, right: str) -> float:
    """Jaro-Winkler similarity, 0 to 1."""
    return JaroWinkler.similarity(left, right)


def word_level(left: str, right: str) -> Level:
    """EXACT, NEAR (a slip of the pen), LOOSE (several slips) or DIFFERENT, for one word or words run together."""
    if left == right:
        return Level.EXACT
    longest = max(len(left), len(right))
    distance = OSA.distance(left, right, score_cutoff=longest // 2)
    if distance <= longest // 5 or (distance == 1 and longest >= 3):
        return Level.NEAR
    if longest < _LONG:
        return Level.DIFFERENT
    similarity = JaroWinkler.similarity(left, right, score_cutoff=_ALIKE)
    if similarity >= _CLOSE:
        return Level.NEAR
    return Level.LOOSE if similarity >= _ALIKE or distance * 5 <= longest * 2 else Level.DIFFERENT


def tokens_level(left: str, right: str) -> Level:
    """The same for several words: spaces count for nothing, and shared words make the whole LOOSE."""
    several, others = " " in left, " " in right
    level = word_level(left.replace(" ", "") if several else left, right.replace(" ", "") if others else right)
    # A single word that is shared with nothing beside it would have been equal.
    if level >= Level.LOOSE or not (several or others):
        return level
    a, b = set(left.split()), set(right.split())
    if len(a) > 1 and len(b) > 1 and a == b:
        return Level.NEAR
    shared = a & b
    if shared and 2 * len(shared) >= min(len(a), len(b)) and max(map(len, shared)) > 1:
        return Level.LOOSE
    return Level.DIFFERENT


_FEW_WORDS = 3


def figures_of(text: str) -> str:
    """The figures of a text, in their order."""
    return "".join(character for character in text if character.isdigit())


def mostly_figures(text: str) -> bool:
    """Whether a text is a code, a date or a number rather than words: few words, or more figures than letters."""
    figures = len(figures_of(text))
    return len(text.split()) <= _FEW_WORDS or 2 * figures >= len(text.replace(" ", ""))


def words_level(left: str, right: str) -> Level:
    """``tokens_level`` of free words: with other figures in it a code is another code, and a sentence LOOSE at most.

    Two forms of one given name are NEAR: a father is Josephus here and Józef there.
    """
    if left != right and same_by_nickname(left, right):
        return Level.NEAR
    level = tokens_level(left, right)
    if level in {Level.NEAR, Level.LOOSE}:
        ours, theirs = figures_of(left), figures_of(right)
        if ours and theirs and ours != theirs:
            return Level.DIFFERENT if mostly_figures(left) or mostly_figures(right) else Level.LOOSE
    return level
