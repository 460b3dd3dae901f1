"""Items of the stewards' queue as plain values: what they ask, and what makes one the same as another. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

SLA = timedelta(days=7)
"""How long an item may wait where nothing else is said (a default of ours)."""


class Kind(StrEnum):
    """What an item asks."""

    PAIR = "pair"  # are these two customers one?
    CONFLICT = "conflict"  # much speaks for one customer, and something forbids it
    STALE_PIN = "stale_pin"  # a pinned value, and what the source says has changed
    SPLIT = "split"  # what held a golden record together is gone
    DISPUTE = "dispute"  # two owners of what turned out to be one customer
    QA = "qa"  # a merge of the machine's, drawn to be looked at


class State(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    WAITING = "waiting"  # decided by one person, and a second has to agree
    DECIDED = "decided"
    CLOSED = "closed"  # its reason is gone


LIVE = (State.OPEN.value, State.WAITING.value)
"""States of items that wait for somebody."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that there is a reason for.

    Attributes:
        kind: what it asks.
        subjects: the records it is about.
        detail: names of rules and attributes, figures, ids; no values.
        about: what tells it from other items about the same records (the name of an attribute, say).
        weight, verdict: what the machine says of it, where it does.
        between: whether stewards confirmed the golden records before (``new_new``, ``new_confirmed`` ...).
        priority: higher ones come first.
        within: how long it may wait.
    """

    kind: Kind
    subjects: tuple[str, ...]
    detail: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    weight: int | None = None
    verdict: str = ""
    between: str = ""
    priority: int = 0
    within: timedelta = SLA

    @property
    def item_id(self) -> str:
        """``r_`` and 32 hexadecimal digits; equal for equal kinds, subjects and ``about``."""
        text = "\n".join([self.kind.value, self.about, *sorted(set(self.subjects))])
        return "r_" + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


ABOUT_VALUES = frozenset({Kind.STALE_PIN, Kind.DISPUTE})
"""Kinds of items that ask about a value or an owner, not about who is one customer."""
