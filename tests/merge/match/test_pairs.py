"""Candidate pairs of a batch, and the terms that they are made of."""

import random
from itertools import combinations

import numpy as np
import pytest

from merge.match.column_terms import TermColumn, column_terms, term_hash, term_hashes
from merge.match.equal_keys import grouped
from merge.match.keys import terms
from merge.match.pairs import Caps, _least_product, candidate_pairs, caps_for
from merge.match.table import table_of
from tests.merge.match.test_doors import POOLS, some_features


def pairs(
    rows: list[list[tuple[str, str]]],
    single: int = 40,
    conjoined: int = 25,
    chance: float = 1e9,
    ways: int = 1,
    telling: frozenset[str] = frozenset(),
) -> set[tuple[int, int]]:
    columns = []
    for kind in sorted({kind for row in rows for kind, _ in row}):
        held = sorted({(number, value) for number, row in enumerate(rows) for own, value in row if own == kind})
        records = np.array([number for number, _ in held], dtype=np.int64)
        hashes = term_hashes(kind, [value for _, value in held])
        columns.append(TermColumn(kind.partition(".")[0], records, hashes, kind in telling))
    left, right = candidate_pairs(columns, len(rows), Caps(single, conjoined, chance, ways))
    return set(zip(left.tolist(), right.tolist(), strict=True))


def test_a_rare_term_makes_pairs() -> None:
    assert pairs([[("phone", "1")], [("phone", "1")], [("phone", "2")]]) == {(0, 1)}


def test_a_common_term_alone_makes_none_and_two_of_them_do() -> None:
    rows = [[("city", "x"), ("name", str(number % 10))] for number in range(40)]
    assert pairs(rows, single=3, conjoined=3) == set()
    expected = {(a, b) for a, b in combinations(range(40), 2) if a % 10 == b % 10}
    assert pairs(rows, single=3, conjoined=4) == expected


def test_two_terms_of_one_kind_are_conjoined_each() -> None:
    rows = [[("email", f"{number % 10}"), ("email", "shared"), ("name", f"{number % 8}")] for number in range(40)]
    expected = {(a, b) for a, b in combinations(range(40), 2) if a % 8 == b % 8}
    assert pairs(rows, single=3, conjoined=5) == expected


