"""The match graph as plain values: scored edges between records, and what people decided about pairs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Edge(NamedTuple):
    """A scored pair above the floor; ``left`` is the smaller id, ``weight`` in thousandths of a bit."""

    left: str
    right: str
    weight: int
    verdict: str
    rule: str


class ConstraintKind(StrEnum):
    """What a person said of two records.

    ``review`` is what a lifted ``cannot_link`` leaves: evidence alone does not bring the two together, a person may.
    """

    MUST_LINK = "must_link"
    CANNOT_LINK = "cannot_link"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A decision about two records that stands until it is lifted or expires; ``note`` is sealed or None."""

    constraint_id: str
    left: str
    right: str
    kind: ConstraintKind
    actor: str
    reason_code: str
    at: datetime
    note: bytes | None = None
    expires_at: datetime | None = None

    @property
    def keeps_apart(self) -> bool:
        """Whether evidence does not bring the two together."""
        return self.kind is not ConstraintKind.MUST_LINK

    @property
    def pair(self) -> tuple[str, str]:
        """The two records, smaller id first."""
        return self.left, self.right


def ordered(one: str, other: str) -> tuple[str, str]:
    """A pair with the smaller id first."""
    return (one, other) if one < other else (other, one)
