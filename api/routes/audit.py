"""The audit log: search it, fetch its promise, prove an entry. Every search is itself an entry."""

from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.auth import Caller, Needs
from api.gateway import gateway_of
from api.respond import json_answer, page
from api.routes.declare import Routes
from api.schemas.answers import Facts, Page
from audit import access
from audit.filters import check_filters
from audit.log import Entry
from audit.log import Query as AuditQuery
from core.errors import Invalid
from governance.policy.actions import PolicyAction
from governance.purposes import known_purpose

routes = Routes("audit log")
LogReader = Annotated[Caller, Depends(Needs(PolicyAction.VIEW_AUDIT))]
Verifier = Annotated[Caller, Depends(Needs(PolicyAction.VERIFY_AUDIT))]
# What both databases and JSON readers hold without loss (RFC 8259, 6).
_MAX_INDEX = 2**53 - 1
Text = Annotated[str | None, Query(max_length=200)]


@routes.add("GET", "/v1/audit", answers={200: Page})
def search_audit(
    request: Request,
    caller: LogReader,
    actor: Text = None,
    action: Text = None,
    subject: Text = None,
    object_type: Text = None,
    object_id: Text = None,
    purpose: Text = None,
    decision: Text = None,
    since: Text = None,
    until: Text = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str = "",
) -> Response:
    """Entries that fit every filter, newest first. ``since`` is included, ``until`` is not; times carry a zone."""
    given = {
        "actor": actor,
        "action": action,
        "subject": subject,
        "object_type": object_type,
        "object_id": object_id,
        "purpose": purpose,
        "decision": decision,
    }
    if purpose is not None and not known_purpose(purpose):
        raise Invalid("audit.filter", "The filter 'purpose' has not the form of what stands in the log there.")
    query = AuditQuery(**check_filters(given), since=_moment("since", since), until=_moment("until", until))
    return entries_page(request, caller, query, limit, cursor)


@routes.add("GET", "/v1/audit/checkpoint", answers={200: Facts})
def newest_checkpoint(request: Request, caller: Verifier) -> Response:
    """The newest signed checkpoint; with ``Accept: text/plain`` the C2SP note alone, to be kept somewhere else."""
    del caller
    services = gateway_of(request).services
    promise, note = access.checkpoint(services.engine, services.foundation.audit)
    if request.headers.get("accept", "").startswith("text/plain"):
        return PlainTextResponse(note)
    told = {"origin": promise.origin, "size": promise.size, "root": promise.root.hex(), "note": note}
    return json_answer(told)


@routes.add("GET", "/v1/audit/{index}/proof", answers={200: Facts})
def prove_entry(request: Request, caller: Verifier, index: Annotated[int, Path(ge=0, le=_MAX_INDEX)]) -> Response:
    """The inclusion proof (RFC 9162, 2.1.3) of an entry in the log of the newest checkpoint."""
    del caller
    services = gateway_of(request).services
    proof = access.prove(services.engine, services.foundation.audit, index)
    return json_answer(
        {
            "index": proof.index,
            "leaf": proof.leaf.hex(),
            "size": proof.size,
            "hashes": [one.hex() for one in proof.hashes],
            "note": proof.note,
        }
    )


def entries_page(request: Request, caller: Caller, query: AuditQuery, limit: int, cursor: str) -> Response:
    """A page of entries; its cursor is the index of its last one."""
    if cursor and not (cursor.isdecimal() and int(cursor[:20]) <= _MAX_INDEX):
        raise Invalid("request.cursor", "The cursor is the 'next_cursor' of the page before; begin again without one.")
    services = gateway_of(request).services
    before = int(cursor[:20]) if cursor else None
    found = access.search(
        services.engine, services.foundation.audit, caller.for_audit, query, before=before, limit=limit
    )
    more = len(found) == limit and found[-1].index > 0
    return page([_told(one) for one in found], str(found[-1].index) if more else None, more=more)


def _told(entry: Entry) -> dict[str, Any]:
    """``body`` stands byte for byte as it was hashed; null once its retention is over."""
    return {
        "index": entry.index,
        "leaf": entry.leaf.hex(),
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "purpose": entry.purpose,
        "decision": entry.decision,
        "body": None if entry.body is None else orjson.Fragment(entry.body),
    }


def _moment(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    wrong = Invalid("audit.filter", f"'{name}' is a time with its zone, such as 2026-05-01T00:00:00Z.")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise wrong from None
    if moment.tzinfo is None:
        raise wrong
    return moment
