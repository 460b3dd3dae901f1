"""The quick ways to a standard form give what the full ones give, for every value that they take."""

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, example_number_for_type

from merge.standardise.names import standardise_person_name
from merge.standardise.phones import standardise_phone
from merge.standardise.quick import quick_address, quick_email, quick_name, quick_phone, quick_postcode
from merge.standardise.record import standardise_value
from merge.standardise.text import _traditional_to_simplified, is_missing, simplify
from merge.standardise.values import Validity

NASTY = ["", " ", "-", "n/a", "N/A", "None", "null", "unknown", "not known", "a", "A B", "Dr Anna Lee",
    "Anna Lee Jr", "Lee, Anna", "de la Cruz Maria",
         "Maria de la Cruz", "Wang Wei", "wei wang", "Jia Wei Wang", "O'Neil", "Anna-Maria", "nan", "Nan Nan",
         "x" * 10_000,
         "12 Main St", "12, Main St", "Hauptstr 5", "5 Hauptstrasse", "Flat 3 No 12", "st", "no", "1",
         "12a Elm", "None St", "nil", "Apt 3-21, 38/177 High St", "n-a", "1_2 Elm", "SW1A 1AA", "sw1a-1aa", "75310.0",
         "a@b.co", "MAILTO:a@b.co", "mailto@x.org", "A.B+c%d@EX-ample.co.uk", "a@b", "a@b.c", "a@@b.co", "a b@c.de",
         "0", "0000000", "13800138000", "+8613800138000", "0086 138-0013-8000", "1380013800", "138001380001",
         "+1 212-555-0123", "+44 20 7946 0123", "+49 30 1234567", "+39 06 1234567", "00393312345678",
         "+0 123 4567", "+800 1234 5678",
         "12345", "1234567", "010-12345678", "+999 1234567", "+", "++1 2", "+1-", "021 1234 5678 9",
         "８６13800138000"]  # fmt: skip


def check(raw: str) -> None:
    email = quick_email(raw)
    if email is not None:
        full = standardise_value("email", raw)
        assert email == (full.normal, full.part("local"))
    phone, full = quick_phone(raw), standardise_phone("phone", raw)
    if not is_missing(raw):
        assert standardise_value("phone", raw) == full
    if phone is not None:
        assert phone == (full.normal, full.part("kind") if full.validity is Validity.VALID else "")
    for role in ("full_name", "family_name", "given_name", "middle_name"):
        name = quick_name(role, raw)
        if name is not None:
            full = standardise_person_name(f"person.{role}", raw)
            assert name == (full.normal, full.part("family"), full.part("given"))
            assert full.part("script") == "latin"
    address = quick_address(raw)
    if address is not None:
        full = standardise_value("address.full", raw)
        assert address == (full.normal, full.part("street"), full.part("numbers"))
    postcode = quick_postcode(raw)
    if postcode is not None:
        assert postcode == standardise_value("address.postcode", raw).normal


@pytest.mark.parametrize("raw", NASTY, ids=range(len(NASTY)))
def test_nasty_values(raw: str) -> None:
    check(raw)


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="aAbB@.,-+ 0123456789'", max_size=24) | st.text(max_size=12))
def test_any_text(raw: str) -> None:
    check(raw)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Anna", "wei", "WANG", "li", "van", "der", "Lee", "dr", "jr", "St", "12", "5b", "Str", "the"]),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([" ", ", "]),
)
def test_words(words: list[str], glue: str) -> None:
    check(glue.join(words))


def test_plain_values_are_taken() -> None:
    assert quick_email("Ann.Lee@example.com") == ("ann.lee@example.com", "ann.lee")
    assert quick_phone("138 0013 8000") == ("+8613800138000", "mobile")
    assert quick_phone("+49 151 23456789") == ("+4915123456789", "mobile")
    assert quick_name("full_name", "Anna Lee") == ("anna lee", "lee", "anna")
    assert quick_postcode("ip11 2ls") == "IP112LS"
    assert quick_address("3-21/7 Main St") == ("3 21 7 main street", "main street", "3 21 7")
    assert quick_address("12 Main St") == ("12 main street", "main street", "12")


def test_numbers_of_every_country() -> None:
    draw = random.Random(11)
    taken = 0
    for country, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        for kind in range(8):
            example = None if regions[0] == "001" else example_number_for_type(regions[0], kind)
            national = str(example.national_number) if example else "".join(draw.choices(string.digits, k=9))
            for _ in range(3):
                changed = draw.randrange(len(national))
                figures = national[:changed] + "".join(draw.choices(string.digits, k=len(national) - changed))
                figures = draw.choice([figures, figures[:-1], figures + "7", "0" + figures])
                raw = f"{draw.choice(['+', '00'])}{country}{draw.choice(['', ' ', '-'])}{figures}"
                taken += quick_phone(raw) is not None
                check(raw)
                check(figures)
    assert taken > 3000
    assert PhoneMetadata.metadata_for_region("DE", None) is not None


@pytest.mark.parametrize("begin", ["+4420", "+447", "+49151", "0044 7", "015", "021", "+551", "+5411", "+1212", "+39"])
def test_numbers_that_begin_alike(begin: str) -> None:
    draw = random.Random(begin)
    for _ in range(60):
        check(begin + "".join(draw.choices(string.digits, k=draw.randint(6, 8))))


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=8)
    | st.lists(st.sampled_from("乾隆瞭解一目瞭然藉口王偉台湾臺灣麼于後后里裡發髮"), max_size=8).map("".join)
)
def test_texts_that_are_simplified_already(text: str) -> None:
    assert simplify(text) == _traditional_to_simplified().convert(text)
