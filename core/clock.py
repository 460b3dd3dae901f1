"""Time and new ids, passed in: nothing else reads the wall clock or makes random ids."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time now, in UTC with zone, cut to milliseconds so that every store keeps it whole."""
    now = datetime.now(tz=UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


# To ask the system for random bits costs more than all else of an id. A process that is split off begins with none: it
# would give out the same.
_DIGITS, _MADE = 32, 256
_ready: list[str] = []
os.register_at_fork(after_in_child=_ready.clear)


def random_id(prefix: str) -> str:
    """A new id ``prefix_`` and 128 random bits in hexadecimal."""
    try:
        return f"{prefix}_{_ready.pop()}"
    except IndexError:
        digits = secrets.token_hex(_DIGITS // 2 * _MADE)
        _ready.extend(digits[start : start + _DIGITS] for start in range(_DIGITS, len(digits), _DIGITS))
        return f"{prefix}_{digits[:_DIGITS]}"


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time and ids come from; tests pass their own."""

    now: Callable[[], datetime] = utc_now
    new_id: Callable[[str], str] = random_id
