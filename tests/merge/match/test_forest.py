"""Sums of trees by ourselves are LightGBM's, bit for bit."""

import lightgbm
import numpy as np
import pytest

from core.errors import Damaged
from merge.match.boosting import Growth, Trees, grow
from merge.match.forest import Forest
from merge.match.pair_features import OF_PEOPLE
from merge.match.pair_model import shipped_model
from merge.match.support import SUPPORT

Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def drawn(count: int, width: int, seed: int) -> Rows:
    """Numbers of the sizes that pairs have, many of them equal, many absent, some columns wholly."""
    draw = np.random.default_rng(seed)
    matrix = draw.normal(scale=draw.choice([0.5, 4, 20], size=width), size=(count, width)).astype(np.float16)
    matrix[draw.random(matrix.shape) < 0.2] = 0
    matrix[draw.random(matrix.shape) < 0.3] = np.nan
    matrix[:, draw.random(width) < 0.1] = np.nan
    return matrix.astype(np.float32)


def by_library(trees: Trees, matrix: Rows) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    found = lightgbm.Booster(model_str=trees.to_text()).predict(matrix, raw_score=True, num_threads=1)
    return np.asarray(found)


@pytest.mark.parametrize("seed", range(3))
def test_half_numbers_pass_the_tests_that_single_ones_pass(seed: int) -> None:
    matrix = drawn(3001, len(OF_PEOPLE), seed).astype(np.float16)
    odd = np.array([0x8000, 0x7C00, 0xFC00, 0x7E00, 0xFE00, 0x0001, 0x8001, 0x7BFF, 0xFBFF], dtype=np.uint16)
    at = np.random.default_rng(seed).random(matrix.shape) < 0.2
    matrix[at] = np.resize(odd.view(np.float16), int(at.sum()))
    forest = Forest(shipped_model().first.to_text())
    assert np.array_equal(forest.sums(matrix), forest.sums(matrix.astype(np.float32)))


@pytest.mark.parametrize("count", [1, 7, 64, 3001])
@pytest.mark.parametrize("seed", range(3))
def test_the_shipped_trees(count: int, seed: int) -> None:
    for trees, width in (
        (shipped_model().first, len(OF_PEOPLE)),
        (shipped_model().second, len(OF_PEOPLE) + len(SUPPORT)),
    ):
        matrix = drawn(count, width, seed)
        assert np.array_equal(Forest(trees.to_text()).sums(matrix), by_library(trees, matrix))


def test_values_on_a_threshold_and_beside_it() -> None:
    trees = shipped_model().second
    tests = [
        (int(column), np.float32(limit))
        for block in trees.to_text().split("\nTree=")[1:]
        for told in [dict(line.split("=", 1) for line in block.splitlines() if "=" in line)]
        for column, limit in zip(told["split_feature"].split(), told["threshold"].split(), strict=True)
    ]
    matrix = np.full((3 * len(tests), len(OF_PEOPLE) + len(SUPPORT)), np.nan, dtype=np.float32)
    for row, (column, limit) in enumerate(tests):
        matrix[3 * row, column] = limit
        matrix[3 * row + 1, column] = np.nextafter(limit, np.float32(-np.inf))
        matrix[3 * row + 2, column] = np.nextafter(limit, np.float32(np.inf))
    matrix[np.abs(matrix) < 1e-30] = 0  # LightGBM takes them for zero; rows of half precision hold none
    assert np.array_equal(Forest(trees.to_text()).sums(matrix), by_library(trees, matrix))


@pytest.mark.parametrize("leaves", [2, 5, 40])
def test_trees_of_other_sizes_and_columns_in_blocks(leaves: int) -> None:
    matrix = drawn(2000, 6, 5)
    same = np.nan_to_num(matrix[:, 0]) + np.nan_to_num(matrix[:, 1]) > 0
    trees = grow(matrix, same, [False] * 6, Growth(rounds=12, leaves=leaves, rate=0.3, least=5))
    whole = trees.weights(matrix)
    assert len(np.unique(whole)) > 2
    assert np.array_equal(Forest(trees.to_text()).sums(matrix), by_library(trees, matrix))
    blocks = matrix[:, :2].astype(np.float16), np.asfortranarray(matrix[:, 2:])
    assert np.array_equal(trees.weights(*blocks), whole)
    at = np.array([1999, 3, 3, 700], dtype=np.int64)
    assert np.array_equal(trees.weights(*blocks, at=at), whole[at])
    assert len(trees.weights(*blocks, at=at[:0])) == 0


def test_more_rows_than_are_worked_on_at_once() -> None:
    trees = shipped_model().first
    matrix = drawn(500, len(OF_PEOPLE), 8)
    once = Forest(trees.to_text()).sums(matrix)
    assert np.array_equal(Forest(trees.to_text()).sums(np.tile(matrix, (150, 1))), np.tile(once, 150))


def test_no_rows() -> None:
    assert not len(shipped_model().first.weights(np.empty((0, len(OF_PEOPLE)), dtype=np.float32)))


@pytest.mark.parametrize(
    ("old", "new"),
    [("split_feature=", "split_feature=x "), ("left_child=", "left_child=1 "), ("decision_type=2", "decision_type=1")],
)
def test_trees_that_cannot_be_read_are_refused(old: str, new: str) -> None:
    with pytest.raises(Damaged) as refused:
        Forest(shipped_model().first.to_text().replace(old, new, 1))
    assert refused.value.code == "match_model.trees"
