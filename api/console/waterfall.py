"""A score as steps from nothing to its sum, for bars drawn by the server. Pure: figures in, figures out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDE = 1000
"""The width that places are told in."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line: where its bar begins and how wide it is, in thousandths of the width."""

    says: Mapping[str, str]
    weight: int
    start: int
    width: int

    @property
    def kind(self) -> str:
        """``for``, ``against`` or ``even``."""
        return "for" if self.weight > 0 else "against" if self.weight < 0 else "even"


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps, and where zero and the lines of the bands lie."""

    steps: tuple[Step, ...]
    total: int
    end: int
    zero: int
    review: int
    auto: int


def waterfall(pair: Mapping[str, Any], lines: Mapping[str, int]) -> Waterfall:
    """The steps of a pair of evidence; ``lines`` are those of the evidence."""
    weights = [int(line["weight"]) for line in pair["lines"]]
    sums = running(weights)
    places = [0, lines["review"], lines["auto"], *sums]
    low, high = min(places), max(places)

    def at(weight: int) -> int:
        return (weight - low) * WIDE // max(1, high - low)

    steps = tuple(
        Step(line["says"], weight, at(min(before, after)), max(4, at(max(before, after)) - at(min(before, after))))
        for line, weight, before, after in zip(pair["lines"], weights, [0, *sums], sums, strict=False)
    )
    return Waterfall(
        steps, sums[-1] if sums else 0, at(sums[-1] if sums else 0), at(0), at(lines["review"]), at(lines["auto"])
    )


def running(weights: Sequence[int]) -> list[int]:
    """The sum after each weight."""
    sums: list[int] = []
    for weight in weights:
        sums.append((sums[-1] if sums else 0) + weight)
    return sums
