"""Pairs compared in parts say what they say as one."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.match.batch import total_weights
from merge.match.many_pairs import ManyPairs
from merge.match.model import Model
from merge.match.pair_comparison import PreparedPairs
from tests.merge.match.test_doors import POOLS, some_features


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 5))
def test_parts_and_the_whole(draw: random.Random, share: int) -> None:
    pairs = PreparedPairs([some_features(draw, tuple(POOLS)) for _ in range(14)])
    left, right = (found.astype(np.int64) for found in np.triu_indices(14, 1))
    model = Model(frequency=pairs.measure(np.arange(14)), pack="")
    cuts = sorted(draw.sample(range(len(left)), 3))
    parts = zip([0, *cuts], [*cuts, len(left)], strict=True)
    many = ManyPairs([pairs.compare(left[a:b], right[a:b]) for a, b in parts]).every(share)
    whole = pairs.compare(left[::share], right[::share]).columns(model.frequency)
    columns, weights = many.outcomes(model)
    assert len(many) == len(left[::share])
    assert columns.keys() == whole.keys() == many.columns(model.frequency).keys()
    for slot, column in whole.items():
        assert (columns[slot].levels == column.levels).all()
        assert (columns[slot].bits == column.bits).all()
    assert (weights == total_weights(model, whole)).all()
    assert (weights == many.weights(model)).all()
