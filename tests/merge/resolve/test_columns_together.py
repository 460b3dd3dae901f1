"""What columns say only together: generations beside names, ages beside years, the ends of masked identifiers."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from merge.match.columns import IGNORE
from merge.resolve.file_formats import Table
from merge.resolve.file_records import load
from merge.resolve.table_output import write_table
from tests.merge.resolve.test_files import groups, run

LETTERS = "ABCDEFGHKLMNOPRSTUVW"


def loaded(
    tmp_path: Path, header: list[str], rows: Sequence[tuple[str, ...]], **given: str
) -> tuple[Table, dict[str, str], list[str]]:
    path = tmp_path / "in.csv"
    write_table(path, header, rows)
    tables, mapping, _, notes = load([path], id_column=None, source_column=None, mapping=given)
    return tables[0], mapping, notes


@pytest.mark.parametrize(("header", "name"), [("SFX", "Smith"), ("Name Suffix", "Smith"), ("name_suffix_lbl", "Smith")])
def test_a_generation_in_a_column_of_its_own_goes_behind_the_family_name(
    tmp_path: Path, header: str, name: str
) -> None:
    rows = [("Karl", name, "JR", "12"), ("Karl", name, "Sr.", "12"), ("Karl", name, "MD", "12"), ("Eva", "", "II", "9")]
    table, mapping, notes = loaded(tmp_path, ["first name", "last name", header, "house no"], rows)
    assert table.column("last name") == ["Smith jr", "Smith sr", "Smith", ""]
    assert mapping[header] == IGNORE
    assert any(header in note and "name" in note for note in notes)


def test_a_generation_goes_behind_a_full_name_and_never_where_it_was_said_otherwise(tmp_path: Path) -> None:
    rows = [("Smith, Karl", "JR"), ("Berg, Eva", "")]
    table, _, _ = loaded(tmp_path, ["full name", "suffix"], rows)
    assert table.column("full name") == ["Smith, Karl jr", "Berg, Eva"]
    table, mapping, _ = loaded(tmp_path, ["full name", "suffix"], rows, suffix="text.suffix")
    assert (table.column("full name")[0], mapping["suffix"]) == ("Smith, Karl", "text.suffix")


def test_father_and_son_of_one_house_are_two(tmp_path: Path) -> None:
    rows = [(f"{first}{second}na", f"{second}{first}berg".title(), "", f"{place} Elm Road")
            for place, (first, second) in enumerate(zip(LETTERS, LETTERS[3:], strict=False))]  # fmt: skip
    rows += [("Karl", "Smith", "Sr", "7 Oak Lane"), ("Karl", "Smith", "Jr", "7 Oak Lane"),
             ("Karl", "Smith", "Jr", "7 Oak Lane")]  # fmt: skip
    path = tmp_path / "in.csv"
    write_table(path, ["first name", "last name", "suffix", "street"], rows)
    last = len(rows)
    found = groups(run(tmp_path, path))
    assert frozenset({str(last - 1), str(last)}) in found
    assert frozenset({str(last - 2)}) in found


def test_an_age_beside_the_year_it_was_told_is_a_year_of_birth(tmp_path: Path) -> None:
    rows = [("1851", "Kerr", "34"), ("1861", "Kerr", "44 yrs"), ("1861", "Reid", "6 months"), ("1861", "Hay", "")]
    table, mapping, notes = loaded(tmp_path, ["Census", "surname", "Age"], rows)
    assert table.column("Age") == ["1817", "1817", "1861", ""]
    assert (mapping["Age"], mapping["Census"]) == ("person.birth_date", IGNORE)
    assert any("'Age'" in note and "'Census'" in note for note in notes)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (["surname", "Age"], [("Kerr", "34"), ("Reid", "35")]),
        (["Census", "surname", "Age", "dob"], [("1851", "Kerr", "34", "1817-02-03")]),
        (["Census", "surname", "Age"], [("1851", "Kerr", "young"), ("1861", "Reid", "old")]),
    ],
)
def test_an_age_alone_or_beside_a_date_of_birth_stays_what_it_is(
    tmp_path: Path, header: list[str], rows: list[tuple[str, ...]]
) -> None:
    table, mapping, _ = loaded(tmp_path, header, rows)
    assert mapping["Age"] == "text.age"
    assert table.column("Age") == [row[header.index("Age")] for row in rows]


def test_what_a_masked_identifier_shows_is_compared(tmp_path: Path) -> None:
    rows = [("Kerr", "123-45-6789"), ("Kerr", "XXX-XX-6789"), ("Reid", "***-**-1111"), ("Hay", "000-00-0000"),
            ("Day", "")]  # fmt: skip
    table, mapping, notes = loaded(tmp_path, ["surname", "SSN"], rows)
    assert table.column("SSN (end)") == ["6789", "6789", "1111", "", ""]
    assert mapping["SSN (end)"].startswith("text.")
    assert any("'SSN'" in note and "masked" in note for note in notes)
    plain = [(name, f"123-45-67{number:02d}") for number, name in enumerate(["Kerr", "Reid", "Hay"])]
    assert "SSN (end)" not in loaded(tmp_path, ["surname", "SSN"], plain)[1]
