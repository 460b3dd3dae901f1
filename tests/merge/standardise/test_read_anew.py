"""UTF-8 that a program took for Windows-1252."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merge.standardise.text import clean


def shown(byte: int) -> str:
    """A byte as programs show it for Windows-1252, which leaves five of them open."""
    return bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)


@pytest.mark.parametrize("text", ["Król", "张伟", "Łańcut", "José", "Иван", "Müller", "L’Été"])
def test_it_is_read_as_it_was_written(text: str) -> None:
    assert clean("".join(map(shown, text.encode()))) == clean(text)
    assert clean(text.encode().decode("latin-1")) == clean(text)


def test_twice_misread_is_read_twice() -> None:
    assert clean("Szydłów".encode().decode("cp1252").encode().decode("cp1252")) == "Szydłów"


@pytest.mark.parametrize("text", ["CAFÉ»", "«À»", "São", "ÅÄÖ", "naïve", "Ã", "Übung"])
def test_what_people_write_stays(text: str) -> None:
    assert clean(text) == text


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
