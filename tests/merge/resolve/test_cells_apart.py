"""Columns whose cells hold several values fall into several columns, as value by value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.match.cells import Cells, large_strings
from merge.resolve.cells_apart import apart
from merge.standardise.calling import with_country
from merge.standardise.contacts import MAY_HOLD_OTHERS, pieces
from merge.standardise.several import SOMETIMES

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
OTHERS = [
    "a@b.co",
    "wx: anna_lee7 13800138000",
    "QQ: 1234567",
    "13800138000",
    "tel 010-12345678 a@b.co",
    "-",
    "微信 abcdefg",
    "138 0013-8000",
    "13800138000@139.com",
]
MAILS = ["a@b.co; c@d.co", "a@b.co", "a＠b.co c@d.co", "a@@b.co", "<a@b.co>,<c@d.co>", "a@b.co a@b.co"]
NAMES = ["华为技术有限公司 Huawei Technologies Co Ltd", "华为", "Huawei Ltd", "Siemens (西门子中国公司)"]


def check(attribute: str, raws: list[str]) -> int:
    values = list(dict.fromkeys(raws))
    codes = np.array([*range(len(values)), -1], dtype=np.int32)
    columns = list(apart(Cells(attribute, codes, large_strings(values))))
    told = (
        [pieces(attribute, value) for value in values] if attribute in SOMETIMES or attribute in MAY_HOLD_OTHERS else []
    )
    if all(len(one) == 1 and one[0][0] == attribute for one in told):
        told = [[(attribute, value)] for value in values]
    slots = dict.fromkeys((name, sum(1 for other, _ in one[:at] if other == name)) for one in told
                          for at, (name, _) in enumerate(one)) or {(attribute, 0): None}  # fmt: skip
    assert [column.attribute for column in columns] == [name for name, _ in sorted(slots)]
    for (name, nth), column in zip(sorted(slots), columns, strict=True):
        own = [[value for other, value in one if other == name][nth : nth + 1] for one in told]
        listed = column.values.to_pylist()
        assert listed == list(dict.fromkeys(value for one in own for value in one))
        found = [listed[code] if code >= 0 else None for code in column.codes.tolist()]
        assert found == [*(one[0] if one else None for one in own), None]
    return len(columns)


@pytest.mark.parametrize(
    ("attribute", "raws"),
    [
        ("phone", PHONES),
        ("phone", OTHERS),
        ("email", OTHERS),
        ("handle.wechat", OTHERS),
        ("email", MAILS),
        ("organization.name", NAMES),
    ],
)
def test_written_side_by_side(attribute: str, raws: list[str]) -> None:
    assert check(attribute, raws) > 1
    for raw in raws:
        check(attribute, [raw])


def test_other_kinds_and_no_values_stay() -> None:
    assert check("person.full_name", PHONES) == 1
    assert check("phone", []) == 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(alphabet="0138 ;/,|-+x\t\u00a0；w:@a.", min_size=10, max_size=40), max_size=6))
def test_any_telephones(raws: list[str]) -> None:
    check("phone", raws)


BRITISH = ["07911 123456", "07911 123456; 020 7946 0000", "(020) 7946 0000 x12", "wx: anna_lee7 07911 123456",
           "+44 7911 123456", "13800138000", "13800138000 / 07911123456", "-", "020-79460000-802"]  # fmt: skip


@pytest.mark.parametrize("raws", [BRITISH, BRITISH[:1] + BRITISH[4:6], BRITISH[2:3]])
def test_telephones_of_a_country_as_cell_by_cell(raws: list[str]) -> None:
    codes = np.arange(len(raws), dtype=np.int32)
    columns = list(apart(Cells("phone", codes, large_strings(raws), "GB")))
    for row, raw in enumerate(raws):
        held = [(one, one.values[int(one.codes[row])].as_py()) for one in columns if one.codes[row] >= 0]
        found = {(one.attribute, with_country(value, one.region)) for one, value in held}
        assert found == set(pieces("phone", with_country(raw, "GB")))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="ab@＠.;, 司138０", max_size=24), max_size=6))
def test_any_mailboxes(raws: list[str]) -> None:
    check("email", raws)
