"""The trees that LightGBM's library grows for us are those that its package grows."""

import lightgbm
import numpy as np
import pytest

from core.errors import Unavailable
from merge.match import boosting_library
from merge.match.boosting import Growth, grow
from merge.match.boosting_library import grown

PARAMETERS = {
    "objective": "binary", "learning_rate": 0.1, "num_leaves": 15, "min_data_in_leaf": 5, "max_bin": 63,
    "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "monotone_constraints": [1, 0, 0, 1, 0],
    "seed": 7, "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbose": -1,
}  # fmt: skip


@pytest.mark.parametrize("worthy", [False, True])
@pytest.mark.parametrize("rounds", [1, 250])
def test_the_same_trees(rounds: int, *, worthy: bool) -> None:
    draw = np.random.default_rng(rounds)
    matrix = np.asfortranarray(draw.normal(size=(4000, 5)).astype(np.float32))
    matrix[draw.random(matrix.shape) < 0.2] = np.nan
    same = (np.nan_to_num(matrix[:, 0] * matrix[:, 2]) + draw.normal(size=4000) > 0.5).astype(np.float32)
    worth = np.where(draw.random(4000) < 0.1, 20, 1).astype(np.float32) if worthy else None
    data = lightgbm.Dataset(matrix, same, weight=worth, params={"max_bin": 63, "verbose": -1})
    expected = lightgbm.train(dict(PARAMETERS), data, num_boost_round=rounds).model_to_string()
    found = grown(matrix, same, worth, PARAMETERS, rounds)
    assert found.partition("\nparameters:")[0] == expected.partition("\nparameters:")[0]


def test_a_text_longer_than_the_first_room_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    matrix = draw.normal(size=(500, 5)).astype(np.float32)
    same = (matrix[:, 0] > 0).astype(np.float32)
    whole = grown(matrix, same, None, PARAMETERS, 20)
    monkeypatch.setattr(boosting_library, "_ROOM", 100)
    assert grown(matrix, same, None, PARAMETERS, 20) == whole


def test_what_the_library_refuses_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="LGBM_BoosterCreate"):
        grown(np.ones((9, 2), np.float32), np.full(9, 7, np.float32), None, PARAMETERS, 1)


def test_where_it_cannot_be_loaded_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting_library, "_library", boosting_library._library.__wrapped__)
    monkeypatch.setattr(boosting_library, "find_spec", lambda _: None)
    with pytest.raises(Unavailable, match="libgomp"):
        grow(np.ones((9, 2), np.float32), np.arange(9) > 4, [False] * 2, Growth(1, 2, 0.1, 1))
