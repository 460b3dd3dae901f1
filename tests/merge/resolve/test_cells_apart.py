"""Columns whose cells hold several values fall into several columns, as value by value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.match.cells import Cells, large_strings
from merge.resolve.cells_apart import apart
from merge.standardise.several import several

PHONES = [
    "13800138000 13900139000",
    "13800138000;010-12345678",
    "+49 151 23456789",
    "0049 151 234567890",
    "010-1234567/8/9",
    "13800138000 / 13900139000",
    "13800138000\t13900139000",
    "13800138000, 123456",
    "１３８００１３８０００；13900139000",
    "13800138000\x0013900139000",
    "86 138 0013 8000 1",
    "+8613800138000  13900139000 ",
    "010-12345678,13800138000",
]
MAILS = ["a@b.co; c@d.co", "a@b.co", "a＠b.co c@d.co", "a@@b.co", "<a@b.co>,<c@d.co>", "a@b.co a@b.co"]
NAMES = ["华为技术有限公司 Huawei Technologies Co Ltd", "华为", "Huawei Ltd", "Siemens (西门子中国公司)"]


def check(attribute: str, raws: list[str]) -> int:
    values = list(dict.fromkeys(raws))
    codes = np.array([*range(len(values)), -1], dtype=np.int32)
    columns = list(apart(Cells(attribute, codes, large_strings(values))))
    told = [several(attribute, value) for value in values]
    if max(map(len, told), default=1) == 1:
        told = [[value] for value in values]
    assert len(columns) == max(map(len, told), default=1)
    for place, column in enumerate(columns):
        listed = column.values.to_pylist()
        assert listed == list(dict.fromkeys(one[place] for one in told if len(one) > place))
        found = [listed[code] if code >= 0 else None for code in column.codes.tolist()]
        assert found == [*(one[place] if len(one) > place else None for one in told), None]
    return len(columns)


@pytest.mark.parametrize(("attribute", "raws"), [("phone", PHONES), ("email", MAILS), ("organization.name", NAMES)])
def test_written_side_by_side(attribute: str, raws: list[str]) -> None:
    assert check(attribute, raws) > 1
    for raw in raws:
        check(attribute, [raw])


def test_other_kinds_and_no_values_stay() -> None:
    assert check("person.full_name", PHONES) == 1
    assert check("phone", []) == 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(alphabet="0138 ;/,|-+x\t\u00a0；", min_size=10, max_size=40), max_size=6))
def test_any_telephones(raws: list[str]) -> None:
    check("phone", raws)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="ab@＠.;, 司", max_size=24), max_size=6))
def test_any_mailboxes(raws: list[str]) -> None:
    check("email", raws)
