"""Columns to attributes, recognised from their names and values, in English and Chinese."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from merge.match.headers import (
    AMBIGUOUS_NAME,
    EXACT,
    IDENTITY,
    IGNORE,
    NAME_WORDS,
    OF_MESSAGES,
    OF_OTHERS,
    OTHER_NAME,
    QUALIFIERS,
    SHORT,
    SOURCE,
    WHOSE,
    WORDS,
)
from merge.match.value_shapes import is_date, is_valid, shape_of, share
from merge.standardise.contacts import pieces
from merge.standardise.dates import parse_date
from merge.standardise.text import clean, fold, has_han, is_missing, vocabulary

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
# "fname_c1" is the first component of a first name.
_NUMBERED = re.compile(r"\s*c?\d+$")
_MANY = 20
_AGAIN = 0.6
_SAYS_NOTHING = re.compile(
    r"(?:c|col|column|f|field|fld|v|var|x|attr|attribute|unnamed|字段|列|栏|属性|未命名)?\s*[a-z]?\s*\d*"
)
_KEY_NAME = re.compile(
    r"\b(?:id|key|no|nr|num|nbr|number|code|seq|sequence|uuid|guid|index|idx|rownum|row)$|(?:编号|序号|编码|代码|流水号|主键|卡号|账号)$"
)
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
    if _of_others(header) or header in OF_MESSAGES:
        return Suggestion(text_attribute(column_name), 0.6)
    bare = _NUMBERED.sub("", header)
    known, confidence = _by_name(header, bare)
    if known in {IGNORE, SOURCE}:
        return Suggestion(known, 0.9)
    if known is not None:
        return _checked(known, values, confidence)
    # A second name goes on where the first one ends, or is somebody else's.
    if header[len(bare) :].strip() in {"", "1"} and _written_out(bare) in AMBIGUOUS_NAME:
        return _person_or_organization(column_name, values)
    other = _other_name(values) if header in OTHER_NAME else None
    if other is None and _are_birth_dates(values) and not _OTHER_DATES & set(header.split()):
        other = Suggestion("person.birth_date", 0.6)
    said = _SAYS_NOTHING.fullmatch(header) is None
    key = said and is_key_name(column_name)
    return other or _by_shape(values, certain=said, key=key) or Suggestion(text_attribute(column_name), 0.3)


def _by_name(header: str, bare: str) -> tuple[str | None, float]:
    """What the name of a column says, and how sure that is."""
    known = EXACT.get(header) or EXACT.get(bare)
    if known == "person.given_name" and header not in EXACT and header[len(bare) :].strip(" c") not in {"", "1"}:
        known = "person.middle_name"
    if known is not None:
        return known, 0.95
    written = _written_out(bare)
    if written in AMBIGUOUS_NAME:
        return None, 0.0
    return EXACT.get(written) or _by_word(written), 0.75


def _written_out(header: str) -> str:
    """``cust dist nm`` is ``district``: short words in full, without whose it is and that it is its name."""
    words = [SHORT.get(word, word) for word in header.split()]
    full = " ".join(words)
    if full in EXACT or full in AMBIGUOUS_NAME:
        return full
    kept = words[1:] if len(words) > 1 and words[0] in WHOSE else words
    if len(kept) > 1 and kept[-1] == "name" and EXACT.get(" ".join(kept[:-1]), "").startswith("address."):
        kept = kept[:-1]
    return " ".join(kept) if " ".join(kept) in EXACT else full


def _of_others(header: str) -> bool:
    """Whether a column is of somebody beside the customer: who to call, who sold, who typed."""
    padded = f" {header} "
    return any(one in header if has_han(one) else f" {one} " in padded for one in OF_OTHERS)


def is_key_name(column_name: str) -> bool:
    """Whether a name speaks of the number or code of something (``cust_id``, 客户编号), or of nothing."""
    header = header_words(column_name)
    return _KEY_NAME.search(header) is not None or _SAYS_NOTHING.fullmatch(header) is not None


def _are_birth_dates(values: Sequence[str]) -> bool:
    """Whether values are dates over so many years as people are born in, and orders hardly are."""
    if share(values, is_date) < _BIRTH_SHARE:
        return False
    years = sorted(found[0] for value in values if (found := parse_date(value)) is not None)
    return years[len(years) * 9 // 10] - years[len(years) // 10] >= _BIRTH_YEARS


def _by_word(header: str) -> str | None:
    words = header.split()
    if words and (words[-1] in QUALIFIERS or words[-1] in {"id", "key"}):
        return None
    if has_han(header):
        return _by_chinese_word(header)
    present = set(words)
    for word, attribute in WORDS:
        if word in present and (word not in NAME_WORDS or words[-1] in NAME_WORDS[word]):
            return attribute
    if {"date", "birth"} <= present:
        return "person.birth_date"
    return "person.full_name" if {"name", "full"} <= present else None


def _by_chinese_word(header: str) -> str | None:
    """What a Chinese name ends with is what it speaks of: 公司住所 is an address, 公司法人 nothing of ours."""
    if any(qualifier in header for qualifier in QUALIFIERS if has_han(qualifier)):
        return None
    latin = set(re.findall(r"[a-z]+", header))
    found = [
        (header.rfind(word) + len(word), len(word), word, attribute)
        for word, attribute in WORDS
        if (word in header if has_han(word) else word in latin)
    ]
    for end, _, word, attribute in sorted(found, reverse=True):
        behind = header[end:].strip()
        if word not in NAME_WORDS or not behind or behind in NAME_WORDS[word]:
            return attribute
    return None


def _is_code(value: str) -> bool:
    """Figures in one word of Latin letters; 张三2 is how people tell two of a name apart."""
    return " " not in value and any(character.isdigit() for character in value) and not has_han(value)


def _is_name(value: str) -> bool:
    return "@" not in value and any(character.isalpha() for character in value)


def _is_contact(value: str) -> bool:
    """A telephone, or what stands in a column of telephones and is told apart there."""
    return len(re.sub(r"\D", "", value)) >= 5 or any(kind != "phone" for kind, _ in pieces("phone", value))


# What values must look like for a name to be believed; attributes that are not here take any value.
_TESTS: dict[str, Callable[[str], bool]] = {
    "phone": lambda value: (
        len(re.sub(r"\D", "", value)) >= 5 or any(kind != "phone" for kind, _ in pieces("phone", value))
    ),
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
    if attribute == "id.tax" and share(values, is_valid("id.cn.uscc")) >= _MIN_SHARE:
        attribute = "id.cn.uscc"
    if attribute == "organization.name" and _looks_personal(values):
        confidence = 0.55
    test = _TESTS.get(attribute)
    if test is None or share(values, test) >= _MIN_SHARE:
        return Suggestion(attribute, confidence)
    return _by_shape(values) or Suggestion(attribute, round(confidence * 0.5, 2))


def _chinese_identifier(attribute: str, values: Sequence[str], confidence: float) -> Suggestion:
    """``ID card`` columns hold other countries' cards too; only proven numbers may veto."""
    for candidate in ("id.cn.ric", "id.cn.uscc"):
        if share(values, is_valid(candidate)) >= 0.5:
            return Suggestion(candidate, confidence)
    looks_chinese = share(values, lambda value: re.fullmatch(r"\d{15}|\d{17}[\dXx]|[0-9A-Z]{18}", value) is not None)
    if looks_chinese >= 0.3:
        return Suggestion(attribute, confidence - 0.1)
    return Suggestion("id.national", 0.6)


