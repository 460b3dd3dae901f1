"""Who asks, and what a route needs: every route declares it, and one that does not keeps the gateway from starting."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute

from api.errors import request_id_of
from api.gateway import Gateway, gateway_of
from api.limits import too_much
from api.visitor import Visitor, tell_limited, unknown_purpose, visitor_of
from audit.access import Caller as AuditCaller
from core.errors import Invalid, TooMuch
from governance.authentication import Authenticated
from governance.policy.actions import PolicyAction
from governance.policy.values import RequestContext, Workspace
from governance.principals import Principal
from sync.wish import Asked


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
        visitor = visitor_of(request)
        gateway = gateway_of(request)
        principal = _prove(gateway, visitor)
        _count(gateway, request, principal)
        services = gateway.services
        refused = unknown_purpose(visitor.purpose)
        if refused is not None:
            raise services.denied(principal, self.action, refused, request_id=visitor.request_id)
        if visitor.unfit is not None:
            raise visitor.unfit
        context = RequestContext(visitor.purpose, visitor.reason, visitor.request_id)
        if self.at_door:
            decision = services.decisions.decide(principal, self.action, Workspace(), context)
            if not decision.allowed:
                raise services.denied(principal, self.action, decision, visitor.purpose, context.request_id)
        return Caller(principal, context)


class Reads(Needs):
    """A route that reads a golden record: who asks is proved, and decided upon, in the transaction of the answer."""

    def __init__(self) -> None:
        super().__init__(PolicyAction.READ, at_door=False)

    def __call__(self, request: Request) -> Visitor:  # type: ignore[override]  # the proof comes later
        """What the request shows. Raises Unauthenticated ``token.missing``, Invalid ``request.parameter_unknown``."""
        return visitor_of(request)


Access = Public | Needs


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


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def _prove(gateway: Gateway, visitor: Visitor) -> Principal:
    services = gateway.services
    try:
        gateway.limits.check_tokens(visitor.client, visitor.token_id)
    except TooMuch:
        if gateway.limits.first_in_a_minute("token", visitor.client):
            tell_limited(services, "token", visitor.request_id)
        raise
    found = services.tokens.authenticate_token(services.engine, visitor.token)
    if not isinstance(found, Authenticated):
        gateway.limits.count_refused_token(visitor.client, visitor.token_id)
        raise found.as_error()
    return found.principal


def _count(gateway: Gateway, request: Request, principal: Principal) -> None:
    """Count the request of a proved caller; where the caller stands is told with every answer."""
    rate = gateway.limits.count_call(principal)
    request.scope.setdefault("state", {})["rate"] = rate
    if not rate.allowed:
        if gateway.limits.first_in_a_minute("calls", principal.actor):
            tell_limited(gateway.services, "token", request_id_of(request))
        raise too_much(rate.reset)
