"""The audit log: search it, look at an entry, take its proof away."""

from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import Depends, Path, Query
from starlette.responses import Response

from api.console.exports import export
from api.console.guard import Signed
from api.console.pages import Pages
from api.console.render import page, query
from api.console.visitor import Visitor
from api.times import time_of
from audit import access
from audit.actions import Action
from audit.events import DECISIONS
from audit.filters import check_filters
from audit.log import MAX_PAGE, Entry
from audit.log import Query as AuditQuery
from audit.proof_file import SUFFIX
from core.database import reading
from core.errors import IngotError, Invalid
from governance.policy.actions import PolicyAction
from governance.purposes import Purpose, known_purpose
from governance.secrets_format import TokenKind

pages = Pages("audit log")
LogReader = Annotated[Visitor, Depends(Signed(PolicyAction.VIEW_AUDIT))]
Prover = Annotated[Visitor, Depends(Signed(PolicyAction.VERIFY_AUDIT))]
Text = Annotated[str, Query(max_length=200)]
Index = Annotated[int, Path(ge=0, le=2**53 - 1)]
_PAGE = 100
_COLUMNS = ("index", "at", "actor", "action", "object_type", "object_id", "purpose", "decision", "body")


@pages.get("/audit")
def search(
    visitor: LogReader,
    actor: Text = "",
    action: Text = "",
    subject: Text = "",
    object_id: Text = "",
    purpose: Text = "",
    decision: Text = "",
    since: Text = "",
    until: Text = "",
    before: Annotated[int | None, Query(ge=0, le=2**53 - 1)] = None,
    format: Text = "",  # noqa: A002 - the name stands in the URL
) -> Response:
    """Entries that fit, newest first. The search is an entry of the log itself."""
    texts = {
        "actor": actor,
        "action": action,
        "subject": subject,
        "object_id": object_id,
        "purpose": purpose,
        "decision": decision,
    }
    chosen = {**texts, "since": since, "until": until}
    found: list[Entry] = []
    error: IngotError | None = None
    services = visitor.services
    try:
        given = check_filters({name: text.strip() or None for name, text in texts.items()})
        zone = visitor.taste.zone
        wanted = AuditQuery(**given, since=time_of(since, "since", zone), until=time_of(until, "until", zone))
        services.sequencer.sequence_all()
        if format:
            visitor.gateway.limits.count_heavy("exports_per_minute", visitor.principal)
            return export(map(_row, _every(visitor, wanted)), _COLUMNS, "audit", format)
        found = _found(visitor, wanted, before, _PAGE)
    except Invalid as wrong:
        error = wrong
    more = len(found) == _PAGE and found[-1].index > 0
    return page(
        visitor,
        "pages/audit/search.html",
        422 if error else 200,
        rows=[_row(one) for one in found],
        chosen=chosen,
        error=error,
        names=_names(visitor),
        actions=sorted(Action),
        purposes=[one.value for one in Purpose],
        decisions=DECISIONS,
        following="/audit" + query(**chosen, before=found[-1].index) if more else "",
        filters=query(**chosen),
    )


@pages.get("/audit/entry/{index}")
def entry(visitor: LogReader, index: Index) -> Response:
    """One entry with its proof."""
    services = visitor.services
    services.sequencer.sequence_all()
    found = access.read_entry(services.engine, services.foundation.audit, visitor.caller.for_audit, index)
    proof = access.prove(services.engine, services.foundation.audit, index)
    return page(
        visitor,
        "pages/audit/entry.html",
        row=_row(found),
        leaf=found.leaf.hex(),
        proof=proof,
        names=_names(visitor),
        key=str(services.sequencer.key),
    )


@pages.get("/audit/entry/{index}/proof")
def proof_of_entry(visitor: Prover, index: Index) -> Response:
    """The proof of an entry as a file (C2SP tlog-proof)."""
    # The file holds the entry itself.
    access.read_entry(visitor.services.engine, visitor.services.foundation.audit, visitor.caller.for_audit, index)
    text = access.proof_file(visitor.services.engine, visitor.services.foundation.audit, index)
    name = f"entry-{index}{SUFFIX}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, headers=headers, media_type="text/plain; charset=utf-8")


def _found(visitor: Visitor, wanted: AuditQuery, before: int | None, limit: int) -> list[Entry]:
    services, caller = visitor.services, visitor.caller.for_audit
    return access.search(services.engine, services.foundation.audit, caller, wanted, before=before, limit=limit)


def _every(visitor: Visitor, wanted: AuditQuery) -> Iterator[Entry]:
    """Every entry that fits, newest first; each page of them is a search in the log, as one on the screen is."""
    found = _found(visitor, wanted, None, MAX_PAGE)
    while found:
        yield from found
        found = _found(visitor, wanted, found[-1].index, MAX_PAGE) if len(found) == MAX_PAGE else []


def _row(one: Entry) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in _COLUMNS if name != "body"}
    plain["purpose_known"] = known_purpose(one.purpose or "")
    return {**plain, "body": None if one.body is None else orjson.loads(one.body)}


def _names(visitor: Visitor) -> dict[str, str]:
    """What people of the house and keys are called, by how the log names them."""
    with reading(visitor.services.engine) as database:
        users = visitor.services.people.list_users(database)
        tokens = visitor.services.tokens.list_tokens(database)
    keys = {f"token:{one.id}": one.name for one in tokens if one.kind is TokenKind.KEY}
    return keys | {f"user:{one.id}": one.display_name for one in users}
