"""What was found of two values before."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.match import remembered
from merge.match.column_figures import plain_numbers
from merge.match.remembered import Found, Ints, Numbers, Remembered
from merge.match.side_by_side import side_by_side

COUNT = 300


def told(low: Ints, high: Ints) -> Found:
    """Something that hangs on both, 1 to 255."""
    return ((low * 31 + high * 7) % 255 + 1).astype(np.uint8)


def asking(low: Numbers, high: Numbers, asked: list[int]) -> Callable[[Ints], Found]:
    def measure(some: Ints) -> Found:
        asked.append(len(some))
        return told(low.take(some).astype(np.int64), high.take(some).astype(np.int64))

    return measure


@pytest.mark.parametrize("bits", [1, 6, 20])
def test_what_is_remembered_is_what_is_measured_however_little_room_there_is(
    bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "_BITS", bits)
    known = Remembered(COUNT)
    asked: list[int] = []

    def look(seed: int) -> bool:
        low, high = np.random.default_rng(seed).integers(0, COUNT, (2, 5000)).astype(np.int32)
        found = known.found(low, high, asking(low, high, asked))
        return bool((found == told(low.astype(np.int64), high.astype(np.int64))).all())

    assert all(side_by_side(look, [1, 2, 3, 1, 2, 3] * 5))
    if bits == 20:
        assert sum(asked) < 30 * 5000 / 2


def test_what_was_measured_is_not_asked_again_and_does_not_travel() -> None:
    known, asked = Remembered(COUNT), list[int]()
    low, high = np.array([0, 5, 0], dtype=np.int32), np.array([0, 7, 9], dtype=np.int32)
    for _ in range(2):
        known.found(low, high, asking(low, high, asked))
    assert asked == [3]
    pickle.loads(pickle.dumps(known)).found(low, high, asking(low, high, asked))  # noqa: S301  (made a line before)
    assert asked == [3, 3]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="+;0123\n", max_size=6), max_size=6))
def test_numbers_without_what_is_around_their_figures(values: list[str]) -> None:
    assert plain_numbers(values) == [value.partition(";")[0].lstrip("+") for value in values]
