"""What was found of two values before: the same two names meet again and again among very many pairs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

_BITS = 20
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Multiplicative hashing (D. Knuth, The Art of Computer Programming 3, 6.4)."""
_TOLD = 8
Found = npt.NDArray[np.uint8]
Numbers = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]


class Remembered:
    """What is found (1 to 255) of pairs of numbers, as far as there is room: of two pairs of one place the last stays.

    A pair and what was found are one number, read and written as a whole, so that threads may share them: one sees
    what another found or nothing, never half of it.
    """

    def __init__(self, count: int) -> None:
        """For numbers below ``count``."""
        self._count = np.int64(count)
        self._entries = np.zeros(1 << _BITS, dtype=np.int64)

    def __reduce__(self) -> tuple[type["Remembered"], tuple[int]]:
        """What was remembered does not travel."""
        return Remembered, (int(self._count),)

    def found(self, low: Numbers, high: Numbers, measure: Callable[[Ints], Found]) -> Found:
        """What is found of pairs; ``measure`` is asked for those at some positions of which it is not known."""
        keys = low * self._count
        keys += high
        places = (keys.view(np.uint64) * _GOLDEN >> np.uint64(64 - _BITS)).view(np.int64)
        entries = self._entries.take(places)
        found = entries.astype(np.uint8)
        found[entries >> _TOLD != keys] = 0
        unknown = np.flatnonzero(found == 0)
        if len(unknown):
            measured = measure(unknown)
            found[unknown] = measured
            self._entries[places.take(unknown)] = keys.take(unknown) << _TOLD | measured
        return found
