"""Input that no one meant to give: it works or is refused in clear words, and never takes for ever."""

from pathlib import Path

import pytest

from core.errors import Invalid
from merge.resolve.files import ResolveOptions, resolve_files
from tests.merge.resolve.test_files import PEOPLE, groups, run, write

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(number: int) -> str:
    """A word that is like few others."""
    found = ""
    for _ in range(9):
        number = (number * 48271 + 11) % 2147483647
        found += LETTERS[number % 26]
    return found


def test_a_column_of_one_value_says_nothing(tmp_path: Path) -> None:
    header = ["key", "first_name", "surname", "dob", "email", "country", "notes"]
    rows = [(*row, "Sweden", "x") for row in PEOPLE]
    expected = groups(run(tmp_path, write(tmp_path / "plain.csv", PEOPLE), id_column="key"))
    assert groups(run(tmp_path, write(tmp_path / "in.csv", rows, header), id_column="key")) == expected


def test_one_telephone_in_all_rows_joins_nobody_and_compares_few(tmp_path: Path) -> None:
    rows = [(str(number), word(number), word(number + 7**9), "+46 8 123 456 78") for number in range(20_000)]
    rows += [(f"copy {number}", *rows[number][1:]) for number in range(50)]
    source = write(tmp_path / "in.csv", rows, ["key", "first_name", "surname", "phone"])
    found = resolve_files(ResolveOptions(inputs=[source], out=tmp_path / "out.csv", id_column="key"))
    assert found.candidate_pairs < 20 * len(rows)
    assert len(rows) - 60 <= found.goldens <= len(rows)


def test_names_of_ten_thousand_characters(tmp_path: Path) -> None:
    long = "Anna " + " ".join(word(number) for number in range(1_000))
    rows = [
        *PEOPLE,
        ("7", long, "Berg", "1990-01-01", "anna@berg.example"),
        ("8", long + "x", "Berg", "1990-01-01", "anna@berg.example"),
    ]
    rows += [("9", "x" * 10_000, "y" * 10_000, "", ""), ("10", "x" * 10_000, "y" * 9_999, "", "")]
    found = groups(run(tmp_path, write(tmp_path / "in.csv", rows), id_column="key"))
    assert frozenset({"7", "8"}) in found
    assert frozenset("123") in found


def test_two_encodings_in_one_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes("key,姓名\n1,张三丰\n".encode() + "2,李四\n".encode("gb18030") + b"3,\xff\n")
    with pytest.raises(Invalid) as refused:
        run(tmp_path, path, id_column="key")
    assert refused.value.code == "resolve.encoding"


@pytest.mark.parametrize(
    "date", ["1980-02-30", "31.02.1980", "1980-13-45", "0000-00-00", "99/99/9999", "tomorrow", "1"]
)
def test_dates_that_do_not_exist(tmp_path: Path, date: str) -> None:
    rows = [*PEOPLE, ("7", "Karin", "Lindqvist", date, "karin@lindqvist.example"), ("8", "Olof", "Berg", date, "")]
    found = groups(run(tmp_path, write(tmp_path / "in.csv", rows), id_column="key"))
    assert any({"1", "2", "3", "7"} <= group for group in found)
    assert frozenset({"8"}) in found


def test_half_a_surrogate_pair(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"key": "1", "name": "Karin \\ud83d Lindqvist"}\n{"key": "2", "name": "Tobias"}\n')
    assert len(run(tmp_path, path, id_column="key")) == 2


def test_rows_that_say_nothing_stay_alone(tmp_path: Path) -> None:
    rows = [*PEOPLE, *((str(number), "", "N/A", "", "-") for number in range(10, 20))]
    found = groups(run(tmp_path, write(tmp_path / "in.csv", rows), id_column="key"))
    assert {frozenset({str(number)}) for number in range(10, 20)} <= found


def test_figures_of_other_scripts_in_names_break_nothing(tmp_path: Path) -> None:
    # U+1369 and U+0967 are figures, and the first of them is no decimal.
    rows = [
        ("1", "王፩", "13800138000"),
        ("2", "王፩", "13800138000"),
        ("3", "张१", "13900139000"),
        ("4", "Ann Lee ፩", ""),
    ]
    found = groups(run(tmp_path, write(tmp_path / "in.csv", rows, ["key", "姓名", "手机"]), id_column="key"))
    assert found == {frozenset("12"), frozenset("3"), frozenset("4")}
