"""Rows of ownership: assignments that are opened and closed and never rewritten, decisions, cursors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, select, update

from core.bulk import insert_many
from core.database import chunks, json_text, milliseconds, moment, upsert
from core.driver import fetch
from core.lookups import Lookup
from merge.ownership.values import ANY_SCOPE, PRIMARY, Assignment
from merge.tables import merge_golden, merge_owner, merge_owner_cursor, merge_owner_decision

_CHUNK = 1_000
_NAMES = (
    "assignment_id",
    "golden_id",
    "holder",
    "valid_from",
    "valid_to",
    "cause",
    "rule_ref",
    "decision_id",
    "reason_code",
    "end_cause",
    "locked_until",
    "role",
    "scope",
    "permission",
)
_DECIDED = tuple(column.name for column in merge_owner_decision.columns)
_JSON = frozenset({"evaluated", "candidates", "cursor_before", "cursor_after"})
_COLUMNS = [merge_owner.c[name] for name in _NAMES]


def primaries(connection: Connection, golden_ids: Iterable[str]) -> dict[str, Assignment]:
    """Who holds each golden record now (owner or pool), for those that are held."""
    return {row[1]: _assignment(row) for row in _PRIMARIES.rows(connection, set(golden_ids))}


_PRIMARIES = Lookup(
    select(*_COLUMNS).where(
        merge_owner.c.golden_id.in_(bindparam("ids", expanding=True)),
        merge_owner.c.role == PRIMARY,
        merge_owner.c.valid_to.is_(None),
    )
)
_COLLABORATORS = Lookup(
    select(*_COLUMNS).where(
        merge_owner.c.golden_id.in_(bindparam("ids", expanding=True)),
        merge_owner.c.role != PRIMARY,
        merge_owner.c.valid_to.is_(None),
    )
)
_TIMES = frozenset({"valid_from", "valid_to", "locked_until"})


def _assignment(row: Sequence[Any]) -> Assignment:
    """A row as the driver gives it."""
    told = dict(zip(_NAMES, row, strict=True))
    told.update((name, moment(told[name])) for name in _TIMES if told[name] is not None)
    return Assignment(**told)


def collaborators(connection: Connection, golden_ids: Iterable[str]) -> list[Assignment]:
    """Who else than the holder has a part in golden records now, in the order of the ids of assignments."""
    found = [_assignment(row) for row in _COLLABORATORS.rows(connection, set(golden_ids))]
    return sorted(found, key=lambda one: one.assignment_id)


_HOLDERS_NOW = Lookup(
    select(merge_owner.c.golden_id, merge_owner.c.holder).where(
        merge_owner.c.golden_id.in_(bindparam("ids", expanding=True)),
        merge_owner.c.role == PRIMARY,
        merge_owner.c.valid_to.is_(None),
    )
)


def holders_now(connection: Connection, golden_ids: Iterable[str]) -> dict[str, str]:
    """The holder of each golden record now, for those that are held; ``primaries`` tells all about it."""
    return {row[0]: row[1] for row in _HOLDERS_NOW.rows(connection, set(golden_ids))}


def history_of(connection: Connection, golden_ids: Iterable[str]) -> list[Assignment]:
    """All assignments of those golden records, oldest first."""
    found: list[Assignment] = []
    for some in chunks(sorted(set(golden_ids)), _CHUNK):
        query = select(*_COLUMNS).where(merge_owner.c.golden_id.in_(some))
        found.extend(Assignment(*row) for row in connection.execute(query))
    return sorted(found, key=lambda one: (one.valid_from, one.valid_to is None, one.assignment_id))


def assignments(connection: Connection, ids: Iterable[str]) -> list[Assignment]:
    """Assignments by their own ids, in the order of these."""
    query = select(*_COLUMNS).where(merge_owner.c.assignment_id.in_(sorted(set(ids))))
    return sorted((Assignment(*row) for row in connection.execute(query)), key=lambda one: one.assignment_id)


def open_assignments(connection: Connection, assignments: Sequence[Assignment], at: datetime) -> None:
    """Append assignments that stand from now on."""
    rows = [
        tuple(
            milliseconds(value) if name in _TIMES and (value := getattr(one, name)) is not None else getattr(one, name)
            for name in _NAMES
        )
        for one in assignments
    ]
    insert_many(connection, merge_owner, _NAMES, rows, shared={"recorded_from": at})


def close_assignments(connection: Connection, assignments: Iterable[Assignment], cause: str, at: datetime) -> None:
    """End assignments; a row is closed once and then stays as it is."""
    for some in chunks(sorted(one.assignment_id for one in assignments), _CHUNK):
        connection.execute(
            update(merge_owner)
            .where(merge_owner.c.assignment_id.in_(some), merge_owner.c.valid_to.is_(None))
            .values(valid_to=at, recorded_to=at, end_cause=cause)
        )


def closed(one: Assignment, cause: str, at: datetime) -> Assignment:
    """The assignment as it stands after it was closed."""
    return replace(one, valid_to=at, end_cause=cause)


def write_decisions(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append decisions."""
    plain = [
        tuple(
            milliseconds(row[name])
            if name == "at"
            else json_text(row[name])
            if name in _JSON and row[name] is not None
            else row[name]
            for name in _DECIDED
        )
        for row in rows
    ]
    insert_many(connection, merge_owner_decision, _DECIDED, plain, shared={})


def decisions_of(connection: Connection, golden_id: str) -> list[Mapping[str, Any]]:
    """All decisions about a golden record, oldest first."""
    query = select(merge_owner_decision).where(merge_owner_decision.c.golden_id == golden_id)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return sorted(rows, key=lambda row: (row["at"], row["decision_id"]))


def cursors(connection: Connection) -> dict[str, dict[str, int]]:
    """Where each balancing rule stands."""
    rows = fetch(connection, "SELECT rule_ref, state FROM merge_owner_cursor", ())
    return {rule: orjson.loads(state) for rule, state in rows}


def write_cursors(connection: Connection, states: Mapping[str, Mapping[str, int]]) -> None:
    """Move cursors."""
    rows = [{"rule_ref": name, "state": dict(state)} for name, state in sorted(states.items())]
    upsert(connection, merge_owner_cursor, rows, keys=["rule_ref"], update=["state"])


def unheld(connection: Connection, limit: int = 100) -> list[str]:
    """Active golden records that do not have exactly one open primary holder: invariant OWN1 is broken there."""
    holders = (
        select(merge_owner.c.golden_id, func.count().label("holders"))
        .where(merge_owner.c.role == PRIMARY, merge_owner.c.scope == ANY_SCOPE, merge_owner.c.valid_to.is_(None))
        .group_by(merge_owner.c.golden_id)
        .subquery()
    )
    query = (
        select(merge_golden.c.golden_id)
        .outerjoin(holders, holders.c.golden_id == merge_golden.c.golden_id)
        .where(merge_golden.c.active.is_(True), func.coalesce(holders.c.holders, 0) != 1)
        .order_by(merge_golden.c.golden_id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def held_in_vain(connection: Connection, limit: int = 100) -> list[str]:
    """Golden ids that are not active and still have an open holder."""
    query = (
        select(merge_owner.c.golden_id)
        .outerjoin(merge_golden, merge_golden.c.golden_id == merge_owner.c.golden_id)
        .where(merge_owner.c.valid_to.is_(None), func.coalesce(merge_golden.c.active, False).is_(False))
        .distinct()
        .order_by(merge_owner.c.golden_id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())
