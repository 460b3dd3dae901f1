"""The usual plain forms of the kinds that have many distinct values, standardised at once.

Each function gives what the full standardiser of its kind would, or None where a value is not in the plain form; a
test holds the two together. A batch of a million customers is mostly such values.
"""

import re
from functools import lru_cache

from merge.standardise.addresses import short_zip, word_of
from merge.standardise.birth_surnames import BORN_WORDS
from merge.standardise.emails import is_placeholder as no_address
from merge.standardise.names import GAELIC, LEFT_OUT, PARTICLES, SUFFIXES, TITLES_LATIN, family_and_given
from merge.standardise.nobody import is_nobody_word
from merge.standardise.numbering import by_prefix
from merge.standardise.phones import HYPHENED_EXTENSION, is_placeholder
from merge.standardise.text import MISSING

_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@(?:[A-Za-z0-9\-]+\.)+[A-Za-z0-9\-]{2,}")
_MOBILE_CN = re.compile(r"(?:\+?86[ -]?|0086[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})")
_NUMBER = re.compile(r"(\+|00)?([0-9]+(?:[ \-][0-9]+)*)")
_NAME = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
_LOUD = re.compile(r"[A-Z]{3,} ")
_NAME_REVERSED = re.compile(r"([A-Za-z]+(?: [A-Za-z]+)*), ([A-Za-z]+(?: [A-Za-z]+)*)")
_ADDRESS = re.compile(r"[A-Za-z0-9]+(?:(?:,? |[-/])[A-Za-z0-9]+)*")
_POSTCODE = re.compile(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")
_BETWEEN = str.maketrans("-/", "  ", ",")
_NOT_PLAIN = TITLES_LATIN | SUFFIXES | LEFT_OUT | BORN_WORDS
_SEPARATED = str.maketrans("", "", " -")


def quick_email(raw: str) -> tuple[str, str] | None:
    """Normal form and local part."""
    if _EMAIL.fullmatch(raw) is None:
        return None
    normal = raw.lower()
    if normal.startswith("mailto") or no_address(normal):
        return None
    return normal, normal.partition("@")[0]


def quick_phone(raw: str) -> tuple[str, str] | None:
    """Normal form and kind ("" where the number is not proved)."""
    mobile = _MOBILE_CN.fullmatch(raw)
    if mobile is not None and not is_placeholder("".join(mobile.groups())):
        return "+86" + "".join(mobile.groups()), "mobile"
    found = _NUMBER.fullmatch(raw)
    if found is None or HYPHENED_EXTENSION.fullmatch(raw) is not None:
        return None
    figures = found[2].translate(_SEPARATED)
    return None if is_placeholder(figures) else by_prefix(found[1] or "", figures)


def _tokens(text: str) -> list[str] | None:
    lowered = text.lower()
    tokens = lowered.split()
    if any(token in _NOT_PLAIN or is_nobody_word(token) for token in tokens) or GAELIC.search(lowered):
        return None
    return tokens


@lru_cache(maxsize=65536)
def _family_and_given(first: str, last: str) -> tuple[str, str]:
    family, given = family_and_given([first, last])
    return " ".join(family), " ".join(given)


def quick_name(role: str, raw: str) -> tuple[str, str, str] | None:
    """Normal form, family and given name of a name in plain Latin letters."""
    if _NAME.fullmatch(raw) is None:
        reversed_name = _NAME_REVERSED.fullmatch(raw) if role == "full_name" else None
        head, tail = map(_tokens, reversed_name.groups()) if reversed_name else (None, None)
        if head is None or tail is None or tail[-1] in PARTICLES:
            return None
        return _normal(" ".join(head), " ".join(tail))
    tokens = _tokens(raw)
    loud = role == "full_name" and _LOUD.match(raw) is not None and not raw.isupper()
    if tokens is None or loud or raw.lower() in MISSING:
        return None
    if role != "full_name":
        joined = " ".join(tokens)
        return _normal(joined, "") if role == "family_name" else _normal("", joined)
    if len(tokens) == 2:
        return _normal(*_family_and_given(tokens[0], tokens[1]))
    family, given = family_and_given(tokens)
    return _normal(" ".join(family), " ".join(given))


def _normal(family: str, given: str) -> tuple[str, str, str]:
    return f"{given} {family}".strip(), family, given


_word_of = lru_cache(maxsize=65536)(word_of)


def quick_address(raw: str) -> tuple[str, str, str] | None:
    """Normal form, street and numbers of an address in plain Latin letters."""
    if _ADDRESS.fullmatch(raw) is None:
        return None
    text = raw.lower()
    if text in MISSING:
        return None
    words = [word for token in text.translate(_BETWEEN).split() for word in _word_of(token) if word]
    numbers = [word for word in words if not word.isalpha()]
    street = [word for word in words if word.isalpha()] if numbers else words
    return " ".join(words), " ".join(street), " ".join(numbers)


def quick_postcode(raw: str) -> str | None:
    """Normal form of a postcode of plain letters and figures."""
    if _POSTCODE.fullmatch(raw) is None or raw.lower() in MISSING:
        return None
    return short_zip(raw.translate(_SEPARATED).upper())
