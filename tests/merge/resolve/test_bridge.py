"""Two groups are joined when they are alike on the whole and one pair between them is sure by itself."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from merge.resolve.clusters import cluster

AUTO, CUT, FLOOR = 3524, -1000, -4000
Pair = tuple[str, str, int]


def groups(pairs: list[Pair]) -> set[tuple[str, ...]]:
    return set(cluster(pairs, cut=CUT, bridge=AUTO, floor=FLOOR, records="abcd").groups)


def test_a_record_that_is_surely_one_of_two_joins_though_it_never_met_the_other() -> None:
    # a and b are sure, b and c are sure, a and c have nothing to compare.
    assert groups([("a", "b", 9000), ("b", "c", 9000)]) == {("a", "b", "c"), ("d",)}


def test_a_pair_for_review_joins_nobody_however_good_the_mean() -> None:
    assert groups([("a", "b", AUTO - 1)]) == {("a",), ("b",), ("c",), ("d",)}
    assert groups([("a", "b", 9000), ("a", "c", AUTO - 1), ("b", "c", AUTO - 1)]) == {("a", "b"), ("c",), ("d",)}


def test_one_sure_pair_does_not_join_groups_that_disagree_on_the_whole() -> None:
    pairs = [("a", "b", 9000), ("c", "d", 9000), ("b", "c", 4000)]
    assert groups(pairs) == {("a", "b"), ("c", "d")}


weights = st.sampled_from([-9000, -1000, 0, 3000, 4000, 9000])


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), weights), max_size=8))
def test_the_order_of_pairs_changes_nothing_and_groups_are_bridged(pairs: list[Pair]) -> None:
    found = groups(pairs)
    assert all(groups(list(order)) == found for order in list(permutations(pairs))[:24])
    sure = {frozenset(pair[:2]) for pair in pairs if pair[2] >= AUTO and pair[0] != pair[1]}
    for group in found:
        reached = {group[0]}
        while more := {one for pair in sure if pair & reached for one in pair & set(group)} - reached:
            reached |= more
        assert reached == set(group)
