"""Columns that say more together with another: Jr and Sr beside a name, an age beside the year of its telling."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from merge.match.columns import IGNORE, text_attribute
from merge.match.header_words import header_words
from merge.match.texts import Codes
from merge.match.value_shapes import share
from merge.resolve.file_formats import Table, text_cells
from merge.resolve.file_mapping import samples
from merge.standardise.dates import parse_date
from merge.standardise.identifiers import MASKED, standardise_identifier
from merge.standardise.names import GENERATIONS
from merge.standardise.text import clean, fold, is_missing, vocabulary

if TYPE_CHECKING:
    from pyarrow import Array, ChunkedArray

_SUFFIX = re.compile(r"\b(?:suffix|suff|sufx|sfx|sufix|generation|name ext|namenszusatz)\b")
_AGES = vocabulary(
    "age ages age_yrs age_years age_in_years aged age_at_census age_last_birthday alter alter_jahre edad idade eta "
    "leeftijd wiek yas alder tuoi 年龄 岁数 나이"
)
_TOLD_IN_ORDER = """
census_year census year_of_census census_date date_of_census survey_year record_year recorded year_recorded
year_of_record enlisted enlistment_date date_of_enlistment enlistment_year burial_date date_of_burial buried
burial_year date_of_death death_date dod died death_year year_of_death year yr jahr annee ano anno 年份 年度
"""
_TOLD = tuple(phrase.replace("_", " ") for phrase in _TOLD_IN_ORDER.split())
"""Headers of when an age was told, the surest first."""
_END = re.compile(r"(?<![0-9])[0-9]*([0-9]{3}[0-9X])$")
_SOME = 0.02
_MOST = 0.6
_NEARLY_ALL = 0.9
_OLDEST = 110
_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_IN_YEARS = re.compile(r"(\d{1,3})(?:\.0)?\s*(?:y|yr|yrs|years?|jahre?|ans|anos|岁|歳|살)?")
# Of infants registers tell months, weeks or days.
_IN_LESS = re.compile(r"\d{1,2}(?:/12)?\s*(?:m|mo|mos|mths?|months?|w|wks?|weeks?|d|days?|monate?|mois|meses|个月|/12)")


def _generation(value: str) -> str:
    """Which bearer of a name a suffix tells, as it stands behind names; "" for others (MD)."""
    bare = fold(value).strip(" .,")
    return bare if bare in GENERATIONS else ""


def _suffix_column(tables: Sequence[Table], mapping: Mapping[str, str]) -> str | None:
    for column, name in mapping.items():
        if name.startswith("text.") and _SUFFIX.search(header_words(column)):
            said = [value for value in samples(tables, column) if not is_missing(value)]
            if share(said, lambda value: bool(_generation(value))) >= _MOST:
                return column
    return None


def _with_suffix(table: Table, name: str, suffix: str) -> Table:
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)
    from pyarrow import compute  # noqa: PLC0415

    codes, values = table.numbered(suffix)
    behind = pa.array([_generation(value) or None for value in values], pa.large_string()).take(pa.array(codes))
    names = table.cells_of(name).cast(pa.large_string()).combine_chunks()
    blank = pa.scalar(" ", pa.large_string())
    joined = compute.binary_join_element_wise(names, behind, blank, null_handling="skip")
    silent = compute.equal(compute.utf8_trim_whitespace(names), "")
    return table.with_cells(name, pa.chunked_array([compute.if_else(silent, names, joined)]))


def with_suffixes(
    tables: Sequence[Table], mapping: dict[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with Jr and Sr of a column of their own behind the name, what the column then holds, and notes."""
    column = _suffix_column(tables, mapping)
    if column is None or column in given:
        return list(tables), {}, []
    found, joined = [], False
    for table in tables:
        names = [one for kind in ("person.family_name", "person.full_name")
                 for one in table.columns if mapping.get(one) == kind]  # fmt: skip
        told = column in table.columns and bool(names)
        found.append(_with_suffix(table, names[0], column) if told else table)
        joined |= told
    if not joined:
        return list(tables), {}, []
    return found, {column: IGNORE}, [f"Column '{column}' is taken together with the name (Jr, Sr)."]


