"""The telephones of files with their countries' codes: each column's country is found, each row may name its own."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from merge.match.alternatives import combined
from merge.match.cells import large_strings
from merge.match.phone_regions import SIGNS, Numbers, region_of
from merge.match.side_by_side import side_by_side
from merge.match.texts import Codes
from merge.resolve.file_formats import Table, some_of
from merge.standardise.calling import is_region, with_country
from merge.standardise.countries import country_code
from merge.standardise.phones import DEFAULT_REGION
from merge.standardise.text import is_missing

if TYPE_CHECKING:
    from pyarrow import ChunkedArray, LargeStringArray

_SAMPLE = 300
_READ = 20_000
_PHONE, _COUNTRY = "phone", "address.country"


def _some(table: Table, column: str) -> list[str]:
    """Distinct values spread over a column, the same for any order of rows."""
    cells = table.cells_of(column)
    found = (some_of(cells, _READ / table.count) if table.count > _READ else cells).unique().to_pylist()
    held = sorted(value for value in found if not is_missing(value))
    count = min(_SAMPLE, len(held))
    return [held[place * len(held) // count] for place in range(count)]


def _some_of_each(tables: Sequence[Table], places: Sequence[tuple[int, str]]) -> Iterator[list[str]]:
    return side_by_side(lambda place: _some(tables[place[0]], place[1]), places)


def regions_of(tables: Sequence[Table], mapping: Mapping[str, str]) -> dict[tuple[int, str], str]:
    """For each table by its number, and each of its columns of telephones, the country of numbers without its code."""
    places = [
        (number, column)
        for number, table in enumerate(tables)
        for column in table.columns
        if mapping.get(column) == _PHONE
    ]
    phones = dict(zip(places, _some_of_each(tables, places), strict=True))
    about: dict[int, dict[str, list[str]]] = {}
    found = {}
    for (number, column), cells in phones.items():
        if not Numbers(cells).may_be_foreign():
            found[number, column] = DEFAULT_REGION
            continue
        if number not in about:
            about[number] = _signs(tables, number, mapping)
        beside = [cell for key, held in phones.items() if key != (number, column) for cell in held]
        found[number, column] = region_of(cells, beside, about[number])
    return found


def _signs(tables: Sequence[Table], number: int, mapping: Mapping[str, str]) -> dict[str, list[str]]:
    """Some values of what beside telephones tells of which country they are, by attribute."""
    about: dict[str, list[str]] = {}
    columns = [column for column in tables[number].columns if mapping.get(column, "") in SIGNS]
    found = _some_of_each(tables, [(number, column) for column in columns])
    for column, values in zip(columns, found, strict=True):
        about.setdefault(mapping[column], []).extend(values)
    return about


def _countries(table: Table, mapping: Mapping[str, str]) -> tuple[Codes, list[str]]:
    """For each row the number of the country it names, and the countries; "" for none."""
    columns = sorted(column for column in table.columns if mapping.get(column) == _COUNTRY)
    if not columns:
        return np.zeros(table.count, dtype=np.int32), [""]
    codes, values = table.numbered(columns[0])
    named = [country_code(value).upper() for value in values]
    return codes, [code if is_region(code) else "" for code in named]


def _written(table: Table, column: str, region: str, mapping: Mapping[str, str]) -> Table:
    countries, own = _countries(table, mapping)
    if set(own) == {""}:
        return table if region == DEFAULT_REGION else replace(table, regions={**table.regions, column: region})
    if region == DEFAULT_REGION and set(own) <= {"", DEFAULT_REGION}:
        return table
    beside = ThreadPoolExecutor(1)
    # The ids are read meanwhile.
    cells = beside.submit(_cells, *table.encoded(column), region, countries, own)
    beside.shutdown(wait=False)
    return table.with_cells(column, cells)


def _cells(
    codes: Codes, values: "LargeStringArray", region: str, countries: Codes, own: Sequence[str]
) -> "ChunkedArray":
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    joint, first = combined([codes, countries])
    told = zip(values.take(pa.array(codes[first])).to_pylist(), countries[first].tolist(), strict=True)
    written = large_strings([with_country(value, region, own[country]) for value, country in told])
    return pa.chunked_array([written.take(pa.array(joint))])


def with_countries(
    tables: Sequence[Table], mapping: dict[str, str], _given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables that tell of each column of telephones of which country those are that lack its code, and notes.

    Where rows name their countries, the code stands before each number that lacks it. Chinese numbers stay as they are:
    a number without a code is read as one.
    """
    result, notes = list(tables), []
    for (number, column), region in regions_of(tables, mapping).items():
        result[number] = _written(result[number], column, region, mapping)
        if region != DEFAULT_REGION:
            where = f" of {tables[number].name}" if len(tables) > 1 else ""
            notes.append(f"Telephones without a country's code in column '{column}'{where} are read as of {region}.")
    return result, {}, notes
