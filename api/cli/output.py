"""What commands print: data on stdout as a table, JSON or JSON lines; everything else on stderr."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

_PIPE_WIDTH = 2_000
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
AsJsonLines = Annotated[bool, typer.Option("--jsonl", help="One JSON object a line on stdout.")]


def tell(message: str) -> None:
    """A line for people, on stderr."""
    print(message, file=sys.stderr)  # noqa: T201  the command line speaks here


def say(line: str) -> None:
    """A line of data, on stdout."""
    print(line)  # noqa: T201  the command line speaks here


def print_rows(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool = False, as_lines: bool = False
) -> None:
    """Rows as a table of those columns, or whole as JSON."""
    if as_lines:
        for row in rows:
            say(to_json(row))
        return
    if as_json:
        say(to_json(list(rows)))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*[_text(row.get(column)) for column in columns])
    # Into a file or pipe a line is a row, however long.
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    Console(file=sys.stdout, width=width, soft_wrap=True, highlight=False).print(table)


def print_object(content: Mapping[str, Any], *, as_json: bool) -> None:
    """One object: indented JSON for people too, since it nests."""
    say(to_json(content, indent=not as_json))


def to_json(content: Any, *, indent: bool = False) -> str:
    """Canonical JSON of what commands print."""
    options = orjson.OPT_SORT_KEYS | (orjson.OPT_INDENT_2 if indent else 0)
    return orjson.dumps(content, option=options, default=_plain).decode()


def split_pairs(given: Iterable[str], what: str) -> dict[str, str]:
    """``NAME=VALUE`` options as a dict. Raises typer.BadParameter for one without ``=``."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{what} must be given as NAME=VALUE")
        found[name] = value
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(one) for one in sorted(value, key=str))
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(type(value).__name__)