def _shown_end(value: str) -> str:
    """The last four characters of an identifier, whole or masked; "" where they are not all shown."""
    if is_missing(value) or (not MASKED.search(clean(value)) and not standardise_identifier("id", value).normal):
        return ""
    found = _END.search(clean(value).upper())
    return found[1] if found is not None else ""


def with_shown_ends(
    tables: Sequence[Table], mapping: dict[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with a further column for the ends of identifiers of which some are masked (``XXX-XX-1234``).

    A masked identifier is no identifier any more, but the figures that it shows agree with the whole one's.
    """
    result, also, notes = list(tables), {}, []
    for column, name in mapping.items():
        if not name.startswith("id.") or column in given:
            continue
        said = [value for value in samples(tables, column) if not is_missing(value)]
        if share(said, lambda value: MASKED.search(clean(value)) is not None and bool(_shown_end(value))) < _SOME:
            continue
        end = f"{column} (end)"
        also[end] = text_attribute(end)
        notes.append(f"Column '{column}' is masked in part: the last four characters are compared too.")
        for number, table in enumerate(result):
            if column in table.columns:
                codes, values = table.numbered(column)
                ends = text_cells(_shown_end(value) for value in values).combine_chunks().take(_rows(codes))
                columns, cells = [*table.columns, end], [*table.cells, _chunked(ends)]
                result[number] = replace(table, columns=columns, cells=cells)
    return result, also, notes


def _rows(codes: Codes) -> "Array":
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    return pa.array(codes)


def _chunked(cells: "Array") -> "ChunkedArray":
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    return pa.chunked_array([cells])


def _age(value: str) -> int | None:
    text = fold(value)
    if whole := _IN_YEARS.fullmatch(text):
        years = int(whole[1])
        return years if years <= _OLDEST else None
    return 0 if _IN_LESS.fullmatch(text) else None


def _year(value: str) -> int | None:
    found = parse_date(value)
    return found[0] if found is not None and _FIRST_YEAR <= found[0] <= _LAST_YEAR else None


def _filled(tables: Sequence[Table], column: str, reads: Callable[[str], int | None]) -> bool:
    said = [value for value in samples(tables, column) if not is_missing(value)]
    return bool(said) and share(said, lambda value: reads(value) is not None) >= _NEARLY_ALL


def _columns_of_ages(tables: Sequence[Table], mapping: Mapping[str, str]) -> tuple[str, str] | None:
    free = {header_words(column): column for column, name in mapping.items() if name.startswith("text.")}
    ages = [
        column for header, column in free.items() if header.replace(" ", "_") in _AGES and _filled(tables, column, _age)
    ]
    told = [free[header] for header in _TOLD if header in free and _filled(tables, free[header], _year)]
    return (ages[0], told[0]) if len(ages) == 1 and told else None


def _as_births(table: Table, age: str, told: str) -> Table:
    """The year of birth in the place of the age."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    ages, years = (table.numbered(column) for column in (age, told))
    read = [_age(value) for value in ages[1]], [_year(value) for value in years[1]]
    births = []
    for one, other in zip(ages[0].tolist(), years[0].tolist(), strict=True):
        old, year = read[0][one], read[1][other]
        births.append("" if old is None or year is None else f"{year - old:04d}")
    return table.with_cells(age, pa.chunked_array([pa.array(births, pa.string())]))


def with_births_of_ages(
    tables: Sequence[Table], mapping: Mapping[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with years of birth in the place of ages, where the year of telling stands beside and no date of birth.

    An age is another at each telling, the year of birth is not.
    """
    found = _columns_of_ages(tables, mapping)
    if found is None or "person.birth_date" in mapping.values() or not given.keys().isdisjoint(found):
        return list(tables), {}, []
    age, told = found
    if any((age in table.columns) != (told in table.columns) for table in tables):
        return list(tables), {}, []
    changed = [_as_births(table, age, told) if age in table.columns else table for table in tables]
    note = f"Column '{age}' is taken together with '{told}' as the year of birth."
    return changed, {age: "person.birth_date", told: IGNORE}, [note]
