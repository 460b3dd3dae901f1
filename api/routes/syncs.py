"""Syncs: what ran, what happens, and starting one."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, Needs
from api.gateway import gateway_of
from api.ids import run_id as checked_run
from api.request_body import JsonBody
from api.respond import json_answer, page
from api.routes.declare import Routes
from api.schemas.answers import Facts, Page
from api.schemas.requests import SyncRequest
from core.database import reading
from core.errors import NotFound
from governance.policy.actions import PolicyAction

routes = Routes("syncs")
Watcher = Annotated[Caller, Depends(Needs(PolicyAction.VIEW_SYNC))]
Runner = Annotated[Caller, Depends(Needs(PolicyAction.RUN_SYNC))]


@routes.add("GET", "/v1/syncs", answers={200: Page})
def list_syncs(
    request: Request,
    caller: Watcher,
    connection: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Response:
    """The newest runs, newest first, of one connection or of all."""
    del caller
    services = gateway_of(request).services
    with reading(services.engine) as database:
        found = services.runs.history(database, connection, limit + 1)
    return page([_plain(row) for row in found[:limit]], None, more=len(found) > limit)


@routes.add("GET", "/v1/syncs/{run}", answers={200: Facts})
def read_sync(request: Request, caller: Watcher, run: str) -> Response:
    """One run with its streams."""
    del caller
    services = gateway_of(request).services
    with reading(services.engine) as database:
        found = services.runs.get(database, checked_run(run))
    return json_answer({**_plain(found), "streams": [_plain(row) for row in found["streams"]]})


@routes.add("GET", "/v1/syncs/{run}/events", answers={200: Page})
def events_of_sync(
    request: Request, caller: Watcher, run: str, after: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0
) -> Response:
    """What happened in a run after an event, oldest first. ``next_cursor`` is the next ``after``."""
    del caller
    services = gateway_of(request).services
    with reading(services.engine) as database:
        services.runs.get(database, checked_run(run))
        found = services.runs.events(database, run, after)
    return page([_plain(row) for row in found], str(found[-1]["id"] if found else after), more=False)


@routes.add("POST", "/v1/syncs", answers={202: Facts}, body=SyncRequest)
def start_sync(
    request: Request, caller: Runner, body: Annotated[SyncRequest, Depends(JsonBody(SyncRequest))]
) -> Response:
    """Queue a sync of a connection; one that is queued or runs already is not queued again."""
    try:
        job = gateway_of(request).services.flows.queue_sync(body.connection, actor=caller.principal.actor)
    except NotFound as error:
        raise NotFound(error.code, "There is no such connection; 'ingot source list' names those there are.") from None
    return json_answer({"job": job, "state": "queued"}, 202)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row by plain names: SQLAlchemy's names of columns are a kind of text that the JSON writer does not know."""
    return {str(name): value for name, value in row.items()}
