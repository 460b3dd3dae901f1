"""Particles and initials in columns of their own."""

from pathlib import Path

import pytest

from merge.resolve.name_parts import family_of, given_of, spelt
from tests.merge.resolve.test_columns_together import loaded


@pytest.mark.parametrize(
    ("said", "initials"),
    [
        ("J.C.", "J C"),
        ("JC", "J C"),
        ("j c", "J C"),
        ("Th.A.", "TH A"),
        ("Johannes", "Johannes"),
        ("n/a", ""),
        ("", ""),
    ],
)
def test_initials_stand_one_by_one(said: str, initials: str) -> None:
    assert spelt(said) == initials


@pytest.mark.parametrize(
    ("given", "initials", "told"),
    [
        ("Gijs", "G.J.", "Gijs J"),
        ("", "J.C.", "J C"),
        ("Hans", "J.C.", "Hans"),  # called otherwise than baptised
        ("Anna Maria", "A.M.", "Anna Maria"),
        ("Jan", "", "Jan"),
    ],
)
def test_initials_tell_of_further_given_names(given: str, initials: str, told: str) -> None:
    assert given_of(given, initials) == told


@pytest.mark.parametrize(
    ("family", "particle", "whole"),
    [
        ("Berg", "van den", "van den Berg"),
        ("VAN DEN BERG", "van den", "VAN DEN BERG"),
        ("Vries", "", "Vries"),
        ("", "de", ""),
    ],
)
def test_a_particle_goes_before_the_family_name(family: str, particle: str, whole: str) -> None:
    assert family_of(family, particle) == whole


def test_parts_of_names_are_read_together(tmp_path: Path) -> None:
    columns = ["id", "voorletters", "tussenvoegsel", "achternaam", "voornaam"]
    rows = [("r1", "J.C.", "van den", "Berg", ""), ("r2", "G.J.", "", "Bakker", "Gijs")]
    rows += [(f"o{number}", "A.", "", f"Jansen{number}", "Anna") for number in range(20)]
    table, mapping, notes = loaded(tmp_path, columns, rows)
    assert table.column("achternaam")[:2] == ["van den Berg", "Bakker"]
    assert table.column("voornaam")[:2] == ["J C", "Gijs J"]
    assert mapping["tussenvoegsel"] == mapping["voorletters"] == "ignore"
    assert sum("read together" in note for note in notes) == len(("particle", "initials"))


def test_initials_alone_are_given_names(tmp_path: Path) -> None:
    rows = [(f"o{number}", "A.B.", f"Jansen{number}") for number in range(20)]
    _, mapping, _ = loaded(tmp_path, ["id", "voorletters", "achternaam"], rows)
    assert mapping["voorletters"] == "person.given_name"
