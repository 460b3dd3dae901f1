"""What is remembered in memory, up to a bound. Safe between threads."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Values by key; when they weigh more than ``most`` together, those that were used longest ago go.

    A key must name all that its value was made from: what is remembered is never asked whether it is still true.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value, or None."""
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[0]

    def put(self, key: K, value: V, weight: int = 1) -> None:
        """Remember a value in place of an earlier one; one that is too heavy by itself is not kept."""
        with self._lock:
            held = self._held
            if key in held:
                self._forget(key)
            held[key] = (value, weight)
            self._weight += weight
            while self._weight > self._most:
                self._weight -= held.popitem(last=False)[1][1]

    def drop(self, key: K) -> None:
        """Forget a value."""
        with self._lock:
            self._forget(key)

    def __len__(self) -> int:
        return len(self._held)

    def _forget(self, key: K) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            self._weight -= held[1]
