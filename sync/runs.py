"""Runs of a connection as rows: begun, watched, ended. What operations see."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from core.database import plain
from core.errors import NotFound
from sync import tables
from sync.batch import StreamPlan

ENDED = ("succeeded", "partial", "failed", "interrupted", "cancelled")

CANCELLED = "sync.cancelled"
CANCELLED_MESSAGE = "Somebody stopped it; what was committed is kept, the next run goes on from there."


class Runs:
    """Reads and writes runs in the caller's transaction."""

    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    def begin(self, connection: Connection, name: str, plans: Mapping[str, StreamPlan], *, actor: str) -> str:
        """Open a run; one that an ended worker left open is closed as interrupted first. Returns its id."""
        now = self._clock.now()
        left_open = (tables.run.c.connection == name) & (tables.run.c.state == "running")
        self._end_streams(connection, tables.run_stream.c.run_id.in_(select(tables.run.c.id).where(left_open)))
        connection.execute(
            update(tables.run)
            .where(left_open)
            .values(
                state="interrupted",
                finished_at=now,
                code="sync.interrupted",
                message="Its worker ended in the middle; what was committed is kept, the next run goes on from there.",
            )
        )
        run_id = self._clock.new_id("run")
        connection.execute(
            insert(tables.run).values(
                id=run_id, connection=name, state="running", started_at=now, landed=0, unchanged=0, rejected=0
            )
        )
        rows = [{"run_id": run_id, "stream": stream, "state": "pending", "read": 0, "rejected": 0} for stream in plans]
        if rows:
            connection.execute(insert(tables.run_stream), rows)
        self._append(connection, Action.SYNC_STARTED, actor, name, {"run": run_id, "streams": sorted(plans)})
        return run_id

    def ask(self, connection: Connection, name: str, *, actor: str, job: str) -> None:
        """Log that somebody wants a connection to be synced, also where a sync of it waits or runs already."""
        self._append(connection, Action.SYNC_ASKED, actor, name, {"job": job})

    def finish(self, connection: Connection, run_id: str, *, code: str | None, message: str | None) -> str:
        """Close a run: failed with a code, else partial when records were rejected, else succeeded."""
        row = self.get(connection, run_id)
        state = "failed" if code else ("partial" if row["rejected"] else "succeeded")
        connection.execute(
            update(tables.run)
            .where(tables.run.c.id == run_id)
            .values(state=state, finished_at=self._clock.now(), code=code, message=message)
        )
        if code:
            self._end_streams(connection, tables.run_stream.c.run_id == run_id)
        facts = {"run": run_id, "state": state, "code": code, "landed": row["landed"], "rejected": row["rejected"]}
        action = Action.SYNC_FAILED if code else Action.SYNC_FINISHED
        self._append(connection, action, "system:sync", row["connection"], facts)
        return state

    def cancel(self, connection: Connection, name: str, *, actor: str) -> None:
        """Close the run of a connection that somebody stopped; what it committed stays."""
        row = connection.execute(
            select(tables.run.c.id).where(tables.run.c.connection == name, tables.run.c.state == "running")
        ).first()
        if row is not None:
            connection.execute(
                update(tables.run)
                .where(tables.run.c.id == row.id)
                .values(state="cancelled", finished_at=self._clock.now(), code=CANCELLED, message=CANCELLED_MESSAGE)
            )
            self._end_streams(connection, tables.run_stream.c.run_id == row.id)
        self._append(connection, Action.SYNC_CANCELLED, actor, name, {"run": row.id if row is not None else ""})

    def get(self, connection: Connection, run_id: str) -> dict[str, Any]:
        """A run with its streams. Raises NotFound ``run.unknown``."""
        row = connection.execute(select(tables.run).where(tables.run.c.id == run_id)).mappings().first()
        if row is None:
            raise NotFound("run.unknown", f"There is no run '{run_id}'; 'ingot sync history' lists them.")
        query = (
            select(tables.run_stream).where(tables.run_stream.c.run_id == run_id).order_by(tables.run_stream.c.stream)
        )
        return {**plain(row), "streams": [plain(one) for one in connection.execute(query).mappings()]}

    def history(
        self, connection: Connection, name: str | None = None, limit: int = 50, state: str | None = None
    ) -> list[dict[str, Any]]:
        """The newest runs, newest first, of one connection or in one state where that is said."""
        query = select(tables.run).order_by(tables.run.c.started_at.desc(), tables.run.c.id.desc()).limit(limit)
        if name is not None:
            query = query.where(tables.run.c.connection == name)
        if state is not None:
            query = query.where(tables.run.c.state == state)
        return [plain(row) for row in connection.execute(query).mappings()]

    def events(self, connection: Connection, run_id: str, after: int = 0) -> list[dict[str, Any]]:
        """What happened in a run since event ``after``, without the source's own words."""
        table = tables.event
        query = select(table.c.id, table.c.at, table.c.kind, table.c.stream, table.c.facts)
        query = query.where(table.c.run_id == run_id, table.c.id > after).order_by(table.c.id)
        return [plain(row) for row in connection.execute(query).mappings()]

    def newest_events(
        self, connection: Connection, run_id: str, *, kind: str = "", stream: str = "", limit: int
    ) -> list[dict[str, Any]]:
        """The newest events of a run, the oldest of them first; of one kind or stream where that is said."""
        table = tables.event
        query = select(table.c.id, table.c.at, table.c.kind, table.c.stream, table.c.facts)
        query = query.where(table.c.run_id == run_id).order_by(table.c.id.desc()).limit(limit)
        if kind:
            query = query.where(table.c.kind == kind)
        if stream:
            query = query.where(table.c.stream == stream)
        return [plain(row) for row in connection.execute(query).mappings()][::-1]

    def event_kinds(self, connection: Connection, run_id: str) -> list[str]:
        """The kinds of events that a run has, sorted."""
        query = select(tables.event.c.kind).where(tables.event.c.run_id == run_id).distinct()
        return sorted(connection.execute(query).scalars())

    def _end_streams(self, connection: Connection, of_runs: ColumnElement[bool]) -> None:
        """Say of streams that nobody reads any more that they are not whole: none may seem to go on."""
        connection.execute(
            update(tables.run_stream)
            .where(of_runs, tables.run_stream.c.state.in_(("pending", "running")))
            .values(state="incomplete", finished_at=self._clock.now())
        )

    def _append(
        self, connection: Connection, action: Action, actor: str, name: str, facts: Mapping[str, object]
    ) -> None:
        event = Event(action=action, actor=actor, object_type="connection", object_id=name, details=facts)
        self._audit.append(connection, event)
