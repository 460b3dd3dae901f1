"""Syncs: every connection and how it stands, live; one run with its streams and what happened in it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.console.exports import export
from api.console.guard import Signed
from api.console.live import stream
from api.console.pages import Pages
from api.console.render import draw, fragment, go, page, query
from api.console.run_facts import RUN_STATES, STATES, last_whole, reads_of, stream_facts
from api.console.visitor import Visitor
from api.ids import run_id as checked_run
from core.database import reading
from core.errors import IngotError
from governance.policy.actions import PolicyAction

pages = Pages("syncs")
Watcher = Annotated[Visitor, Depends(Signed(PolicyAction.VIEW_SYNC))]
Runner = Annotated[Visitor, Depends(Signed(PolicyAction.RUN_SYNC))]
Text = Annotated[str, Query(max_length=80)]
_COLUMNS = ("id", "connection", "state", "started_at", "finished_at", "landed", "unchanged", "rejected", "code")
_PAGE = 50
_EVENTS = 500


@pages.get("/syncs")
def list_syncs(
    visitor: Watcher,
    connection: Text = "",
    state: Text = "",
    format: Text = "",  # noqa: A002 - the name stands in the URL
) -> Response:
    """Connections as they stand, and the newest runs."""
    runs = _history(visitor, connection, state, 1000 if format else _PAGE)
    if format:
        return export(runs, _COLUMNS, "syncs", format)
    with reading(visitor.services.engine) as database:
        names = [one.name for one in visitor.services.connections.list(database)]
    filters = query(connection=connection, state=state)
    return page(
        visitor,
        "pages/syncs/list.html",
        board=_board(visitor),
        runs=runs,
        names=names,
        chosen={"connection": connection, "state": state},
        filters=filters,
        states=STATES,
        run_states=RUN_STATES,
    )


@pages.get("/syncs/live")
def live_board(request: Request, visitor: Watcher) -> Response:
    """The connections, sent anew whenever something has changed."""
    return stream(
        request, visitor, lambda: draw(visitor, "pages/syncs/board.html", board=_board(visitor), states=STATES)
    )


@pages.post("/syncs/run")
def run_sync(visitor: Runner) -> Response:
    """Queue the sync of a connection, or of several."""
    for name in visitor.form.get("connection", []):
        visitor.services.flows.queue_sync(name, actor=visitor.principal.actor)
    return go(visitor.sent("next") or "/syncs")


@pages.post("/syncs/cancel")
def cancel_sync(visitor: Runner) -> Response:
    """Stop the sync of a connection."""
    visitor.services.flows.cancel_sync(visitor.must_send("connection"), actor=visitor.principal.actor)
    return go(visitor.sent("next") or "/syncs")


@pages.get("/syncs/{run}")
def one_sync(visitor: Watcher, run: str, kind: Text = "", stream: Text = "") -> Response:
    """One run."""
    return page(visitor, "pages/syncs/run.html", **_run(visitor, run, kind, stream))


@pages.get("/syncs/{run}/live")
def live_run(request: Request, visitor: Watcher, run: str, kind: Text = "", stream_name: Text = "") -> Response:
    """One run, sent anew whenever something has changed."""
    checked_run(run)
    return stream(
        request, visitor, lambda: draw(visitor, "pages/syncs/run_live.html", **_run(visitor, run, kind, stream_name))
    )


@pages.get("/syncs/{run}/log")
def log_of_run(visitor: Watcher, run: str, kind: Text = "", stream: Text = "") -> Response:
    """What happened in a run, as a part of its page."""
    return fragment(visitor, "pages/syncs/log.html", **_run(visitor, run, kind, stream))


def _history(visitor: Visitor, connection: str, state: str, limit: int) -> list[dict[str, Any]]:
    with reading(visitor.services.engine) as database:
        return visitor.services.runs.history(
            database, connection or None, limit, state if state in RUN_STATES else None
        )


def _board(visitor: Visitor) -> list[dict[str, Any]]:
    services = visitor.services
    now = services.foundation.clock.now()
    with reading(services.engine) as database:
        jobs = {str(row.payload["connection"]): row for row in services.foundation.queue.waiting(database, "sync")}
        due = services.scheduler.planned(database)
        rows = []
        for one in services.connections.list(database):
            history = services.runs.history(database, one.name, 20)
            run = services.runs.get(database, history[0]["id"]) if history else None
            rows.append(
                {
                    "name": one.name,
                    "enabled": one.enabled,
                    "schedule": one.schedule,
                    "next_at": due.get(one.name) if one.enabled and one.schedule else None,
                    "run": run,
                    "state": _state(one.enabled, jobs.get(one.name), run),
                    "job": jobs.get(one.name),
                    "streams": _streams(visitor, database, run, history, now),
                    "fresh": next(
                        (row["finished_at"] for row in history if row["state"] in {"succeeded", "partial"}), None
                    ),
                }
            )
    return rows


def _state(enabled: bool, job: Any, run: Mapping[str, Any] | None) -> str:
    if job is not None and job.state == "running":
        return "running"
    if job is not None:
        return "waiting" if job.attempts else "queued"
    if not enabled:
        return "paused"
    return str(run["state"]) if run is not None else "never"


def _streams(visitor: Visitor, database: Any, run: Mapping[str, Any] | None, history: Any, now: Any) -> list[Any]:
    if run is None:
        return []
    whole = last_whole(history, run["started_at"])
    before = reads_of(visitor.services.runs.get(database, whole["id"])) if whole is not None else {}
    return [stream_facts(row, before, now) for row in run["streams"]]


def _run(visitor: Visitor, run: str, kind: str, stream_name: str) -> dict[str, Any]:
    services = visitor.services
    with reading(services.engine) as database:
        found = services.runs.get(database, checked_run(run))
        history = services.runs.history(database, found["connection"], 50)
        kinds = services.runs.event_kinds(database, run)
        # One more, to see that there is one: a chatty source leaves so many that a live page could not read them all.
        events = services.runs.newest_events(database, run, kind=kind, stream=stream_name, limit=_EVENTS + 1)
        streams = _streams(visitor, database, found, history, services.foundation.clock.now())
        try:
            source = services.connections.get(database, found["connection"])
        except IngotError:
            source = None
    return {
        "run": found,
        "streams": streams,
        "events": events[-_EVENTS:],
        "cut": len(events) > _EVENTS,
        "kinds": kinds,
        "kind": kind,
        "stream_name": stream_name,
        "states": STATES,
        "before": last_whole(history, found["started_at"]),
        "source": source,
    }
