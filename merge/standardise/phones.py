"""Telephone numbers in E.164 where they can be proved, their digits where they cannot.

Numbering plans come from the ``phonenumbers`` library (ITU-T E.164 and E.123).
"""

import re

from merge.standardise.text import clean
from merge.standardise.values import StandardValue, Validity, sorted_parts

DEFAULT_REGION = "CN"
CHINESE_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_LIKE_MOBILE_CN = re.compile(r"(?:\+?86|0086)?(1[3-9]\d*)")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#|,)\s*(\d{1,7})\s*$", re.IGNORECASE)
_MIN_DIGITS = 5
_SPREADSHEET = re.compile(r"(\+?\d{7,15})\.0+")
# A spreadsheet keeps six figures of a number that it shows so: many customers would have the same one.
_EXPONENT = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
# The last figures of further lines: 26543210/11/12.
# 0755-26543210-802
HYPHENED_EXTENSION = re.compile(r"((?:\+?86[- ]?)?(?:\(?0\d{2,3}\)?[- ]?\d{7,8}|1[3-9]\d{9}))-(\d{1,6})")
_MASKED = re.compile(r"([0-9]*)(?:[*\u00d7\u25cf\u2022]+|[xX#]{2,})([0-9]*)")
_LEAST_SHOWN = 4
MASK = "*"
ROW = 8
"""Last figures of a number that are all the same where it is made up."""
MORE_LINES = re.compile(r"(?<=\d{7})(?:\s*/\s*\d{1,4})+\s*$")


def is_placeholder(figures: str) -> bool:
    """Whether figures are how forms say that there is no number: a row of one figure (99999999, 138 0000 0000)."""
    return len(figures) >= _MIN_DIGITS and len(set(figures[-ROW:])) == 1


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isascii() and character.isdigit())


def standardise_phone(attribute: str, raw: str, region: str = DEFAULT_REGION) -> StandardValue:
    """A telephone number.

    Valid numbers become ``+<country><number>[;ext=<digits>]`` with the part ``kind`` (mobile, landline, other).
    A number that looks like a Chinese mobile of the wrong length is invalid (``phone.length``). What no plan
    confirms stays as digits, unknown: foreign numbers without their country code are still worth comparing.
    A Chinese mobile number with an extension is one that a marketplace lends for an order, and nobody's
    (``phone.virtual``). A masked number is invalid (``phone.masked``): the figures shown before and behind one ``*``,
    where there are four.
    """
    text = MORE_LINES.sub("", clean(raw))
    if _EXPONENT.fullmatch(text):
        return StandardValue(attribute, raw, "", Validity.INVALID, "phone.form")
    masked = _MASKED.fullmatch(re.sub(r"[ \-()+]", "", text))
    if masked:
        return StandardValue(attribute, raw, _shown(*masked.groups()), Validity.INVALID, "phone.masked")
    return _unmasked(attribute, raw, text, region)


def _shown(head: str, tail: str) -> str:
    head = re.sub(r"^0*(?:86(?=1[3-9]))?", "", head)
    return f"{head}{MASK}{tail}" if len(head) + len(tail) >= _LEAST_SHOWN else ""


def _unmasked(attribute: str, raw: str, text: str, region: str) -> StandardValue:
    whole = _SPREADSHEET.fullmatch(text)
    text = whole.group(1) if whole else text
    body, extension = extension_apart(text)
    compact = re.sub(r"[^\d+]", "", body)
    mobile = CHINESE_MOBILE.fullmatch(compact)
    if mobile and region == "CN" and not is_placeholder(mobile.group(1)):
        return _chinese_mobile(attribute, raw, mobile.group(1), extension)
    digits = _digits(compact)
    if is_placeholder(digits):
        return StandardValue(attribute, raw, "", Validity.INVALID, "phone.placeholder")
    if len(digits) < _MIN_DIGITS:
        normal = "" if not digits.strip("0") else digits
        return StandardValue(attribute, raw, normal, Validity.INVALID, "phone.length")
    e164, kind = _by_plan(body, region)
    if e164:
        return _valid(attribute, raw, e164, extension, kind)
    if region == "CN" and _LIKE_MOBILE_CN.fullmatch(compact):
        return StandardValue(attribute, raw, digits, Validity.INVALID, "phone.length")
    return StandardValue(attribute, raw, digits, Validity.UNKNOWN, "phone.plan", sorted_parts({"ext": extension}))


def _chinese_mobile(attribute: str, raw: str, figures: str, extension: str) -> StandardValue:
    if extension:
        return StandardValue(attribute, raw, "", Validity.INVALID, "phone.virtual")
    return _valid(attribute, raw, "+86" + figures, "", "mobile")


def is_masked(text: str) -> bool:
    """Whether figures of a number are hidden (138****8000)."""
    return _MASKED.fullmatch(re.sub(r"[ \-()+]", "", text)) is not None


def extension_apart(text: str) -> tuple[str, str]:
    """A number and the extension behind it, "" for none."""
    hyphened = HYPHENED_EXTENSION.fullmatch(text)
    if hyphened:
        return hyphened.group(1), hyphened.group(2)
    found = _EXTENSION.search(text)
    return (text[: found.start()], found.group(1)) if found else (text, "")


def _valid(attribute: str, raw: str, e164: str, extension: str, kind: str) -> StandardValue:
    normal = f"{e164};ext={extension}" if extension else e164
    return StandardValue(attribute, raw, normal, Validity.VALID, None, sorted_parts({"ext": extension, "kind": kind}))


def _by_plan(body: str, region: str) -> tuple[str, str]:
    import phonenumbers  # noqa: PLC0415  (numbering plans load only where a number needs them)

    text = re.sub(r"^\s*00", "+", body)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return "", ""
    types, found = phonenumbers.PhoneNumberType, phonenumbers.number_type(number)
    if found == types.UNKNOWN:  # not valid
        return "", ""
    kind = {types.MOBILE: "mobile", types.FIXED_LINE: "landline"}.get(found, "other")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), kind
