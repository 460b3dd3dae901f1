"""Names of people compared: family and given name, swapped, initials, nicknames, pinyin against characters."""

from merge.match.features import Alternative, Feature
from merge.match.nicknames import same_by_nickname
from merge.match.outcomes import Frequency, Level, Outcome
from merge.match.similarity import tokens_level, word_level
from merge.standardise.names import latin_pinyin
from merge.standardise.surnames import PINYIN, ROMANISED, is_pinyin

INITIAL = 4500
# How far the levels lie apart when the best way to lay two names beside each other is chosen.
_RANK = {Level.EXACT: 6, Level.NEAR: 4, Level.LOOSE: 1, Level.DIFFERENT: -3, Level.MISSING: 0, Level.CONFLICT: -9}


def given_level(left: str, right: str) -> Level:
    """Two given names: the first words count, further ones confirm; initials and nicknames are LOOSE and NEAR."""
    if left == right:
        return Level.EXACT
    a, b = left.split(), right.split()
    if len(a[0]) == 1 or len(b[0]) == 1:
        return Level.LOOSE if a[0][0] == b[0][0] else Level.DIFFERENT
    if a[0] == b[0]:
        agree = len(a) == 1 or len(b) == 1 or a[1][0] == b[1][0]
        return Level.EXACT if agree else Level.NEAR
    return _other_given_level(a, b)


def _other_given_level(a: list[str], b: list[str]) -> Level:
    """The same where the first words are different."""
    level = max(word_level(a[0], b[0]), word_level("".join(a), "".join(b)))
    shorter, longer = sorted((a[0], b[0]), key=len)
    shortened = len(shorter) >= 3 and longer.startswith(shorter)
    if level >= Level.NEAR or shortened or same_by_nickname(a[0], b[0]):
        return Level.NEAR
    called_by_middle_name = a[0] in b or b[0] in a
    return max(level, Level.LOOSE) if called_by_middle_name else level


def chinese_given_level(left: Alternative, right: Alternative) -> Level:
    """Two given names in characters: one other character is another person, unless it sounds the same."""
    if left[1] == right[1]:
        return Level.EXACT
    if left[4] and left[4] == right[4]:
        return Level.NEAR
    return Level.DIFFERENT


def _pinyin_levels(han: Alternative, latin: Alternative) -> tuple[Level, Level] | None:
    """Family and given level of characters against Latin letters; None where the letters name somebody else."""
    tokens = [latin_pinyin(token) for token in f"{latin[1]} {latin[0]}".split()]
    family, given = han[3], han[4]
    whole = "".join(tokens)
    if whole in (family + given, given + family):
        return Level.NEAR, Level.NEAR
    spellings = ROMANISED.get(family, frozenset())
    for own, rest in ((tokens[0], tokens[1:]), (tokens[-1], tokens[:-1])):
        if not rest or not given or (own != family and own not in spellings):
            continue
        if "".join(rest) == given:
            return Level.NEAR, Level.NEAR
        # A given name that is no pinyin (David, Chün-mei) is another name beside the Chinese one, or spelt otherwise.
        return Level.NEAR, Level.DIFFERENT if all(map(is_pinyin, rest)) else Level.MISSING
    return None


def _pinyin_given_level(left: str, right: str) -> Level:
    """Pinyin has few syllables: two that are alike are two names more often than a slip."""
    level = given_level(left, right)
    if level in {Level.NEAR, Level.LOOSE}:
        return Level.LOOSE if level is Level.NEAR else Level.DIFFERENT
    return level


def name_rank(level: Level) -> int:
    """How much a level of one name counts when the best way to lay two names beside each other is chosen."""
    return _RANK[level]


def _both(straight: tuple[Level, Level]) -> int:
    return _RANK[straight[0]] + _RANK[straight[1]]


def _latin_levels(left: Alternative, right: Alternative) -> tuple[Level, Level, bool]:
    """Family level, given level, and whether they are swapped in one of the two."""
    if not left[0] or not right[0] or not left[1] or not right[1]:
        return _partial_levels(left, right)
    if left[0] == right[0] and left[0] in PINYIN and is_pinyin(left[1]) and is_pinyin(right[1]):
        return Level.EXACT, _pinyin_given_level(left[1], right[1]), False
    straight = (tokens_level(left[0], right[0]), given_level(left[1], right[1]))
    if straight[0] >= Level.NEAR and straight[1] >= Level.NEAR:
        return (*straight, False)
    swapped = (tokens_level(left[0], right[1]), tokens_level(left[1], right[0]))
    if min(swapped) >= Level.NEAR and _both(swapped) > _both(straight):
        return (*swapped, True)
    return (*straight, False)


