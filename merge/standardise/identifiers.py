"""Identifiers: those whose check digit we know are proved, all others are compared as they are written.

Resident identity numbers follow GB 11643-1999, unified social credit codes GB 32100-2015.
"""

import re
from collections.abc import Callable
from datetime import date

from merge.standardise.text import clean
from merge.standardise.values import StandardValue, Validity, sorted_parts

VERIFIED_KINDS = frozenset({"id.cn.ric", "id.cn.uscc"})
"""Attributes whose valid values prove who somebody is: two different ones are two customers."""

_RIC_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RIC_CHECK = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
MASKED = re.compile(r"[*#\u00d7\u25cf\u2022]|[xX]{4}|[xX]{3}[- ]?[xX]{2}")
"""What stands in an identifier for characters that are not shown."""
_SEPARATORS = re.compile(r"[\s\-\u2013\u2014_./]+")


def compact(raw: str) -> str:
    """Upper case without separators."""
    return _SEPARATORS.sub("", clean(raw)).upper()


def ric_check_digit(first17: str) -> str:
    """The 18th character of a resident identity number (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_RIC_WEIGHTS, first17, strict=True))
    return _RIC_CHECK[total % 11]


def uscc_check_digit(first17: str) -> str:
    """The 18th character of a unified social credit code; first17 must be of its alphabet."""
    total = sum(
        weight * _USCC_ALPHABET.index(character) for weight, character in zip(_USCC_WEIGHTS, first17, strict=True)
    )
    return _USCC_ALPHABET[-total % 31]


def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _ric(attribute: str, raw: str) -> StandardValue:
    text = compact(raw)
    if re.fullmatch(r"\d{15}", text):  # numbers of the first generation stop before 2000 and have no check digit
        text = text[:6] + "19" + text[6:]
        text += ric_check_digit(text)
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return StandardValue(attribute, raw, text, Validity.INVALID, "id.check")
    birth = _birth(text[6:14])
    # The check digit decides: area tables reject half of the numbers in use (districts are renamed and merged).
    if text[-1] != ric_check_digit(text[:17]) or birth is None:
        return StandardValue(attribute, raw, text, Validity.INVALID, "id.check")
    sex = "M" if int(text[16]) % 2 else "F"
    pieces = sorted_parts({"birth_date": birth.isoformat(), "sex": sex, "area": text[:6]})
    return StandardValue(attribute, raw, text, Validity.VALID, None, pieces)


def _uscc(attribute: str, raw: str) -> StandardValue:
    text = compact(raw)
    if len(text) != 18 or any(character not in _USCC_ALPHABET for character in text):
        return StandardValue(attribute, raw, text, Validity.INVALID, "uscc.check")
    if text[-1] != uscc_check_digit(text[:17]):
        return StandardValue(attribute, raw, text, Validity.INVALID, "uscc.check")
    pieces = sorted_parts({"area": text[2:8], "organization": text[8:17]})
    return StandardValue(attribute, raw, text, Validity.VALID, None, pieces)


def _any(attribute: str, raw: str) -> StandardValue:
    text = compact(raw)
    # A row of one digit ("0000000", "999") is how forms say that there is no number.
    if len(set(text)) <= 1:
        return StandardValue(attribute, raw, "", Validity.INVALID, "id.placeholder")
    return StandardValue(attribute, raw, text, Validity.UNKNOWN)


_KINDS: dict[str, Callable[[str, str], StandardValue]] = {"id.cn.ric": _ric, "id.cn.uscc": _uscc}


def standardise_identifier(attribute: str, raw: str) -> StandardValue:
    """An identifier ``id.<kind>``; resident numbers and credit codes are checked, 15-digit numbers become 18.

    A masked one is invalid (``id.masked``) and says nothing: what is left of it is many people's.
    """
    if MASKED.search(clean(raw)):
        return StandardValue(attribute, raw, "", Validity.INVALID, "id.masked")
    return _KINDS.get(attribute, _any)(attribute, raw)
