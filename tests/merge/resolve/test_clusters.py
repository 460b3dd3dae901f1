"""Clusters: average linkage, constraints, and that no order changes them."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from merge.resolve.clusters import Reason, cluster

IDS = [f"r{number}" for number in range(8)]
scored = st.dictionaries(
    st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-9000, 12000),
    max_size=16,
)
links = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] != pair[1]), max_size=3
)


def flat(weights: dict[tuple[str, str], int]) -> list[tuple[str, str, int]]:
    return [(left, right, weight) for (left, right), weight in weights.items()]


def test_one_wrong_pair_does_not_join_two_customers() -> None:
    left = [("a1", "a2", 9000), ("a1", "a3", 9000), ("a2", "a3", 9000)]
    right = [("b1", "b2", 9000), ("b1", "b3", 9000), ("b2", "b3", 9000)]
    found = cluster([*left, *right, ("a1", "b1", 2000)], cut=0)
    assert found.groups == (("a1", "a2", "a3"), ("b1", "b2", "b3"))


def test_a_pair_never_compared_speaks_against() -> None:
    chain = [("a", "b", 9000), ("b", "c", 1000)]
    assert cluster(chain, cut=0, floor=-4000).groups == (("a", "b"), ("c",))
    assert cluster(chain, cut=0, floor=0).groups == (("a", "b", "c"),)


def test_must_link_and_cannot_link() -> None:
    found = cluster([("a", "b", 9000)], cut=0, must_link=[("c", "d")], cannot_link=[("a", "b")])
    assert found.groups == (("a",), ("b",), ("c", "d"))
    assert [(refused.left, refused.right, refused.reason) for refused in found.refused] == [
        ("a", "b", Reason.CANNOT_LINK)
    ]


def test_cannot_link_holds_through_others() -> None:
    pairs = [("a", "b", 9000), ("b", "c", 9000), ("a", "c", 9000)]
    found = cluster(pairs, cut=0, cannot_link=[("a", "c")])
    assert found.group_of()["a"] != found.group_of()["c"]


def test_different_verified_identifiers_never_meet() -> None:
    conflicts = {"a": frozenset({"id.cn.ric:1"}), "c": frozenset({"id.cn.ric:2"})}
    found = cluster([("a", "b", 9000), ("b", "c", 8000)], cut=0, floor=0, conflicts=conflicts)
    assert found.groups == (("a", "b"), ("c",))
    assert [refused.reason for refused in found.refused] == [Reason.IDENTIFIERS]


def test_no_group_above_the_limit() -> None:
    pairs = [(left, right, 9000) for left in IDS for right in IDS if left < right]
    found = cluster(pairs, cut=0, max_size=3)
    assert max(map(len, found.groups)) == 3
    assert Reason.SIZE in {refused.reason for refused in found.refused}


def test_records_without_pairs_stand_alone() -> None:
    assert cluster([], cut=0, records=["b", "a"]).groups == (("a",), ("b",))


@settings(max_examples=200, deadline=None)
@given(scored, links, links, st.randoms(use_true_random=False))
def test_no_order_changes_the_partition(
    weights: dict[tuple[str, str], int],
    must: list[tuple[str, str]],
    cannot: list[tuple[str, str]],
    random: st.DataObject,
) -> None:
    first = cluster(flat(weights), cut=0, must_link=must, cannot_link=cannot, records=IDS)
    pairs = [(right, left, weight) for left, right, weight in flat(weights)]
    random.shuffle(pairs)  # type: ignore[attr-defined]
    second = cluster(pairs, cut=0, must_link=must[::-1], cannot_link=cannot[::-1], records=IDS[::-1])
    assert first == second


@settings(max_examples=200, deadline=None)
@given(scored, links)
def test_constraints_hold_and_every_record_is_in_one_group(
    weights: dict[tuple[str, str], int], cannot: list[tuple[str, str]]
) -> None:
    found = cluster(flat(weights), cut=-2000, cannot_link=cannot, records=IDS)
    assert sorted(record for group in found.groups for record in group) == IDS
    where = found.group_of()
    assert all(where[left] != where[right] for left, right in cannot)


@settings(max_examples=100, deadline=None)
@given(scored)
def test_a_higher_cut_only_splits(weights: dict[tuple[str, str], int]) -> None:
    partitions = [cluster(flat(weights), cut=cut, records=IDS) for cut in (-3000, 0, 3000)]
    for coarse, fine in pairwise(partitions):
        where = coarse.group_of()
        assert all(len({where[record] for record in group}) == 1 for group in fine.groups)
