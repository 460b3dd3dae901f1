"""The stewards' queue at work: lists, claims, decisions. Takes connections, never commits.

Whoever changes an item says in what state they found it; the database lets one of two through.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from core.database import chunks
from core.errors import Conflict, NotFound
from merge.review_items import Item, items, row_item
from merge.review_kinds import LIVE, Kind, State
from merge.tables import merge_review, merge_review_decision

CLAIM_LASTS = timedelta(minutes=15)
"""A claim ends by itself (a default of ours)."""
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Filter:
    """What part of the queue; what is empty does not narrow.

    ``band`` is a verdict of the machine; ``held_by`` an actor who has claimed it; ``deferred`` also shows what is put
    off.
    """

    state: str = ""
    kind: str = ""
    band: str = ""
    between: str = ""
    held_by: str = ""
    deferred: bool = False


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision of a steward. ``state`` is ``proposed``, ``done``, ``refused`` or ``undone``."""

    decision_id: str
    item_id: str
    state: str
    action: str
    records: Sequence[str]
    actor: str
    reason_code: str
    note: bytes | None
    at: datetime
    blind: bool
    verdict: str
    weight: int | None
    second: str | None = None
    second_at: datetime | None = None
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    made: Mapping[str, Any] = field(default_factory=dict)
    ended_at: datetime | None = None
    ended_by: str | None = None


def queue(
    connection: Connection, narrow: Filter, now: datetime, *, limit: int = 50, after: tuple[int, str] | None = None
) -> list[Item]:
    """Items, the most important first, of equal ones by id. ``after``: priority and id of the last one before."""
    table = merge_review.c
    query = select(merge_review).order_by(table.priority.desc(), table.item_id).limit(limit)
    query = query.where(table.state == narrow.state) if narrow.state else query.where(table.state.in_(LIVE))
    if narrow.kind:
        query = query.where(table.kind == narrow.kind)
    if narrow.band:
        query = query.where(table.verdict == narrow.band)
    if narrow.between:
        query = query.where(table.between == narrow.between)
    if narrow.held_by:
        query = query.where(table.claimed_by == narrow.held_by, table.claimed_until > now)
    if not narrow.deferred:
        query = query.where(or_(table.deferred_until.is_(None), table.deferred_until <= now))
    if after is not None:
        priority, item_id = after
        query = query.where(or_(table.priority < priority, (table.priority == priority) & (table.item_id > item_id)))
    return [row_item(row) for row in connection.execute(query)]


def counts(connection: Connection) -> dict[tuple[str, str, str], int]:
    """How many items there are by state, kind and the machine's verdict."""
    table = merge_review.c
    query = select(table.state, table.kind, table.verdict, func.count()).group_by(
        table.state, table.kind, table.verdict
    )
    return {(state, kind, verdict): number for state, kind, verdict, number in connection.execute(query)}


def overdue_count(connection: Connection, now: datetime) -> int:
    """How many items wait longer than they should."""
    table = merge_review.c
    query = select(func.count()).where(table.state.in_(LIVE), table.due_at < now)
    return connection.execute(query).scalar_one()


def claim(connection: Connection, item_id: str, actor: str, now: datetime) -> Item:
    """Take an item, so that nobody else decides it meanwhile; taking it again makes the claim last longer.

    Raises NotFound ``review.unknown``, Conflict ``review.ended`` or ``review.claimed``.
    """
    table = merge_review.c
    free = or_(table.claimed_until.is_(None), table.claimed_until <= now, table.claimed_by == actor)
    done = connection.execute(
        update(merge_review)
        .where(table.item_id == item_id, table.state.in_(LIVE), free)
        .values(claimed_by=actor, claimed_until=now + CLAIM_LASTS)
    )
    if not done.rowcount:
        raise _why_not(connection, item_id)
    return items(connection, [item_id])[item_id]


def release(connection: Connection, item_id: str, actor: str, now: datetime) -> None:
    """Give an item back. Raises Conflict ``review.claimed`` for one that somebody else holds."""
    claim(connection, item_id, actor, now)
    connection.execute(
        update(merge_review).where(merge_review.c.item_id == item_id).values(claimed_by=None, claimed_until=None)
    )


def defer(connection: Connection, item_id: str, actor: str, until: datetime, now: datetime) -> None:
    """Put an item off until a time, and give it back."""
    claim(connection, item_id, actor, now)
    connection.execute(
        update(merge_review)
        .where(merge_review.c.item_id == item_id)
        .values(claimed_by=None, claimed_until=None, deferred_until=until)
    )


def move(connection: Connection, before: Item, state: State, decision_id: str | None, now: datetime) -> None:
    """Bring an item into another state. Raises Conflict ``review.changed`` where it is not as it was found."""
    table = merge_review.c
    ended = state in {State.DECIDED, State.CLOSED}
    done = connection.execute(
        update(merge_review)
        .where(
            table.item_id == before.item_id,
            table.state == before.state.value,
            table.claimed_by.is_(None) if before.claimed_by is None else table.claimed_by == before.claimed_by,
        )
        .values(
            state=state.value,
            decision_id=decision_id,
            claimed_by=None,
            claimed_until=None,
            deferred_until=None,
            closed_at=now if ended else None,
            cause="decided" if state is State.DECIDED else None,
        )
    )
    if not done.rowcount:
        raise Conflict("review.changed", "Somebody else was quicker with this item; look at it again.")


def write_decision(connection: Connection, row: DecisionRow) -> None:
    """Add a decision."""
    connection.execute(insert(merge_review_decision), [asdict(row)])


def end_decision(connection: Connection, decision_id: str, state: str, **values: object) -> None:
    """What became of a decision."""
    connection.execute(
        update(merge_review_decision)
        .where(merge_review_decision.c.decision_id == decision_id)
        .values(state=state, **values)
    )


def decision(connection: Connection, decision_id: str) -> DecisionRow:
    """One decision. Raises NotFound ``review.decision_unknown``."""
    query = select(merge_review_decision).where(merge_review_decision.c.decision_id == decision_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("review.decision_unknown", "There is no decision of this id; see the item it was about.")
    return DecisionRow(*row)


def decisions_about(connection: Connection, item_ids: Iterable[str]) -> list[DecisionRow]:
    """All decisions about items, oldest first."""
    found: list[DecisionRow] = []
    for some in chunks(sorted(set(item_ids)), _CHUNK):
        query = select(merge_review_decision).where(merge_review_decision.c.item_id.in_(some))
        found += [DecisionRow(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda one: (one.at, one.decision_id))


def decisions_in_force(connection: Connection, limit: int = 100_000) -> list[DecisionRow]:
    """The newest decisions in force, oldest first."""
    table = merge_review_decision.c
    newest = (
        select(merge_review_decision)
        .where(table.state == "done")
        .order_by(table.at.desc(), table.decision_id.desc())
        .limit(limit)
    )
    return [DecisionRow(*row) for row in connection.execute(newest)][::-1]


def _why_not(connection: Connection, item_id: str) -> Conflict | NotFound:
    known = items(connection, [item_id]).get(item_id)
    if known is None:
        return NotFound("review.unknown", "There is no item of this id in the review queue; see 'ingot review list'.")
    if known.state.value not in LIVE:
        return Conflict("review.ended", "This item is decided already, or its reason is gone.")
    return Conflict("review.claimed", "Somebody else is looking at this item; take another, or wait some minutes.")


KINDS = tuple(kind.value for kind in Kind)
"""Names of kinds, for filters."""
