"""What ``ingot resolve`` takes the columns of a file for, and what it tells of it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from merge.match.columns import IDENTITY
from merge.resolve.file_formats import Table, text_cells
from merge.resolve.file_mapping import outline, samples
from merge.resolve.file_records import load
from merge.resolve.table_output import write_table
from tests.merge.resolve.test_files import groups, run

SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙", "伟芳娜敏静丽强磊军洋勇艳"
PEOPLE = [(f"{first}{second}", f"138{number:03d}{place:05d}") for number, first in enumerate(SURNAMES)
          for place, second in enumerate(GIVEN)]  # fmt: skip


def loaded(tmp_path: Path, header: list[str], rows: Sequence[tuple[str, ...]]) -> tuple[dict[str, str], list[str]]:
    path = tmp_path / "in.csv"
    write_table(path, header, rows)
    _, mapping, _, notes = load([path], id_column=None, source_column=None, mapping={})
    return mapping, notes


def test_every_column_is_told_and_what_is_not_sure_too(tmp_path: Path) -> None:
    header = ["客户编号", "c1", "手机", "等级说明"]
    rows = [(f"{13_000_000_000 + number}", *person, "普通") for number, person in enumerate(PEOPLE)]
    mapping, notes = loaded(tmp_path, header, rows)
    assert list(mapping.values()) == [IDENTITY, "person.full_name", "phone", "text.等级说明"]
    assert notes[0] == (
        "Columns: c1 = person.full_name, 手机 = phone; compared as text: 等级说明; not compared: 客户编号."
    )
    assert any("客户编号" in note and "every row" in note for note in notes)
    assert any("Not sure" in note and "c1" in note for note in notes)


def test_one_row_without_a_number_changes_nothing(tmp_path: Path) -> None:
    rows = [(f"{number}", *person) for number, person in enumerate(PEOPLE)]
    rows[7] = ("", *PEOPLE[7])
    assert loaded(tmp_path, ["客户编号", "姓名", "手机"], rows)[0]["客户编号"] == IDENTITY


def test_a_number_that_comes_twice_is_compared(tmp_path: Path) -> None:
    rows = [(f"{number // 2}", *person) for number, person in enumerate(PEOPLE)]
    mapping, _ = loaded(tmp_path, ["客户编号", "姓名", "手机"], rows)
    assert mapping["客户编号"] == "text.客户编号"


def test_samples_are_spread_over_all_values() -> None:
    cells = text_cells(f"{number:03d}" for number in range(599))
    found = samples([Table("in.csv", ["a"], [cells], 599)], "a")
    assert (len(found), found[0], found[-1]) == (300, "000", "597")
    assert samples([Table("in.csv", ["a"], [text_cells(["", " "])], 2)], "a") == []


def test_where_nothing_is_taken_for_a_name_it_is_said(tmp_path: Path) -> None:
    rows = [(f"thing {number}", telephone) for number, (_, telephone) in enumerate(PEOPLE)]
    assert any("for a name" in note for note in loaded(tmp_path, ["whatever", "手机"], rows)[1])
    assert not any("for a name" in note for note in loaded(tmp_path, ["姓名", "手机"], PEOPLE)[1])


def test_of_two_columns_of_names_without_a_title_neither_is_the_customer(tmp_path: Path) -> None:
    rows = [(PEOPLE[number][0], PEOPLE[-number][0], PEOPLE[number][1]) for number in range(100)]
    mapping, _ = loaded(tmp_path, ["c1", "c2", "手机"], rows)
    assert mapping == {"c1": "text.c1", "c2": "text.c2", "手机": "phone"}
    assert loaded(tmp_path, ["姓名", "c2", "手机"], rows)[0]["姓名"] == "person.full_name"


def test_outline_names_only_what_is_there() -> None:
    assert outline({"a": "phone"}) == "Columns: a = phone."
    assert outline({"a": "text.a"}) == "compared as text: a."


@pytest.mark.parametrize("cell", ["13800138000/13900139000", "13900139000、13800138000", "13900139000 13800138000"])
def test_one_of_several_telephones_in_a_cell_is_enough(tmp_path: Path, cell: str) -> None:
    rows = [("张三丰", cell, ""), ("张三丰", "138 0013 8000", "a@x.example"), ("张三丰", "", "b@y.example;a@x.example"),
            ("李四", "13700137000", "c@z.example")]  # fmt: skip
    path = tmp_path / "in.csv"
    write_table(path, ["姓名", "电话", "邮箱"], rows)
    assert groups(run(tmp_path, path)) == {frozenset("123"), frozenset("4")}


def test_a_mobile_number_is_one_as_a_wechat_id_and_in_a_mailbox_too(tmp_path: Path) -> None:
    rows = [("13800138000", "", ""), ("", "13800138000", ""), ("", "", "13800138000@139.com"),
            ("13900139000", "wx_12345", "b@y.example")]  # fmt: skip
    path = tmp_path / "in.csv"
    for columns in ((0, 1, 2), (2, 1, 0)):
        write_table(path, [["电话", "微信号", "邮箱"][one] for one in columns],
                    [tuple(row[one] for one in columns) for row in rows])  # fmt: skip
        assert groups(run(tmp_path, path)) == {frozenset("123"), frozenset("4")}


FIRST = ["Anna", "Ben", "Clara", "Dora", "Emil", "Fred", "Gina", "Hugo", "Ines", "Karl"]
LAST = ["Lee", "Stone", "Berg", "Hill", "Moss", "Reed", "Wood"]


@pytest.mark.parametrize(
    ("last", "attribute"), [("{}", "person.full_name"), ("{} Ltd", "organization.name"), ("{} 7", "text.whatever")]
)
def test_where_no_header_speaks_of_names_their_values_do(tmp_path: Path, last: str, attribute: str) -> None:
    rows = [(f"{one} {last.format(other)}", "Upper Town") for one in FIRST for other in LAST]
    mapping, notes = loaded(tmp_path, ["whatever", "where"], rows)
    assert (mapping["whatever"], mapping["where"]) == (attribute, "text.where")
    assert any("Not sure" in note and "whatever" in note for note in notes) is (last != "{} 7")


def test_dates_over_many_years_are_no_births_beside_a_column_that_says_births(tmp_path: Path) -> None:
    rows = [(f"{one} {other}", f"19{20 + 7 * number}-03-04", f"19{30 + 7 * number}-05-06")
            for number, one in enumerate(FIRST) for other in LAST]  # fmt: skip
    mapping, _ = loaded(tmp_path, ["name", "date of birth", "enlisted"], rows)
    assert (mapping["date of birth"], mapping["enlisted"]) == ("person.birth_date", "date.enlisted")
    mapping, _ = loaded(tmp_path, ["name", "day one", "enlisted"], rows)
    assert list(mapping.values())[1:] == ["person.birth_date", "person.birth_date"]


@pytest.mark.parametrize(
    ("header", "attribute"),
    [
        (["Vorname", "Name"], "person.family_name"),
        (["Surname", "Name"], "person.given_name"),
        (["town", "Name"], "person.full_name"),
    ],
)
def test_a_name_beside_one_half_of_the_name_is_the_other_half(
    tmp_path: Path, header: list[str], attribute: str
) -> None:
    rows = [(one, other) for one in FIRST for other in LAST]
    mapping, _ = loaded(tmp_path, header, rows)
    assert (mapping["Name"] == attribute) is (header[0] != "town")


def test_a_firm_beside_a_contact_s_first_name_stays_a_firm(tmp_path: Path) -> None:
    rows = [(one, f"{other} GmbH") for one in FIRST for other in LAST]
    assert loaded(tmp_path, ["Vorname", "Name"], rows)[0]["Name"] == "organization.name"


def test_a_file_whose_header_tells_no_name_is_looked_at_beside_one_that_has_names(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", ["姓名", "手机"], PEOPLE)
    write_table(tmp_path / "b.csv", ["字段一二", "电话"], PEOPLE)
    inputs = [tmp_path / "a.csv", tmp_path / "b.csv"]
    _, mapping, _, _ = load(inputs, id_column=None, source_column=None, mapping={})
    assert mapping["字段一二"] == "person.full_name"


def test_whole_names_under_the_header_of_a_family_name_are_whole(tmp_path: Path) -> None:
    rows = [("Louis Tremblay", "1741"), ("Marie Gagné", "1752"), ("Jean Roy", "1760")]
    assert loaded(tmp_path, ["Nom", "Naissance"], rows)[0]["Nom"] == "person.full_name"
    beside = [(name, "Jean", year) for name, year in rows]
    assert loaded(tmp_path, ["Nom", "Prénom", "Naissance"], beside)[0]["Nom"] == "person.family_name"
