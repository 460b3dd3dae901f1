"""Bodies of requests to the review queue. Unknown fields are refused, types are not guessed."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.requests import Body
from core.errors import Invalid
from sync.asking import WHY

ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,79}$")]
Note = Annotated[str, StringConstraints(max_length=2000)]
RecordId = Annotated[str, StringConstraints(pattern=r"^g_[0-9a-f]{32}$")]


class DecideRequest(Body):
    """What is decided and why. ``records`` are those to take out, where the action is ``split``."""

    action: Literal["merge", "apart", "split", "confirm", "unpin", "assign"]
    reason_code: ReasonCode
    note: Note = ""
    blind: bool = False
    records: Annotated[tuple[RecordId, ...], Field(max_length=1000, strict=False)] = ()


class AgreeRequest(Body):
    """Whether the second person agrees."""

    agrees: bool


class AskRequest(Body):
    """What to ask the owner, in your words; kept sealed."""

    note: Note = ""


class AnswerRequest(Body):
    """What the owner answers, out of ``answers`` of the question, and why; ``comment`` is kept sealed."""

    answer: Literal["same", "different", "holds", "changed", "mine", "others", "unknown"]
    reason_code: ReasonCode = WHY
    comment: Note = ""


class DeferRequest(Body):
    """Until when, as RFC 3339 with its zone, and why."""

    until: Annotated[str, StringConstraints(max_length=40)]
    reason_code: ReasonCode

    @property
    def moment(self) -> datetime:
        """The time. Raises Invalid ``review.until``."""
        try:
            found = datetime.fromisoformat(self.until)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise Invalid("review.until", "'until' is a time with its zone, such as 2026-05-01T00:00:00Z.")
        return found
