"""Candidate pairs of a batch."""

from itertools import combinations

from merge.match.pairs import TermTable, candidate_pairs, term_hash


def pairs(rows: list[list[tuple[str, str]]], **caps: int) -> set[tuple[int, int]]:
    table = TermTable()
    for number, terms in enumerate(rows):
        table.add(number, terms)
    left, right = candidate_pairs(table, **caps)
    return set(zip(left.tolist(), right.tolist(), strict=True))


def test_a_rare_term_makes_pairs() -> None:
    assert pairs([[("phone", "1")], [("phone", "1")], [("phone", "2")]]) == {(0, 1)}


def test_a_common_term_alone_makes_none_and_two_of_them_do() -> None:
    rows = [[("city", "x"), ("name", str(number % 10))] for number in range(40)]
    assert pairs(rows, single_cap=3, conjoined_cap=3) == set()
    expected = {(a, b) for a, b in combinations(range(40), 2) if a % 10 == b % 10}
    assert pairs(rows, single_cap=3, conjoined_cap=4) == expected


def test_terms_of_one_origin_are_not_conjoined() -> None:
    rows = [[("birth.year", "1980"), ("birth", "19800101")] for _ in range(5)]
    assert pairs(rows, single_cap=3, conjoined_cap=25) == set()


def test_no_terms_no_pairs() -> None:
    assert pairs([[], []]) == set()


def test_hashes_tell_kind_and_value_apart() -> None:
    assert term_hash("a", "bc") != term_hash("ab", "c")
