"""Rows of what stewards ask owners: written once, answered once. Takes connections, never commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from core.database import chunks
from core.errors import Conflict, NotFound
from merge.review_kinds import LIVE, Kind
from merge.said_tables import merge_review_question
from merge.tables import merge_review

_CHUNK = 1_000


class Answer(StrEnum):
    """What an owner says."""

    SAME = "same"  # they are one customer
    DIFFERENT = "different"  # they are two
    HOLDS = "holds"  # the value that was set by hand is still right
    CHANGED = "changed"  # it is not, the sources are
    MINE = "mine"  # the customer is the owner's
    OTHERS = "others"  # it is the other owner's
    UNKNOWN = "unknown"


_ABOUT: Mapping[Kind, tuple[Answer, ...]] = {
    Kind.STALE_PIN: (Answer.HOLDS, Answer.CHANGED, Answer.UNKNOWN),
    Kind.DISPUTE: (Answer.MINE, Answer.OTHERS, Answer.UNKNOWN),
}


def answers_to(kind: Kind) -> tuple[Answer, ...]:
    """What can be answered to what an item of that kind asks."""
    return _ABOUT.get(kind, (Answer.SAME, Answer.DIFFERENT, Answer.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Question:
    """One owner asked about one item; ``note`` and ``comment`` are sealed with the key of ``record_id``."""

    question_id: str
    item_id: str
    golden_id: str
    holder: str
    record_id: str
    note: bytes | None
    asked_by: str
    asked_at: datetime
    answer: str | None = None
    comment: bytes | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    reason_code: str | None = None


def write_questions(connection: Connection, questions: Sequence[Question]) -> None:
    """Add questions."""
    connection.execute(insert(merge_review_question), [asdict(one) for one in questions])


def question(connection: Connection, question_id: str) -> Question:
    """One question. Raises NotFound ``review.question_unknown``."""
    query = select(merge_review_question).where(merge_review_question.c.question_id == question_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise unknown_question()
    return Question(*row)


def unknown_question() -> NotFound:
    """What whoever it was not asked of is told too."""
    return NotFound("review.question_unknown", "Nothing of this id was asked of you; see 'ingot review asked'.")


def questions_about(connection: Connection, item_ids: Iterable[str]) -> list[Question]:
    """All questions about items, oldest first."""
    found: list[Question] = []
    for some in chunks(sorted(set(item_ids)), _CHUNK):
        query = select(merge_review_question).where(merge_review_question.c.item_id.in_(some))
        found += [Question(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda one: (one.asked_at, one.question_id))


def waiting_for(connection: Connection, holders: Iterable[str], limit: int = 500) -> list[Question]:
    """Questions to those holders that nobody answered and whose item still waits, oldest first."""
    table = merge_review_question.c
    query = (
        select(merge_review_question)
        .join(merge_review, merge_review.c.item_id == table.item_id)
        .where(table.holder.in_(sorted(set(holders))), table.answer.is_(None), merge_review.c.state.in_(LIVE))
        .order_by(table.asked_at, table.question_id)
        .limit(limit)
    )
    return [Question(*row) for row in connection.execute(query)]


def write_answer(connection: Connection, answered: Question) -> None:
    """Answer a question, and bring its item back to the stewards. Raises Conflict ``review.answered``."""
    table = merge_review_question.c
    said = {
        name: getattr(answered, name) for name in ("answer", "reason_code", "comment", "answered_by", "answered_at")
    }
    done = connection.execute(
        update(merge_review_question)
        .where(table.question_id == answered.question_id, table.answer.is_(None))
        .values(**said)
    )
    if not done.rowcount:
        raise Conflict("review.answered", "This question was answered already; the steward sees that answer.")
    connection.execute(
        update(merge_review).where(merge_review.c.item_id == answered.item_id).values(deferred_until=None)
    )
