"""What is standardised by whole columns is what the full standardisers give, value by value."""

import random
import string

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, example_number_for_type

from merge.match.cells import large_strings
from merge.match.parts import Parts, parts_of
from merge.standardise.calling import with_country
from merge.standardise.contacts import pieces
from merge.standardise.numbering import by_prefix
from merge.standardise.numbering_columns import PLUS, by_prefixes
from merge.standardise.phone_columns import single_numbers
from merge.standardise.quick_columns import quick_column
from merge.standardise.record import standardise_value
from tests.merge.standardise.test_quick import NASTY

ATTRIBUTES = ("email", "phone", "address.postcode", "person.birth_date", "person.full_name", "person.family_name",
              "person.given_name", "person.middle_name", "address.full", "address.street", "address.city",
              "address.district", "address.province")  # fmt: skip
MORE = [
    "Müller",
    "x x",
    "xxx",
    "Test Guest",
    "Guest",
    "Alex Guo Shaofeng",
    "Anna Schneider geb Becker",
    "Anna Nee",
    "JÜRGEN",
    "DUPONT Jean",
    "ÉLODIE Marie",
    "Straße",
    "36Dorfstraße 13",
    "Hauptstr. 5",
    "rue de l'Église 9",
    "O'Brien",
    "Smith-Jones",
    "St. John",
    "'",
    "''",
    "n'a",
    "Dr. No",
    "Łódź",
    "Ørsted",
    "İzmir",
    "ŉa",
    "ĳ",
    "ſt",
    "not  known",
    "- -",
    "N / A",
    "No. 5",
    "nr 7 No",
    "a_b 1_2",
    "12/3b, Flat 9",
    "  Leeds ",
    "München (Stadt)",
    "x\t1",
    "x\x001",
    "１２ Main",
    "1990-02-30",
    "1990-13-01",
    "0000-01-01",
    "1990-00-00",
    "1990-1-1",
    "2001-12-31\n",
    "a@b.co\n",
    "13800138000\n",
    "+86 138-0013-8000",
    "010-12345678-802",
    "00 44 20",
    "0044",
    "001",
    "00861",
    "+86",
    "王伟",
    "wei wang",
    "Wang Xiaoming",
    "van der Berg",
    "Ludwig van Beethoven",
    "Anna van",
    "Jr",
    "nan",
    "NaN",
]


def full(attribute: str, raw: str) -> Parts | None:
    value = standardise_value(attribute, raw)
    said = parts_of(value) if value.normal else ("",)
    return said if said[0] else None


def check(raws: list[str]) -> int:
    values = large_strings(list(dict.fromkeys(raws)))
    listed = values.to_pylist()
    taken = 0
    for attribute in ATTRIBUTES:
        rows, parts = quick_column(attribute, values)
        assert np.all(np.diff(rows) > 0)
        found = list(zip(*(part.to_pylist() for part in parts), strict=True))
        assert found == [full(attribute, listed[row]) for row in rows.tolist()], attribute
        taken += len(found)
    return taken


def test_nasty_values() -> None:
    assert check(NASTY + MORE) > 300


def test_no_values() -> None:
    assert check([]) == 0
    assert check([""]) == 0


WORDS = (
    "Anna",
    "wei",
    "WANG",
    "li",
    "van",
    "der",
    "Lee",
    "dr",
    "jr",
    "St",
    "12",
    "5b",
    "Str",
    "José",
    "Øst",
    "ß",
    "na",
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet="aAéßÜ@.,-+/ 0123456789'_\u00a0王", max_size=20) | st.text(max_size=10), max_size=20))
def test_any_text(raws: list[str]) -> None:
    check(raws)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(tuple), max_size=12),
       st.sampled_from([" ", ", ", "-", ". ", "  ", "/"]))  # fmt: skip
def test_words(rows: list[tuple[str, ...]], glue: str) -> None:
    check([glue.join(words) for words in rows])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"), max_size=20))
def test_dates(raws: list[str]) -> None:
    check(raws)


