"""A date of birth that stands in three columns: year, month and day, recognised from names and values together."""

from collections.abc import Mapping, Sequence

from merge.match.header_words import header_words
from merge.standardise.text import is_missing

_PHRASES = """
year = by|yob|byear|birth year|year of birth|born year|birthyear|geburtsjahr|annee de naissance|annee naissance
year = ano de nacimiento|anno di nascita|出生年|出生年份
month = bm|mob|bmonth|birth month|month of birth|birthmonth|geburtsmonat|mois de naissance|mes de nacimiento
month = mese di nascita|出生月|出生月份
day = bd|bday|birth day|day of birth|birthday|geburtstag|jour de naissance|dia de nacimiento|giorno di nascita|出生日
"""
_PARTS: Mapping[str, str] = {
    phrase: part
    for part, _, phrases in (line.partition(" = ") for line in _PHRASES.strip().splitlines())
    for phrase in phrases.split("|")
}
_RANGES = {"year": (1500, 2100), "month": (1, 12), "day": (1, 31)}
_NEARLY_ALL = 0.95


def _number(value: str) -> int | None:
    bare = value.strip().removesuffix(".0")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= len("2100") else None


def _fits(values: Sequence[str], part: str) -> bool:
    low, high = _RANGES[part]
    said = [value for value in values if not is_missing(value)]
    inside = sum(1 for value in said if (number := _number(value)) is not None and low <= number <= high)
    return bool(said) and inside >= _NEARLY_ALL * len(said)


def may_be_birth_part(column: str) -> bool:
    """Whether a column has a name of such a part."""
    return header_words(column) in _PARTS


def birth_part_columns(samples: Mapping[str, Sequence[str]]) -> tuple[str, str, str] | None:
    """The columns of year, month and day of birth, or None where not all three are there, once each.

    Args:
        samples: some values of each column.
    """
    found: dict[str, list[str]] = {part: [] for part in _RANGES}
    for column, values in samples.items():
        part = _PARTS.get(header_words(column))
        if part is not None and _fits(values, part):
            found[part].append(column)
    if any(len(columns) != 1 for columns in found.values()):
        return None
    return found["year"][0], found["month"][0], found["day"][0]


def written_date(year: str, month: str, day: str) -> str:
    """The three parts as ``yyyy-mm-dd``, with 00 for a month or day that is not known; "" without a year."""
    numbers = [_number(part) for part in (year, month, day)]
    if numbers[0] is None:
        return ""
    return f"{numbers[0]:04d}-{numbers[1] or 0:02d}-{numbers[2] or 0:02d}"
