"""Gradient-boosted trees: the one door to LightGBM. Deterministic: one thread, fixed seeds.

Method: G. Ke et al., LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 2017. Raw scores are
natural log odds; they leave this module as integers in 1/1000 bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import Unavailable
from merge.match.boosting_library import grown
from merge.match.forest import Forest, Rows
from merge.match.texts import Ints

Matrix = npt.NDArray[np.float32]

_MILLIBITS = 1000 / log(2)
SEED = 7


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown.

    Attributes:
        rounds: number of trees.
        leaves: leaves of a tree at most.
        rate: what a tree adds of what it learned.
        least: pairs in a leaf at least.
    """

    rounds: int
    leaves: int
    rate: float
    least: int


def _parameters(growth: Growth, rising: Sequence[bool]) -> dict[str, Any]:
    return {
        "objective": "binary", "learning_rate": growth.rate, "num_leaves": growth.leaves,
        "min_data_in_leaf": growth.least, "lambda_l2": 5.0, "max_bin": 63,
        "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1,
        "monotone_constraints": [int(one) for one in rising], "monotone_constraints_method": "basic",
        "seed": SEED, "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbose": -1,
    }  # fmt: skip


def _unavailable() -> Unavailable:
    # Its wheel brings all but GNU's OpenMP, which small images of Linux leave out.
    return Unavailable(
        "match_model.library",
        "LightGBM, which learns from a batch's own pairs and explains the model's weights, cannot be loaded here. "
        "It needs the system's library libgomp: 'apt-get install libgomp1' on Debian, 'dnf install libgomp' on "
        "Fedora; then run it again.",
    )


class Trees:
    """A grown model: read and summed by ourselves; LightGBM is loaded to grow and to explain."""

    def __init__(self, text: str) -> None:
        """Trees from what ``to_text`` wrote. Raises Damaged ``match_model.trees``."""
        self._text = text
        self._forest = Forest(text)

    def to_text(self) -> str:
        """The trees as text."""
        return self._text

    def weights(self, *blocks: Rows, at: Ints | None = None) -> Ints:
        """Log2 odds of each row, in 1/1000 bit.

        Args:
            blocks: the columns of the rows, side by side; single precision or less, NaN where there is no number.
            at: places of the rows that are asked about; all where None.
        """
        return np.rint(self._forest.sums(*blocks, at=at) * _MILLIBITS).astype(np.int64)

    def contributions(self, matrix: Matrix) -> npt.NDArray[np.float64]:
        """What each column adds to the log2 odds of each row, in 1/1000 bit, and in the last column where it starts.

        TreeSHAP (S. Lundberg et al., Nature Machine Intelligence 2, 2020): the columns add up to ``weights`` but for
        its rounding. Raises Unavailable ``match_model.library`` where LightGBM cannot be loaded.
        """
        found = self._booster.predict(matrix, pred_contrib=True, num_threads=1)
        return np.asarray(found, dtype=np.float64) * _MILLIBITS

    @cached_property
    def _booster(self) -> Any:
        try:
            import lightgbm  # noqa: PLC0415  (takes long to load, and only explanations need it)
        except (ImportError, OSError):
            raise _unavailable() from None
        return lightgbm.Booster(model_str=self._text)


def grow(
    matrix: Matrix, same: npt.NDArray[np.bool_], rising: Sequence[bool], growth: Growth,
    *, worth: npt.NDArray[np.float64] | None = None,
) -> Trees:  # fmt: skip
    """Trees that tell which rows are one customer.

    Args:
        matrix: a row for each pair.
        same: whether the pair is one customer.
        rising: for each column whether more of it can only make a pair likelier.
        growth: how the trees are grown.
        worth: what each row counts for; all the same where None.

    Raises Unavailable ``match_model.library`` where LightGBM cannot be loaded.
    """
    wanted = None if worth is None or np.all(worth == 1) else worth.astype(np.float32)
    try:
        text = grown(matrix, same.astype(np.float32), wanted, _parameters(growth, rising), growth.rounds)
    except (ImportError, OSError):
        raise _unavailable() from None
    # What it was trained with is in the training script; the trees are what counts.
    return Trees(text.partition("\nparameters:")[0].partition("\nfeature_importances:")[0] + "\n")
