"""Comparisons of many pairs, kept in the parts in which they were made: what is done again is done part by part."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from merge.match.batch import Column
from merge.match.model import Model
from merge.match.outcomes import Frequency
from merge.match.pair_comparison import Comparison, PreparedPairs, chunks
from merge.match.room import Number, room
from merge.match.side_by_side import side_by_side
from merge.match.texts import Ints

Outcomes = tuple[dict[str, Column], Ints]


class ManyPairs:
    """Comparisons one after another. Parts stay as small as caches like, and none is looked for in the whole."""

    def __init__(self, parts: Sequence[Comparison]) -> None:
        self._parts = parts
        self._starts = np.cumsum([0, *(len(part.left) for part in parts)], dtype=np.int64).tolist()

    def __len__(self) -> int:
        return int(self._starts[-1])

    def every(self, share: int) -> "ManyPairs":
        """Every so many of the pairs."""
        if share == 1:
            return self

        def some(which: tuple[Comparison, int]) -> Comparison:
            part, start = which
            return part.take(np.arange(-start % share, len(part.left), share))

        return ManyPairs([*side_by_side(some, zip(self._parts, self._starts, strict=False))])

    def columns(self, frequency: Frequency) -> dict[str, Column]:
        """The outcomes of all pairs by slot."""
        return self._put_together(lambda part: (part.columns(frequency), None))[0]

    def weights(self, model: Model) -> Ints:
        """The weights of all pairs."""
        return self._put_together(lambda part: ({}, part.weighed(model)[1]))[1]

    def outcomes(self, model: Model) -> Outcomes:
        """The outcomes of all pairs by slot, and their weights."""
        return self._put_together(lambda part: part.weighed(model))

    def _put_together(self, look: Callable[[Comparison], tuple[dict[str, Column], Ints | None]]) -> Outcomes:
        columns: dict[str, Column] = {}
        weights = np.empty(len(self), dtype=np.int64)
        for start, (found, own) in zip(self._starts, side_by_side(look, self._parts), strict=False):
            if own is not None:
                weights[start : start + len(own)] = own
            for slot, column in found.items():
                whole = columns.get(slot)
                if whole is None:
                    whole = columns[slot] = Column(_zeros(len(self), np.int8), _zeros(len(self), np.int32))
                end = start + len(column.levels)
                whole.levels[start:end], whole.bits[start:end] = column.levels, column.bits
        return columns, weights


def _zeros(count: int, kind: type[Number]) -> npt.NDArray[Number]:
    found = room().empty((count,), kind)
    found[...] = 0
    return found


def compared(pairs: PreparedPairs, left: Ints, right: Ints) -> ManyPairs:
    """Look at the characters of many pairs of records."""

    def look(part: slice) -> Comparison:
        return pairs.compare(left[part], right[part])

    parts: Iterator[slice] = chunks(len(left))
    return ManyPairs([*side_by_side(look, parts)])
