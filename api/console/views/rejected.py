"""Rejected records: why each was set aside, by reason, and what can be done about it. Their content stays sealed."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from api.console.exports import export
from api.console.guard import Signed
from api.console.pages import Pages
from api.console.render import go, page, query
from api.console.visitor import Visitor
from core.database import reading
from governance.policy.actions import PolicyAction
from sync.rejections import all_waiting, reasons, waiting
from sync.replay import replay_rejected

pages = Pages("rejected")
Watcher = Annotated[Visitor, Depends(Signed(PolicyAction.VIEW_SYNC))]
Mender = Annotated[Visitor, Depends(Signed(PolicyAction.REPLAY_REJECTED))]
Text = Annotated[str, Query(max_length=80)]
_COLUMNS = ("id", "connection", "stream", "code", "message", "at", "attempts")
_SHOWN = 200
_REASONS = ("mended_at_source", "not_needed", "test_data", "duplicate")


@pages.get("/rejected")
def list_rejected(
    visitor: Watcher,
    connection: Text = "",
    code: Text = "",
    format: Text = "",  # noqa: A002 - the name stands in the URL
    landed: Annotated[int | None, Query(ge=0)] = None,
    refused: Annotated[int | None, Query(ge=0)] = None,
    superseded: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """What waits in quarantine, grouped by reason."""
    services = visitor.services
    if format:
        return export(all_waiting(services.engine, connection, code), _COLUMNS, "rejected", format)
    with reading(services.engine) as database:
        names = [one.name for one in services.connections.list(database)]
        groups = reasons(database, connection)
        rows = waiting(database, connection, code, limit=_SHOWN)
    fitting = sum(count for _, reason, count in groups if code in {"", reason})
    return page(
        visitor,
        "pages/syncs/rejected.html",
        rows=rows,
        hidden=max(0, fitting - len(rows)),
        groups=groups,
        names=names,
        connection=connection,
        code=code,
        filters=query(connection=connection, code=code),
        reasons=_REASONS,
        replayed=None if landed is None else (landed, refused or 0, superseded),
    )


@pages.post("/rejected/replay")
def replay(visitor: Mender) -> Response:
    """Judge the rejected records of a connection again, by its schema of today."""
    services, name = visitor.services, visitor.must_send("connection")
    found = replay_rejected(
        services.foundation,
        services.connecting,
        services.ingest,
        services.quarantine,
        name,
        actor=visitor.principal.actor,
    )
    services.flows.queue_resolve()
    return go("/rejected" + query(connection=name, **asdict(found)))


@pages.post("/rejected/dismiss")
def dismiss(visitor: Mender) -> Response:
    """Take chosen records off the list."""
    ids = visitor.form.get("id", [])
    if ids:
        visitor.services.quarantine.dismiss(ids, actor=visitor.principal.actor, reason_code=visitor.must_send("reason"))
    return go("/rejected" + query(connection=visitor.sent("connection"), code=visitor.sent("code")))
