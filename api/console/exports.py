"""What a screen shows, as a file: CSV for spreadsheets or JSON for programs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from starlette.responses import Response

from core.errors import Invalid
from sync.presentation import isoformat

# A spreadsheet runs what begins like this (OWASP, CSV Injection: also the full-width forms, which Chinese and Japanese
# ones read as the plain); a quote before it keeps it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def export(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], name: str, form: str) -> Response:
    """The rows as a file. ``form`` is ``csv`` or ``json``. Raises Invalid ``export.format``."""
    plain = [{column: _plain(row.get(column)) for column in columns} for row in rows]
    if form == "json":
        content = orjson.dumps(plain, option=orjson.OPT_INDENT_2)
        return _file(content, f"{name}.json", "application/json")
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows([_cell(row[column]) for column in columns] for row in plain)
        # The mark at the start tells spreadsheets that it is UTF-8.
        return _file(b"\xef\xbb\xbf" + text.getvalue().encode(), f"{name}.csv", "text/csv; charset=utf-8")
    raise Invalid("export.format", "Files come as csv or json; choose one of them.")


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, headers={"content-disposition": f'attachment; filename="{name}"'}, media_type=kind)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return isoformat(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return value


def _cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