def _looks_personal(values: Sequence[str]) -> bool:
    """Whether most values are two to four words of letters or Han characters, and hardly any names a company."""
    if share(values, lambda value: _COMPANY.search(fold(value)) is not None) >= 0.1:
        return False

    def personal(value: str) -> bool:
        folded = fold(value)
        if has_han(folded):
            return len(folded.replace(" ", "")) <= 4
        return 2 <= len(folded.replace(",", " ").split()) <= 4 and _NOT_PERSON.search(folded) is None

    return share(values, personal) >= 0.75


def _are_first_names(values: Sequence[str]) -> bool:
    """Whether most values are one word of letters and many come again: many are called Anna, few firms alike."""
    single = [folded for value in values if (folded := fold(value)).isalpha() and not has_han(folded)]
    few = len(set(single)) <= _AGAIN * len(single)
    return len(single) >= max(_BIRTH_SHARE * len(values), _MANY) and few and not any(map(_COMPANY.search, single))


def _person_or_organization(column_name: str, values: Sequence[str]) -> Suggestion:
    if share(values, _is_code) >= _MIN_SHARE:
        return _by_shape(values, key=True) or Suggestion(text_attribute(column_name), 0.3)
    if _looks_personal(values):
        return Suggestion("person.full_name", 0.7)
    if not values or _are_first_names(values):
        return Suggestion("person.full_name", 0.5)
    return Suggestion("organization.name", 0.6)


def _other_name(values: Sequence[str]) -> Suggestion | None:
    """A second name is taken for a name only where its values tell whose: what a nickname is of is not known."""
    if share(values, lambda value: _COMPANY.search(fold(value)) is not None) >= 0.1:
        return Suggestion("organization.name", 0.6)
    return Suggestion("person.full_name", 0.6) if values and _looks_personal(values) else None


def _by_shape(values: Sequence[str], *, certain: bool = True, key: bool = False) -> Suggestion | None:
    """What values alone tell; the number of a thing (``key``) is a telephone only where that is proved by many."""
    shape = shape_of(list(dict.fromkeys(values)), certain=certain)
    if shape is None or (key and shape.attribute == "phone" and len(set(values)) < _MANY):
        return None
    return Suggestion(shape.attribute, shape.confidence)
