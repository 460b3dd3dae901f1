"""One round of learning from the customer's own pairs: what the groups say teaches trees that score the pairs anew.

Two folds by group, so that no pair is scored by trees that saw it, and half of the old weight stays. One round: more
of them teach the trees their own faults (spec matching 5).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from merge.match.boosting import Growth, grow
from merge.match.cascade import Cascade, look
from merge.match.pair_model import rising
from merge.match.side_by_side import side_by_side
from merge.match.texts import Ints

_GROWTH = Growth(rounds=60, leaves=15, rate=0.1, least=30)
_LEAST_OF_A_FOLD = 150
_MOST_OF_A_FOLD = 30_000
"""Of more pairs only every so many are learnt from; more of them were no better (docs/adr/0011)."""
_MIX = 2654435761
_LABEL_WORTH = 20.0

Label = tuple[int, int, bool]
"""Two record numbers, and what a person said of them."""


def taught(cascade: Cascade, weights: Ints, groups: Ints, cut: int, labels: Sequence[Label] = ()) -> Ints | None:
    """The weights of all pairs after one round, the cut taken off; None where there are too few pairs to learn from.

    Args:
        cascade: the pairs and their rows.
        weights: of all pairs, 1/1000 bit.
        groups: a group number for each record, at the cut.
        cut: where the groups were cut.
        labels: what people said of pairs; they count for more than what groups say.
    """
    left, right = groups[cascade.left[cascade.grey]], groups[cascade.right[cascade.grey]]
    same = left == right
    worth = np.ones(len(same))
    _put_labels(cascade, labels, same, worth)
    fold = (np.minimum(left, right) * _MIX >> 7) % 2
    old = weights[cascade.grey] - cut
    found = np.zeros(len(same), dtype=np.int64)
    if not all(_enough(same[fold == number]) for number in (0, 1)):
        return None

    names = cascade.names()
    rows = cascade.rows[:, : len(names)]

    def others_by(number: int) -> tuple[Ints, Ints]:
        """The pairs of the other fold, and what trees grown on this one say of them."""
        own = np.flatnonzero(fold == number)
        own = own[:: max(1, -(-len(own) // _MOST_OF_A_FOLD))]
        trees = grow(rows[own].astype(np.float32), same[own], rising(names), _GROWTH, worth=worth[own])
        others = np.flatnonzero(fold != number)
        return others, look(trees, rows, at=others)

    for others, weight in side_by_side(others_by, (0, 1)):
        found[others] = weight
    result = weights - cut
    result[cascade.grey] = cascade.bounded((old + found) // 2, cut)
    return result


def _enough(same: npt.NDArray[np.bool_]) -> bool:
    return min(int(same.sum()), int((~same).sum())) >= _LEAST_OF_A_FOLD


def _put_labels(
    cascade: Cascade, labels: Sequence[Label], same: npt.NDArray[np.bool_], worth: npt.NDArray[np.float64]
) -> None:
    said = {(min(a, b), max(a, b)): match for a, b, match in labels}
    if not said:
        return
    pairs = (cascade.left[cascade.grey] << 32) | cascade.right[cascade.grey]
    asked = np.array([(left << 32) | right for left, right in said], dtype=np.int64)
    for position in np.flatnonzero(np.isin(pairs, asked)).tolist():
        pair = int(pairs[position])
        same[position], worth[position] = said[pair >> 32, pair & 0xFFFFFFFF], _LABEL_WORTH
