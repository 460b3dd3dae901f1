"""Ages in a column of dates of birth."""

from pathlib import Path

import pytest

from merge.resolve.ages_in_dates import born
from tests.merge.resolve.test_columns_together import loaded

HEADER = ["name", "birth date", "died"]
OTHERS = [(f"Ole Nilsen{number}", f"{1840 + number}-03-04", f"{1900 + number}-05-06") for number in range(40)]


@pytest.mark.parametrize(
    ("age", "birth"),
    [
        ("42 J. 11 M. 3 T.", "1902-10-16"),
        ("42 J. 11 M.", "1902-10"),
        ("49 J.", "1896"),
        ("aged 57 years", "1888"),
        ("3 mos", "1945-06"),
        ("57岁", "1888"),
        ("1888", "1888"),
        ("12.3.1887", "12.3.1887"),
    ],
)
def test_an_age_is_taken_off_the_day_of_death(tmp_path: Path, age: str, birth: str) -> None:
    rows = [("Anna Berg", age, "1945-09-19"), ("Karl Berg", "7 J.", "1901-02-03"), *OTHERS]
    table, mapping, notes = loaded(tmp_path, HEADER, rows)
    assert mapping["died"] == "date.died"
    assert table.column("birth date")[0] == birth
    assert any("Ages in column 'birth date'" in note for note in notes)


def test_without_the_day_of_its_telling_an_age_says_nothing(tmp_path: Path) -> None:
    rows = [("Anna Berg", "42 J.", ""), ("Karl Berg", "7 J.", "1901-02-03"), *OTHERS]
    table, _, _ = loaded(tmp_path, HEADER, rows)
    assert table.column("birth date")[:2] == ["", "1894"]


def test_one_age_among_many_dates_is_left_as_it_is(tmp_path: Path) -> None:
    more = [(f"Eva Nilsen{number}", f"{1840 + number}-05-06", f"{1900 + number}-07-08") for number in range(40)]
    table, _, _ = loaded(tmp_path, HEADER, [("Anna Berg", "42 J.", "1945-09-19"), *OTHERS, *more])
    assert table.column("birth date")[0] == "42 J."


def test_ages_beyond_the_calendar() -> None:
    assert born((42, 11, 3), None) == ""
    assert born((3, None, None), (1900, None, None)) == "1897"
    assert born((0, 0, 40), (1900, 1, 1)) == "1899-11-22"
