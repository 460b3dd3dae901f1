"""Duplicates in figures, week by week: found, merged, kept apart. Counts alone, nothing of anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from merge.tables import merge_event, merge_golden, merge_record, merge_review, merge_review_decision

_WEEK = timedelta(days=7)
FOUND, BY_MACHINE, BY_PEOPLE, KEPT_APART, TAKEN_APART = "found", "by_machine", "by_people", "kept_apart", "taken_apart"
MEASURES = (FOUND, BY_MACHINE, BY_PEOPLE, KEPT_APART, TAKEN_APART)
"""What is counted a week: asked of stewards; merged by the machine, by people; judged not to be one; taken apart."""


@dataclass(frozen=True, slots=True)
class Week:
    """Counts of one week, by measure. ``begins`` is its Monday, in UTC."""

    begins: datetime
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quality:
    """How many records are how many customers, and what happened week by week, oldest first.

    Attributes:
        records, goldens: live customer records, and the golden records that they are.
        shared: golden records of more than one record.
        decided: stewards' decisions in force; ``agreed`` are those that said what the machine had said.
    """

    records: int
    goldens: int
    shared: int
    decided: int
    agreed: int
    weeks: Sequence[Week]

    @property
    def duplicates(self) -> int:
        """Records that are a customer who has another record too, beyond the first."""
        return self.records - self.goldens


def quality(connection: Connection, now: datetime, weeks: int = 12) -> Quality:
    """The figures of the last so many weeks."""
    first = monday(now) - _WEEK * (weeks - 1)
    table = merge_record.c
    customers = (table.removed_at.is_(None), table.is_item.is_(False))
    records = connection.execute(select(func.count(table.golden_id)).where(*customers)).scalar_one()
    goldens = connection.execute(select(func.count(func.distinct(table.golden_id))).where(*customers)).scalar_one()
    active = merge_golden.c.active.is_(True)
    shared = connection.execute(select(func.count()).where(active, merge_golden.c.members > 1)).scalar_one()
    decided, agreed = _decisions(connection)
    counts: dict[datetime, dict[str, int]] = {first + _WEEK * at: dict.fromkeys(MEASURES, 0) for at in range(weeks)}
    for measure, at in _happened(connection, first):
        week = counts.get(monday(at))
        if week is not None:
            week[measure] += 1
    return Quality(records, goldens, shared, decided, agreed, [Week(*one) for one in sorted(counts.items())])


def monday(at: datetime) -> datetime:
    """The beginning of the week, in UTC."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _happened(connection: Connection, since: datetime) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []
    event = merge_event.c
    for kind, actor, at in connection.execute(select(event.kind, event.actor, event.at).where(event.at >= since)):
        by = BY_MACHINE if actor.startswith("system:") else BY_PEOPLE
        found.append((by if kind == "merged" else TAKEN_APART, at))
    item = merge_review.c
    asked = select(item.opened_at).where(item.opened_at >= since, item.kind.in_(("pair", "conflict")))
    found += [(FOUND, at) for at in connection.execute(asked).scalars()]
    said = merge_review_decision.c
    apart = select(said.at).where(said.at >= since, said.action == "apart", said.state == "done")
    return found + [(KEPT_APART, at) for at in connection.execute(apart).scalars()]


def _decisions(connection: Connection) -> tuple[int, int]:
    """Decisions in force about what the machine had a verdict on, and how many of them said the same."""
    said = merge_review_decision.c
    query = select(said.action, said.verdict).where(said.state == "done", said.verdict.in_(("auto", "no", "conflict")))
    rows = connection.execute(query).all()
    joins = {"merge": True, "confirm": True, "apart": False, "split": False}
    agreed = sum(joins.get(action) == (verdict == "auto") for action, verdict in rows)
    return len(rows), agreed
