"""Levels of two words that were measured before: the same two names meet again and again among very many pairs."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

_BITS = 20
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Multiplicative hashing (D. Knuth, The Art of Computer Programming 3, 6.4)."""
_LEVEL = 3
Levels = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]


class Remembered:
    """Levels (1 to 3) of pairs of different numbers, as far as there is room: of two pairs of one place the last stays.

    A pair and its level are one number, read and written as a whole, so that threads may share them: what one finds is
    another's or nothing, never half of it.
    """

    def __init__(self, count: int) -> None:
        """For numbers below ``count``."""
        self._count = np.int64(count)
        self._entries = np.zeros(1 << _BITS, dtype=np.int64)

    def __reduce__(self) -> tuple[type["Remembered"], tuple[int]]:
        """What was remembered does not travel."""
        return Remembered, (int(self._count),)

    def levels(self, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], measure: Callable[[Ints], Levels]
               ) -> Levels:  # fmt: skip
        """The levels of pairs; ``measure`` is asked for those at some positions that are not known."""
        keys = left * self._count
        keys += right
        places = (keys.view(np.uint64) * _GOLDEN >> np.uint64(64 - _BITS)).view(np.int64)
        entries = self._entries.take(places)
        found = (entries & _LEVEL).astype(np.int8)
        found[entries >> 2 != keys] = 0
        unknown = np.flatnonzero(found == 0)
        if len(unknown):
            measured = measure(unknown)
            found[unknown] = measured
            self._entries[places.take(unknown)] = keys.take(unknown) << 2 | measured
        return found
