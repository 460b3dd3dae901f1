"""Rows of the stewards' queue: what waits, why, and who holds it. Takes connections, never commits.

An item's id is made of its kind and of what it is about, so opening it twice, or from two sides, is opening it once.
Details hold names of rules and attributes and figures, never a value of a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, select

from core.bulk import upsert_many
from core.database import json_text, milliseconds, moment
from core.driver import change_each
from core.errors import NotFound
from core.lookups import Lookup
from merge.review_kinds import LIVE, SLA, Kind, State, Wanted
from merge.tables import merge_review, merge_review_subject

# Whoever opens items needs these too.
__all__ = [
    "SLA",
    "Item",
    "Kind",
    "State",
    "Wanted",
    "close_items",
    "item",
    "items",
    "live_about",
    "live_ids_about",
    "open_item",
    "row_item",
    "write_items",
]

# Asked in every step.
_KNOWN = Lookup(select(merge_review).where(merge_review.c.item_id.in_(bindparam("ids", expanding=True))))
_NAMES = [column.name for column in merge_review.c]
_JSON, _TIMES = ("subjects", "detail"), ("opened_at", "due_at", "claimed_until", "deferred_until", "closed_at")
# One at a time: for a list SQLite would look through all that are open.
_CLOSE = (
    "UPDATE merge_review SET state = {0}, cause = {0}, closed_at = {0}, claimed_by = NULL, claimed_until = NULL "
    "WHERE item_id = {0} AND state IN ({0}, {0})"
)


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it is kept; the attributes of ``Wanted``, and what became of it."""

    item_id: str
    kind: Kind
    state: State
    subjects: tuple[str, ...]
    about: str
    detail: Mapping[str, Any]
    between: str
    weight: int | None
    verdict: str
    priority: int
    opened_at: datetime
    due_at: datetime
    claimed_by: str | None
    claimed_until: datetime | None
    deferred_until: datetime | None
    decision_id: str | None
    closed_at: datetime | None
    cause: str | None

    def held_by(self, now: datetime) -> str | None:
        """Who has claimed it, as long as the claim lasts."""
        return self.claimed_by if self.claimed_until is not None and self.claimed_until > now else None


def open_item(
    connection: Connection,
    kind: Kind,
    subjects: Iterable[str],
    detail: Mapping[str, Any],
    *,
    at: datetime,
    about: str = "",
    priority: int = 0,
    within: timedelta = SLA,
) -> str:
    """Ask the stewards something; returns the item's id. What is asked already is not asked twice.

    An item that was decided stays decided: put what makes a new question into ``about``.
    """
    wanted = Wanted(kind, tuple(sorted(set(subjects))), detail, about, priority=priority, within=within)
    known = items(connection, [wanted.item_id]).get(wanted.item_id)
    if known is None or known.state is not State.DECIDED:
        write_items(connection, [wanted], at)
    return wanted.item_id


def close_items(connection: Connection, item_ids: Iterable[str], cause: str, at: datetime) -> None:
    """The reason of those that are open or wait is gone; the others stay as they are."""
    said = (State.CLOSED.value, cause, milliseconds(at))
    rows = [(*said, one, *LIVE) for one in sorted(set(item_ids))]
    if rows:
        change_each(connection, _CLOSE.format("%s" if connection.dialect.name == "postgresql" else "?"), rows)


def write_items(connection: Connection, wanted: Sequence[Wanted], at: datetime) -> None:
    """Open items, or open them again; one that is open takes what is said now and keeps its time and its claim."""
    if not wanted:
        return
    known = items(connection, [one.item_id for one in wanted])
    ordered = sorted(wanted, key=lambda one: one.item_id)
    rows = [_row(known.get(one.item_id), one, at) for one in ordered if not _stands(known.get(one.item_id), one)]
    plain = [tuple(_stored(name, row[name]) for name in _NAMES) for row in rows]
    update = [name for name in _NAMES if name != "item_id"]
    upsert_many(connection, merge_review, _NAMES, plain, shared={}, keys=("item_id",), update=update)
    subjects = {(record, one.item_id) for one in ordered if one.item_id not in known for record in one.subjects}
    both = ("record_id", "item_id")
    upsert_many(connection, merge_review_subject, both, sorted(subjects), shared={}, keys=both, update=())


