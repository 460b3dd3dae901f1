"""What travels over Spark comes back as it was, and nothing else is ever made of bytes."""

import json
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Damaged
from merge.match.column_names import NameLevels
from merge.match.column_terms import TermColumn
from merge.resolve.spark_format import from_bytes, to_bytes

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
ARRAYS = st.builds(
    lambda kind, values: np.array(values).astype(kind),
    st.sampled_from(["<i8", "<i4", "|i1", "<u8", "<f4", "|b1"]),
    st.lists(st.integers(0, 100), max_size=9),
)
RECORDS = st.builds(TermColumn, TEXT, ARRAYS, ARRAYS) | st.builds(NameLevels, ARRAYS, ARRAYS, ARRAYS)
ROWS = st.lists(st.none() | st.lists(TEXT, max_size=3).map(tuple), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT | ARRAYS | RECORDS | ROWS | st.lists(TEXT, max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(NUMBERS | TEXT, inner, max_size=3)
        | st.dictionaries(NUMBERS, st.frozensets(TEXT, max_size=3), max_size=3)
    ),
    max_leaves=8,
)


def same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and bool(np.array_equal(one, other))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (TermColumn, NameLevels)):
        return all(same(getattr(one, name), getattr(other, name)) for name in type(one).__slots__)
    return bool(one == other)


@given(VALUES)
def test_what_travels_comes_back(value: Any) -> None:
    assert same(from_bytes(to_bytes(value)), value)


def test_arrays_come_back_to_be_written_to() -> None:
    found = from_bytes(to_bytes(np.arange(6).reshape(2, 3)[:, ::2]))
    found[0, 0] = 9
    assert found.tolist() == [[9, 2], [3, 5]]


@dataclass(frozen=True, slots=True)
class Stranger:
    value: int


@pytest.mark.parametrize("value", [Stranger(1), object(), np.array([object()]), {1, 2}, b"bytes", len])
def test_what_is_not_known_does_not_travel(value: Any) -> None:
    with pytest.raises(TypeError):
        to_bytes(value)


def headed(tree: object, arrays: object = (), rest: bytes = b"") -> bytes:
    head = json.dumps([tree, arrays]).encode()
    return len(head).to_bytes(8, "little") + head + rest


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pickle.dumps([1]),
        to_bytes([1, 2])[:-1],
        to_bytes([1, 2]) + b"x",
        to_bytes(np.arange(4))[:-1],
        headed(["record", "Stranger", [1]]),
        headed(["record", "os.system", ["true"]]),
        headed(["code", "true"]),
        headed(["array", 3]),
        headed(["array", 0], [["|O", [1]]], bytes(8)),
        headed(["array", 0], [["<i8", [-1]]], bytes(8)),
        headed(["array", 0], [["<i8", [2**62]]], bytes(8)),
    ],
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(Damaged) as refused:
        from_bytes(data)
    assert refused.value.code == "resolve.spark_data"


@given(st.binary(max_size=60))
def test_no_bytes_break_it(data: bytes) -> None:
    with pytest.raises(Damaged):
        from_bytes(data)


def test_what_is_nested_too_deep_is_refused() -> None:
    tree = json.loads('["list",[' * 400 + "]]" * 400)
    with pytest.raises(Damaged):
        from_bytes(headed(tree))
