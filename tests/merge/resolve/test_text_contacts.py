"""Contacts that remarks and signatures tell."""

from pathlib import Path

import pytest

from merge.standardise.contacts_in_text import told_in
from tests.merge.resolve.test_columns_together import loaded


@pytest.mark.parametrize(
    ("attribute", "text", "told"),
    [
        ("phone", "私信留电话:131 6944 8296", ["131 6944 8296"]),
        ("phone", "签名:刘涛 M: 189-9363-6005", ["189-9363-6005"]),
        ("phone", "please call me on (555) 010-2233 after six", ["(555) 010-2233"]),
        ("phone", "reach me at +44 7700 900123", ["+44 7700 900123"]),
        ("phone", "订单 2023110512345678901 尾号8296", []),
        ("phone", "order 5550102233 is late", []),
        ("phone", "13169448296@163.com", []),
        ("email", "邮箱 star29182@163.com", ["star29182@163.com"]),
        ("address.full", "孙洋;地址:上海市丽景花园16栋3单元703;电话 13169448296", ["上海市丽景花园16栋3单元703"]),
        ("person.full_name", "此致 张敏", ["张敏"]),
        ("person.full_name", "签名:张鹏;电话 18000000001", ["张鹏"]),
        ("person.full_name", "--刘珍 联系电话:18803026280", ["刘珍"]),
        ("person.full_name", "收件人赵先生", ["赵先生"]),
        ("person.full_name", "请尽快回复", []),
        ("person.full_name", "咨询保修 电话 18803026280", []),
    ],
)
def test_what_a_text_tells(attribute: str, text: str, told: list[str]) -> None:
    assert told_in(attribute, text) == told


def test_long_texts_are_read_to_a_length() -> None:
    assert told_in("phone", "x" * 10_000 + " 13169448296") == []
    assert told_in("address.full", "地址:" + "一" * 10_000) == []


def test_who_signs_is_found_by_the_telephone(tmp_path: Path) -> None:
    rows = [("r1", "Qin", "私信留电话:131 6944 8296"), ("r2", "", "二次上门")]
    rows += [(f"o{number}", f"Name{number}", f"remark {number}") for number in range(20)]
    table, mapping, notes = loaded(tmp_path, ["id", "name", "备注"], rows)
    assert table.column("备注 (telephone)")[:2] == ["131 6944 8296", ""]
    assert mapping["备注 (telephone)"] == "phone"
    assert any("备注 (telephone)" in note for note in notes)


def test_a_number_is_an_order_where_a_column_knows_it(tmp_path: Path) -> None:
    rows = [("r1", "Qin", "WX20210307747557", ""), ("r2", "", "", "求售后 WX20210307747557 我手机13169448296")]
    rows += [(f"o{number}", f"Name{number}", f"WX2022{number:08}", f"单号 MH2022{number:08}") for number in range(20)]
    table, mapping, _ = loaded(tmp_path, ["id", "name", "订单号", "备注"], rows)
    assert table.column("备注 (order)")[:3] == ["", "WX20210307747557", "MH202200000000"]
    assert mapping["备注 (order)"] == "id.order"


def test_a_place_in_a_row_and_short_numbers_are_no_orders(tmp_path: Path) -> None:
    places = [(f"r{number}", f"Name{number}", str(number % 40)) for number in range(80)]
    _, mapping, _ = loaded(tmp_path, ["id", "name", "order"], places)
    assert mapping["order"] == "transaction.number"
    short = [(f"r{number}", f"Name{number}", f"#{10_000 + number % 40}") for number in range(80)]
    assert loaded(tmp_path, ["id", "name", "order number"], short)[1]["order number"] == "transaction.number"
    long = [(f"r{number}", f"Name{number}", f"WX2022{number:08}") for number in range(80)]
    assert loaded(tmp_path, ["id", "name", "order number"], long)[1]["order number"] == "id.order"
