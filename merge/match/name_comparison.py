"""Names of people compared: family and given name, swapped, initials, nicknames, pinyin against characters."""

from enum import IntEnum

from merge.match.features import Alternative, Feature
from merge.match.nicknames import FORM_COST, same_by_nickname
from merge.match.outcomes import Frequency, Level, Outcome
from merge.match.similarity import tokens_level, word_level
from merge.standardise.names import latin_pinyin
from merge.standardise.surnames import PINYIN, ROMANISED, is_pinyin

INITIAL = 4500
GENERATIONS = frozenset("12345")
"""What tells a father from a son, in fields that hold pinyin for Chinese names."""
Laid = tuple[Level, Level, "Way"]
"""Family level, given level, and how the two names lie beside each other for that."""


class Way(IntEnum):
    """How two names are laid beside each other.

    ``SURNAME_FIRST`` is of the smaller, the larger or of both names; ``SAME_WORDS`` are three and more words of which
    nobody knows which are the family name: García López María, María García López.
    """

    STRAIGHT = 0
    SWAPPED = 1
    SURNAME_FIRST = 2
    OTHER_SURNAME_FIRST = 3
    BOTH_SURNAME_FIRST = 4
    SAME_WORDS = 5


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
        return Level.EXACT if agree else Level.LOOSE
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
        # Beside the Chinese name may stand one that its bearer chose: Alex Guo Shaofeng.
        if given in ("".join(rest), "".join(filter(is_pinyin, rest))):
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


def _latin_levels(left: Alternative, right: Alternative) -> Laid:
    """The levels of the best way to lay two names in Latin letters beside each other."""
    if not left[0] or not right[0] or not left[1] or not right[1]:
        return _partial_levels(left, right)
    if left[0] == right[0] and left[0] in PINYIN and is_pinyin(left[1]) and is_pinyin(right[1]):
        return Level.EXACT, _pinyin_given_level(left[1], right[1]), Way.STRAIGHT
    straight = (tokens_level(left[0], right[0]), given_level(left[1], right[1]))
    if straight[0] >= Level.NEAR and straight[1] >= Level.NEAR:
        return (*straight, Way.STRAIGHT)
    family = tokens_level(left[0], right[1])
    if family >= Level.NEAR:
        swapped = (family, tokens_level(left[1], right[0]))
        if swapped[1] >= Level.NEAR and _both(swapped) > _both(straight):
            return (*swapped, Way.SWAPPED)
    if _same_words(left, right):
        return Level.EXACT, Level.EXACT, Way.SAME_WORDS
    return _surname_first_levels(left, right) or (*straight, Way.STRAIGHT)


def _same_words(left: Alternative, right: Alternative) -> bool:
    """Whether two names are of the same words in another order; pinyin has too few syllables to tell."""
    if " " not in left[0] and " " not in left[1]:
        return False  # two words, as of most names
    ours, theirs = f"{left[0]} {left[1]}".split(), f"{right[0]} {right[1]}".split()
    other = left[0] != right[0] and sorted(ours) == sorted(theirs)
    return other and len(ours) > len(("family", "given")) and not all(map(is_pinyin, ours))


def _surname_first(name: Alternative) -> tuple[str, str]:
    """Family and given names of a name of which the first word is the family name: Lacombe Gérard Eugène."""
    first, _, rest = name[1].partition(" ")
    return first, f"{rest} {name[0]}".strip()


def _laid(left: Alternative, right: Alternative, way: Way) -> tuple[tuple[str, str], tuple[str, str]]:
    """Family and given names of both as they lie beside each other."""
    if way is Way.SAME_WORDS:
        return (left[0], left[1]), (left[0], left[1])
    return (
        _surname_first(left) if way in {Way.SURNAME_FIRST, Way.BOTH_SURNAME_FIRST} else (left[0], left[1]),
        _surname_first(right) if way in {Way.OTHER_SURNAME_FIRST, Way.BOTH_SURNAME_FIRST} else (right[0], right[1]),
    )


def _surname_first_levels(left: Alternative, right: Alternative) -> Laid | None:
    """The levels where a name begins with the family name and one has a middle name; None where they are not alike."""
    several = (" " in left[1]) + (" " in right[1])
    if not several:
        return None
    found: Laid | None = None
    ours, theirs = left[1].partition(" ")[0], right[1].partition(" ")[0]
    for way, family_left, family_right in (
        (Way.SURNAME_FIRST, ours, right[0]),
        (Way.OTHER_SURNAME_FIRST, left[0], theirs),
        (Way.BOTH_SURNAME_FIRST, ours, theirs),
    ):
        # Mary Ann Smith and Mary Ann Stone are two people.
        if way is Way.BOTH_SURNAME_FIRST and several > 1:
            continue
        family = tokens_level(family_left, family_right)
        if family < Level.NEAR:
            continue
        one, other = _laid(left, right, way)
        if way is Way.BOTH_SURNAME_FIRST and not _given_names_meet(one[1], other[1]):
            continue
        given = given_level(one[1], other[1])
        if given >= Level.NEAR and (found is None or _both((family, given)) > _both(found[:2])):
            found = family, given, way
    # Pinyin has few syllables: words of it that are alike in another order are two names.
    spoken = found and all(is_pinyin(name.replace(" ", "")) for name in (*left[:2], *right[:2]))
    return None if spoken else found


