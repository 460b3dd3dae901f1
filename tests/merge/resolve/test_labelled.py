"""Labels hold, and change no group that they do not touch."""

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.match.self_training import Label
from merge.resolve.batch_linkage import labels_of, link_batch
from merge.resolve.labelled import as_said
from merge.resolve.linkage import Constraints

ITEMS = 9
CUT, FLOOR, LEAN = -1000, -4000, 200
ITEM = st.integers(0, ITEMS - 1)
PAIR = st.tuples(ITEM, ITEM).filter(lambda pair: pair[0] < pair[1])
VERIFIED = st.dictionaries(ITEM, st.sampled_from([frozenset({"k:1"}), frozenset({"k:2"})]), max_size=4)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(PAIR, st.integers(-9000, 9000), max_size=20),
    st.dictionaries(PAIR, st.booleans(), max_size=5),
    VERIFIED,
    st.randoms(use_true_random=False),
)
def test_what_was_said_holds(
    weights: dict[tuple[int, int], int],
    labels: dict[tuple[int, int], bool],
    verified: dict[int, frozenset[str]],
    draw: Random,
) -> None:
    listed = sorted(weights)
    left, right, weight = (
        np.array(column, dtype=np.int64)
        for column in ([a for a, _ in listed], [b for _, b in listed], [weights[pair] for pair in listed])
    )
    constraints = Constraints(verified=verified)
    merges = link_batch(left, right, weight, cut=CUT, floor=FLOOR, constraints=constraints, lean=LEAN)
    groups = labels_of(ITEMS, merges.left, merges.right)
    said: list[Label] = [(a, b, match) for (a, b), match in labels.items()]

    def changed(told: list[Label]) -> list[int]:
        new = as_said(groups, (left, right, weight), told, constraints, cut=CUT, floor=FLOOR, lean=LEAN)
        return [int(one) for one in new]

    found = changed(said)
    assert found == changed(draw.sample(said, len(said)))
    assert all(found[found[item]] == found[item] <= item for item in range(ITEMS))
    assert not any(found[a] == found[b] for a, b, match in said if not match)
    assert all(
        len({next(iter(verified[item])) for item in range(ITEMS) if found[item] == group and item in verified}) < 2
        for group in set(found)
    )
    for a, b, match in said:
        if match and found[a] != found[b]:
            ours, theirs = ([item for item in range(ITEMS) if found[item] == found[end]] for end in (a, b))
            told_apart = any(labels.get((min(x, y), max(x, y))) is False for x in ours for y in theirs)
            conflict = {verified[x] for x in ours if x in verified} | {verified[y] for y in theirs if y in verified}
            assert told_apart or len(conflict) > 1
    touched = {int(groups[item]) for a, b, _ in said for item in (a, b)}
    assert all(found[item] == groups[item] for item in range(ITEMS) if groups[item] not in touched)
    if all(match is (groups[a] == groups[b]) for a, b, match in said):
        assert found == groups.tolist()
