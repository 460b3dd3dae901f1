"""What decisions of people teach the weights: what it is worth here that two values of a kind agree, or differ. Pure.

Logistic regression around the weights that there are: each kind of value gets one shift for agreeing and one for
differing, and is pulled to none (a normal prior of ``_PRIOR`` bit), so few decisions move little. What is taught is
proposed only where it judges decisions better that it was not taught by (five folds).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from merge.match.frequency import slot_family
from merge.match.model import Model, SlotWeights, total_weight
from merge.match.outcomes import Level, Outcome
from merge.match.rules import RuleVerdict
from merge.match.score import apply_rule

ENOUGH_TO_TEACH, _LEAST_OF_EACH, _LEAST_SEEN = 50, 10, 10
"""Decided pairs, of either answer, and of those that agree or differ in a kind, that a shift takes (our defaults)."""
_PRIOR = 1.0
_FOLDS = 5
_BETTER = 0.95
_MOST, _STEP, _PROBE = 3000, 50, 500
_ROUNDS = 50
_BIT = log(2)
# What proves who somebody is, and what is no value of its own.
_FIXED = frozenset({"id", "swapped"})
Matrix = npt.NDArray[np.float64]


class Shift(NamedTuple):
    """How much more an agreement and a difference of a kind of value is worth than shipped, in 1/1000 bit."""

    family: str
    agreement: int
    difference: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A pair that somebody decided: what was compared, what a rule said of it, and whether it is one customer."""

    outcomes: tuple[Outcome, ...]
    rule: RuleVerdict | None
    match: bool

    def weight(self, model: Model) -> int:
        """What a model says of it, 1/1000 bit."""
        return apply_rule(total_weight(model, self.outcomes), self.rule)


def shifted(weights: Mapping[str, SlotWeights], shifts: Iterable[Shift]) -> dict[str, SlotWeights]:
    """Weights with shifts."""
    found = dict(weights)
    for family, agreement, difference in shifts:
        before = Model(weights=weights).of(family)
        different, loose, near, exact = before.match
        close = 0 if before.sparse else agreement
        found[family] = replace(
            before,
            match=(different + difference, loose + close, near + close, exact + agreement),
            near_cost=before.near_cost - (agreement - close),
            loose_cost=before.loose_cost - (agreement - close),
        )
    return found


def taught(model: Model, decided: Sequence[Decided]) -> tuple[Shift, ...]:
    """The shifts that decided pairs teach, by family; none where they teach nothing that holds.

    Args:
        model: the shipped weights, and the line of merges.
        decided: in an order that does not depend on when they were decided.
    """
    same = sum(one.match for one in decided)
    if len(decided) < ENOUGH_TO_TEACH or min(same, len(decided) - same) < _LEAST_OF_EACH:
        return ()
    shifts = _fitted(model, decided)
    before = [one.weight(model) for one in decided]
    after = [0] * len(decided)
    for fold in range(_FOLDS):
        own = _with(model, _fitted(model, [one for at, one in enumerate(decided) if at % _FOLDS != fold]))
        for at in range(fold, len(decided), _FOLDS):
            after[at] = decided[at].weight(own)
    better = _loss(after, decided) <= _BETTER * _loss(before, decided)
    return shifts if better and right(model, after, decided) >= right(model, before, decided) else ()


def right(model: Model, weights: Sequence[int], decided: Sequence[Decided]) -> int:
    """On how many decided pairs the machine would say what people said, by its line of merges."""
    return sum((weight >= model.auto) == one.match for weight, one in zip(weights, decided, strict=True))


def _with(model: Model, shifts: Iterable[Shift]) -> Model:
    return replace(model, weights=shifted(model.weights, shifts))


def _loss(weights: Sequence[int], decided: Sequence[Decided]) -> float:
    wrong = [-weight if one.match else weight for weight, one in zip(weights, decided, strict=True)]
    return float(np.logaddexp(0, _BIT * np.array(wrong, dtype=np.float64) / 1000).sum())


def _families(decided: Iterable[Decided]) -> list[tuple[str, bool]]:
    """Kinds of value, each with whether it agrees, that enough pairs show."""
    seen: dict[tuple[str, bool], int] = {}
    for one in decided:
        held = {(slot_family(slot), level > Level.DIFFERENT) for slot, level, _ in one.outcomes if _tells(level)}
        for key in held:
            seen[key] = seen.get(key, 0) + 1
    return sorted(key for key, count in seen.items() if count >= _LEAST_SEEN and key[0] not in _FIXED)


def _tells(level: Level) -> bool:
    return level not in {Level.MISSING, Level.CONFLICT}


def _fitted(model: Model, decided: Sequence[Decided]) -> tuple[Shift, ...]:
    families = _families(decided)
    start = np.array([one.weight(model) for one in decided], dtype=np.float64) / 1000
    moves = np.empty((len(decided), len(families)))
    for column, (family, agrees) in enumerate(families):
        probe = _with(model, [Shift(family, _PROBE * agrees, _PROBE * (not agrees))])
        # Parts of one address are damped, a household sets a bound: what a shift moves is measured, not assumed.
        moves[:, column] = [
            (one.weight(probe) / 1000 - was) * 1000 / _PROBE for one, was in zip(decided, start.tolist(), strict=True)
        ]
    bits = _regression(start, moves, np.array([one.match for one in decided], dtype=np.float64))
    found: dict[str, list[int]] = {}
    for (family, agrees), value in zip(families, bits.tolist(), strict=True):
        whole = max(-_MOST, min(_MOST, round(1000 * value / _STEP) * _STEP))
        found.setdefault(family, [0, 0])[0 if agrees else 1] = whole
    return tuple(Shift(family, *both) for family, both in sorted(found.items()) if any(both))


def _regression(start: Matrix, moves: Matrix, match: Matrix) -> Matrix:
    """Shifts in bits by Newton's method (Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 4.4.1)."""
    bits = np.zeros(moves.shape[1])
    pull = np.eye(len(bits)) / _PRIOR**2
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(_BIT * (start + moves @ bits), -500, 500)))
        slope = _BIT * (moves.T @ (chance - match)) + pull @ bits
        curve = _BIT**2 * (moves.T * (chance * (1 - chance))) @ moves + pull
        step = np.linalg.solve(curve, slope)
        bits -= step
        if not len(bits) or np.abs(step).max() < 1e-9:
            break
    return bits
