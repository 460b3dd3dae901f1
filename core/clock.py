"""Time and new ids, passed in: nothing else reads the wall clock or makes random ids."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time now, in UTC with zone, cut to milliseconds so that every store keeps it whole."""
    now = datetime.now(tz=UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def random_id(prefix: str) -> str:
    """A new id ``prefix_`` and 128 random bits in hexadecimal."""
    return f"{prefix}_{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time and ids come from; tests pass their own."""

    now: Callable[[], datetime] = utc_now
    new_id: Callable[[str], str] = random_id
