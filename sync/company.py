"""Whether somebody has lately waited to write: who writes every few milliseconds is not seen to wait at each moment."""

import time

_LASTING = 1.0


class Company:
    """Remembers for a second that somebody was there."""

    def __init__(self) -> None:
        self._until = float("-inf")

    def seen(self, *, waits: bool) -> bool:
        """Whether somebody waits now or did so within the last second."""
        now = time.monotonic()
        if waits:
            self._until = now + _LASTING
        return now < self._until
