"""What stands in the place of a name and names nobody, and what is written around names."""

import pytest

from merge.standardise.record import standardise_value


@pytest.mark.parametrize(
    "raw",
    ["散客", "老顾客", "新会员", "微信用户", "公司前台小陈", "门卫大爷", "保安室", "前台", "匿名", "本人",
     "先生", "x x", "Test Test",
     "xxx", "ANONYMOUS", "N/A", "同上", "Guest"],
)  # fmt: skip
def test_no_customer_is_called_so(raw: str) -> None:
    assert standardise_value("person.full_name", raw).normal == ""


@pytest.mark.parametrize(
    ("attribute", "raw", "normal"),
    [
        ("person.full_name", "Christopher Guest", "christopher guest"),
        ("person.family_name", "Guest", "guest"),
        ("person.full_name", "Max Test", "max test"),
        ("person.full_name", "李保安", "李保安"),
        ("person.full_name", "顾客行", "顾客行"),
        ("person.full_name", "X. Y. Wang", "x y wang"),
        ("person.given_name", "Xi", "xi"),
    ],
)
def test_these_are_names(attribute: str, raw: str, normal: str) -> None:
    assert standardise_value(attribute, raw).normal == normal


@pytest.mark.parametrize(
    ("attribute", "raw", "family", "given"),
    [
        ("person.full_name", "唐长林0188", "唐", "长林"),
        ("person.full_name", "Alex Guo Shaofeng", "guo", "shaofeng alex"),
        ("person.full_name", "Robert van Dyke", "van dyke", "robert"),
        ("person.full_name", "Mary Ann Smith", "smith", "mary ann"),
        ("person.family_name", "Schneider geb. Becker", "schneider", ""),
        ("person.full_name", "Ursula Schneider née Becker", "schneider", "ursula"),
        ("person.full_name", "Anna Nowak z domu Kowalska", "nowak", "anna"),
        ("person.full_name", "John Nee", "nee", "john"),
    ],
)
def test_what_is_written_beside_a_name_is_no_part_of_it(attribute: str, raw: str, family: str, given: str) -> None:
    value = standardise_value(attribute, raw)
    assert (value.part("family"), value.part("given")) == (family, given)
