"""What the values of a column tell by their form alone, where its name tells nothing. Pure."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from merge.standardise.addresses import address_words, standardise_address
from merge.standardise.contacts import pieces
from merge.standardise.identifiers import standardise_identifier
from merge.standardise.names import standardise_person_name
from merge.standardise.party import looks_like_organization
from merge.standardise.phones import standardise_phone
from merge.standardise.regions import divisions
from merge.standardise.several import several
from merge.standardise.surnames import COMMON, COMPOUND
from merge.standardise.text import fold, has_han, vocabulary
from merge.standardise.values import Validity

_LONGEST_NAME = 60
_SOME = 5
_SPREAD = 4
_SPREAD_SAMPLE = 20
_OF_EACH = 0.1
_STREET_ZH = re.compile(r"(?:路|街|大道|巷|弄|胡同|村|镇|小区|广场|大厦).*\d|\d+(?:号|室|栋|幢|弄|单元)")
_STREETS = vocabulary("street road avenue lane drive boulevard court place square highway crescent terrace close grove "
                      "rue via calle allee weg gasse way")  # fmt: skip
_SEXES = (vocabulary("男 男性 m male männlich mannlich"), vocabulary("女 女性 f female weiblich w"))
_NO_SEX = vocabulary("未知 不详 保密 其他 unknown other u x")


def share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    """How many of the values pass, 0 to 1."""
    return sum(map(test, values)) / len(values) if values else 0.0


def is_valid(attribute: str) -> Callable[[str], bool]:
    """Whether a value is an identifier with the right check digit."""
    return lambda value: standardise_identifier(attribute, value).validity is Validity.VALID


def _is_email(value: str) -> bool:
    return all(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", piece) for piece in several("email", value))


def _is_website(value: str) -> bool:
    return re.match(r"(?:https?://|www\.)\S+$", value.lower()) is not None


def _is_phone(value: str) -> bool:
    """A Chinese mobile, or a number that is written as a telephone: with its area or country before it."""
    if sum(character.isalpha() and not has_han(character) for character in value) > len("ext"):
        return False
    for piece in several("phone", value):
        found = standardise_phone("phone", piece)
        dialled = found.part("kind") == "mobile" or re.match(r"\(?0|\+|\(\+", piece) is not None
        if found.validity is Validity.VALID and dialled:
            return True
    return False


def _are_phones(values: Sequence[str]) -> bool:
    """Telephones begin in many ways; customer numbers of eleven figures count on from one beginning."""
    if share(values, _is_phone) < 0.7:
        return False
    heads = {re.sub(r"\D", "", value).removeprefix("86")[:4] for value in values}
    dialled = share(values, lambda value: value.startswith("+")) >= 0.5
    return dialled or len(values) < _SPREAD_SAMPLE or len(heads) >= _SPREAD


def _are_contacts(values: Sequence[str]) -> bool:
    """Telephones and mailboxes or handles in one column: each cell is told apart by itself."""
    others = share(values, lambda value: any(kind != "phone" for kind, _ in pieces("phone", value)))
    rest = [value for value in values if all(kind == "phone" for kind, _ in pieces("phone", value))]
    return others >= _OF_EACH and len(rest) >= _OF_EACH * len(values) and _are_phones(rest)


def _is_chinese_name(value: str) -> bool:
    found = standardise_person_name("person.full_name", value)
    family = found.part("family")
    if found.part("script") != "han" or (family not in COMMON and family not in COMPOUND):
        return False
    return len(found.part("given")) in {1, 2} or (bool(found.part("title")) and not found.part("given"))


def _are_chinese_names(values: Sequence[str]) -> bool:
    found = share(values, _is_chinese_name)
    return found == 1.0 or (len(values) > 2 * _SOME and found >= 0.75)


def _is_company(value: str) -> bool:
    return len(value) <= _LONGEST_NAME and looks_like_organization(value)


def _is_chinese_address(value: str) -> bool:
    return has_han(value) and len(value) <= 2 * _LONGEST_NAME and _STREET_ZH.search(fold(value)) is not None


def _is_street(value: str) -> bool:
    words = address_words(value) if value[:1].isdigit() or value[-1:].isdigit() else []
    return 2 <= len(words) <= 12 and not _STREETS.isdisjoint(words)


def _is_division(level: str) -> Callable[[str], bool]:
    def test(value: str) -> bool:
        table = divisions()
        names: dict[str, Collection[str]] = {
            "province": table.provinces.keys(),
            "city": table.cities.keys(),
            "district": table.districts.keys(),
        }
        return has_han(value) and fold(value).replace(" ", "") in names[level]

    return test


def is_division_path(value: str) -> bool:
    """Whether a place is told level by level: 广东省深圳市, 广东/深圳/南山."""
    if not has_han(value):
        return False
    code = standardise_address("address.full", value).part("adcode")
    levels = [level for level in ("province", "city", "district") if _is_division(level)(value)]
    return len(code) > len("44") and not levels


def _are_sexes(values: Sequence[str]) -> bool:
    said = {fold(value) for value in values} - _NO_SEX
    return all(not one.isdisjoint(said) for one in _SEXES) and said <= _SEXES[0] | _SEXES[1]


@dataclass(frozen=True, slots=True)
class Shape:
    """What values look like: an attribute, how sure it is, and from how many values on it is believed."""

    attribute: str
    confidence: float
    least: int
    fits: Callable[[Sequence[str]], bool]


def _most(test: Callable[[str], bool], least: float = 0.8) -> Callable[[Sequence[str]], bool]:
    return lambda values: share(values, test) >= least


_CERTAIN = (
    Shape("email", 0.8, 1, _most(_is_email)),
    Shape("id.cn.ric", 0.85, 1, _most(is_valid("id.cn.ric"))),
    Shape("id.cn.uscc", 0.85, 1, _most(is_valid("id.cn.uscc"))),
    Shape("phone", 0.7, 1, _are_phones),
    Shape("phone", 0.6, _SOME, _are_contacts),
    Shape("website", 0.8, 1, _most(_is_website)),
)
"""Forms that hardly anything else has."""

_LIKELY = (
    Shape("person.sex", 0.6, 2, _are_sexes),
    Shape("organization.name", 0.6, _SOME, _most(_is_company, 0.5)),
    Shape("address.full", 0.6, _SOME, _most(_is_chinese_address, 0.7)),
    Shape("address.street", 0.6, _SOME, _most(_is_street, 0.7)),
    Shape("address.province", 0.6, _SOME, _most(_is_division("province"), 0.9)),
    Shape("address.city", 0.6, _SOME, _most(_is_division("city"), 0.9)),
    Shape("address.district", 0.6, _SOME, _most(_is_division("district"), 0.9)),
    Shape("person.full_name", 0.55, _SOME, _are_chinese_names),
)
"""Forms that are only believed where the name of the column says nothing at all."""


def shape_of(values: Sequence[str], *, certain: bool = False) -> Shape | None:
    """The first form that distinct values fit; ``certain`` asks only for those that hardly anything else has."""
    for shape in _CERTAIN if certain else (*_CERTAIN, *_LIKELY):
        if len(values) >= shape.least and shape.fits(values):
            return shape
    return None
