"""What people said of values, over what the sources say: pins that win, values that never do. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

SOURCE = "decision:pin"
"""What lineage names as the source of a pinned value; no connection can have a name with a colon."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A value that a person set. ``anchor_id`` is the record that it goes with; ``at`` is when it was set."""

    pin_id: str
    anchor_id: str
    attribute: str
    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pins:
    """What holds for one golden record: the pin of each attribute, and raw values by attribute that may not win."""

    pinned: Mapping[str, Pin] = field(default_factory=dict)
    ignored: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anybody said anything."""
        return bool(self.pinned or self.ignored)


NONE = Pins()