def test_numbers_of_every_country() -> None:
    draw = random.Random(13)
    raws = []
    for country, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        for kind in range(6):
            example = None if regions[0] == "001" else example_number_for_type(regions[0], kind)
            national = str(example.national_number) if example else "".join(draw.choices(string.digits, k=9))
            changed = draw.randrange(len(national))
            figures = national[:changed] + "".join(draw.choices(string.digits, k=len(national) - changed))
            figures = draw.choice([national, figures, figures[:-1], figures + "7", "0" + figures, "00" + figures])
            raws += [f"{draw.choice(['+', '00'])}{country}{draw.choice(['', ' ', '-'])}{figures}", figures]
    values = large_strings(list(dict.fromkeys(raws)))
    rows, parts = quick_column("phone", values)
    found = list(zip(*(part.to_pylist() for part in parts), strict=True))
    assert found == [full("phone", values[row].as_py()) for row in rows.tolist()]
    assert len(found) > 1500


@pytest.mark.parametrize("region", ["CN", "GB", "US", "DE", "IN", "AU", "RU", "FI"])
@pytest.mark.parametrize("plus", PLUS)
def test_as_one_by_one(plus: str, region: str) -> None:
    draw = random.Random(plus + region)
    digits = [draw.choice(["", "0", "00", "1", "49", "44", "86", "55", "54", "0011"])
              + "".join(draw.choices(string.digits, k=draw.randint(0, 16))) for _ in range(1500)]  # fmt: skip
    digits = [one for one in digits if one][:1500]
    numbers = np.array([int(one[:15]) for one in digits])
    lengths = np.array([len(one) for one in digits])
    answers = by_prefixes(np.full(len(digits), PLUS.index(plus)), numbers, lengths, region)
    for place, one in enumerate(digits):
        number = int(answers.number[place])
        told = None if number < 0 else (answers.heads[number] + one[int(answers.kept[number]) :], answers.kinds[number])
        assert told == by_prefix(plus, one, region), one


@pytest.mark.parametrize("region", ["GB", "US", "DE", "FR", "IN", "JP", "BR", "IT", "AU", "RU", "FI"])
def test_numbers_of_a_country_are_standardised_as_one_by_one(region: str) -> None:
    draw = random.Random(region)
    starts = ["", "0", "00", "011", "+", "1", "13", "159", "4", "44", "07", "02", "9", "0171", "212", "810", "39", "(0"]
    figures = [draw.choice(starts) + "".join(draw.choices(string.digits, k=draw.randint(4, 14))) for _ in range(1500)]
    cut = [f"{one[:place]}{draw.choice(' -./ ')}{one[place:]}" for one in figures for place in (3, 5)]
    values = pa.array(sorted({*figures, *cut, "", "0000000", "a@x.example"}), pa.large_string())
    assert check_phones(values, region) > 200


def check_phones(values: pa.Array, region: str) -> int:
    rows, parts = quick_column("phone", values, region)
    listed = values.to_pylist()
    assert np.all(np.diff(rows) > 0)
    found = list(zip(*(part.to_pylist() for part in parts), strict=True))
    assert found == [full("phone", with_country(listed[row], region)) for row in rows.tolist()]
    return len(rows)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(alphabet="0011446790138 -+", max_size=18) | st.text(max_size=6), max_size=20),
       st.sampled_from(["CN", "GB", "US", "AU", "RU"]))  # fmt: skip
def test_any_telephones(raws: list[str], region: str) -> None:
    values = large_strings(list(dict.fromkeys(raws)))
    check_phones(values, region)
    check_phones(values[1:], region)
    for raw, single in zip(values.to_pylist(), single_numbers(values).tolist(), strict=True):
        assert not single or pieces("phone", raw) == [("phone", raw)]
        written = with_country(raw, region)
        assert not single or pieces("phone", written) == [("phone", written)]


@pytest.mark.parametrize("region", ["CN", "GB", "US", "FR", "FI"])
def test_nasty_telephones(region: str) -> None:
    check_phones(large_strings(list(dict.fromkeys(NASTY + MORE))), region)
