"""What travels between Spark's driver and its workers, in a format that cannot become code.

Plain values, arrays of numbers and records of a few known kinds; reading makes nothing but these.

Eight bytes with the length of the JSON, the JSON, then the bytes of the arrays one after another. A value of more than
one part stands as ``[tag, ...]``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import orjson

from core.errors import Damaged
from merge.match.column_names import NameLevels
from merge.match.column_terms import TermColumn
from merge.match.pairs import Common

_LENGTH = 8
_NUMBERS = frozenset("biuf")
_RECORDS: dict[str, type[Any]] = {one.__name__: one for one in (TermColumn, Common, NameLevels)}
_PLAIN = (str, int, float, bool, type(None))


def to_bytes(value: Any) -> bytes:
    """A value as bytes. Raises TypeError for one that does not travel."""
    arrays: list[Any] = []
    head = orjson.dumps([_told(value, arrays), [[one.dtype.str, one.shape] for one in arrays]])
    return b"".join([len(head).to_bytes(_LENGTH, "little"), head, *(one.tobytes() for one in arrays)])


def from_bytes(data: bytes) -> Any:
    """The value. Raises Damaged ``resolve.spark_data`` for bytes that ``to_bytes`` did not make."""
    try:
        return _read(memoryview(data))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise Damaged(
            "resolve.spark_data",
            "What came over Spark cannot be read; its driver and workers need the same version of ingot.",
        ) from None


def _read(data: memoryview) -> Any:
    start = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
    tree, shapes = orjson.loads(data[_LENGTH:start])
    arrays = []
    for name, shape in shapes:
        kind = np.dtype(name)
        if kind.kind not in _NUMBERS:
            raise TypeError(name)
        count = int(np.prod(shape, dtype=np.int64))
        # A copy, because what is worked on may be written to.
        arrays.append(np.frombuffer(data, kind, count, start).reshape(shape).copy())
        start += count * kind.itemsize
    if start != len(data):
        raise ValueError(start)
    return _made(tree, arrays)


def _told(value: Any, arrays: list[Any]) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, np.generic) and value.dtype.kind in _NUMBERS:
        return value.item()
    if isinstance(value, np.ndarray) and value.dtype.kind in _NUMBERS:
        arrays.append(np.ascontiguousarray(value))
        return ["array", len(arrays) - 1]
    return _list_told(value, arrays) if isinstance(value, list) else _parts_told(value, arrays)


def _parts_told(value: Any, arrays: list[Any]) -> Any:
    if isinstance(value, tuple):
        return ["tuple", [_told(one, arrays) for one in value]]
    if isinstance(value, frozenset):
        return ["set", sorted(value)]
    if isinstance(value, Mapping):
        return ["map", [[key, _told(one, arrays)] for key, one in value.items()]]
    if is_dataclass(value) and _RECORDS.get(type(value).__name__) is type(value):
        return ["record", type(value).__name__, [_told(getattr(value, one.name), arrays) for one in fields(value)]]
    raise TypeError(type(value).__name__)


def _list_told(values: Sequence[Any], arrays: list[Any]) -> Any:
    """A list; the long ones of texts, and of tuples of texts, as they are."""
    kinds = set(map(type, values))
    if kinds <= {str}:
        return ["texts", values]
    if kinds <= {tuple, type(None)} and all(type(text) is str for row in values if row for text in row):
        return ["rows", values]
    return ["list", [_told(one, arrays) for one in values]]


def _made(tree: Any, arrays: Sequence[Any]) -> Any:
    if not isinstance(tree, list):
        return tree
    tag, *rest = tree
    return _MAKERS[tag](rest, arrays)


def _all(trees: Sequence[Any], arrays: Sequence[Any]) -> list[Any]:
    return [_made(one, arrays) for one in trees]


_MAKERS: dict[str, Callable[[list[Any], Sequence[Any]], Any]] = {
    "array": lambda rest, arrays: arrays[rest[0]],
    "tuple": lambda rest, arrays: tuple(_all(rest[0], arrays)),
    "list": lambda rest, arrays: _all(rest[0], arrays),
    "texts": lambda rest, _: rest[0],
    "rows": lambda rest, _: [None if row is None else tuple(row) for row in rest[0]],
    "set": lambda rest, _: frozenset(rest[0]),
    "map": lambda rest, arrays: {key: _made(one, arrays) for key, one in rest[0]},
    "record": lambda rest, arrays: _RECORDS[rest[0]](*_all(rest[1], arrays)),
}
