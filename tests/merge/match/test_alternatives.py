"""Numbers instead of strings: combinations, hashes and distinct records are what counting one by one gives."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from merge.match import alternatives
from merge.match.alternatives import Alternatives, combined
from merge.match.cells import encoded, large_strings
from merge.match.column_terms import pieces
from merge.match.keys import Cut
from merge.match.table import FeatureColumn, FeatureTable, column_of, fields_of
from merge.match.texts import Points, hashed, in_order_of_hashes, mixed, text_hashes
from merge.resolve import whole
from merge.resolve.whole import profiles

CODES = st.lists(st.tuples(*[st.integers(-1, 4)] * 3), max_size=30)


@pytest.mark.parametrize("most", [1, 40, 1 << 62])
@settings(max_examples=100, deadline=None)
@given(CODES)
def test_combinations_in_their_order(most: int, rows: list[tuple[int, int, int]]) -> None:
    columns = [np.array([row[place] for row in rows], dtype=np.int32) for place in range(3)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alternatives, "_MOST", most)
        number, first = combined(columns)
    ordered = sorted(set(rows))
    assert [rows[place] for place in first.tolist()] == ordered
    assert number.tolist() == [ordered.index(row) for row in rows]
    assert first.tolist() == [rows.index(row) for row in ordered]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=1, max_size=6), max_size=3))
def test_alternatives_as_one_by_one(parts: list[list[tuple[str, str]]]) -> None:
    own = Alternatives("phone")
    numbers: dict[tuple[str, ...], int] = {}
    held = []
    for part in parts:
        codes = np.arange(-1, 6, dtype=np.int32)
        codes[codes >= len(part)] = -1
        own.add(codes, [encoded(large_strings(column)) for column in zip(*part, strict=True)])
        told = np.array([*(numbers.setdefault(one, len(numbers)) for one in part), -1], dtype=np.int32)
        held.append(told[codes])
    found = own.column()
    assert (found is None) == (not parts)
    if found is not None:
        assert same(found, column_of(held, fields_of(numbers, 2)))


def same(one: FeatureColumn, other: FeatureColumn) -> bool:
    alike = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("codes", "starts", "members"))
    strings = zip(one.fields, other.fields, strict=True)
    return alike and all(np.array_equal(a.codes, b.codes) and a.values == b.values for a, b in strings)


@settings(max_examples=200, deadline=None)
@given(CODES)
def test_distinct_records(rows: list[tuple[int, int, int]]) -> None:
    columns = [np.array([row[place] for row in rows], np.int32) for place in range(3)]
    features = [FeatureColumn(codes, np.arange(6), np.arange(5, dtype=np.int32), ()) for codes in columns]
    table = FeatureTable(len(rows), {f"text.{place}": column for place, column in enumerate(features)})
    names = [(row, place if max(row) < 0 else -1) for place, row in enumerate(rows)]
    distinct = list(dict.fromkeys(names))
    for mixing in (mixed, lambda numbers: numbers & np.uint64(0)):  # all hashes alike: told apart all the same
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(whole, "mixed", mixing)
            found = profiles(table)
        assert found.first.tolist() == [names.index(name) for name in distinct]
        assert found.of.tolist() == [distinct.index(name) for name in names]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=40), st.integers(0, 60))
def test_hashes_that_differ_in_a_few_bits(low: list[int], shift: int) -> None:
    hashes = np.array(low, dtype=np.uint64) << np.uint64(shift)
    order = in_order_of_hashes(hashes)[0].tolist()
    assert sorted(order) == list(range(len(low)))
    runs = [low[row] for row in order]
    assert sum(a != b for a, b in pairwise(runs)) == max(0, len(set(low)) - 1)
    assert all(a < b for a, b in pairwise(order) if low[a] == low[b])


CUTS = (
    Cut(), Cut(stop=4, before=" "), Cut(-8, before=";", leading="+"), Cut(-8, -3, before=";", leading="+"),
    Cut(stop=6, behind="@"), Cut(before="/"), Cut(-4), Cut(2, 1), Cut(1, -2),
)  # fmt: skip


@example([""], Cut(-8, before=";", leading="+"))
@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="+@;/ abé王\U00020000", max_size=12), max_size=12), st.sampled_from(CUTS))
@example([""], CUTS[2])
def test_pieces_of_texts(values: list[str], cut: Cut) -> None:
    points = Points(values)
    start, end = pieces(cut, points)
    told = list(map(cut, values))
    assert [value[a:b] for value, a, b in zip(values, start.tolist(), end.tolist(), strict=True)] == told
    assert hashed(points.sums(start, end), end - start).tolist() == text_hashes(told).tolist()
