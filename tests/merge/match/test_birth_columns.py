"""A date of birth in three columns."""

import pytest

from merge.match.birth_columns import birth_part_columns, written_date

SAMPLES = {"by": ["1949", "1968"], "bm": ["7", "12"], "bd": ["22", ""], "lname_c1": ["MEIER"]}


def test_three_columns_are_found_by_name_and_value() -> None:
    assert birth_part_columns(SAMPLES) == ("by", "bm", "bd")
    german = {"Geburtsjahr": ["1949"], "Geburtsmonat": ["07"], "Geburtstag": ["22"]}
    assert birth_part_columns(german) == ("Geburtsjahr", "Geburtsmonat", "Geburtstag")


@pytest.mark.parametrize(
    "other",
    [
        {"bd": ["22.7.1949", "1.1.1950"]},  # a whole date
        {"bm": ["July"]},
        {"by": ["admin"]},  # "changed by"
        {"by": []},
        {"birth year": ["1949"]},  # two columns of years
    ],
)
def test_other_columns_of_these_names_are_left_alone(other: dict[str, list[str]]) -> None:
    assert birth_part_columns({**SAMPLES, **other}) is None


def test_dates_are_written_with_what_is_known() -> None:
    assert written_date("1949", "7", "22") == "1949-07-22"
    assert written_date("1949.0", "", "?") == "1949-00-00"
    assert written_date("", "7", "22") == ""
