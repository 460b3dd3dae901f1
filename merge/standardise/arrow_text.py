"""Columns of strings as Arrow has them, and what the quick ways to a standard form give for them."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import compute as pc

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
TEXT = pa.large_string()


class Plain(NamedTuple):
    """Which values are plain (their places, ascending), and the strings of their standard forms, part by part."""

    rows: Ints
    parts: tuple[pa.Array, ...]


def flags(found: pa.Array) -> Flags:
    """Booleans of Arrow."""
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def matches(values: pa.Array, pattern: str) -> Flags:
    """Which values hold something of the form, a regular expression of RE2."""
    return flags(pc.match_substring_regex(values, pattern))


def constant(text: str, count: int) -> pa.Array:
    """One string so many times."""
    return pa.repeat(pa.scalar(text, TEXT), count)


def characters(values: Any) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The bytes of all values, an array of large strings, and where each begins, with the end of the last one."""
    ends = np.frombuffer(values.buffers()[1] or bytes(8), np.int64)[values.offset : values.offset + len(values) + 1]
    points = np.frombuffer(values.buffers()[2] or b"", np.uint8)
    return points[ends[0] : ends[-1]], ends - ends[0]


def of_characters(points: npt.NDArray[np.uint8], ends: Ints) -> pa.Array:
    """Strings from their bytes: what ``characters`` takes apart."""
    return pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(points))
