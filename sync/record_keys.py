"""What makes a record of a source one record for ever: its primary key, or its content and ordinal.

Pure. A stream without a primary key never gets a guessed one: two equal rows are two records.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from core.errors import Invalid

RAW = "raw"
"""The field that a record's key and content are sealed as."""
KeyPaths = Sequence[Sequence[str]]
# What orjson writes as a whole number.
_LEAST, _LARGEST = -(1 << 63), (1 << 64) - 1


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """The same bytes for the same content, whatever the order of its fields; whole numbers of any size are kept."""
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return orjson.dumps(_keep_large(content), option=orjson.OPT_SORT_KEYS)


def canonical_jsons(contents: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """``canonical_json`` of many contents."""
    try:
        return [orjson.dumps(content, option=orjson.OPT_SORT_KEYS) for content in contents]
    except TypeError:
        return [canonical_json(content) for content in contents]


def primary_keys(rows: Sequence[Mapping[str, Any]], paths: KeyPaths) -> list[str]:
    """``primary_key`` of many rows."""
    if len(paths) == 1 and len(paths[0]) == 1:
        name = paths[0][0]
        found: list[Any] = [row.get(name) for row in rows]
        kinds = set(map(type, found))
        if kinds == {str}:
            return found
        if kinds == {int} and min(found) >= _LEAST and max(found) <= _LARGEST:
            return [f"[{value}]" for value in found]
    return [primary_key(row, paths) for row in rows]


def primary_key(content: Mapping[str, Any], paths: KeyPaths) -> str:
    """The primary key as one text, unambiguous for several parts and types.

    Raises Invalid ``record.key_missing`` when a part is missing or null; the field is named, no value is.
    """
    if len(paths) == 1 and len(paths[0]) == 1:
        # Nearly every key is one plain field, and every record comes through here.
        plain = content.get(paths[0][0])
        if type(plain) is str:
            return plain
        if type(plain) is int and _LEAST <= plain <= _LARGEST:
            return f"[{plain}]"
    parts: list[Any] = []
    for path in paths:
        value: Any = content
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            raise Invalid(
                "record.key_missing",
                f"The primary key field '{'.'.join(path)}' is missing or empty; correct it at the source and replay.",
            )
        parts.append(_keep_large(value))
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS).decode()


def sealed_form(key: str, content: bytes) -> bytes:
    """What is sealed of a record: its primary key and its content, as one JSON object."""
    # The content is copied once.
    return b"".join((b'{"key":', orjson.dumps(key), b',"data":', content, b"}"))


def plain_numbers(value: Any) -> Any:
    """What ``canonical_json`` was made of: large numbers as numbers again."""
    if isinstance(value, Mapping):
        if set(value) == {"$integer"}:
            return int(value["$integer"])
        if set(value) == {"$decimal"}:
            return Decimal(value["$decimal"])
        return {key: plain_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_numbers(item) for item in value]
    return value


class Ordinals:
    """Tells equal rows of one run apart: the first, the second ... of the same content.

    ``before`` is how many of each content were landed before the state that the run started from: a resumed run
    counts on, a run from the start counts again from zero, so re-read rows meet their own earlier keys.
    """

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, bytes]] = Counter()

    def next(self, stream: str, content_hash: bytes, before: int) -> int:
        """The ordinal of the next row with that content."""
        ordinal = before + self._seen[stream, content_hash]
        self._seen[stream, content_hash] += 1
        return ordinal


def _keep_large(value: Any) -> Any:
    # orjson refuses whole numbers over 64 bits, and decimals; as tagged text they stay exact and distinct from text.
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and not _LEAST <= value <= _LARGEST:
        return {"$integer": str(value)}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, Mapping):
        return {str(key): _keep_large(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_keep_large(item) for item in value]
    return value
