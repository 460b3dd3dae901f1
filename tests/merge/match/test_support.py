"""Third records that speak for a pair, against the sums written out."""

import random

import numpy as np
import pytest

from merge.match.support import SUPPORT, support


def chance(weight: int) -> float:
    return 1 / (1 + 2.0 ** (-weight / 1000)) if weight >= -3000 else 0.0


def by_hand(weights: dict[tuple[int, int], int], left: int, right: int) -> float:
    def between(a: int, b: int) -> float:
        found = weights.get((min(a, b), max(a, b)))
        return chance(found) if found is not None else 0.0

    others = {record for pair in weights for record in pair} - {left, right}
    return sum(between(left, other) * between(right, other) for other in others)


@pytest.mark.parametrize("seed", range(5))
def test_common_neighbours_are_summed(seed: int) -> None:
    draw = random.Random(seed)
    pairs = sorted({(a, b) for a in range(12) for b in range(a + 1, 12) if draw.random() < 0.4})
    weights = {pair: draw.randint(-9000, 9000) for pair in pairs}
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    found = support(12, left, right, np.array([weights[pair] for pair in pairs], dtype=np.int64))
    assert found.shape == (len(pairs), len(SUPPORT))
    asked = np.array(draw.sample(range(len(pairs)), len(pairs) // 2), dtype=np.int64)
    some = support(12, left, right, np.array([weights[pair] for pair in pairs], dtype=np.int64), asked)
    assert np.array_equal(some, found[asked])
    for row, pair in enumerate(pairs):
        ends = [sum(chance(weights[one]) for one in pairs if end in one and one != pair) for end in pair]
        alone = sorted(end - by_hand(weights, *pair) for end in ends)
        for name, value in zip(("others.low", "others.high"), alone, strict=True):
            assert found[row, SUPPORT.index(name)] == pytest.approx(value, abs=0.03)
        assert found[row, SUPPORT.index("others.both")] == pytest.approx(by_hand(weights, *pair), abs=0.02)


def test_one_pair_alone_has_no_support() -> None:
    one = np.array([0], dtype=np.int64)
    row = support(2, one, one + 1, one + 5000)[0]
    assert row[SUPPORT.index("first")] == 5
    assert row[SUPPORT.index("others.both")] == row[SUPPORT.index("others.high")] == 0
