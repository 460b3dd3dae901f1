"""Cells of contact columns, as forms and people fill them: each value is what it is, whatever the column is called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merge.standardise.contacts import MAY_HOLD_OTHERS, pieces
from merge.standardise.several import several


@pytest.mark.parametrize(
    ("attribute", "raw", "expected"),
    [
        ("phone", "13800138000", [("phone", "13800138000")]),
        ("phone", "san@x.example", [("email", "san@x.example")]),
        ("phone", "13800138000 / san@x.example", [("phone", "13800138000"), ("email", "san@x.example")]),
        (
            "phone",
            "电话：138 0013 8000，邮箱：zhang.san@x.example.cn",
            [("phone", "138 0013 8000"), ("email", "zhang.san@x.example.cn")],
        ),
        ("phone", "(0755) 26543210 ann@x.example", [("phone", "(0755) 26543210"), ("email", "ann@x.example")]),
        ("phone", "Tel. 030/1234567, mail ann@x.example", [("phone", "030/1234567"), ("email", "ann@x.example")]),
        (
            "phone",
            "13800138000/13900139000/ann@x.example",
            [("phone", "13800138000"), ("phone", "13900139000"), ("email", "ann@x.example")],
        ),
        ("phone", "微信：zhangsan_88", [("handle.wechat", "zhangsan_88")]),
        ("phone", "wx zhangsan88 13800138000", [("phone", "13800138000"), ("handle.wechat", "zhangsan88")]),
        ("phone", "QQ号：123456789", [("handle.qq", "123456789")]),
        ("email", "13800138000", [("phone", "13800138000")]),
        ("email", "+49 (170) 1234567", [("phone", "+49 (170) 1234567")]),
        ("email", "ann@x.example; bob@y.example", [("email", "ann@x.example"), ("email", "bob@y.example")]),
        (
            "handle.wechat",
            "+86 138-0013 8000",
            [("handle.wechat", "+86 138-0013 8000"), ("phone", "+86 138-0013 8000")],
        ),
        (
            "handle.wechat",
            "１３８００１３８０００",
            [("handle.wechat", "１３８００１３８０００"), ("phone", "１３８００１３８０００")],
        ),
        ("email", "13800138000@139.com", [("email", "13800138000@139.com"), ("phone", "13800138000")]),
        (
            "email",
            "１３８００１３８０００＠１３９.com",
            [("email", "１３８００１３８０００＠１３９.com"), ("phone", "13800138000")],
        ),
        ("email", "13800138000@x.example", [("email", "13800138000@x.example"), ("phone", "13800138000")]),
        ("email", "13800138000@163.com", [("email", "13800138000@163.com"), ("phone", "13800138000")]),
        ("email", "13800138000@qq.com", [("email", "13800138000@qq.com")]),
        ("email", "138001380001@139.com", [("email", "138001380001@139.com")]),
        ("handle.wechat", "ann_1380013", [("handle.wechat", "ann_1380013")]),
        ("handle.wechat", "138001380001", [("handle.wechat", "138001380001")]),
        # Neither a mailbox nor a handle nor a telephone: it stays what the column says.
        ("phone", "13800138000（微信同号）", [("phone", "13800138000（微信同号）")]),
        ("phone", "+1 212 555 0123 ext 45", [("phone", "+1 212 555 0123 ext 45")]),
        ("phone", "ann@x", [("phone", "ann@x")]),
        ("phone", "wxyz", [("phone", "wxyz")]),
        ("email", "n/a", [("email", "n/a")]),
        ("email", "2024", [("email", "2024")]),
        ("person.full_name", "ann@x.example", [("person.full_name", "ann@x.example")]),
    ],
)
def test_values_of_a_cell_are_what_they_are(attribute: str, raw: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(attribute, raw) == expected


@given(st.sampled_from(sorted(MAY_HOLD_OTHERS)), st.text("0189 +-()/.;@azqxw微信q:,", max_size=30))
def test_nothing_is_made_up_and_a_column_of_its_own_kind_is_told_apart_as_before(attribute: str, raw: str) -> None:
    found = pieces(attribute, raw)
    assert found
    if {kind for kind, _ in found} == {attribute}:
        assert [value for _, value in found] == several(attribute, raw)
    else:
        # Full-width forms apart, which this alphabet has none of, values are parts of the cell.
        assert all("".join(value.split()) in "".join(raw.split()) for _, value in found)
        assert all(("@" in value) == (kind == "email") for kind, value in found)
        form = re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), MAY_HOLD_OTHERS[attribute])
        assert re.search(form, raw)


@given(st.text("0189 +-()/.;,", max_size=30))
def test_what_says_no_more_than_telephones_is_left_to_them(raw: str) -> None:
    assert [value for kind, value in pieces("phone", raw) if kind == "phone"] == several("phone", raw)
