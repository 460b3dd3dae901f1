"""Values and schemas as our sources give them; knows nothing of the CDK."""

import base64
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from connectors.broken import BROKEN

DEFAULT_CHECKPOINT_INTERVAL = 1000


class ConfigError(Exception):
    """The configuration cannot be used; the text says what, where and what to do, without secrets."""


class TransientError(Exception):
    """The system cannot be read just now; the text says what, where and what to do, without secrets."""


def schema_of(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A JSON schema of records with these fields, which may also be broken ones."""
    properties: dict[str, Any] = {name: dict(kind) for name, kind in fields.items()}
    properties[BROKEN] = {"type": ["null", "object"], "additionalProperties": True}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": True,
        "properties": properties,
    }


TEXT: Mapping[str, Any] = {"type": ["null", "string"]}


def plain(value: Any) -> Any:
    """A database's or file's value as JSON knows it: exact numbers and times as text, bytes as base64.

    Raises ValueError for a number that is not finite, which JSON cannot say.
    """
    if isinstance(value, (float, Decimal)) and not isfinite(value):
        raise ValueError("not a finite number")
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    return _as_text(value)


def _as_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return str(value)
