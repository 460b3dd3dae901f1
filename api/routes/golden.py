"""Golden records: read, list, search, look up, explain. What is seen is decided by ``sync.disclose``."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, Needs, Reads
from api.cursors import cursor_for, place_of
from api.gateway import Gateway, gateway_of
from api.ids import golden_id as checked_id
from api.lists import fields_of, narrow_of
from api.request_body import JsonBody
from api.respond import MadeAnswer, json_answer, page
from api.routes.audit import entries_page
from api.routes.declare import Routes
from api.schemas.answers import Facts, Found, Golden, Page
from api.schemas.requests import LookupRequest, SearchRequest
from api.visitor import Visitor, header
from audit.log import Query as AuditQuery
from core.database import reading
from core.errors import NotFound
from core.records import RecordRef
from governance.policy.actions import PolicyAction
from merge.resolve.identifiers import golden_ids
from sync.record_keys import primary_key
from sync.wish import Answer

routes = Routes("golden records")
# Which golden record it is matters to these decisions, so they are made where it is known.
Reader = Annotated[Caller, Depends(Needs(PolicyAction.READ, at_door=False))]
PointReader = Annotated[Visitor, Depends(Reads())]
Searcher = Annotated[Caller, Depends(Needs(PolicyAction.SEARCH, at_door=False))]
LogReader = Annotated[Caller, Depends(Needs(PolicyAction.VIEW_AUDIT))]
_LIST = "golden"
_NOT_MODIFIED = 304
_VARY = (b"vary", b"Authorization, X-Api-Key, X-Purpose, X-Reason")
_JSON = (b"content-type", b"application/json")


@routes.add("GET", "/v1/golden/{golden_id}", answers={200: Golden, 304: ""}, direct=True)
async def read_golden(
    request: Request,
    visitor: PointReader,
    golden_id: str,
    include: str = "",
    as_of: str = "",
    valid_at: str = "",
) -> Response:
    """One golden record, by any id that was ever given out for it.

    ``include`` names sections, separated by commas; without it all are told. An id that was merged away is answered
    with ``canonical_id`` and ``Content-Location``. ``If-None-Match`` with the ETag of an equal answer gives 304.
    ``as_of`` asks for what was known at a time, ``valid_at`` for what held in the world then, as far as was known.
    """
    reads = gateway_of(request).reads
    when = (as_of, valid_at)
    return _golden_answer(request, await reads.golden(request, visitor, golden_id, include=include, when=when))


@routes.add("GET", "/v1/golden", answers={200: Page})
def list_golden(
    request: Request,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str = "",
    fields: str = "",
    filter: str = "",  # noqa: A002  the name is the interface's
) -> Response:
    """The golden records that the caller may read, by id, page by page.

    ``fields`` names sections or attributes, separated by commas. ``filter`` takes ``owner:HOLDER`` and
    ``changed_since:TIME``; values of people cannot be filtered.
    """
    services = gateway_of(request).services
    narrow = narrow_of(filter)
    # A cursor continues the list it was made for, filter and fields included.
    listing = f"{_LIST} {fields} {filter}"
    now = services.foundation.clock.now()
    after = place_of(services.foundation.keyring, caller.asked, listing, cursor, now)
    bodies, last = services.disclosure.page_after(
        caller.asked, after=after, limit=limit, include=fields_of(fields), narrow=narrow
    )
    following = None if last is None else cursor_for(services.foundation.keyring, caller.asked, listing, last, now)
    return page(bodies, following, more=following is not None)


@routes.add("POST", "/v1/golden/search", answers={200: Found}, body=SearchRequest)
def search_golden(
    request: Request, caller: Searcher, body: Annotated[SearchRequest, Depends(JsonBody(SearchRequest))]
) -> Response:
    """Golden records that a text means. What the caller sees only masked finds nothing."""
    found = gateway_of(request).services.disclosure.search(caller.asked, body.text, limit=body.limit)
    return json_answer({"data": found})


@routes.add("POST", "/v1/golden/lookup", answers={200: Golden}, body=LookupRequest)
def look_up_golden(
    request: Request, caller: Reader, body: Annotated[LookupRequest, Depends(JsonBody(LookupRequest))]
) -> Response:
    """The golden record that holds the record of a source with this primary key.

    Without ``stream`` the streams are tried by name; the first whose record leads to one that the caller may read wins.
    """
    gateway = gateway_of(request)
    disclosure = gateway.services.disclosure
    missing = NotFound("golden.unknown", "There is no golden record for this key; check source, stream and key.")
    for record_id in _record_ids(gateway, body):
        try:
            found = disclosure.golden(caller.asked, record_id)
        except NotFound as error:
            missing = error
            continue
        return _golden_answer(request, found, location=found.golden_id)
    raise missing


@routes.add("GET", "/v1/golden/{golden_id}/lineage", answers={200: Golden}, direct=True)
async def lineage_of_golden(
    request: Request, visitor: PointReader, golden_id: str, as_of: str = "", valid_at: str = ""
) -> Response:
    """The golden record with, for every value, the record it is from and the rule by which it won."""
    reads = gateway_of(request).reads
    when = (as_of, valid_at)
    return _golden_answer(request, await reads.golden(request, visitor, golden_id, lineage=True, when=when))


@routes.add("GET", "/v1/golden/{golden_id}/lineage/{attribute}", answers={200: Facts})
def lineage_of_attribute(request: Request, caller: Reader, golden_id: str, attribute: str) -> Response:
    """One attribute whole: what every record says of it, with trust and validity, what won, and by which rules."""
    disclosure = gateway_of(request).services.disclosure
    return json_answer(disclosure.contest(caller.asked, checked_id(golden_id), attribute))


@routes.add("GET", "/v1/golden/{golden_id}/history", answers={200: Facts})
def history_of_golden(request: Request, caller: Reader, golden_id: str) -> Response:
    """Records, merges, splits, changes and owners of a golden record, oldest first."""
    return json_answer(gateway_of(request).feed.history(caller.asked, checked_id(golden_id)))


@routes.add("GET", "/v1/golden/{golden_id}/relations", answers={200: Facts})
def relations_of_golden(request: Request, caller: Reader, golden_id: str) -> Response:
    """Golden records that are another customer and belong to this one: parent company, branches, household."""
    return json_answer(gateway_of(request).relations.of(caller.asked, checked_id(golden_id)))


@routes.add("GET", "/v1/golden/{golden_id}/audit", answers={200: Page})
def audit_of_golden(
    request: Request,
    caller: LogReader,
    golden_id: str,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str = "",
) -> Response:
    """What the audit log says about this id: who saw it, why, what was done; newest first."""
    return entries_page(request, caller, AuditQuery(subject=checked_id(golden_id)), limit, cursor)


def _golden_answer(request: Request, found: Answer, location: str = "") -> Response:
    # RFC 9110, 8.8.3 and 13.1.2; what is seen depends on who asks and why.
    headers = [(b"etag", found.etag.encode()), _VARY]
    canonical = found.canonical_id or location
    if canonical:
        headers.append((b"content-location", f"/v1/golden/{canonical}".encode()))
    if request.method == "GET" and _matches(header(request, b"if-none-match"), found.etag):
        return MadeAnswer(b"", headers, _NOT_MODIFIED)
    length = str(len(found.content)).encode()
    return MadeAnswer(found.content, [*headers, (b"content-length", length), _JSON])


def _matches(condition: str, etag: str) -> bool:
    if not condition:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in condition.split(",")]
    return etag in tags or tags == ["*"]


def _record_ids(gateway: Gateway, body: LookupRequest) -> list[str]:
    """The ids of the records of this source with this key, one a stream; where there is none, one leading nowhere."""
    services = gateway.services
    parts = body.key if isinstance(body.key, list) else [body.key]
    names = [[str(number)] for number in range(len(parts))]
    key = primary_key({name[0]: part for name, part in zip(names, parts, strict=True)}, names)
    with reading(services.engine) as connection:
        streams = [body.stream] if body.stream is not None else services.loader.streams(connection, body.source)
        ids = [services.foundation.keyring.record_id(_reference(body.source, stream, key)) for stream in streams]
        known = golden_ids(connection, ids)
    # One that is not known is asked for all the same, so that the refusal is decided and audited in one place.
    return [one for one in ids if one in known] or ids[:1]


def _reference(source: str, stream: str, key: str) -> RecordRef:
    namespace, _, plain = stream.rpartition("|")
    return RecordRef(source, namespace, plain, key)
