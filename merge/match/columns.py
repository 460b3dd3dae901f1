"""Columns to attributes, recognised from their names and values, in English and Chinese."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from merge.match.headers import AMBIGUOUS_NAME, EXACT, IDENTITY, IGNORE, QUALIFIERS, SOURCE, WORDS
from merge.standardise.dates import parse_date
from merge.standardise.identifiers import standardise_identifier
from merge.standardise.text import clean, fold, has_han, is_missing, vocabulary
from merge.standardise.values import Validity

__all__ = ["IDENTITY", "IGNORE", "SOURCE", "Suggestion", "suggest"]

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_NAME = re.compile(r"[\W_]+")
_COMPANY = re.compile(
    r"(?:公司|集团|企业|商行|工厂|店|\b(?:ltd|limited|inc|llc|corp|corporation|company|co|plc|gmbh|ag|sa|sarl|srl|bv|nv|oy"
    r"|group|holdings?|bank|university|institute|hospital|hotel|school|services?|international|foundation)\b)"
)
_NOT_PERSON = re.compile(r"[0-9&@#/]|\b(?:the|of|and|for|house|club|cafe|restaurant|grill|bar)\b|'s\b")
_MIN_SHARE = 0.6
_SAMPLE = 300
_BIRTH_SHARE = 0.8
_BIRTH_YEARS = 15
_OTHER_DATES = vocabulary(
    "created updated modified changed joined registered registration hired since start end begin expiry expires "
    "valid issued death died deceased gestorben deces wedding married founded incorporated opened closed order last "
    "first date time"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a column seems to hold.

    Attributes:
        attribute: a canonical attribute, ``text.<name>``, or a role: ``ignore`` (the output of a matcher),
            ``record.source``, ``record.id``.
        confidence: 0 to 1. Below about 0.5 a person should confirm it.
    """

    attribute: str
    confidence: float


def header_words(column_name: str) -> str:
    """A header folded to words with single spaces: ``CustomerPhone_No`` is ``customer phone no``."""
    spaced = _CAMEL.sub(" ", clean(column_name))
    return " ".join(_NOT_NAME.sub(" ", fold(spaced)).split())


def text_attribute(column_name: str) -> str:
    """The ``text.<name>`` attribute of a column that nothing fits."""
    return "text." + (header_words(column_name).replace(" ", "_") or "column")


def suggest(column_name: str, sample_values: Sequence[str]) -> Suggestion:
    """What a column holds, from its name first and its values where the name does not tell.

    A name that is known and values that contradict it lower the confidence; a column that nothing fits becomes
    ``text.<name>``.
    """
    values = [clean(value) for value in sample_values if not is_missing(value)][:_SAMPLE]
    header = header_words(column_name)
    # "fname_c1" is the first component of a first name.
    bare = re.sub(r"\s*c?\d+$", "", header)
    known = EXACT.get(header) or EXACT.get(bare)
    if known == "person.given_name" and header not in EXACT and header[len(bare) :].strip(" c") not in {"", "1"}:
        known = "person.middle_name"
    if known in {IGNORE, SOURCE}:
        return Suggestion(known, 0.9)
    if known is not None:
        return _checked(known, values, 0.95)
    if header in AMBIGUOUS_NAME:
        return _person_or_organization(values)
    by_word = _by_word(header)
    if by_word is not None:
        return _checked(by_word, values, 0.75)
    if _are_birth_dates(values) and not _OTHER_DATES & set(header.split()):
        return Suggestion("person.birth_date", 0.6)
    return _by_values(values) or Suggestion(text_attribute(column_name), 0.3)


