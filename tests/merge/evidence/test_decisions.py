"""The merges told anew are those of the engine."""

from hypothesis import given
from hypothesis import strategies as st

from merge.resolve.clusters import cluster
from merge.resolve.decisions import Lines, between, decisions_of

LINES = Lines(cut=-1000, bridge=3524, floor=-4000, max_size=1000)
NAMES = [f"g_{number}" for number in range(7)]
PAIRS = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-3999, 12000),
    max_size=15,
)


@given(PAIRS, st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=3))
def test_decisions_bring_every_group_of_the_engine_together(
    pairs: dict[tuple[str, str], int], must: list[tuple[str, str]]
) -> None:
    must = [pair for pair in must if pair[0] < pair[1]]
    weighed = [(left, right, weight) for (left, right), weight in pairs.items()]
    groups = cluster(
        weighed, cut=LINES.cut, bridge=LINES.bridge, floor=LINES.floor, must_link=must, records=NAMES
    ).groups
    for group in groups:
        inside = [one for one in weighed if {one[0], one[1]} <= set(group)]
        ordered = [pair for pair in must if set(pair) <= set(group)]
        found = decisions_of(group, inside, LINES, must_link=ordered)
        assert len(found) == len(group) - 1
        for one in found:
            assert one.person or one.holds(LINES)
            assert one.mean == one.total // one.pairs
            assert one.pairs == len(one.left) * len(one.right)
            assert one.weakest[0] == min(
                one.weakest, key=lambda pair: LINES.floor if pair.weight is None else pair.weight
            )


def test_a_pair_never_compared_counts_as_the_floor_and_is_shown_first() -> None:
    found = between(["a", "b"], ["c"], {("a", "c"): 6001}, -4000)
    assert (found.total, found.pairs, found.compared, found.mean, found.strongest) == (2001, 2, 1, 1000, 6001)
    assert [(pair.left, pair.right, pair.weight) for pair in found.weakest] == [("b", "c", None), ("a", "c", 6001)]
