"""Records that come in one at a time: entered by hand, or posted to a web form."""

import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, Needs, Public
from api.errors import request_id_of
from api.form_post import JSON, LIMIT, MULTIPART, URLENCODED, Post, browser_post, signed_post
from api.gateway import Gateway, gateway_of
from api.limits import client_of
from api.request_body import JsonBody, content_type, read_body
from api.respond import json_answer
from api.routes.declare import Routes
from api.schemas.answers import Received
from api.schemas.requests import RecordRequest
from api.visitor import tell_limited
from core.errors import Conflict, Denied, IngotError, Invalid, NotFound, TooMuch, Unauthenticated
from governance.policy.actions import PolicyAction
from sync.forms import Form

routes = Routes("records")
Enterer = Annotated[Caller, Depends(Needs(PolicyAction.ENTER_RECORD))]
_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,200}")
_ANY_FIELDS = {"type": "object", "additionalProperties": True, "minProperties": 1}
_FORM_BODY = {"content": {kind: {"schema": _ANY_FIELDS} for kind in (URLENCODED, MULTIPART, JSON)}}


@routes.add("POST", "/v1/records", answers={201: Received}, body=RecordRequest)
def enter_record(
    request: Request, caller: Enterer, body: Annotated[RecordRequest, Depends(JsonBody(RecordRequest))]
) -> Response:
    """Enter a record by hand.

    ``Idempotency-Key`` makes a repeated request answer as the first; ``key`` in the body names the record instead, so
    that it can be corrected by entering it again.
    """
    key, delivery = _key_of(request, caller, body)
    gateway = gateway_of(request)
    if not key:
        key = gateway.services.foundation.clock.new_id("m")
    receipt = gateway.manual_entry.enter(caller.asked, body.stream, body.values, key=key, delivery=delivery)
    answer = {"status": "received", "record_id": receipt.record_id}
    return json_answer(answer, 201, {"location": f"/v1/golden/{receipt.record_id}"})


@routes.add("POST", "/v1/forms/{form}", answers={202: Received}, public=True, extra={"requestBody": _FORM_BODY})
async def receive_form(
    request: Request,
    form: str,
    access: Annotated[
        None, Depends(Public("forms are filled in by strangers; webhooks prove themselves by signature"))
    ],
) -> Response:
    """A post to a web form: by a browser where the form has no secret, else a webhook signed as Standard Webhooks."""
    del access
    gateway = gateway_of(request)
    try:
        known = gateway.forms.form(form)
    except NotFound as error:
        await run_in_threadpool(_tell_refused, gateway, request, "", error)
        raise
    try:
        gateway.limits.count_form(known.name, client_of(request), signed=known.secret is not None)
    except TooMuch:
        if gateway.limits.first_in_a_minute(f"form {known.name}", client_of(request)):
            await run_in_threadpool(tell_limited, gateway.services, known.connection, request_id_of(request))
        raise
    try:
        _check_origin(request, known)
        post = _read(request, known, await read_body(request, LIMIT))
        receipt = await run_in_threadpool(
            gateway.forms.take, known, post.content, post.delivery, request_id=request_id_of(request)
        )
    except (Invalid, Unauthenticated, Denied, Conflict, TooMuch) as error:
        await run_in_threadpool(_tell_refused, gateway, request, known.name, error)
        raise
    # The same answer to the same delivery, whether it came for the first time or not.
    return json_answer({"status": "received", "record_id": receipt.record_id}, 202, _sharing(request, known))


def _key_of(request: Request, caller: Caller, body: RecordRequest) -> tuple[str, bool]:
    """The key of the record, empty where it needs a new one, and whether it is a delivery id."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return body.key or "", False
    if body.key is not None:
        raise Invalid("record.two_keys", "Send Idempotency-Key or 'key' in the body, not both; one names the record.")
    if not _IDEMPOTENCY_KEY.fullmatch(given):
        raise Invalid("record.idempotency_key", "Idempotency-Key has 1 to 200 visible ASCII characters.")
    # Of this caller: nobody meets, or learns of, the keys of others.
    return f"{caller.principal.actor} {given}", True


def _check_origin(request: Request, form: Form) -> None:
    if form.secret is None and form.origins and request.headers.get("origin", "") not in form.origins:
        raise Denied("form.origin", "This form may not be posted from that page; see 'origins' in ingot.yaml.")


def _read(request: Request, form: Form, body: bytes) -> Post:
    if form.secret is None:
        return browser_post(request.headers.get("content-type", ""), body)
    if content_type(request) != JSON:
        raise Invalid("request.content_type", f"This form takes signed webhooks; send them as {JSON}.")
    return signed_post(form.secret, request.headers, body)


def _sharing(request: Request, form: Form) -> Mapping[str, str]:
    """The page that may post may also read the answer (Fetch, "CORS protocol")."""
    if form.secret is not None or not form.origins:
        return {}
    return {
        "access-control-allow-origin": request.headers["origin"],
        "cross-origin-resource-policy": "cross-origin",
        "vary": "Origin",
    }


def _tell_refused(gateway: Gateway, request: Request, name: str, error: IngotError) -> None:
    """A flood of posts to forms that do not exist is told once a minute; posts to real ones are limited before."""
    if name or gateway.limits.first_in_a_minute("unknown form", client_of(request)):
        gateway.forms.refused(name, error, request_id_of(request))
