"""What a screen shows, as a file: CSV for spreadsheets or JSON for programs."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any

import orjson
from starlette.responses import StreamingResponse

from core.errors import Invalid
from sync.presentation import isoformat

# A spreadsheet runs what begins like this (OWASP, CSV Injection: also the full-width forms, which Chinese and Japanese
# ones read as the plain); a quote before it keeps it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_AT_ONCE = 200


def export(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], name: str, form: str) -> StreamingResponse:
    """The rows as a file, sent as they come. ``form`` is ``csv`` or ``json``. Raises Invalid ``export.format``.

    The first row is asked for before the answer begins, so that a refusal is an answer and not a broken file. A file
    that is cut short ends without the last chunk of HTTP, so that it can be told from a whole one.
    """
    if form not in _FORMS:
        raise Invalid("export.format", "Files come as csv or json; choose one of them.")
    kind, write = _FORMS[form]
    coming = iter(rows)
    first = list(islice(coming, 1))
    plain = ({column: _plain(row.get(column)) for column in columns} for row in chain(first, coming))
    headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return StreamingResponse(_together(write(plain, columns)), headers=headers, media_type=kind)


def _as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    # The mark at the start tells spreadsheets that it is UTF-8.
    yield b"\xef\xbb\xbf"
    for line in chain([columns], ([_cell(row[column]) for column in columns] for row in rows)):
        writer.writerow(line)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


def _as_json(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    del columns
    before = b"["
    for row in rows:
        yield before + b"\n" + orjson.dumps(row, option=orjson.OPT_INDENT_2)
        before = b","
    yield b"[]" if before == b"[" else b"\n]"


def _together(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Some hundred rows at once: each part that is sent costs a turn of the event loop."""
    while some := b"".join(islice(parts, _AT_ONCE)):
        yield some


_FORMS: Mapping[str, tuple[str, Callable[[Iterable[Mapping[str, Any]], Sequence[str]], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _as_csv),
    "json": ("application/json", _as_json),
}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return isoformat(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return value


def _cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
