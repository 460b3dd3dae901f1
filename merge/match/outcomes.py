"""What a comparison says: for a slot, how alike, and how rare what is shared."""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple, Protocol


class Level(IntEnum):
    """How alike two values are. ``CONFLICT``: two different valid identifiers of a kind that proves identity."""

    MISSING = 0
    DIFFERENT = 1
    LOOSE = 2
    NEAR = 3
    EXACT = 4
    CONFLICT = 5


class Outcome(NamedTuple):
    """The outcome of one comparison: slot, level, and the worth of what agrees in 1/1000 bit."""

    slot: str
    level: Level
    bits: int = 0


class Frequency(Protocol):
    """What comparisons ask of a frequency table."""

    @property
    def totals(self) -> Mapping[str, int]:
        """Records for which each slot is known; empty where nothing was measured."""
        ...

    def bits(self, slot: str, value: str) -> int:
        """What agreement on the value is worth, in 1/1000 bit."""
        ...

    def slip(self, slot: str, left: str, right: str) -> int:
        """What two spellings are worth of which one may be a slip of the other, in 1/1000 bit."""
        ...
