"""What is made of numbers and strings for whole columns."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from merge.match.code_frequency import GroupTexts
from merge.match.column_compare import Emails, Phones
from merge.match.comparisons import PHONE_TAIL
from merge.match.features import Features
from merge.match.table import table_of
from merge.match.texts import sorted_with_places


@given(st.lists(st.one_of(st.integers(0, 9), st.integers(0, (1 << 63) - 1))))
def test_numbers_are_sorted_with_their_places(listed: list[int]) -> None:
    numbers = np.array(listed, dtype=np.int64)
    found, places = sorted_with_places(numbers.copy())
    order = np.argsort(numbers, kind="stable")
    assert np.array_equal(places, order)
    assert np.array_equal(found, numbers[order])


@given(st.lists(st.text("0123456789+;é٣", min_size=1, max_size=12), min_size=2, max_size=2, unique=True))
def test_the_last_figures_of_a_telephone_are_told_by_a_number(pair: list[str]) -> None:
    column = table_of([Features({"phone": ((number, "mobile"),)}) for number in pair]).columns["phone"]
    phones = Phones(GroupTexts("phone", column))
    one, other = (number.partition(";")[0].lstrip("+") for number in pair)
    same = one == other or (min(len(one), len(other)) >= PHONE_TAIL and one[-PHONE_TAIL:] == other[-PHONE_TAIL:])
    level = phones.levels(np.array([0], dtype=np.int32), np.array([1], dtype=np.int32))[0]
    assert bool(level == 4) is same


@given(st.lists(st.text("a9²٣\n.é1", max_size=6), min_size=2, max_size=2, unique=True))
def test_other_figures_before_the_sign_are_another_mailbox(pair: list[str]) -> None:
    column = table_of([Features({"email": ((f"{local}@x.de", local),)}) for local in pair]).columns["email"]
    one, other = ("".join(filter(str.isdigit, local)) for local in pair)
    level = Emails(GroupTexts("email", column)).levels(np.array([0], dtype=np.int32), np.array([1], dtype=np.int32))[0]
    assert one == other or level == 1
