r"""Shapes of personal data that need no model, safe beside Chinese characters.

``\b`` sees no boundary between a digit and a Chinese character, since both are word characters; so every pattern says
itself what may not stand beside it. Full-width characters are folded one to one before, which keeps offsets.
A wrong check digit lowers the score and excludes nothing: real records have typing errors.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import luhn
from stdnum.cn import uscc

from governance.detect.spans import Span

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# ISO 7064 MOD 11-2, as GB 11643 uses it.
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Shape:
    """One pattern. ``valid`` tells whether check digits fit: then ``score`` holds, else ``doubtful``."""

    type: str
    pattern: re.Pattern[str]
    score: float
    doubtful: float = 0.0
    valid: Callable[[str], bool] | None = None


def _resident_check_fits(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11] == text[17].upper()


def _card_check_fits(text: str) -> bool:
    return bool(luhn.is_valid("".join(character for character in text if character.isdigit())))


def _company_check_fits(text: str) -> bool:
    return bool(uscc.is_valid(text))


_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = "(?<![0-9])", "(?![0-9])"
_ALONE_BEFORE, _ALONE_AFTER = "(?<![0-9A-Za-z])", "(?![0-9A-Za-z])"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})"
_USCC = "[0-9A-HJ-NPQRTUWXY]"
_PLATE_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

SHAPES: tuple[Shape, ...] = (
    Shape(
        "PHONE",
        re.compile(
            rf"{_NO_DIGIT_BEFORE}(?:(?:\+|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}{_NO_DIGIT_AFTER}"
        ),
        0.8,
    ),
    Shape(
        "PHONE",
        re.compile(
            rf"{_NO_DIGIT_BEFORE}0[1-9][0-9]{{1,2}}[ -][2-9][0-9]{{6,7}}(?:[-转][0-9]{{1,6}})?{_NO_DIGIT_AFTER}"
        ),
        0.7,
    ),
    Shape("PHONE", re.compile(rf"(?<![0-9+])\+[1-9](?:[ ().-]{{0,2}}[0-9]){{6,14}}{_NO_DIGIT_AFTER}"), 0.7),
    Shape(
        "PHONE",
        re.compile(r"(?<![0-9-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-. ])[2-9][0-9]{2}[-. ][0-9]{4}(?![0-9-])"),
        0.5,
    ),
    Shape(
        "EMAIL",
        re.compile(
            r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"
            + _ALONE_AFTER
        ),
        0.95,
    ),
    Shape(
        "NATIONAL_ID",
        re.compile(
            rf"{_ALONE_BEFORE}[1-9][0-9]{{5}}(?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
            rf"[0-9]{{3}}[0-9Xx]{_ALONE_AFTER}"
        ),
        0.95,
        0.6,
        _resident_check_fits,
    ),
    Shape(
        "COMPANY_ID",
        re.compile(rf"{_ALONE_BEFORE}{_USCC}{{2}}[0-9]{{6}}{_USCC}{{10}}{_ALONE_AFTER}"),
        0.9,
        0.4,
        _company_check_fits,
    ),
    Shape(
        "BANK_CARD",
        re.compile(rf"{_NO_DIGIT_BEFORE}[2-6](?:[ -]?[0-9]){{12,18}}{_NO_DIGIT_AFTER}"),
        0.85,
        0.35,
        _card_check_fits,
    ),
    Shape("IP", re.compile(rf"(?<![0-9.])(?:{_OCTET}\.){{3}}{_OCTET}(?![0-9]|\.[0-9])"), 0.8),
    Shape(
        "URL",
        re.compile(
            rf"{_ALONE_BEFORE}(?:https?://|(?=www\.))(?:[A-Za-z0-9-]{{1,63}}\.){{1,8}}[A-Za-z0-9]{{1,24}}(?::[0-9]{{1,5}})?"
            r"(?:[/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?"
        ),
        0.8,
    ),
    Shape(
        "VEHICLE_PLATE",
        re.compile(rf"[{_PLATE_PLACES}][A-HJ-NP-Z][·• -]?[A-HJ-NP-Z0-9]{{5,6}}{_ALONE_AFTER}"),
        0.85,
    ),
)


def folded(text: str) -> str:
    """The text with full-width characters made plain; as long as before."""
    return text.translate(_FULL_WIDTH)


def find_shapes(text: str) -> Iterator[Span]:
    """Every place where a shape fits."""
    plain = folded(text)
    for shape in SHAPES:
        for found in shape.pattern.finditer(plain):
            fits = shape.valid is None or shape.valid(found.group())
            yield Span(found.start(), found.end(), shape.type, shape.score if fits else shape.doubtful)
