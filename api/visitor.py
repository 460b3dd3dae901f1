"""Somebody at the door: what a request shows, before anything of it is proved."""

from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request

from api.errors import request_id_of
from api.limits import client_of
from api.wiring import Services
from audit.actions import Action
from audit.events import Event
from core.database import unit_of_work
from core.errors import IngotError, Invalid, Unauthenticated
from governance.policy.values import Refused
from governance.purposes import Purpose, known_purpose
from governance.secrets_format import token_id_of

MAX_REASON = 500
_MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who shows a token that is not proved yet, and what the request says of itself.

    ``unfit`` is the error in it that is told once they are proved.
    """

    token: str
    token_id: str
    client: str
    purpose: str
    reason: str
    request_id: str
    unfit: IngotError | None = None


def visitor_of(request: Request) -> Visitor:
    """What a request shows. Raises Unauthenticated ``token.missing``, Invalid ``request.parameter_unknown``."""
    _refuse_unknown_parameters(request)
    token = _presented(request)
    reason, unfit = "", None
    try:
        reason = reason_of(request)
    except Invalid as error:
        unfit = error
    return Visitor(
        token,
        token_id_of(token) or _MALFORMED,
        client_of(request),
        header(request, b"x-purpose"),
        reason,
        request_id_of(request),
        unfit,
    )


def header(request: Request, name: bytes) -> str:
    """The first header of that name, in small letters, without spaces around it; empty where there is none.

    The framework's own headers are a mapping, which costs a point read more than what it looks up.
    """
    for known, value in request.scope["headers"]:
        if known == name:
            text: str = value.decode("latin-1").strip()
            return text
    return ""


def unknown_purpose(purpose: str) -> Refused | None:
    """The refusal of a purpose that is not in the register. The text itself goes nowhere: it can be anything."""
    if not purpose or known_purpose(purpose):
        return None
    known = ", ".join(sorted(one.value for one in Purpose))
    return Refused("policy.purpose_unknown", f"The purpose in X-Purpose is not in the register; name one of {known}.")


def reason_of(request: Request) -> str:
    """The reason in ``X-Reason``: UTF-8, or the form of RFC 8187 (``UTF-8''...``) for clients that send ASCII only.

    Raises Invalid ``request.reason``.
    """
    raw = header(request, b"x-reason")
    if not raw:
        return ""
    try:
        text = unquote(raw[7:], errors="strict") if raw[:7].upper() == "UTF-8''" else raw.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise Invalid("request.reason", "X-Reason must be UTF-8; send it as UTF-8''... (RFC 8187).") from None
    if len(text) > MAX_REASON:
        raise Invalid("request.reason", f"X-Reason is longer than {MAX_REASON} characters; shorten it.")
    return text


def tell_limited(services: Services, what: str, request_id: str) -> None:
    """Write down that requests were too many; ``what`` names the form or says ``token``."""
    base = services.foundation
    event = Event(
        Action.REQUEST_LIMITED,
        actor="anonymous",
        object_type="token" if what == "token" else "connection",
        object_id="" if what == "token" else what,
        decision="deny",
        details={"code": "request.rate"},
        request_id=request_id,
    )
    with unit_of_work(base.engine) as connection:
        base.audit.append(connection, event)


def _presented(request: Request) -> str:
    scheme, _, text = header(request, b"authorization").partition(" ")
    if scheme.lower() == "bearer" and text.strip():
        return text.strip()
    key = header(request, b"x-api-key")
    if not key:
        raise Unauthenticated(
            "token.missing", "Send a token as 'Authorization: Bearer ...' or an API key as 'X-Api-Key'."
        )
    return key


def _refuse_unknown_parameters(request: Request) -> None:
    """A parameter that does nothing is refused, so that nobody believes a filter that is not there."""
    if not request.scope["query_string"]:
        return
    route = request.scope["route"]
    known = {field.alias for field in route.dependant.query_params}
    if set(request.query_params) - known:
        told = ", ".join(sorted(known)) or "none"
        raise Invalid("request.parameter_unknown", f"The query has a parameter that does not exist. Known: {told}.")
