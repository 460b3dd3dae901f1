"""Numbers without the code of their country, where the country is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merge.standardise.calling import as_dialled_at_home, figures_of, in_region, with_country
from merge.standardise.phones import standardise_phone
from merge.standardise.record import standardise_value

REGIONS = ["GB", "US", "DE", "FR", "IN", "JP", "KR", "TW", "HK", "BR", "ES", "IT", "PL", "AU", "RU", "MX", "FI"]


@pytest.mark.parametrize(
    ("cell", "region", "written"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("7700900123.0", "GB", "+447700900123"),
        ("447700900123", "GB", "+447700900123"),
        ("(212) 555-0100", "US", "+12125550100"),
        ("1-310-555-1234 x12", "US", "+13105551234 ext. 12"),
        ("0171/2345678", "DE", "+491712345678"),
        ("98765 43210", "IN", "+919876543210"),
        ("090-1234-5678", "JP", "+819012345678"),
        ("010-2345-6789", "KR", "+821023456789"),
        ("020 7946 0000 / 07700 900123", "GB", "+442079460000 / +447700900123"),
        ("a@x.example; 020 7946 0000", "GB", "a@x.example; +442079460000"),
        ("(199) 555-0100", "US", "+11995550100"),  # no such area, but as long as all
    ],
)
def test_a_number_is_written_with_the_code_of_its_country(cell: str, region: str, written: str) -> None:
    assert with_country(cell, region) == written


@pytest.mark.parametrize(
    "cell",
    ["+49 171 2345678", "0049 171 2345678", "13800138000", "077****0123", "00000000000", "12345", "-", "ask Ann"],
)
def test_what_has_a_code_is_chinese_or_is_no_number_stays(cell: str) -> None:
    assert with_country(cell, "GB") == cell


@given(st.text("0123456789 -()+*/;x", max_size=24))
def test_chinese_columns_stay_as_they_are(cell: str) -> None:
    assert with_country(cell, "CN") == with_country(cell, "CN", "CN") == cell


def test_the_country_of_the_row_is_asked_first_but_not_for_a_chinese_mobile() -> None:
    assert with_country("0171 2345678", "CN", "DE") == "+491712345678"
    assert with_country("0171 2345678", "GB", "DE") == "+491712345678"
    assert with_country("07911 123456", "GB", "CN") == "+447911123456"
    assert with_country("021-61234567", "GB", "CN") == "021-61234567"
    assert with_country("13105551234", "CN", "US") == "13105551234"
    assert with_country("13105551234", "US", "US") == "+13105551234"


@given(st.sampled_from(REGIONS), st.text("0123456789", min_size=7, max_size=15))
def test_the_quick_way_says_what_the_plan_says(region: str, figures: str) -> None:
    value = standardise_phone("phone", figures, region)
    whole = value.normal if value.part("kind") else ""
    assert in_region(figures, region) == whole


@given(st.sampled_from(REGIONS), st.text("0123456789", min_size=7, max_size=12))
def test_a_number_is_the_same_with_its_code_and_without_it(region: str, figures: str) -> None:
    written = with_country(figures, region)
    assert with_country(written, region) == written
    if proved := in_region(figures, region):
        assert standardise_value("phone", written).normal == proved


def test_a_number_is_found_by_what_people_type_at_home() -> None:
    assert {"07700900123", "7700900123"} <= as_dialled_at_home("+447700900123")
    assert figures_of("(212) 555-0100") in as_dialled_at_home("+12125550100;ext=7")
    assert as_dialled_at_home("+8613800138000") == as_dialled_at_home("2125550100") == frozenset()


@given(st.sampled_from(REGIONS), st.from_regex(r"\(?[0-9]([ .()-]{0,2}[0-9]){5,14}", fullmatch=True))
def test_a_plain_cell_is_written_as_one_with_a_blank_before_it(region: str, cell: str) -> None:
    whole = with_country(f" {cell}", region)
    assert with_country(cell, region) == (cell if whole == f" {cell}" else whole)