def test_what_would_bring_many_strangers_together_is_not_conjoined() -> None:
    rows = [[("city", str(number % 2)), ("name", str(number // 2 % 10))] for number in range(80)]
    assert len(pairs(rows, single=3, conjoined=4, chance=2.0)) == 20 * 6
    assert pairs(rows, single=3, conjoined=4, chance=0.1) == set()


def test_terms_of_one_origin_are_not_conjoined() -> None:
    rows = [[("birth.year", "1980"), ("birth", "19800101")] for _ in range(5)]
    assert pairs(rows, single=3, conjoined=25) == set()


def test_two_ways_are_asked_of_what_is_not_telling_by_itself() -> None:
    rows = [
        [("postcode", "1"), ("phone", "7")],
        [("postcode", "1"), ("email", "a")],
        [("postcode", "2"), ("phone", "7"), ("street", "x")],
        [("postcode", "2"), ("email", "b"), ("street", "x")],
    ]
    assert pairs(rows) == {(0, 1), (0, 2), (2, 3)}
    assert pairs(rows, ways=2) == {(2, 3)}
    assert pairs(rows, ways=2, telling=frozenset({"phone"})) == {(0, 2), (2, 3)}


@pytest.mark.parametrize("share", [1, 7, 4_000_000])
def test_ways_are_counted_however_often_pairs_are_put_together(share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("merge.match.pairs._SHARE", share)
    chance = random.Random(5)
    kinds = ("a", "b", "c", "d")
    rows = [[(kind, str(chance.randrange(20))) for kind in kinds] for _ in range(60)]
    met = {(x, y): [kind for kind in range(4) if rows[x][kind] == rows[y][kind]] for x, y in combinations(range(60), 2)}
    assert pairs(rows, ways=2) == {pair for pair, found in met.items() if len(found) >= 2}
    wanted = {pair for pair, found in met.items() if len(found) >= 2 or 3 in found}
    assert pairs(rows, ways=2, telling=frozenset({"d"})) == wanted


def test_keys_too_wide_for_one_number_are_grouped_all_the_same() -> None:
    chance = np.random.default_rng(3)
    records, keys = chance.permutation(500), chance.integers(0, 90, 500)
    narrow, wide = (grouped(records, keys.copy(), above, 500) for above in (90, 1 << 62))
    for name in ("starts", "sizes"):
        assert getattr(narrow, name).tolist() == getattr(wide, name).tolist()
    assert (narrow.rows & narrow.record).tolist() == (wide.rows & wide.record).tolist()
    for cap in (1, 3, 8, 300):
        held = [np.sort(records[keys == key]).tolist() for key in range(90)]
        expected = {pair for group in held if len(group) <= cap for pair in combinations(group, 2)}
        assert {(pair >> 32, pair & 0xFFFFFFFF) for pair in narrow.pairs(cap).tolist()} == expected


@pytest.mark.parametrize("most", [1e-6, 0.1, 0.30000001, 1.0, 7.3, 1e9])
def test_the_bound_of_products_says_what_dividing_says(most: float) -> None:
    chance = np.random.default_rng(4)
    for count in (3, 1000, 999_983):
        bound = _least_product(np.float32(most), count)
        near = bound + np.arange(-50, 50, dtype=np.float32) * np.spacing(bound)
        products = np.concatenate([near, chance.random(500, dtype=np.float32) * np.float32(2 * most * count)])
        assert ((products < bound) == (products / np.float32(count) < np.float32(most))).all()
    assert _least_product(np.float32(0), 10) == 0
    assert _least_product(np.float32("inf"), 10) == np.float32("inf")


def test_no_terms_no_pairs() -> None:
    assert pairs([[], []]) == set()


@pytest.mark.parametrize("count", [5_000, 20_000])
def test_a_value_that_everybody_holds_makes_no_pairs(count: int) -> None:
    assert pairs([[("phone", "1")] for _ in range(count)]) == set()
    assert len(pairs([[("phone", "1"), ("name", str(number // 2))] for number in range(count)])) == count // 2


def test_hashes_tell_kind_and_value_apart() -> None:
    assert len({term_hash("a", "bc"), term_hash("ab", "c"), term_hash("a", "cb"), term_hash("a", "bc\x00")}) == 4
    assert term_hash("phone", "13800138000") == term_hashes("phone", ["x", "13800138000", ""])[1]
    assert len(set(term_hashes("n", [str(number) for number in range(200_000)]).tolist())) == 200_000


def test_hashes_are_the_same_for_ever() -> None:
    # They are kept beside records by those who keep keys: another hash would be another key for all of them.
    assert term_hash("phone", "13800138000") == FIXED[0]
    assert term_hash("name", "王伟") == FIXED[1]


FIXED = (3285985930041040693, 15919853955947164165)


def test_columns_hold_the_terms_of_each_record() -> None:
    draw = random.Random(9)
    known = [some_features(draw, tuple(POOLS)) for _ in range(120)]
    found: dict[int, list[int]] = {}
    for column in column_terms(table_of(known)):
        for record, hashed in zip(column.records.tolist(), column.hashes.tolist(), strict=True):
            found.setdefault(record, []).append(hashed)
    for number, record in enumerate(known):
        assert sorted(found.get(number, [])) == sorted(term_hash(*term) for term in terms(record))


def test_among_very_many_records_contacts_of_two_kinds_leave_less_to_chance() -> None:
    many = caps_for(1_000_000)
    assert many.with_contacts({"email": 0.9, "phone": 0.5}).chance < many.chance
    for met in ({"email": 0.9, "name": 0.9}, {"email": 0.9, "phone": 0.1}, {}):
        assert many.with_contacts(met) == many
    few = caps_for(10_000)
    assert few.with_contacts({"email": 0.9, "phone": 0.5}) == few
