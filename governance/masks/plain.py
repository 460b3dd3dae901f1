"""Dates, times and codes; everything that has no partial form is hidden."""

import re

from governance.masks.common import HIDDEN, STAR

_YEAR = r"(?:1[89]|20)\d\d"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_YEAR_ALONE = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_COMPACT = re.compile(rf"\s*({_YEAR}){_MONTH_DAY}(?!\d)")
_YEAR_AND_MONTH = re.compile(rf"{_YEAR}-(?:0[1-9]|1[0-2])(?!\d)")
_UNITS = "年月日"
# ISO 8601 writes the time after a T and universal time with a Z; they tell nothing and let the rest be read.
_TIME_MARKS = re.compile(r"(?<=[\d*])T(?=[\d*])|(?<=[\d*])Z$")
_CODE = re.compile(r"(?!.*\d{5})[\w. /-]{1,32}")

# Codes of closed lists, which describe an event or a company and no person; every other code is hidden.
SHOWN_CODES = frozenset(
    {
        "consent.marketing",
        "feedback.status",
        "feedback.type",
        "interaction.channel",
        "interaction.direction",
        "organization.industry",
        "organization.size",
        "transaction.currency",
        "transaction.status",
        "transaction.type",
        "value_tier",
    }
)


def mask_date(value: str) -> str:
    """The year only: ``1949-12-31`` -> ``1949-**-**``; same width as the value."""
    compact = _COMPACT.match(value)
    found = compact.span(1) if compact else next((match.span() for match in _YEAR_ALONE.finditer(value)), (0, 0))
    return _stars_outside(value, found)


def mask_time(value: str) -> str:
    """Year and month: ``2026-03-15T10:00:00Z`` -> ``2026-03-**T**:**:**Z``; same width as the value."""
    found = _YEAR_AND_MONTH.match(value)
    masked = _stars_outside(value, found.span() if found else (0, 0))
    marks = [match.start() for match in _TIME_MARKS.finditer(value)] if found else []
    return "".join(value[index] if index in marks else character for index, character in enumerate(masked))


def _stars_outside(value: str, shown: tuple[int, int]) -> str:
    start, end = shown
    return "".join(
        character if start <= index < end or not character.isalnum() or character in _UNITS else STAR
        for index, character in enumerate(value)
    )


def mask_code(value: str, attribute: str) -> str:
    """A code of a closed, impersonal list as it stands; any other is hidden."""
    return value if attribute in SHOWN_CODES and _CODE.fullmatch(value) else HIDDEN
