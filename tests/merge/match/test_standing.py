"""Rank, gap and rivals of a pair among the candidates of its records."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.match.standing import STANDING, standing


def ints(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def test_rank_gap_and_rivals() -> None:
    found = standing(ints([0, 0, 1]), ints([1, 2, 3]), ints([9000, 5000, 4000]))
    assert found["rank.low"].tolist() == [0, 0, 0]
    assert found["rank.high"].tolist() == [0, 1, 1]
    assert found["gap.low"].tolist() == [4000, -4000, -5000]
    assert found["gap.high"].tolist() == [5000, 20000, 20000]
    assert found["rivals.low"].tolist() == [1, 0, 0]


def test_equal_weights_share_a_rank() -> None:
    found = standing(ints([0, 0, 0]), ints([1, 2, 3]), ints([7000, 7000, 1000]))
    assert found["rank.high"].tolist() == [0, 0, 2]
    assert found["gap.low"].tolist() == [0, 0, -6000]


def test_no_pairs() -> None:
    assert all(not len(standing(ints([]), ints([]), ints([]))[name]) for name in STANDING)


PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-9000, 9000),
    min_size=1,
)


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_changes_nothing(weights: dict[tuple[int, int], int], random: object) -> None:
    pairs = sorted(weights)
    mixed = list(pairs)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    def of(order: list[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, ...]]:
        found = standing(ints([a for a, _ in order]), ints([b for _, b in order]), ints([weights[p] for p in order]))
        return {pair: tuple(int(found[name][at]) for name in STANDING) for at, pair in enumerate(order)}

    assert of(pairs) == of(mixed)


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.data())
def test_each_record_by_itself(weights: dict[tuple[int, int], int], data: st.DataObject) -> None:
    pairs = sorted(weights)
    asked = data.draw(st.lists(st.sampled_from(range(len(pairs))), unique=True))
    left, right = ints([a for a, _ in pairs]), ints([b for _, b in pairs])
    found = standing(left, right, ints([weights[pair] for pair in pairs]), ints(asked))
    for place, position in enumerate(asked):
        pair = pairs[position]
        sides = []
        for record in pair:
            others = [weights[other] for other in pairs if record in other and other != pair]
            own = weights[pair]
            sides.append(
                (
                    sum(other > own for other in others),
                    max(-20000, min(20000, own - max(others))) if others else 20000,
                    sum(other >= 3000 for other in others),
                )
            )
        for name, values in zip(("rank", "gap", "rivals"), zip(*sides, strict=True), strict=True):
            assert (found[f"{name}.low"][place], found[f"{name}.high"][place]) == (min(values), max(values)), name
