"""Who asks, and what a route needs: every route declares it, and one that does not keeps the gateway from starting."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute

from api.errors import request_id_of
from api.gateway import Gateway, gateway_of
from api.limits import client_of, too_much
from audit.access import Caller as AuditCaller
from audit.actions import Action
from audit.events import Event
from core.database import unit_of_work
from core.errors import Invalid, TooMuch, Unauthenticated
from governance.authentication import Authenticated
from governance.policy.actions import PolicyAction
from governance.policy.values import Refused, RequestContext, Workspace
from governance.principals import Principal
from governance.purposes import Purpose, known_purpose
from governance.secrets_format import read_token
from sync.disclose import Asked

MAX_REASON = 500
_MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Caller:
    """A proved caller, with the purpose and reason of this request."""

    principal: Principal
    context: RequestContext

    @property
    def asked(self) -> Asked:
        """As the way of disclosure takes it."""
        return Asked(self.principal, self.context)

    @property
    def for_audit(self) -> AuditCaller:
        """As reads of the audit log name it."""
        roles = ",".join(sorted(self.principal.roles))
        return AuditCaller(self.principal.actor, roles, self.asked.purpose, self.context.request_id)


class Public:
    """A route for everybody. ``why`` says why that is right."""

    def __init__(self, why: str) -> None:
        self.why = why

    def __call__(self) -> None:
        """Nothing to check."""


class Needs:
    """A route for callers whom the policy allows an action.

    Args:
        action: the action.
        at_door: whether it is decided here; else what is called decides it on the golden record itself.
    """

    def __init__(self, action: PolicyAction, *, at_door: bool = True) -> None:
        self.action = action
        self.at_door = at_door

    def __call__(self, request: Request) -> Caller:
        """Prove the caller. Raises Unauthenticated ``token.*``, TooMuch ``request.rate``, Denied ``policy.*``."""
        _refuse_unknown_parameters(request)
        gateway = gateway_of(request)
        principal = _prove(gateway, request)
        _count(gateway, request, principal)
        purpose = request.headers.get("x-purpose", "").strip()
        services = gateway.services
        if purpose and not known_purpose(purpose):
            # The text itself goes nowhere: it can be anything.
            known = ", ".join(sorted(one.value for one in Purpose))
            refused = Refused(
                "policy.purpose_unknown", f"The purpose in X-Purpose is not in the register; name one of {known}."
            )
            raise services.denied(principal, self.action, refused, request_id=request_id_of(request))
        context = RequestContext(purpose, reason_of(request), request_id_of(request))
        if self.at_door:
            decision = services.decisions.decide(principal, self.action, Workspace(), context)
            if not decision.allowed:
                raise services.denied(principal, self.action, decision, purpose, context.request_id)
        return Caller(principal, context)


Access = Public | Needs


def reason_of(request: Request) -> str:
    """The reason in ``X-Reason``: UTF-8, or the form of RFC 8187 (``UTF-8''...``) for clients that send ASCII only.

    Raises Invalid ``request.reason``.
    """
    raw = request.headers.get("x-reason", "").strip()
    try:
        text = unquote(raw[7:], errors="strict") if raw[:7].upper() == "UTF-8''" else raw.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise Invalid("request.reason", "X-Reason must be UTF-8; send it as UTF-8''... (RFC 8187).") from None
    if len(text) > MAX_REASON:
        raise Invalid("request.reason", f"X-Reason is longer than {MAX_REASON} characters; shorten it.")
    return text


def access_of(route: BaseRoute) -> Access | None:
    """What a route declares, or None where it declares nothing."""
    if not isinstance(route, APIRoute):
        return None
    found = [one for one in _calls(route.dependant) if isinstance(one, Public | Needs)]
    return found[0] if len(found) == 1 else None


def check_every_route_declares(app: FastAPI) -> None:
    """Deny by default: raise Invalid ``api.route_open`` for a route that does not say who may use it."""
    for route in app.routes:
        if access_of(route) is None:
            path = getattr(route, "path", "?")
            raise Invalid("api.route_open", f"The route {path} does not declare who may use it; declare its access.")


def tell_limited(gateway: Gateway, what: str, request_id: str) -> None:
    """Write down that requests were too many; ``what`` names the form or says ``token``."""
    base = gateway.services.foundation
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


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def _prove(gateway: Gateway, request: Request) -> Principal:
    text = _presented(request)
    read = read_token(text)
    client, token_id = client_of(request), read.token_id if read is not None else _MALFORMED
    services = gateway.services
    try:
        gateway.limits.check_tokens(client, token_id)
    except TooMuch:
        if gateway.limits.first_in_a_minute("token", client):
            tell_limited(gateway, "token", request_id_of(request))
        raise
    found = services.tokens.authenticate_token(services.engine, text)
    if not isinstance(found, Authenticated):
        gateway.limits.count_refused_token(client, token_id)
        raise found.as_error()
    return found.principal


def _count(gateway: Gateway, request: Request, principal: Principal) -> None:
    """Count the request of a proved caller; where the caller stands is told with every answer."""
    rate = gateway.limits.count_call(principal)
    request.scope.setdefault("state", {})["rate"] = rate
    if not rate.allowed:
        if gateway.limits.first_in_a_minute("calls", principal.actor):
            tell_limited(gateway, "token", request_id_of(request))
        raise too_much(rate.reset)


def _presented(request: Request) -> str:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and text.strip():
        return text.strip()
    key = request.headers.get("x-api-key", "").strip()
    if not key:
        raise Unauthenticated(
            "token.missing", "Send a token as 'Authorization: Bearer ...' or an API key as 'X-Api-Key'."
        )
    return key


def _refuse_unknown_parameters(request: Request) -> None:
    """A parameter that does nothing is refused, so that nobody believes a filter that is not there."""
    route = request.scope["route"]
    known = {field.alias for field in route.dependant.query_params}
    if set(request.query_params) - known:
        told = ", ".join(sorted(known)) or "none"
        raise Invalid("request.parameter_unknown", f"The query has a parameter that does not exist. Known: {told}.")