def items(connection: Connection, item_ids: Iterable[str]) -> dict[str, Item]:
    """Those of the items that there are, by id."""
    found = (_item(row) for row in _KNOWN.rows(connection, set(item_ids)))
    return {one.item_id: one for one in found}


def item(connection: Connection, item_id: str) -> Item:
    """One item. Raises NotFound ``review.unknown``."""
    found = items(connection, [item_id]).get(item_id)
    if found is None:
        raise NotFound("review.unknown", "There is no item of this id in the review queue; see 'ingot review list'.")
    return found


_LIVE = Lookup(
    select(merge_review)
    .join(merge_review_subject, merge_review_subject.c.item_id == merge_review.c.item_id)
    .where(
        merge_review_subject.c.record_id.in_(bindparam("ids", expanding=True)),
        merge_review.c.state.in_(LIVE),
        merge_review.c.kind.in_(bindparam("kinds", expanding=True)),
    )
)
_LIVE_IDS = Lookup(
    select(merge_review.c.item_id)
    .join(merge_review_subject, merge_review_subject.c.item_id == merge_review.c.item_id)
    .where(
        merge_review_subject.c.record_id.in_(bindparam("ids", expanding=True)),
        merge_review.c.kind.in_(bindparam("kinds", expanding=True)),
        merge_review.c.state.in_(LIVE),
        merge_review.c.about == "",
    )
)


def live_ids_about(connection: Connection, record_ids: Iterable[str], kinds: Iterable[Kind]) -> set[str]:
    """Ids of items of those kinds that are open or wait and are about any of the records and nothing else.

    Asked in every step. Items with an ``about`` of their own belong to whoever opened them.
    """
    rows = _LIVE_IDS.rows(connection, set(record_ids), kinds=[one.value for one in kinds])
    return {row[0] for row in rows}


def live_about(connection: Connection, record_ids: Iterable[str], kinds: Iterable[Kind]) -> dict[str, Item]:
    """Items of those kinds that are open or wait and are about any of the records, by id."""
    wanted = [one.value for one in kinds]
    found = (_item(row) for row in _LIVE.rows(connection, set(record_ids), kinds=wanted))
    return {one.item_id: one for one in found}


def _stands(before: Item | None, one: Wanted) -> bool:
    """Whether the item is there already, as it is wanted."""
    if before is None or before.state not in LIVE:
        return False
    ours = (before.detail, before.between, before.weight, before.verdict, before.priority)
    return ours == (dict(one.detail), one.between, one.weight, one.verdict, one.priority)


def _row(before: Item | None, one: Wanted, at: datetime) -> dict[str, Any]:
    live = before is not None and before.state in LIVE
    kept = before if live else None
    opened = at if kept is None else kept.opened_at
    return {
        "item_id": one.item_id,
        "kind": one.kind.value,
        "state": State.OPEN.value if kept is None else kept.state.value,
        "subjects": sorted(set(one.subjects)),
        "about": one.about,
        "detail": dict(one.detail),
        "between": one.between,
        "weight": one.weight,
        "verdict": one.verdict,
        "priority": one.priority,
        "opened_at": opened,
        "due_at": opened + one.within,
        "claimed_by": None if kept is None else kept.claimed_by,
        "claimed_until": None if kept is None else kept.claimed_until,
        "deferred_until": None if kept is None else kept.deferred_until,
        "decision_id": None if kept is None else kept.decision_id,
        "closed_at": None,
        "cause": None,
    }


def row_item(row: Row[Any]) -> Item:
    """The item of a row of its table."""
    told = row._mapping  # noqa: SLF001 - the public name of SQLAlchemy for a row as a mapping
    return _of({name: told[name] for name in _NAMES})


def _item(row: Sequence[Any]) -> Item:
    """The item of a row as the driver gives it."""
    told = dict(zip(_NAMES, row, strict=True))
    told.update((name, orjson.loads(told[name])) for name in _JSON)
    told.update((name, moment(told[name])) for name in _TIMES if told[name] is not None)
    return _of(told)


def _of(told: Mapping[str, Any]) -> Item:
    parts = {"kind": Kind(told["kind"]), "state": State(told["state"]), "subjects": tuple(told["subjects"])}
    return Item(**{**told, **parts})


def _stored(name: str, value: Any) -> Any:
    if name in _JSON:
        return json_text(value)
    return milliseconds(value) if name in _TIMES and value is not None else value
