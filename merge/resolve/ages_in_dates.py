"""Ages that stand in a column of dates of birth, as registers of deaths tell them: 42 J. 11 M. 3 T., aged 57 years."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from merge.match.value_shapes import share
from merge.resolve.file_formats import Table, text_cells
from merge.resolve.file_mapping import samples
from merge.standardise.dates import parse_date
from merge.standardise.text import fold, is_missing

if TYPE_CHECKING:
    from pyarrow import ChunkedArray

_BIRTH, _SOME, _OLDEST = "person.birth_date", 0.02, 110
_YEARS = r"(?P<years>\d{1,3})\s*(?:y|yrs?|years?|j|jahre?|aar|ar|ans|anos|jaar|a|岁|歳)\b\.?"
_MONTHS = r"(?P<months>\d{1,2})\s*(?:m|mos?|months?|mon|monate?|mdr|maaneder|mois|meses|maanden|个?月)\b\.?"
_DAYS = r"(?P<days>\d{1,2})\s*(?:d|days?|t|tage?|dage?|jours?|dias?|dagen|天|日)\b\.?"
_AGE = re.compile(
    rf"(?:aged?|alt|alter|gammel)?\s*(?:{_YEARS})?[\s,]*(?:(?:and|und|og)\s*)?(?:{_MONTHS})?[\s,]*(?:{_DAYS})?"
)
# What was told at a death comes before other events of a life.
_TOLD_AT = ("death", "died", "dod", "deceas", "burial", "buried", "gestorben", "event", "sterbe")


def with_births_of_told_ages(
    tables: Sequence[Table], mapping: dict[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with what a date of another event and an age then make in the place of the age, and notes."""
    result, notes = list(tables), []
    for column in [one for one, name in mapping.items() if name == _BIRTH and one not in given]:
        said = [value for value in samples(tables, column) if not is_missing(value)]
        event = _event(mapping)
        if event is None or share(said, lambda value: _age(value) is not None) < _SOME:
            continue
        for number, table in enumerate(result):
            if column in table.columns and event in table.columns:
                result[number] = table.with_cells(column, _births(table, column, event))
        notes.append(f"Ages in column '{column}' are taken off the dates of column '{event}'.")
    return result, {}, notes


def _event(mapping: Mapping[str, str]) -> str | None:
    """The column of dates at which ages were told: of deaths, or the only one."""
    events = [column for column, name in mapping.items() if name.startswith("date.")]
    told = [column for column in events if any(word in fold(column) for word in _TOLD_AT)]
    found = told or events
    return found[0] if len(found) == 1 else None


def _age(value: str) -> tuple[int, int | None, int | None] | None:
    """Years, months and days of an age as written; None for what is none."""
    found = _AGE.fullmatch(fold(value).strip(" ."))
    if found is None or not any((found["years"], found["months"], found["days"])):
        return None
    years, months, days = (None if part is None else int(part) for part in found.group("years", "months", "days"))
    return (years or 0, months, days) if (years or 0) <= _OLDEST else None


def _births(table: Table, column: str, event: str) -> "ChunkedArray":
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    codes, values = table.numbered(column)
    others, dates = table.numbered(event)
    ages, days = [_age(value) for value in values], [parse_date(value) for value in dates]
    written = []
    for one, other in zip(codes.tolist(), others.tolist(), strict=True):
        age = ages[one]
        written.append(values[one] if age is None else born(age, days[other]))
    return pa.chunked_array([text_cells(written).combine_chunks()])


def born(age: tuple[int, int | None, int | None], told: tuple[int, int | None, int | None] | None) -> str:
    """The date of birth as exactly as an age and the date of its telling give it; "" where they give none."""
    if told is None:
        return ""
    (years, months, days), (year, month, day) = age, told
    if months is None or month is None:
        return f"{year - years:04d}"
    months_since = (year - years) * 12 + month - 1 - months
    if days is None or day is None:
        return f"{months_since // 12:04d}-{months_since % 12 + 1:02d}"
    try:
        found = date(months_since // 12, months_since % 12 + 1, 1) + timedelta(days=day - 1 - days)
    except (ValueError, OverflowError):
        return ""
    return found.isoformat()
