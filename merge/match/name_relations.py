"""How two people's names stand to each other, in the few words that rules are written in."""

from enum import StrEnum

from merge.match.features import Alternative, Feature, Features
from merge.match.name_comparison import other_generation
from merge.standardise.names import latin_pinyin
from merge.standardise.surnames import COMMON, COMPOUND, ROMANISED

_DIGITS = "0123456789"
_PET_PREFIXES = frozenset("小阿老")
_TWO_CHARACTERS = 2


class NameRelation(StrEnum):
    """How two people's names stand to each other, as rules speak of it.

    ``NICKNAME``: one is a name that people give themselves around their given name (阳光家美, 李家美).
    """

    UNKNOWN = "unknown"
    SAME = "same"
    PINYIN = "pinyin"
    NICKNAME = "nickname"
    HOMOPHONE = "homophone"
    DIFFERENT = "different"


def _readings(latin: Alternative) -> set[tuple[str, str]]:
    """Family and given name in pinyin spelling, for either order of a name in Latin letters."""
    tokens = [latin_pinyin(token) for token in f"{latin[1]} {latin[0]}".split()]
    if len(tokens) < _TWO_CHARACTERS:
        return set()
    return {(tokens[0], "".join(tokens[1:])), (tokens[-1], "".join(tokens[:-1]))}


def _one_surname(pinyin: str, other: str) -> bool:
    """Whether the second is the surname in pinyin or in another romanisation: Huang, Wong."""
    return pinyin == other or other in ROMANISED.get(pinyin, frozenset())


def _pinyin_equal(han: Alternative, latin: Alternative) -> bool:
    return any(given == han[4] and _one_surname(han[3], family) for family, given in _readings(latin) if han[4])


def _latin_equal(a: Alternative, b: Alternative) -> bool:
    if sorted(f"{a[0]} {a[1]}".split()) == sorted(f"{b[0]} {b[1]}".split()):
        return True
    return any(
        given == other_given and (_one_surname(family, other) or _one_surname(other, family))
        for family, given in _readings(a)
        for other, other_given in _readings(b)
    )


def _nickname(plain: Alternative, pet: Alternative) -> bool:
    """Whether the second is the first's given name, by itself or behind something that is no surname."""
    given = plain[1]
    if not pet[0] and len(pet[1]) == 1:  # 敏姐, 小敏, 敏敏
        return bool(plain[0]) and pet[1] in given
    called = (pet[0] + pet[1]).rstrip(_DIGITS)
    if not plain[0] or not given or not called.endswith(given):
        return False
    before = called[: -len(given)]
    if before in _PET_PREFIXES:
        return True
    if not before:
        return len(given) >= _TWO_CHARACTERS
    # 王家美 beside 李家美 is another person; 阳光家美 is nobody's surname and given name.
    return len(before) >= _TWO_CHARACTERS and before[0] not in COMMON and before not in COMPOUND


def _han_relation(a: Alternative, b: Alternative) -> NameRelation:
    if a[0] + a[1] == b[0] + b[1]:
        # A surname alone (王总) names nobody.
        return NameRelation.SAME if a[1] else NameRelation.UNKNOWN
    if a[0] and b[0] and a[3] != b[3] and not (a[1] and b[1]):
        return NameRelation.DIFFERENT  # 王先生 is no 李静
    if not (a[1] and b[1]):
        return NameRelation.NICKNAME if _nickname(a, b) or _nickname(b, a) else NameRelation.UNKNOWN
    if (a[3], a[4]) == (b[3], b[4]):
        return NameRelation.HOMOPHONE
    return NameRelation.NICKNAME if _nickname(a, b) or _nickname(b, a) else NameRelation.DIFFERENT


def _relation(a: Alternative, b: Alternative) -> NameRelation:
    scripts = {a[2], b[2]}
    if scripts == {"han"}:
        return _han_relation(a, b)
    if scripts == {"han", "latin"}:
        han, latin = (a, b) if a[2] == "han" else (b, a)
        if not han[4] and any(_one_surname(han[3], family) for family, _ in _readings(latin)):
            return NameRelation.UNKNOWN  # 白老师 names no one of the Bai
        return NameRelation.PINYIN if _pinyin_equal(han, latin) else NameRelation.DIFFERENT
    whole = a[0] and a[1] and b[0] and b[1]
    if len(scripts) > 1 or not whole:
        return NameRelation.UNKNOWN
    return NameRelation.SAME if _latin_equal(a, b) and not other_generation(a, b) else NameRelation.DIFFERENT


_STRENGTH = (
    NameRelation.SAME,
    NameRelation.PINYIN,
    NameRelation.NICKNAME,
    NameRelation.HOMOPHONE,
    NameRelation.UNKNOWN,
)


def name_relation(left: Features, right: Features) -> NameRelation:
    """The closest relation between any names of the two records."""
    return relation_of_names(left.get("name"), right.get("name"))


def relation_of_names(left: Feature, right: Feature) -> NameRelation:
    """The closest relation between any of these names and any of those."""
    found = {_relation(a, b) for a in left for b in right}
    if not found:
        return NameRelation.UNKNOWN
    return next((relation for relation in _STRENGTH if relation in found), NameRelation.DIFFERENT)