def _are_birth_dates(values: Sequence[str]) -> bool:
    """Whether values are dates over so many years as people are born in, and orders hardly are."""
    if _share(values, _is_date) < _BIRTH_SHARE:
        return False
    years = sorted(found[0] for value in values if (found := parse_date(value)) is not None)
    return years[len(years) * 9 // 10] - years[len(years) // 10] >= _BIRTH_YEARS


def _by_word(header: str) -> str | None:
    words = header.split()
    if words and (words[-1] in QUALIFIERS or words[-1] in {"id", "key"}):
        return None
    present = set(words)
    for word, attribute in WORDS:
        if word in present or (
            has_han(word) and word in header and not any(q in header for q in QUALIFIERS if has_han(q))
        ):
            return attribute
    if {"date", "birth"} <= present:
        return "person.birth_date"
    return "person.full_name" if {"name", "full"} <= present else None


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _is_phone(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    return 7 <= len(digits) <= 15 and re.fullmatch(r"[+\d][\d\s().\-/转extEXT#]*", value) is not None


def _is_mobile(value: str) -> bool:
    return re.fullmatch(r"(?:\+?86|0086)?1[3-9]\d{9}", re.sub(r"[\s\-]", "", value)) is not None


def _is_email(value: str) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) is not None


def _is_date(value: str) -> bool:
    found = parse_date(value)
    return found is not None and 1500 <= found[0] <= 2100 and found[1] is not None


def _is_valid(attribute: str) -> Callable[[str], bool]:
    return lambda value: standardise_identifier(attribute, value).validity is Validity.VALID


def _is_website(value: str) -> bool:
    return re.match(r"(?:https?://|www\.)\S+$", value.lower()) is not None


def _is_name(value: str) -> bool:
    return "@" not in value and any(character.isalpha() for character in value)


# What values must look like for a name to be believed; attributes that are not here take any value.
_TESTS: dict[str, Callable[[str], bool]] = {
    "phone": lambda value: len(re.sub(r"\D", "", value)) >= 5,
    "email": lambda value: "@" in value,
    "person.birth_date": lambda value: parse_date(value) is not None,
    "person.full_name": _is_name,
    "person.given_name": _is_name,
    "person.family_name": _is_name,
}


def _checked(attribute: str, values: Sequence[str], confidence: float) -> Suggestion:
    if not values:
        return Suggestion(attribute, round(confidence - 0.2, 2))
    if attribute in {"id.cn.ric", "id.cn.uscc"}:
        return _chinese_identifier(attribute, values, confidence)
    if attribute == "id.tax" and _share(values, _is_valid("id.cn.uscc")) >= _MIN_SHARE:
        attribute = "id.cn.uscc"
    if attribute == "organization.name" and _looks_personal(values):
        confidence = 0.55
    test = _TESTS.get(attribute)
    if test is None or _share(values, test) >= _MIN_SHARE:
        return Suggestion(attribute, confidence)
    return _by_values(values) or Suggestion(attribute, round(confidence * 0.5, 2))


def _chinese_identifier(attribute: str, values: Sequence[str], confidence: float) -> Suggestion:
    """``ID card`` columns hold other countries' cards too; only proven numbers may veto."""
    for candidate in ("id.cn.ric", "id.cn.uscc"):
        if _share(values, _is_valid(candidate)) >= 0.5:
            return Suggestion(candidate, confidence)
    looks_chinese = _share(values, lambda value: re.fullmatch(r"\d{15}|\d{17}[\dXx]|[0-9A-Z]{18}", value) is not None)
    if looks_chinese >= 0.3:
        return Suggestion(attribute, confidence - 0.1)
    return Suggestion("id.national", 0.6)


def _looks_personal(values: Sequence[str]) -> bool:
    """Whether most values are two to four words of letters or Han characters, and hardly any names a company."""
    if _share(values, lambda value: _COMPANY.search(fold(value)) is not None) >= 0.1:
        return False

    def personal(value: str) -> bool:
        folded = fold(value)
        if has_han(folded):
            return len(folded.replace(" ", "")) <= 4
        return 2 <= len(folded.replace(",", " ").split()) <= 4 and _NOT_PERSON.search(folded) is None

    return _share(values, personal) >= 0.75


def _person_or_organization(values: Sequence[str]) -> Suggestion:
    if _looks_personal(values):
        return Suggestion("person.full_name", 0.7)
    return Suggestion("organization.name", 0.6)


def _by_values(values: Sequence[str]) -> Suggestion | None:
    """What values alone tell; only forms that hardly anything else has."""
    tests: tuple[tuple[str, Callable[[str], bool], float], ...] = (
        ("email", _is_email, 0.8),
        ("id.cn.ric", _is_valid("id.cn.ric"), 0.85),
        ("id.cn.uscc", _is_valid("id.cn.uscc"), 0.85),
        ("phone", _is_mobile, 0.8),
        ("website", _is_website, 0.8),
        ("phone", lambda value: value.startswith("+") and _is_phone(value), 0.7),
    )
    if not values:
        return None
    for attribute, test, confidence in tests:
        if _share(values, test) >= 0.8:
            return Suggestion(attribute, confidence)
    return None
