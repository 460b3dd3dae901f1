"""How many requests a caller may make: the generic cell rate algorithm (ITU-T I.371), two numbers a caller.

A caller may use a minute's worth at once and gets it back evenly. A moving window would keep a stamp for every request
of a minute, which the hot reads cannot pay. Pure but for the lock.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

WINDOW = 60
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """Where a caller stands after a request. ``reset`` in whole seconds: until one more is allowed, or all are back."""

    allowed: bool
    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[bytes, bytes]:
        """As clients are told (draft-ietf-httpapi-ratelimit-headers-10)."""
        return {
            b"ratelimit-policy": b'"requests";q=%d;w=%d' % (self.limit, WINDOW),
            b"ratelimit": b'"requests";r=%d;t=%d' % (self.remaining, self.reset),
        }


class Rates:
    """Counts the requests of one process, by caller. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # When all that a caller used will be back.
        self._full_at: dict[str, float] = {}

    def take(self, caller: str, limit: int) -> Rate:
        """Count one request of a caller who may make ``limit`` a minute; a refused one is not counted."""
        each = WINDOW / limit
        with self._lock:
            now = self._clock()
            used_until = max(self._full_at.get(caller, now), now) + each
            allowed = used_until - now <= WINDOW + each / 2
            if allowed:
                self._full_at[caller] = used_until
            else:
                used_until -= each
            if len(self._full_at) > _REMEMBERED:
                self._full_at = {one: at for one, at in self._full_at.items() if at > now}
        left = WINDOW - (used_until - now)
        remaining = max(0, math.floor(left / each + 1e-6)) if allowed else 0
        reset = used_until - now if allowed else used_until + each - now - WINDOW
        return Rate(allowed, limit, remaining, max(1, math.ceil(reset - 1e-6)))
