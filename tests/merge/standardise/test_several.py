"""Several values in one cell, as address books and exports write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merge.standardise.record import standardise_value
from merge.standardise.several import several
from merge.standardise.values import Validity

CHINESE, ENGLISH = "上海示例科技有限公司", "Shanghai Example Technology Co., Ltd."


@pytest.mark.parametrize(
    ("attribute", "raw", "expected"),
    [
        ("phone", "13800138000/13900139000", ["13800138000", "13900139000"]),
        ("phone", "13800138000、0755-26543210转801", ["13800138000", "0755-26543210转801"]),
        ("phone", "138 0013 8000 ； 139 0013 9000", ["138 0013 8000", "139 0013 9000"]),
        ("phone", "13800138000 13900139000", ["13800138000", "13900139000"]),
        ("phone", "13800138000\n0755-26543210", ["13800138000", "0755-26543210"]),
        ("phone", "212-555-0123, 212-555-0124", ["212-555-0123", "212-555-0124"]),
        ("phone", "06221/1234567 / 0171/1234567", ["06221/1234567", "0171/1234567"]),
        # An area code, an extension, further lines and a number in groups are one telephone.
        ("phone", "030/1234567", ["030/1234567"]),
        ("phone", "0755-26543210,802", ["0755-26543210,802"]),
        ("phone", "0755-26543210/11/12", ["0755-26543210/11/12"]),
        ("phone", "+86 138 0013 8000", ["+86 138 0013 8000"]),
        ("email", "ann@x.example; bob@y.example", ["ann@x.example", "bob@y.example"]),
        ("email", "Ann <ann@x.example>, Bob <bob@y.example>", ["ann@x.example", "bob@y.example"]),
        ("email", "ann@x.example（旧）bob@y.example", ["ann@x.example", "bob@y.example"]),
        ("email", "ann+shop@x.example", ["ann+shop@x.example"]),
        ("person.full_name", "张三/李四", ["张三/李四"]),
        *(
            ("organization.name", raw, [CHINESE, ENGLISH])
            for raw in (
                f"{CHINESE} {ENGLISH}",
                f"{CHINESE}{ENGLISH}",
                f"{CHINESE}（{ENGLISH}）",
                f"{CHINESE} / {ENGLISH}",
                f"{ENGLISH} {CHINESE}",
                f"{ENGLISH}（{CHINESE}）",
                f"{ENGLISH}/{CHINESE}",
            )
        ),
        ("organization.name", "北京大学 Peking University", ["北京大学", "Peking University"]),
        (
            "organization.name",
            "博世（中国）投资有限公司 Bosch (China) Investment Ltd.",
            ["博世(中国)投资有限公司", "Bosch (China) Investment Ltd."],
        ),
        # A brand, a town, a branch and a note are no second name.
        *(
            ("organization.name", raw, [raw])
            for raw in (
                "IBM中国有限公司",
                "上海ABC Technology有限公司",
                "Red Fox Ltd (上海)",
                "Red Fox Ltd 上海分公司",
                f"{CHINESE}(HQ)",
                f"{CHINESE} contact: Mr Wang",
                f"{CHINESE} Co., Ltd",
                "KFC 肯德基",
            )
        ),
    ],
)
def test_what_stands_in_one_cell(attribute: str, raw: str, expected: list[str]) -> None:
    assert several(attribute, raw) == expected


@given(st.sampled_from(["phone", "email", "website", "person.full_name", "organization.name"]), st.text(max_size=60))
def test_a_cell_always_says_something_and_nothing_twice(attribute: str, raw: str) -> None:
    found = several(attribute, raw)
    assert found
    assert len(set(found)) == len(found)


@given(
    st.lists(st.integers(0, 99_999_999).filter(lambda tail: tail % 11_111_111), min_size=2, max_size=4, unique=True),
    st.sampled_from(["/", "、", ";", " "]),
)
def test_mobiles_side_by_side_are_each_as_if_alone(tails: list[int], separator: str) -> None:
    mobiles = [f"138{tail:08d}" for tail in tails]
    found = [standardise_value("phone", one) for one in several("phone", separator.join(mobiles))]
    assert [one.normal for one in found] == [f"+86{mobile}" for mobile in mobiles]
    assert {one.validity for one in found} == {Validity.VALID}
