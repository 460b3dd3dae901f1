"""Connections as they stand, the sources there are, and what is done to a connection as a whole."""

import time
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Query
from starlette.responses import Response

from api.console.guard import Signed
from api.console.pages import Pages
from api.console.render import go, page
from api.console.run_facts import STATES
from api.console.visitor import Visitor
from connectors.catalogue import our_sources
from connectors.installed import InstalledSource
from connectors.store import Change, SourceConnection
from core.database import reading, unit_of_work
from governance.policy.actions import PolicyAction

pages = Pages("connectors")
Configurer = Annotated[Visitor, Depends(Signed(PolicyAction.CONFIGURE_SOURCE))]
Runner = Annotated[Visitor, Depends(Signed(PolicyAction.RUN_SYNC))]
Text = Annotated[str, Query(max_length=80)]
# How long whoever starts a sync waits for it to begin, so that they come to its own page.
_BEGIN_SECONDS = 3.0
_LOOK_EVERY = 0.2


@pages.get("/connectors")
def connectors(visitor: Configurer, q: Text = "") -> Response:
    """Configured connections, and sources to add one of."""
    services = visitor.services
    with reading(services.engine) as database:
        found = services.connections.list(database)
        due = services.scheduler.planned(database)
        rows = []
        for one in found:
            runs = services.runs.history(database, one.name, 20)
            rows.append(
                {
                    "connection": one,
                    "run": runs[0] if runs else None,
                    "fresh": next(
                        (run["finished_at"] for run in runs if run["state"] in {"succeeded", "partial"}), None
                    ),
                    "next_at": due.get(one.name) if one.enabled and one.schedule else None,
                    "streams": stream_counts(one),
                }
            )
    return page(
        visitor,
        "pages/connectors/list.html",
        rows=rows,
        sources=_sources(q),
        installed=_installed(visitor, q),
        q=q,
        states=STATES,
    )


@pages.post("/connectors/{name}/switch")
def switch(visitor: Configurer, name: str) -> Response:
    """Pause a connection, or let it go on."""
    services = visitor.services
    with unit_of_work(services.engine) as database:
        change = Change(enabled=visitor.sent("on") == "1")
        services.connections.change(database, name, change, actor=visitor.principal.actor)
    return go(visitor.sent("next") or "/connectors")


@pages.post("/connectors/{name}/remove")
def remove(visitor: Configurer, name: str) -> Response:
    """Remove a connection with its configuration; what it brought stays."""
    visitor.services.connecting.remove(name, actor=visitor.principal.actor)
    visitor.services.looking.forget(name)
    return go("/connectors")


@pages.post("/connectors/{name}/sync")
def sync(visitor: Runner, name: str) -> Response:
    """Queue a sync, and go to the page of its run as soon as it has begun."""
    services = visitor.services
    before = _newest_run(visitor, name)
    services.looking.forget(name)
    services.flows.queue_sync(name, actor=visitor.principal.actor)
    until = time.monotonic() + _BEGIN_SECONDS
    while time.monotonic() < until:
        run = _newest_run(visitor, name)
        if run != before:
            return go(f"/syncs/{run}")
        time.sleep(_LOOK_EVERY)
    return go("/syncs")


def path_of(name: str, *parts: str) -> str:
    """The path of a connection's page."""
    return "/connectors/" + "/".join(quote(part, safe="") for part in (name, *parts))


def stream_counts(one: SourceConnection) -> tuple[int, int]:
    """How many streams of a connection are read, and how many it has."""
    known = len((one.catalog or {}).get("streams") or [])
    return (known if one.streams is None else len(one.streams)), known


def _newest_run(visitor: Visitor, name: str) -> str:
    with reading(visitor.services.engine) as database:
        runs = visitor.services.runs.history(database, name, 1)
    return str(runs[0]["id"]) if runs else ""


def _sources(q: str) -> list[dict[str, Any]]:
    registry, wanted = our_sources(), q.casefold().strip()
    found = []
    for name in registry:
        one = registry.get(name)
        texts = [name, *one.title.values(), *one.description.values()]
        if all(any(word in text.casefold() for text in texts) for word in wanted.split()):
            found.append({"source": one, "support": "declarative" if one.manifest is not None else "own"})
    return found


def _installed(visitor: Visitor, q: str) -> list[InstalledSource]:
    words = q.casefold().split()
    found = visitor.services.installed.list()
    return [one for one in found if all(word in f"{one.name} {one.distribution}".casefold() for word in words)]
