"""Schedules: when each connection is synced, in words and as the next times."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import Response

from api.console.guard import Signed
from api.console.pages import Pages
from api.console.render import go, page
from api.console.schedule_words import in_words, next_times
from api.console.visitor import Visitor
from api.console.words import words
from api.errors import status_of
from connectors.store import Change, SourceConnection
from core.database import reading, unit_of_work
from core.errors import Invalid
from governance.policy.actions import PolicyAction
from sync.scheduler import checked

pages = Pages("schedules")
Watcher = Annotated[Visitor, Depends(Signed(PolicyAction.VIEW_SYNC))]
Runner = Annotated[Visitor, Depends(Signed(PolicyAction.RUN_SYNC))]


@pages.get("/schedules")
def schedules(visitor: Watcher) -> Response:
    """Every connection with its schedule."""
    return _page(visitor)


@pages.post("/schedules/preview")
def preview(visitor: Watcher) -> Response:
    """What a schedule means, before it is kept. Posted, as the form is: its token must not stand in an address."""
    schedule = visitor.sent("schedule")
    try:
        shown = _row(visitor, checked(schedule, visitor.services.foundation.clock.now()))
    except Invalid as error:
        return page(visitor, "pages/syncs/schedule_preview.html", schedule=schedule, shown=None, error=error)
    return page(visitor, "pages/syncs/schedule_preview.html", schedule=schedule, shown=shown, error=None)


@pages.post("/schedules")
def keep(visitor: Runner) -> Response:
    """Keep a schedule, or switch connections on and off."""
    services, actor = visitor.services, visitor.principal.actor
    do = visitor.sent("do")
    typed = visitor.sent("schedule")
    if do not in {"pause", "resume"}:
        try:
            typed = checked(typed, services.foundation.clock.now())
        except Invalid as error:
            return _page(visitor, error=error, typed={visitor.must_send("connection"): typed})
    with unit_of_work(services.engine) as database:
        if do in {"pause", "resume"}:
            names = visitor.form.get("connection", [])
            for name in names:
                services.connections.change(database, name, Change(enabled=do == "resume"), actor=actor)
        else:
            name = visitor.must_send("connection")
            services.connections.change(database, name, Change(schedule=typed), actor=actor)
            services.scheduler.forget(database, name)
    return go("/schedules")


def _page(visitor: Visitor, *, error: Invalid | None = None, typed: Mapping[str, str] | None = None) -> Response:
    with reading(visitor.services.engine) as database:
        found = visitor.services.connections.list(database)
    rows = [{"connection": one, **_shown(visitor, one)} for one in found]
    status = status_of(error)[0] if error is not None else 200
    return page(visitor, "pages/syncs/schedules.html", status, rows=rows, error=error, typed=typed or {})


def _shown(visitor: Visitor, one: SourceConnection) -> dict[str, Any]:
    try:
        return _row(visitor, one.schedule)
    except Invalid as error:
        return {"words": one.schedule, "times": [], "error": error}


def _row(visitor: Visitor, schedule: str) -> dict[str, Any]:
    translate = words(visitor.taste.language).gettext
    times = next_times(schedule, visitor.services.foundation.clock.now()) if schedule else []
    return {"words": in_words(schedule, translate), "times": times, "error": None}
