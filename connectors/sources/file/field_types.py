"""Declared types of fields: values are checked against them, never changed."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

_INTEGER = re.compile(r"[+-]?[0-9]+")
_BOOLEANS = {"true", "false", "yes", "no", "0", "1"}


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return accepts


_TEXTS: dict[str, Callable[[str], bool]] = {
    "string": lambda _text: True,
    "integer": lambda text: _INTEGER.fullmatch(text) is not None,
    "number": _is_number,
    "boolean": lambda text: text.lower() in _BOOLEANS,
    "date": _parses(date.fromisoformat),
    "datetime": _parses(datetime.fromisoformat),
}
_NATIVE: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
NAMES = tuple(_TEXTS)


def wrong_type(data: Mapping[str, Any], types: Mapping[str, str], *, text_only: bool) -> str | None:
    """Why the record does not fit the declared types, or None. Empty and missing values fit every type.

    ``text_only`` is for formats whose values are all text (CSV); elsewhere a number must be a number.
    """
    for field, kind in types.items():
        value = data.get(field)
        if value is None or value == "":
            continue
        if text_only or (kind in {"date", "datetime"} and isinstance(value, str)):
            fits = _TEXTS[kind](value)
        else:
            fits = isinstance(value, _NATIVE.get(kind, ())) and (kind == "boolean" or not isinstance(value, bool))
        if not fits:
            return f"The field '{field}' is not of the declared type {kind}; mend it or change 'types'."
    return None


def empty_key(data: Mapping[str, Any], key: Sequence[str]) -> str | None:
    """Why the record cannot be told from others by its primary key, or None."""
    for field in key:
        value = data.get(field)
        if value is None or value == "":
            return f"The primary key field '{field}' is empty; fill it in or choose another primary key."
    return None
