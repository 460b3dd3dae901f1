"""CSV rows and JSON lines: every line becomes a record or a broken record, none stops the stream, none vanishes."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.broken import MAX_RAW, broken
from connectors.protocol import MAX_LEVELS, loads, too_deep
from connectors.sources.file.field_types import empty_key, wrong_type
from connectors.sources.file.lines import Encoding, LineReader

# A quote that is never closed must not swallow the file: then only its own line is broken.
_MAX_LINES_OF_ROW = 1000


@dataclass(frozen=True, slots=True)
class Rules:
    """What the records of one file must fit.

    Attributes:
        file: name of the file, for messages.
        key: fields of the primary key; a record without one of them is broken.
        types: declared type by field.
        delimiter: what separates CSV fields.
    """

    file: str
    key: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ","


Rows = Callable[[LineReader, Encoding, Rules, list[str]], Iterator[dict[str, Any]]]


class _Unusable(Exception):
    """Why a row cannot be used; ``lines`` of it are to be set aside."""


def csv_rows(reader: LineReader, encoding: Encoding, rules: Rules, fields: list[str]) -> Iterator[dict[str, Any]]:
    """Records of a CSV file (RFC 4180) after its header; values stay the text they are."""
    csv.field_size_limit(MAX_RAW)
    while (raw := reader.take()) is not None:
        line = reader.line
        try:
            text = _decoded(raw, encoding, rules, line)
            row, count = _row(text, reader, encoding, rules) if text.strip("\r\n") else ([], 1)
            data = _named(row, fields)
            _check(data, rules, text_only=True)
        except _Unusable as problem:
            yield broken(str(problem), reader.keep(1), file=rules.file, line=line)
            continue
        reader.keep(count)
        if data is not None:
            yield data


def _named(row: list[str], fields: list[str]) -> dict[str, Any] | None:
    if row and len(row) != len(fields):
        raise _Unusable(f"The row has {len(row)} fields, the header {len(fields)}; look for a stray delimiter.")
    return dict(zip(fields, row, strict=True)) if row else None


def _row(text: str, reader: LineReader, encoding: Encoding, rules: Rules) -> tuple[list[str], int]:
    count, size = 1, 0

    def lines() -> Iterator[str]:
        nonlocal count, size
        yield text
        while count < _MAX_LINES_OF_ROW and size < MAX_RAW and (raw := reader.take()) is not None:
            count += 1
            size += len(raw)
            yield encoding.decode(raw)

    try:
        return next(csv.reader(lines(), delimiter=rules.delimiter, strict=True)), count
    except UnicodeDecodeError:
        raise _Unusable("A quote is open at the end of the line and the next line cannot be decoded.") from None
    except csv.Error:
        raise _Unusable("The row is not CSV: a quote is left open or stands inside a field; mend the quotes.") from None


def json_rows(reader: LineReader, encoding: Encoding, rules: Rules, fields: list[str]) -> Iterator[dict[str, Any]]:
    """Records of a file with one JSON object a line."""
    del fields
    while (raw := reader.take()) is not None:
        line = reader.line
        try:
            text = _decoded(raw, encoding, rules, line).strip()
            data = _object(text) if text else None
            _check(data, rules, text_only=False)
        except _Unusable as problem:
            yield broken(str(problem), reader.keep(1), file=rules.file, line=line)
            continue
        reader.keep(1)
        if data is not None:
            yield data


def _object(text: str) -> dict[str, Any]:
    deep = f"The line nests deeper than {MAX_LEVELS} levels; flatten it."
    try:
        value = loads(text)
    except RecursionError:
        raise _Unusable(deep) from None
    except ValueError:
        raise _Unusable("The line is not whole JSON: it stops half-way or holds NaN; give one object a line.") from None
    if not isinstance(value, dict):
        raise _Unusable("The line is JSON but no object; give one object a line.")
    if too_deep(value, text.encode()):
        raise _Unusable(deep)
    return value


def _decoded(raw: bytes, encoding: Encoding, rules: Rules, line: int) -> str:
    try:
        return encoding.decode(raw)
    except UnicodeDecodeError as error:
        raise _Unusable(
            f"{rules.file}, line {line}: byte {error.start + 1} is not {encoding.codec}; "
            "set 'encoding' to the one the file is in, or mend the line."
        ) from None


def _check(data: Mapping[str, Any] | None, rules: Rules, *, text_only: bool) -> None:
    if data is None:
        return
    problem = wrong_type(data, rules.types, text_only=text_only) or empty_key(data, rules.key)
    if problem:
        raise _Unusable(problem)


def header(reader: LineReader, encoding: Encoding, rules: Rules) -> list[str]:
    """Field names of a CSV file: the first line, empty names numbered, doubled ones told apart.

    Raises ValueError with a sentence when there is none or it cannot be read.
    """
    raw = reader.take()
    if raw is None:
        raise ValueError(f"{rules.file} is empty; a CSV file needs a header line.")
    try:
        row, count = _row(_decoded(raw, encoding, rules, 1), reader, encoding, rules)
    except _Unusable as problem:
        raise ValueError(f"The header of {rules.file} cannot be read. {problem}") from None
    reader.keep(count)
    return _distinct([name.strip() or f"column_{place}" for place, name in enumerate(row, start=1)])


def _distinct(names: list[str]) -> list[str]:
    given, found = set(names), list[str]()
    for name in names:
        fresh, number = name, 1
        while fresh in found or (number > 1 and fresh in given):
            number += 1
            fresh = f"{name}_{number}"
        found.append(fresh)
    return found
