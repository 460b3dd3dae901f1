"""Counts of several measures over time as bars, drawn by the server. Pure: figures in, places out."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH = 720, 180
_GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: which measure (from 0), where it stands, and its count."""

    measure: int
    x: int
    y: int
    width: int
    height: int
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of each time, and where the times begin; ``top`` is the largest count."""

    groups: tuple[tuple[Bar, ...], ...]
    places: tuple[int, ...]
    top: int
    wide: int = WIDE
    high: int = HIGH


def chart(series: Sequence[Sequence[int]]) -> Chart:
    """A chart of counts: for each time a count a measure."""
    top = max((count for some in series for count in some), default=0)
    step = WIDE // max(1, len(series))
    places = tuple(at * step for at in range(len(series)))
    groups = tuple(
        tuple(_bar(number, count, place, step, len(some), top) for number, count in enumerate(some))
        for place, some in zip(places, series, strict=True)
    )
    return Chart(groups, places, top)


def _bar(number: int, count: int, place: int, step: int, measures: int, top: int) -> Bar:
    width = max(1, (step - 4 * _GAP) // max(1, measures))
    height = count * HIGH // top if top else 0
    # What happened once is seen.
    height = max(height, 2) if count else 0
    return Bar(
        number, place + 2 * _GAP + number * width, HIGH - height, width - 1 if width > 2 else width, height, count
    )
