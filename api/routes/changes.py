"""What leaves for other systems: the feed of changes and exports."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any

import orjson
from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.auth import Caller, Needs
from api.gateway import gateway_of
from api.request_body import JsonBody
from api.respond import page
from api.routes.declare import Routes
from api.schemas.answers import Page
from api.schemas.requests import ExportRequest
from governance.policy.actions import PolicyAction

routes = Routes("changes and exports")
Follower = Annotated[Caller, Depends(Needs(PolicyAction.VIEW_CHANGES, at_door=False))]
Exporter = Annotated[Caller, Depends(Needs(PolicyAction.EXPORT, at_door=False))]
NDJSON = "application/x-ndjson"
_LINES = 200


@routes.add("GET", "/v1/changes", answers={200: Page})
def follow_changes(
    request: Request,
    caller: Follower,
    after: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Changes of golden records after an entry, oldest first: ids and names, no values.

    ``next_cursor`` is the next ``after``, also at the end, where ``has_more`` is false: ask again with it later.
    """
    found = gateway_of(request).feed.changes(caller.asked, after=after, limit=limit)
    return page(list(found.changes), str(found.last), more=found.more)


@routes.add("POST", "/v1/exports", answers={200: NDJSON}, body=ExportRequest)
def export_golden(
    request: Request, caller: Exporter, body: Annotated[ExportRequest, Depends(JsonBody(ExportRequest))]
) -> Response:
    """All golden records that the caller may read, one a line, masked as always.

    A transfer that is cut short ends without the last chunk of HTTP, so it can be told from a whole one.
    """
    del body
    gateway_of(request).limits.count_heavy("exports_per_minute", caller.principal)
    found = gateway_of(request).services.disclosure.export(caller.asked)
    # The first page is decided and audited before the answer begins: a refusal is an answer, not a broken stream.
    first = next(found, None)
    lines = _ndjson(chain([] if first is None else [first], found))
    headers = {"content-disposition": 'attachment; filename="golden.ndjson"'}
    return StreamingResponse(lines, media_type=NDJSON, headers=headers)


def _ndjson(found: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    for one in found:
        waiting.append(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE))
        if len(waiting) == _LINES:
            yield b"".join(waiting)
            waiting = []
    yield b"".join(waiting)
