"""Assignments and decisions as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

ANY_SCOPE = "*"
PRIMARY = "primary"
COLLABORATOR = "collaborator"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who holds a golden record in a role, from when, and why. ``valid_to`` is None while it stands.

    ``holder`` is ``user:…``, ``team:…``, ``dept:…`` or ``pool:…``; a pool holds what nobody owns yet.
    """

    assignment_id: str
    golden_id: str
    holder: str
    valid_from: datetime
    valid_to: datetime | None
    cause: str
    rule_ref: str | None
    decision_id: str
    reason_code: str
    end_cause: str | None = None
    locked_until: datetime | None = None
    role: str = PRIMARY
    scope: str = ANY_SCOPE
    permission: str = "write"

    @property
    def in_pool(self) -> bool:
        """Whether nobody owns it."""
        return is_pool(self.holder)

    def waits_at(self, now: datetime) -> bool:
        """Whether rules may give it away: it lies in a pool, and nobody put it there for a while by hand."""
        return self.in_pool and (self.locked_until is None or self.locked_until <= now)


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a holder was chosen: everything needed to choose again, and no value of a person.

    Attributes:
        holder: the chosen one.
        rule_ref: ``rule@version`` that fired, or ``fallback``, ``error``, ``manual``, ``merge``, ``split``.
        stage: the stage the rule stands in.
        evaluated: outcome of every condition that was evaluated, by rule.
        candidates: holders the rule could give to, in order.
        cursor_before, cursor_after: where the balancing of the rule stood, or None where nothing is balanced.
        reason: one sentence by attribute names and rule ids.
    """

    holder: str
    rule_ref: str
    stage: str
    evaluated: Mapping[str, Mapping[str, str]]
    candidates: Sequence[str]
    cursor_before: Mapping[str, int] | None
    cursor_after: Mapping[str, int] | None
    reason: str


def is_pool(holder: str) -> bool:
    """Whether a holder is a pool."""
    return holder.startswith("pool:")
