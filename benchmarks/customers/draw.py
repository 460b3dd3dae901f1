"""What every family draws with, and how the rows of its clusters become a shuffled set. Standard library only."""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")
Row = tuple[str, ...]
Clusters = Callable[[Random], Iterator[list[Row]]]
"""An endless draw of clusters; a row is its source and the values of the family's columns."""

LABELS = ("unique_id", "source", "cluster_id")


class Weighted(Generic[T]):
    """Items drawn by weight."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        self.items = items
        self._bounds = list(accumulate(weights))
        self._total = self._bounds[-1]
        self._last = len(items) - 1

    def __call__(self, random: Random) -> T:
        """One item."""
        return self.items[min(bisect(self._bounds, random.random() * self._total), self._last)]


def zipf(items: Sequence[T], *, exponent: float = 1.0, offset: float = 4.0) -> Weighted[T]:
    """Items by falling frequency, as names of people are (Zipf-Mandelbrot)."""
    return Weighted(items, [(rank + offset) ** -exponent for rank in range(len(items))])


def lists(text: str) -> tuple[str, ...]:
    """The items of a list written with blanks; an underscore stands for a blank inside an item."""
    return tuple(word.replace("_", " ") for word in text.split())


def count_of(random: Random, shares: Sequence[float], tail: float, most: int) -> int:
    """1, 2, 3 ... with the shares given, beyond them ever fewer by the factor ``tail``."""
    drawn = random.random()
    for number, share in enumerate(shares, start=1):
        drawn -= share
        if drawn < 0:
            return number
    number = len(shares) + 1
    while number < most and random.random() < tail:
        number += 1
    return number


def rows(clusters: Clusters, count: int, seed: int) -> Iterator[Row]:
    """``count`` rows with their three labels first, in an order and under ids that tell nothing."""
    random = Random(seed)
    taken: list[tuple[int, Row]] = []
    for number, cluster in enumerate(clusters(random)):
        taken.extend((number, row) for row in cluster[: count - len(taken)])
        if len(taken) >= count:
            break
    random.shuffle(taken)
    renumbered: dict[int, int] = {}
    for position, (number, row) in enumerate(taken):
        label = renumbered.setdefault(number, len(renumbered))
        yield (f"r{position}", row[0], f"c{label}", *row[1:])
