"""Whole names of which some begin with the family name, and no comma tells it."""

from itertools import permutations
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from merge.resolve.name_order import NameOrder
from tests.merge.resolve.test_columns_together import loaded

FAMILIES = ("Szymanska", "Grubbe", "Ostrowik", "Padalka", "Wrublek", "Tomaszek", "Kilcher", "Bruntley", "Mackworth")
GIVEN = ("Rozalia", "Thomas", "Jadwiga", "Pietro", "Helena", "Samuel", "Agnieszka", "Walter", "Rebecca")
PLAIN = [f"{one} {other}" for one, other in zip(GIVEN * 2, (*FAMILIES, *FAMILIES[1:], FAMILIES[0]), strict=True)]


def test_a_name_is_turned_where_both_its_ends_say_so() -> None:
    order = NameOrder(PLAIN)
    assert order.written("Szymanska Rozalia") == "Szymanska, Rozalia"
    assert order.written("GRUBBE WALTER S.") == "GRUBBE, WALTER S."
    assert order.written("Padalka Kilcher Helena") == "Padalka Kilcher, Helena"
    assert order.written("Tomaszek Anna Rebecca") == "Tomaszek, Anna Rebecca"


def test_others_stay_as_they_are() -> None:
    order = NameOrder(PLAIN)
    for name in (
        *PLAIN, "Szymanska, Rozalia", "Thomas James", "Mrs Szymanska Rozalia", "Wang Wei", "Rozalia", "Grubbe W.", "",
        "Szymanska 2 Rozalia", "王 小明", "de Grubbe Walter", "Nobody Heardof",
    ):  # fmt: skip
        assert order.written(name) == name


def test_what_stands_behind_commas_tells_given_names_that_no_list_has() -> None:
    order = NameOrder([f"{family}, Zyndra" for family in FAMILIES])
    assert order.written("Grubbe Zyndra") == "Grubbe, Zyndra"
    assert NameOrder([]).written("Grubbe Zyndra") == "Grubbe Zyndra"


@given(st.sampled_from(list(permutations(range(4)))))
@settings(max_examples=10)
def test_the_order_of_the_names_makes_no_difference(places: tuple[int, ...]) -> None:
    names = [*PLAIN[:4], "Szymanska Rozalia"]
    order = NameOrder([names[place] for place in (*places, 4)])
    assert [order.written(one) for one in names] == [NameOrder(names).written(one) for one in names]


def test_a_column_is_read_in_order_and_a_note_says_so(tmp_path: Path) -> None:
    rows = [(name, f"19{40 + place}-03-04") for place, name in enumerate([*PLAIN, "Szymanska Rozalia"])]
    table, _, notes = loaded(tmp_path, ["name", "date of birth"], rows)
    assert table.column("name") == [*PLAIN, "Szymanska, Rozalia"]
    assert any("1 names stand with the family name first" in note for note in notes)


def test_the_name_at_birth_stands_behind_whole_names_too(tmp_path: Path) -> None:
    rows = [("Eva Schmidt (née Becker)", "1960-01-02"), ("HUBER, KARL", "1961-01-02")]
    table, mapping, _ = loaded(tmp_path, ["name", "date of birth"], rows)
    assert table.column("name (at birth)") == ["Becker, eva", ""]
    assert mapping["name (at birth)"] == "person.full_name"
