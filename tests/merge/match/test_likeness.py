"""What is measured of texts and parts of names and dates, against the one-record door's features read one by one."""

from collections.abc import Callable
from itertools import product
from types import MappingProxyType

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler

from merge.match.features import Alternative, Feature, Features
from merge.match.likeness import ABSENT, LIKENESSES, Likeness
from merge.match.model import Model
from merge.match.pair_features import PairFeatures
from merge.match.table import FIELDS, table_of
from merge.match.texts import Ints

WORDS = ["", "anna", "anne maria", "li", "li na", "smith", "smyth", "von berg", "2001", "7"]
GROUPS = ("name", "birth", "email", "street", "locality", "org", "postcode", "website")


def texts_of(name: str, feature: Feature) -> list[str]:
    made: dict[str, Callable[[Alternative], str]] = {
        "family": lambda one: one[0],
        "given": lambda one: one[1].partition(" ")[0],
        "name": lambda one: " ".join(sorted(f"{one[0]} {one[1]}".split())),
        "birth": "".join,
        "email": lambda one: one[0],
        "local": lambda one: one[1],
        "street": lambda one: f"{one[1]} {one[0] or one[2]}".strip(),
        "locality": lambda one: one[0],
        "org": lambda one: one[0],
        "road": lambda one: one[0] or one[2],
        "postcode": lambda one: one[0],
        "website": lambda one: one[0],
    }
    return [text for one in feature if (text := made[name](one))][:3]


def alike(left: str, right: str) -> int:
    low, high = sorted((left, right))
    return round(500 * (JaroWinkler.similarity(low, high) + OSA.normalized_similarity(low, high)))


def features() -> st.SearchStrategy[Features]:
    def feature(group: str) -> st.SearchStrategy[Feature]:
        years = st.sampled_from(["", "1980", "1981"])
        part = years if group == "birth" else st.sampled_from(WORDS)
        alternative: st.SearchStrategy[Alternative] = st.tuples(*[part] * FIELDS.get(group, 1))
        return st.sets(alternative, max_size=5).map(lambda found: tuple(sorted(found)))

    records = st.fixed_dictionaries({group: feature(group) for group in GROUPS})
    return records.map(lambda found: Features(MappingProxyType({group: one for group, one in found.items() if one})))


def every_pair(count: int) -> tuple[Ints, Ints]:
    left, right = np.triu_indices(count, 1)
    return left.astype(np.int64), right.astype(np.int64)


@settings(max_examples=60, deadline=None)
@given(st.lists(features(), min_size=2, max_size=5))
def test_the_closest_of_three_texts(records: list[Features]) -> None:
    left, right = every_pair(len(records))
    likeness = Likeness(table_of(records))
    found = {name: likeness.of(name, left, right) for name in likeness.names}
    group_of = {"family": "name", "given": "name", "local": "email", "road": "street"}
    for name, pair in product(LIKENESSES, range(len(left))):
        group = group_of.get(name, name)
        ours, theirs = (texts_of(name, records[int(side[pair])].get(group)) for side in (left, right))
        expected = max((alike(one, other) for one in ours for other in theirs), default=ABSENT)
        assert found.get(name, np.full(len(left), ABSENT))[pair] == expected, (name, ours, theirs)


def second_name(record: Features) -> str:
    return next((one[1].split()[1] for one in record.get("name") if len(one[1].split()) > 1), "")


def told(value: bool | None) -> float:
    return float("nan") if value is None else float(value)


@settings(max_examples=60, deadline=None)
@given(st.lists(features(), min_size=2, max_size=5))
def test_second_names_and_parts_of_dates_are_of_the_first_that_has_them(records: list[Features]) -> None:
    left, right = every_pair(len(records))
    found = PairFeatures(table_of(records)).columns(left, right, Model(), {}, np.zeros(len(left), np.int64), {})
    for pair in range(len(left)):
        one, other = (records[int(side[pair])] for side in (left, right))
        ours, theirs = second_name(one), second_name(other)
        both = bool(ours and theirs)
        assert np.array_equal(found["middle"][pair], told(ours[0] == theirs[0] if both else None), equal_nan=True)
        assert np.array_equal(found["middle.same"][pair], told(ours == theirs if both else None), equal_nan=True)
        years = [born[0][0] if (born := record.get("birth")) else "" for record in (one, other)]
        known = all(years)
        assert np.array_equal(found["year"][pair], told(years[0] == years[1] if known else None), equal_nan=True)
        assert found["said.low"][pair] == min(len(one.groups), len(other.groups))
