"""What the words of names tell, and over how many names and places a value is spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.match.cascade import APART, Cascade
from merge.match.features import Features
from merge.match.organization_comparison import initials_share
from merge.match.organization_evidence import WORDS_TELL, WordEvidence
from merge.match.outcomes import Level
from merge.match.pair_features import NAMES as COLUMNS
from merge.match.spread import PLACED, Spread
from merge.match.table import FeatureTable, table_of
from merge.match.texts import Ints

NAMES = ["nordfix bakery", "nordfix pharmacy", "sunmill bakery", "sunmil bakery", "elm bakery 12", "elm bakery 13",
         "oak travel", "institute of marine research", "imr", "pine books", "ash books"]  # fmt: skip


def organizations(names: list[str], streets: list[str] | None = None) -> FeatureTable:
    records = []
    for position, name in enumerate(names):
        groups: dict[str, tuple[tuple[str, ...], ...]] = {"org": ((name, "", ""),)} if name else {"sex": (("f",),)}
        if streets and streets[position]:
            groups["street"] = ((streets[position], str(len(streets[position])), ""),)
        records.append(Features(groups))
    return table_of(records)


def numbers(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


def told(one: str, other: str) -> dict[str, float]:
    names = [*NAMES, ""]
    found = WordEvidence(organizations(names)).of(numbers(names.index(one)), numbers(names.index(other)))
    return {name: float(found[name][0]) for name in WORDS_TELL}


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    brand, trade = told("nordfix bakery", "nordfix pharmacy"), told("nordfix bakery", "sunmill bakery")
    assert brand["org.shared"] > trade["org.shared"]
    assert trade["org.lone.low"] < 0  # each has a rare word alone
    assert told("oak travel", "oak travel")["org.lone.sum"] == 0


def test_a_slip_is_no_word_of_its_own_and_a_figure_is() -> None:
    slip = told("sunmill bakery", "sunmil bakery")
    assert slip["org.slips"] == 1
    assert slip["org.lone.sum"] == 0
    figures = told("elm bakery 12", "elm bakery 13")
    assert figures["org.number"] == 0
    assert figures["org.slips"] == 0
    assert np.isnan(slip["org.number"])


def test_acronyms() -> None:
    assert told("institute of marine research", "imr")["org.acronym"] == 1
    assert told("institute of marine research", "oak travel")["org.acronym"] != 1


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("institute of marine research", "imr", 1),
        ("bank of asia", "boa", 1),
        ("quantum media international", "qmi", 1),
        ("zentrum fur luft raumfahrt", "zlr", 1),
        ("northern water power works", "nww", 0.75),
        ("northern water", "wn", 0),
        ("northern", "n", 0),
    ],
)
def test_initials(one: str, other: str, share: float) -> None:
    assert initials_share(one, other) == initials_share(other, one) == share


def test_who_has_no_name_is_told_nothing() -> None:
    names = [*NAMES, ""]
    found = WordEvidence(organizations(names)).of(numbers(0), numbers(len(NAMES)))
    assert all(np.isnan(values[0]) for values in found.values())
    assert WordEvidence(organizations([""])).of(numbers(0), numbers(0)) == {}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="ab1 ", max_size=9).map(lambda text: " ".join(text.split())), min_size=2, max_size=7))
def test_the_order_of_the_two_makes_no_difference(names: list[str]) -> None:
    words = WordEvidence(organizations(names))
    left, right = (np.array(one, dtype=np.int64) for one in np.triu_indices(len(names), 1))
    one, other = words.of(left, right), words.of(right, left)
    for name, values in one.items():
        np.testing.assert_allclose(values, other[name], rtol=1e-5)


def test_a_chain_shows_in_how_many_places_its_name_has() -> None:
    names = ["nordfix bakery"] * 4 + ["sunmill books"] * 2
    table = organizations(names, ["long road", "elm street", "park lane east", "", "high street", "high street"])
    found = Spread(table, WordEvidence(table)).of(numbers(0, 4), numbers(1, 5))
    assert found["org.places"].tolist() == pytest.approx([np.log2(3), 0])
    assert found["here.low"].tolist() == [0, 1]
    assert np.isnan(found["street.names"][0])
    assert set(PLACED) <= set(found)


def test_people_have_no_places_of_a_name_of_an_organisation() -> None:
    table = table_of([Features({"name": (("smith", "john", "latin", "", ""),)})] * 2)
    assert not set(PLACED) & set(Spread(table, WordEvidence(table)).of(numbers(0), numbers(1)))


@pytest.mark.parametrize(
    ("said", "bounded"),
    [
        ({"street.level": Level.EXACT}, True),
        ({"street.level": Level.EXACT, "org.acronym": 0}, True),
        ({"street.level": Level.EXACT, "org.acronym": 0.8}, False),
        ({"street.level": Level.EXACT, "org.shared": 4.2}, False),
        ({"street.level": Level.EXACT, "org.shared": float("nan")}, False),
        ({"street.level": Level.EXACT, "phone.level": Level.EXACT}, False),
        ({"street.level": Level.EXACT, "website.level": Level.NEAR}, False),
        ({"street.level": Level.EXACT, "phone.level": Level.DIFFERENT}, True),
    ],
)
def test_a_place_alone_does_not_join_names_that_share_no_word(said: dict[str, float], *, bounded: bool) -> None:
    row = dict.fromkeys(COLUMNS, float("nan")) | {"org.shared": 0} | said
    one = np.zeros(1, dtype=np.int64)
    rows = np.array([[row[name] for name in COLUMNS]], dtype=np.float16)
    cascade = Cascade(2, one, one + 1, one, one, rows, np.ones(1, dtype=np.bool_))
    assert cascade.bounded(one + 5000).tolist() == [APART if bounded else 5000]
