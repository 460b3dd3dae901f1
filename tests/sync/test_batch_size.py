"""The size of a landing's transactions follows the machine and those who wait, and stays within its bounds."""

from hypothesis import given
from hypothesis import strategies as st

from sync.batch_size import AIM_SECONDS, FIRST, LEAST, LEAST_ALONE, MOST, next_size

SIZES = st.integers(LEAST, MOST)
SECONDS = st.floats(0, 1e6, allow_nan=False)


@given(SIZES, st.integers(0, 10 * MOST), SECONDS, st.booleans())
def test_it_stays_in_its_bounds_and_moves_by_two_at_most(size: int, rows: int, seconds: float, waited: bool) -> None:
    found = next_size(size, rows, seconds, waited_for=waited)
    assert LEAST <= found <= MOST
    assert size // 2 <= found <= size * 2


@given(SIZES, SECONDS, SECONDS, st.booleans())
def test_a_slower_transaction_never_makes_the_next_larger(size: int, one: float, other: float, waited: bool) -> None:
    quick, slow = sorted((one, other))
    assert next_size(size, size, slow, waited_for=waited) <= next_size(size, size, quick, waited_for=waited)


@given(st.floats(AIM_SECONDS / MOST, AIM_SECONDS / LEAST))
def test_it_settles_where_a_transaction_takes_what_is_aimed_at(seconds_a_row: float) -> None:
    size = FIRST
    for _ in range(6):
        size = next_size(size, size, size * seconds_a_row, waited_for=True)
    assert abs(size * seconds_a_row - AIM_SECONDS) <= 2 * seconds_a_row


@given(SIZES, SECONDS)
def test_a_sync_that_nobody_waits_for_goes_back_to_large_ones(size: int, seconds: float) -> None:
    for _ in range(6):
        size = next_size(size, size, seconds, waited_for=False)
    assert size >= LEAST_ALONE


@given(SIZES, st.integers(0, LEAST // 2 - 1), st.booleans())
def test_a_nearly_empty_batch_that_was_quick_tells_nothing(size: int, rows: int, waited: bool) -> None:
    assert next_size(size, rows, 0.0001, waited_for=waited) == size