def _given_names_meet(left: str, right: str) -> bool:
    return word_level(left.partition(" ")[0], right.partition(" ")[0]) >= Level.NEAR


def _partial_levels(left: Alternative, right: Alternative) -> Laid:
    """One side lacks family or given name: what it has may be either."""
    family = tokens_level(left[0], right[0]) if left[0] and right[0] else Level.MISSING
    given = given_level(left[1], right[1]) if left[1] and right[1] else Level.MISSING
    if max(family, given) >= Level.NEAR:
        return family, given, Way.STRAIGHT
    crossed = Level.MISSING
    if left[0] and right[1]:
        crossed = max(crossed, tokens_level(left[0], right[1]))
    if left[1] and right[0]:
        crossed = max(crossed, tokens_level(left[1], right[0]))
    if crossed >= Level.NEAR and crossed > max(family, given):
        return crossed, Level.MISSING, Way.SWAPPED
    return family, given, Way.STRAIGHT


def _chinese_levels(left: Alternative, right: Alternative) -> tuple[Level, Level]:
    family = Level.EXACT if left[0] == right[0] else Level.NEAR if left[3] == right[3] else Level.DIFFERENT
    if all((left[0], right[0], left[1], right[1])):
        return family, chinese_given_level(left, right)
    # A name of a minority, or only a part: 王先生 may be 王静, and is no 李静.
    one, other = left[0] + left[1], right[0] + right[1]
    if one == other:
        return Level.EXACT, Level.EXACT
    if left[0] and right[0]:
        return family, Level.MISSING
    return Level.MISSING, _part_told(left, right)


def _part_told(left: Alternative, right: Alternative) -> Level:
    """The level of given names of which one or both stand without a family name: 敏 may be 卫敏, and is no 静."""
    if not (left[1] and right[1]):  # a family name alone beside a given name alone
        return Level.MISSING
    short, long = sorted((left[1], right[1]), key=len)
    if long == short:
        return Level.EXACT
    if short in long and (left[0] or right[0]):
        return Level.LOOSE
    return word_level(left[0] + left[1], right[0] + right[1])


def name_levels(left: Alternative, right: Alternative) -> Laid:
    """The levels of two alternatives in their order, and how they lie beside each other."""
    scripts = {left[2], right[2]}
    if scripts == {"han"}:
        return (*_chinese_levels(left, right), Way.STRAIGHT)
    if scripts == {"han", "latin"}:
        han, latin = (left, right) if left[2] == "han" else (right, left)
        levels = _pinyin_levels(han, latin)
        return (*levels, Way.STRAIGHT) if levels else (Level.DIFFERENT, Level.DIFFERENT, Way.STRAIGHT)
    if len(scripts) > 1:  # no transliteration is sound enough to speak against a match
        return Level.MISSING, Level.MISSING, Way.STRAIGHT
    family, given, way = _latin_levels(left, right)
    if (left[3] or left[4]) and other_generation(left, right):
        given = Level.DIFFERENT
    return family, given, way


def _generation(latin: Alternative) -> str:
    if latin[2] != "latin":
        return ""
    # A Latin name with Chinese characters in it holds their pinyin there.
    return next((told[:1] for told in latin[3:5] if told[:1] in GENERATIONS), "")


def other_generation(left: Alternative, right: Alternative) -> bool:
    """Whether two names in Latin letters are a father's and a son's: Smith Jr is not Smith Sr."""
    ours, theirs = _generation(left), _generation(right)
    return bool(ours and theirs) and ours != theirs


def form_worth(slot: str, left: str, right: str, frequency: Frequency) -> int:
    """What it is worth, in 1/1000 bit, that two records hold two forms of one given name (see ``nicknames``)."""
    least = min(frequency.bits(slot, left), frequency.bits(slot, right))
    return max(frequency.slip(slot, left, right), least - FORM_COST)


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
    if slot == "given" and same_by_nickname(*heads):  # two forms of one name are no slip, however common both are
        return form_worth(slot, *heads, frequency)
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
            family, given, way = name_levels(a, b)
            if way is Way.STRAIGHT:
                family_bits = _worth("family", family, a[0], b[0], frequency)
                given_bits = _worth("given", given, a[1], b[1], frequency)
            elif way is Way.SWAPPED:
                family_bits = _crossed(family, a[0], b[1], frequency) or _crossed(family, a[1], b[0], frequency)
                given_bits = _crossed(given, a[1], b[0], frequency)
            else:
                laid = _laid(a, b, way)
                family_bits = _crossed(family, laid[0][0], laid[1][0], frequency)
                given_bits = _crossed(given, laid[0][1], laid[1][1], frequency)
            outcomes = [Outcome("family", family, family_bits), Outcome("given", given, given_bits)]
            if way is not Way.STRAIGHT:
                outcomes.append(Outcome("swapped", Level.EXACT))
            found = (_RANK[family] + _RANK[given], family_bits + given_bits, tuple(outcomes))
            if best is None or found > best:
                best = found
    return best[2] if best else ()
