import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo import distort
from api.demo.names_zh import PersonName, han_name
from api.demo.seeds import stream
from tests.api.demo.plain_matcher import name_key, phone_key

NUMBERS = ["+8613800138000", "+861088886666", "+8657187986259", "+447400123456", "+15035550123", "+48501411052"]
DRAWS = st.randoms(use_true_random=False)


@given(DRAWS, st.sampled_from(NUMBERS))
def test_a_written_phone_can_be_read_back(draw: random.Random, number: str) -> None:
    assert phone_key(distort.written_phone(draw, number)) == number


@given(DRAWS, st.sampled_from(NUMBERS))
def test_a_slip_makes_another_number_of_the_same_length(draw: random.Random, number: str) -> None:
    wrong = distort.wrong_phone(draw, number)
    assert wrong != number
    assert len(wrong) == len(number)


@given(DRAWS, st.emails())
def test_a_slip_in_an_address_changes_it_and_keeps_the_domain(draw: random.Random, address: str) -> None:
    wrong = distort.wrong_email(draw, address)
    assert wrong != address
    assert wrong.rpartition("@")[2] == address.partition("@")[2].rpartition("@")[2]


@given(DRAWS, st.integers(0, 200), st.booleans())
def test_a_typed_name_is_still_the_name(draw: random.Random, seed: int, female: bool) -> None:
    name = han_name(stream(seed, "name"), female=female)
    typed = distort.typed_name(draw, name, chinese=True, title="总经理")
    # A Latin spelling of a surname with two readings is compared by its own letters.
    assert name_key(typed) in {name_key(name.full), name_key(name.latin)}


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (12, "十二"), (88, "八十八"), (100, "一百"), (105, "一百零五"),
     (110, "一百一十"), (988, "九百八十八"),
     (1001, "一千零一"), (0, "零")],
)  # fmt: skip
def test_house_numbers_in_numerals(number: int, text: str) -> None:
    assert distort.numerals(number) == text


def test_AT05_a_street_may_be_typed_in_numerals_or_full_width() -> None:
    ways = {distort.typed_street(stream(seed, "street"), "建国路88号院3号楼") for seed in range(80)}
    assert ways == {"建国路88号院3号楼", "建国路八十八号院3号楼", "建国路８８号院３号楼"}


def test_AT11_the_place_may_stand_in_brackets_but_not_for_branches() -> None:
    assert distort.place_in_brackets("上海", "上海示例科技有限公司") == "示例科技（上海）有限公司"
    branch = "上海示例科技有限公司北京分公司"
    assert distort.place_in_brackets("上海", branch) == branch


def test_a_misheard_name_is_read_alike_and_written_otherwise() -> None:
    name = PersonName("李友琴", "李", "友琴", "Li", "Youqin")
    misheard = distort.misheard_name(stream(1, "m"), name)
    assert misheard == "李友勤"
    assert name_key(misheard) == name_key(name.full)


def test_the_old_erp_writes_capitals_without_accents() -> None:
    name = PersonName("Jürgen Weiß", "Weiß", "Jürgen", "Weiss", "Juergen")
    ways = {distort.legacy_name(stream(seed, "legacy"), name, chinese=False) for seed in range(20)}
    assert ways == {"WEISS JUERGEN", "JUERGEN WEISS"}


def test_landlines_keep_their_extension_apart() -> None:
    ways = {distort.written_phone(stream(seed, "line"), "+861088886666") for seed in range(60)}
    assert any("转" in way for way in ways)
    for way in ways:
        phonenumbers.parse(way.split("转")[0], "CN")