def _partial_levels(left: Alternative, right: Alternative) -> tuple[Level, Level, bool]:
    """One side lacks family or given name: what it has may be either."""
    family = tokens_level(left[0], right[0]) if left[0] and right[0] else Level.MISSING
    given = given_level(left[1], right[1]) if left[1] and right[1] else Level.MISSING
    if max(family, given) >= Level.NEAR:
        return family, given, False
    crossed = Level.MISSING
    if left[0] and right[1]:
        crossed = max(crossed, tokens_level(left[0], right[1]))
    if left[1] and right[0]:
        crossed = max(crossed, tokens_level(left[1], right[0]))
    if crossed >= Level.NEAR and crossed > max(family, given):
        return crossed, Level.MISSING, True
    return family, given, False


def name_levels(left: Alternative, right: Alternative) -> tuple[Level, Level, bool]:
    """Family level, given level and whether they are swapped, for two alternatives in their order."""
    scripts = {left[2], right[2]}
    if scripts == {"han"}:
        if not left[0] or not right[0] or not left[1] or not right[1]:  # a name of a minority, or only a part
            whole = left[0] + left[1] == right[0] + right[1]
            if whole or (left[0] and right[0] and left[0] == right[0]):
                return Level.EXACT, Level.EXACT if whole else Level.MISSING, False
            return Level.MISSING, word_level(left[0] + left[1], right[0] + right[1]), False
        family = Level.EXACT if left[0] == right[0] else Level.NEAR if left[3] == right[3] else Level.DIFFERENT
        return family, chinese_given_level(left, right), False
    if scripts == {"han", "latin"}:
        han, latin = (left, right) if left[2] == "han" else (right, left)
        levels = _pinyin_levels(han, latin)
        return (*levels, False) if levels else (Level.DIFFERENT, Level.DIFFERENT, False)
    if len(scripts) > 1:  # no transliteration is sound enough to speak against a match
        return Level.MISSING, Level.MISSING, False
    return _latin_levels(left, right)


def _worth(slot: str, level: Level, left: str, right: str, frequency: Frequency) -> int:
    """What agreement of that level on two values of a slot is worth, in 1/1000 bit."""
    if level < Level.LOOSE or not left or not right:
        return 0
    if left == right:
        return frequency.bits(slot, left)
    heads = left.partition(" ")[0], right.partition(" ")[0]
    if slot == "given" and level is Level.LOOSE and heads[0][0] == heads[1][0] and 1 in map(len, heads):
        return INITIAL
    if heads[0] == heads[1]:
        return frequency.bits(slot, heads[0])
    whole = frequency.slip(slot, left, right)
    return whole if heads == (left, right) else min(whole, frequency.slip(slot, *heads))


def _crossed(level: Level, left: str, right: str, frequency: Frequency) -> int:
    """The same where one record's family name stands against the other's given name."""
    return min(_worth(slot, level, left, right, frequency) for slot in ("family", "given"))


def compare_names(left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    """Outcomes for the slots ``family`` and ``given`` (and ``swapped``), from the best pair of alternatives."""
    best: tuple[int, int, tuple[Outcome, ...]] | None = None
    for one in left:
        for other in right:
            # Which of two is laid beside the other must not depend on the order of the records.
            a, b = min(one, other), max(one, other)
            family, given, swapped = name_levels(a, b)
            if swapped:
                family_bits = _crossed(family, a[0], b[1], frequency) or _crossed(family, a[1], b[0], frequency)
                given_bits = _crossed(given, a[1], b[0], frequency)
            else:
                family_bits = _worth("family", family, a[0], b[0], frequency)
                given_bits = _worth("given", given, a[1], b[1], frequency)
            outcomes = [Outcome("family", family, family_bits), Outcome("given", given, given_bits)]
            if swapped:
                outcomes.append(Outcome("swapped", Level.EXACT))
            found = (_RANK[family] + _RANK[given], family_bits + given_bits, tuple(outcomes))
            if best is None or found > best:
                best = found
    return best[2] if best else ()
