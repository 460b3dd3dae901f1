"""Which country telephones are of that do not say it."""

import random

import pytest

from merge.match.phone_regions import region_of

DRAW = random.Random(7)
LATIN = {"person.full_name": ["John Smith", "Mary Jones", "Ann Lee"]}
HAN = {"person.full_name": ["张伟", "王芳", "李娜"]}


def figures(count: int, first: str = "0123456789") -> str:
    return DRAW.choice(first) + "".join(DRAW.choice("0123456789") for _ in range(count - 1))


MANY = range(60)
BRITISH = [f"07{figures(9, '45789')}" for _ in MANY]
AMERICAN = [f"({DRAW.choice(('212', '310', '617'))}) {figures(3, '23456789')}-{figures(4)}" for _ in MANY]
GERMAN = [f"{DRAW.choice(('0171', '0160'))} {figures(7)}" for _ in MANY]
INDIAN = [figures(10, "6789") for _ in MANY]
JAPANESE = [f"{DRAW.choice(('090', '080'))}-{figures(4, '123456789')}-{figures(4)}" for _ in MANY]
KOREAN = [f"010-{figures(4, '23456789')}-{figures(4)}" for _ in MANY]
TAIWANESE = [f"09{figures(2)}{figures(6)}" for _ in MANY]
MOBILES = [f"13{figures(9)}" for _ in MANY]
LANDLINES = [f"{DRAW.choice(('021', '0755'))}-{figures(8, '2345678')}" for _ in MANY]


@pytest.mark.parametrize(
    ("numbers", "about", "region"),
    [
        (BRITISH, {**LATIN, "address.postcode": ["SW1A 1AA", "M1 4BT", "EH1 2NG"]}, "GB"),
        (BRITISH, HAN, "CN"),
        (AMERICAN, LATIN, "US"),
        (AMERICAN, {**LATIN, "address.province": ["NY", "CA", "MA"]}, "US"),
        (GERMAN, LATIN, "CN"),
        (GERMAN, {**LATIN, "address.country": ["Deutschland"]}, "DE"),
        (GERMAN, {**LATIN, "email": ["a@x.de", "b@y.de", "c@z.de", "d@z.com"]}, "DE"),
        ([*GERMAN, "+49 171 1234567", "0049 160 1234567", "+49 30 901820"], LATIN, "DE"),
        ([*GERMAN, "+49 171 1234567", "+49 30 901820", "+44 20 7946 0000", "+33 1 23 45 67 89"], LATIN, "CN"),
        (INDIAN, {**LATIN, "address.country": ["India", "IN"]}, "IN"),
        (INDIAN, LATIN, "CN"),
        (JAPANESE, {"person.full_name": ["ヤマダ タロウ", "鈴木 みさき"]}, "JP"),
        (KOREAN, {"person.full_name": ["김철수", "이영희"]}, "KR"),
        (TAIWANESE, {"person.full_name": ["陳志偉", "張麗華"]}, "TW"),
        (MOBILES, HAN, "CN"),
        (MOBILES, LATIN, "CN"),
        (MOBILES, {**LATIN, "email": ["a@x.de", "b@y.de", "c@z.de"]}, "CN"),
        (LANDLINES, HAN, "CN"),
        (LANDLINES, {}, "CN"),
        ([*MOBILES, "+44 20 7946 0000", "+1 212 555 0100", "+49 30 901820"], HAN, "CN"),
        ([], LATIN, "CN"),
        (["+44 20 7946 0000"] * 5, LATIN, "CN"),
    ],
)  # fmt: skip
def test_the_country_is_told_by_what_stands_beside(
    numbers: list[str], about: dict[str, list[str]], region: str
) -> None:
    assert region_of(numbers, [], about) == region
    assert region_of(numbers[::-1], [], {name: values[::-1] for name, values in about.items()}) == region


def test_numbers_with_their_code_in_another_column_or_file_count() -> None:
    assert region_of(GERMAN, ["+49 171 1234567", "+49 30 901820", "+49 40 123456"], LATIN) == "DE"


def test_countries_that_stand_side_by_side_tell_nothing() -> None:
    assert region_of(GERMAN, [], {**LATIN, "address.country": ["DE", "AT", "IT", "CN"]}) == "CN"
