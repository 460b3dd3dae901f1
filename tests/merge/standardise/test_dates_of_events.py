"""Dates as registers write them: months in Roman figures, doubts, and years of two figures."""

import pytest

from merge.standardise.dates import parse_date, with_whole_year, years_of_two_figures


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("13.XII.1904", (1904, 12, 13)),
        ("5-iv-1899", (1899, 4, 5)),
        ("c1880", (1880, None, None)),
        ("[1887?]", (1887, None, None)),
        ("12 Sep 1886?", (1886, 9, 12)),
        ("12.XIII.1904", None),
        ("XII.1904", None),
    ],
)
def test_dates_of_registers(written: str, read: tuple[int, int | None, int | None] | None) -> None:
    assert parse_date(written) == read


def test_a_year_of_two_figures_is_of_the_century_that_the_column_is_of() -> None:
    whole = {f"3 Jul {year}": 2 for year in range(1860, 1916)}
    years = years_of_two_figures({**whole, "7/9/99": 1, "Sep 12, 86": 1, "4/15/15": 1})
    assert years == {15: 1915, 86: 1886, 99: 1899}
    assert with_whole_year("7/9/99", years) == "7/9/1899"
    assert with_whole_year("Sep 12, 86", years) == "Sep 12, 1886"
    assert with_whole_year("3 Jul 1888", years) == "3 Jul 1888"


def test_too_few_whole_years_tell_nothing() -> None:
    assert years_of_two_figures({"3 Jul 1888": 3, "7/9/99": 1}) == {}
    assert years_of_two_figures({}) == {}
    assert with_whole_year("7/9/99", {}) == "7/9/99"
