"""Names and words of other languages that say the same with and without a particle, or in English."""

import pytest

from merge.standardise.record import standardise_value


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("João da Silva", "silva", "joao"),
        ("Luigi Leo Cardoso dos Andrade", "andrade", "luigi leo cardoso"),
        ("Silva, João da", "silva", "joao"),
        ("Do Van Anh", "van anh", "do"),
        ("Wang Da Wei", "wang", "dawei"),
    ],
)
def test_portuguese_particles_tell_nothing(name: str, family: str, given: str) -> None:
    found = standardise_value("person.full_name", name)
    assert (found.part("family"), found.part("given")) == (family, given)
    assert standardise_value("person.family_name", "dos Santos").part("family") == "santos"


def test_institutions_are_known_by_their_words_in_other_languages() -> None:
    names = ("Fondation Internationale Pasteur", "Fundación Internacional Pasteur", "International Foundation Pasteur")
    assert len({frozenset(standardise_value("organization.name", name).normal.split()) for name in names}) == 1
