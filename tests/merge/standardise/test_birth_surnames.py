"""Words before the name that somebody was born with."""

import pytest

from merge.standardise.birth_surnames import BORN, without_born_word
from merge.standardise.names import standardise_person_name


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("Schneider geb. Becker", "Becker"),
        ("Gołąb alias Duda", "Duda"),
        ("Grabowski de domo Żywuk", "Żywuk"),
        ("Roy dit Desjardins", "Desjardins"),
        ("Nowak (z d. Kowalska)", "Kowalska"),
        ("Hansen født Olsen", "Olsen"),
        ("Петрова урождённая Иванова", "Иванова"),
        ("John F. Kennedy", None),
        ("Jean Gen Smith", None),
        ("Max Born", None),
    ],
)
def test_the_name_behind_the_word(name: str, born: str | None) -> None:
    found = BORN.search(name)
    assert (found and found["name"]) == born


def test_the_name_that_is_borne_stays() -> None:
    assert standardise_person_name("person.family_name", "Gołąb alias Duda").part("family") == "golab"


@pytest.mark.parametrize(
    ("said", "name"), [("de domo Borkowska", "Borkowska"), ("née Tarur", "Tarur"), ("Born", "Born"), ("Nee", "Nee")]
)
def test_a_field_of_its_own_needs_no_word(said: str, name: str) -> None:
    assert without_born_word(said) == name
