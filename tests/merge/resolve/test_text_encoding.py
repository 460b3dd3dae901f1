"""Text files that do not say in which encoding they are written, and other forms that systems export."""

import json
from pathlib import Path

import pytest

from core.errors import Invalid
from merge.resolve.file_formats import read_table
from merge.resolve.text_encoding import encoding_of

SIMPLIFIED = (
    "姓名,地址,备注\n张伟,广东省深圳市福田区深南大道1号,客户要求周末送货\n李娜,上海市浦东新区世纪大道100号,老客户\n"
)
TRADITIONAL = "姓名,地址,備註\n張偉,臺北市信義區市府路45號,客戶要求週末送貨\n李娜,高雄市前鎮區中山路100號,老客戶\n"
WESTERN = "Name;Ort\nJürgen Müller;Köln\nFrançois Lefèvre;Orléans\nBjörn Sørensen;Århus\n"
PORTUGUESE = "Nome;Endereço\nConceição Araújo;Praça da Fundação\nSimão Gonçalves;Estação\nAssunção;São João\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8-sig"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (WESTERN, "cp1252", "cp1252"),
        (WESTERN, "utf-8-sig", "utf-8-sig"),
        (PORTUGUESE, "cp1252", "cp1252"),
        ("only ascii\n", "ascii", "utf-8-sig"),
        ("姓名\n張三豐\n", "gb18030", "gb18030"),
    ],
)
def test_the_encoding_that_a_text_is_written_in_is_found(text: str, encoding: str, found: str) -> None:
    data = text.encode(encoding)
    assert encoding_of(data) == found
    assert data.decode(found) == text


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xff\xfea", b"\xff\xff\xff\xff\xfe\x80\x81"])
def test_what_is_no_text_has_none(data: bytes) -> None:
    assert encoding_of(data) is None


def test_another_encoding_than_utf_8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(TRADITIONAL.encode("big5"))
    table = read_table(path)
    assert table.columns == ["姓名", "地址", "備註"]
    assert table.notes == ("in.csv is not UTF-8; it was read as Big5.",)


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_refused_as_one(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "in.xlsx"
    path.write_bytes(head + b"\x00" * 20)
    with pytest.raises(Invalid, match="workbook"):
        read_table(path)


@pytest.mark.parametrize("quote", ["", '"'])
def test_columns_without_a_name_are_called_by_their_place(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f"{quote}name{quote},,phone,\nAnna Lee,a,212-555-0123,\n", encoding="utf-8")
    table = read_table(path)
    assert table.columns == ["name", "column 2", "phone", "column 4"]
    assert list(table.rows()) == [("Anna Lee", "a", "212-555-0123", "")]


def test_objects_within_objects_and_lists_of_values_are_columns_and_cells(tmp_path: Path) -> None:
    found = [
        {"name": "Anna Lee", "contact": {"phone": ["212-555-0123", "212-555-0124"], "city": None}},
        {"name": "Bob", "tags": [{"a": 1}]},
    ]
    lines, listed = tmp_path / "in.jsonl", tmp_path / "in.json"
    lines.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
    listed.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for path in (lines, listed):
        table = read_table(path)
        assert table.columns == ["name", "contact.phone", "contact.city", "tags"]
        assert list(table.rows()) == [
            ("Anna Lee", "212-555-0123; 212-555-0124", "", ""),
            ("Bob", "", "", '[{"a": 1}]'),
        ]


@pytest.mark.parametrize("text", ["[1, 2]", '[{"a": 1}', '{"a": 1}\n[2]\n'])
def test_json_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "in.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid):
        read_table(path)
