"""The guard of the console: who has a session, what a page needs, and that a form was sent from our own pages.

A change needs three things (OWASP CSRF Prevention Cheat Sheet): a cookie that other sites do not send with a post
(SameSite=Lax), an origin that is ours, and the token of the session in the form or in a header.
"""

import hashlib
import hmac
from typing import Annotated
from urllib.parse import parse_qs, unquote, urlsplit

from fastapi import Depends
from starlette.requests import Request

from api.auth import Needs, Public
from api.console import cookies
from api.console.formats import zone_of
from api.console.visitor import ANYBODY, Taste, Visitor
from api.console.words import language_of
from api.errors import request_id_of
from api.gateway import Gateway, gateway_of
from api.limits import client_of, too_much
from api.request_body import content_type, read_body
from api.visitor import tell_limited
from core.errors import Denied, Invalid, TooMuch, Unauthenticated
from governance.authentication import Authenticated
from governance.policy.actions import PolicyAction
from governance.policy.values import RequestContext, Workspace
from governance.secrets_format import TokenKind, read_token

# What a page asks by itself as long as it is open.
LIVE = "/live"
_MALFORMED = "malformed"
FORM_LIMIT = 256 * 1024
MAX_FIELDS = 2000
THEMES = ("light", "dark", "system")
_SESSION_KINDS = frozenset({TokenKind.SESSION})
Form = dict[str, list[str]]


async def form_of(request: Request) -> Form:
    """The fields of a form, in the order they were sent; empty for a request that may not have any.

    Raises TooMuch ``request.too_large``, Invalid ``request.content_type``, ``request.form``.
    """
    if request.method in {"GET", "HEAD"}:
        return {}
    if content_type(request) == "multipart/form-data":
        # Uploads have a reader of their own, with a limit of their own.
        return {}
    body = await read_body(request, FORM_LIMIT)
    if not body:
        return {}
    if content_type(request) != "application/x-www-form-urlencoded":
        raise Invalid("request.content_type", "Send the form as application/x-www-form-urlencoded.")
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise Invalid(
            "request.form", "The form cannot be read; go back, load the page again and send it anew."
        ) from None


def taste_of(request: Request) -> Taste:
    """How the visitor wants to see things, from their cookies and their browser."""
    theme = request.cookies.get(cookies.THEME, "system")
    return Taste(
        language=language_of(request.cookies.get(cookies.LANGUAGE, ""), request.headers.get("accept-language", "")),
        theme=theme if theme in THEMES else "system",
        # The script that keeps it encodes the slash.
        zone=zone_of(unquote(request.cookies.get(cookies.ZONE, ""))),
    )


class Open(Public):
    """A page for everybody: sign-in, what is needed before it, choices of language and theme."""

    def __call__(self, request: Request, form: Annotated[Form, Depends(form_of)]) -> Visitor:  # type: ignore[override]
        """The visitor, signed in or not. Raises Denied ``request.cross_site``."""
        if request.method not in {"GET", "HEAD"}:
            check_origin(request)
        visitor = visitor_of(request, form)
        return visitor or Visitor(
            gateway_of(request),
            ANYBODY,
            RequestContext(request_id=request_id_of(request)),
            taste_of(request),
            path=_path(request),
            form=form,
        )


class Signed(Needs):
    """A page for those whom the policy allows an action; without one, for everybody who has signed in.

    Raises Unauthenticated ``session.missing``, Denied ``policy.*``, ``request.cross_site``, ``request.csrf``.
    """

    def __init__(self, action: PolicyAction | None = None, *, at_door: bool = True) -> None:
        super().__init__(action or PolicyAction.VIEW_HEALTH, at_door=at_door and action is not None)
        self.anybody = action is None

    def __call__(self, request: Request, form: Annotated[Form, Depends(form_of)]) -> Visitor:  # type: ignore[override]
        """The visitor, proved and allowed."""
        visitor = visitor_of(request, form)
        if visitor is None:
            raise Unauthenticated("session.missing", "Sign in to see this page.")
        if request.method not in {"GET", "HEAD"}:
            check_origin(request)
            check_csrf(visitor, request.headers.get("x-csrf-token") or visitor.sent("csrf"))
        count_call(visitor)
        self.admit(visitor)
        return visitor

    def admit(self, visitor: Visitor) -> None:
        """Refuse whom the policy does not allow the action. Raises Denied ``policy.*``."""
        if self.at_door:
            services = visitor.services
            decision = services.decisions.decide(visitor.principal, self.action, Workspace(), visitor.context)
            if not decision.allowed:
                context = visitor.context
                raise services.denied(visitor.principal, self.action, decision, context.purpose, context.request_id)


def check_csrf(visitor: Visitor, sent: str) -> None:
    """Refuse a form that is not of the visitor's session. Raises Denied ``request.csrf``."""
    if not hmac.compare_digest(sent.encode(), visitor.csrf.encode()):
        raise Denied("request.csrf", "The form is too old or not ours; load the page again and send it anew.")


def count_call(visitor: Visitor) -> None:
    """Count a request of a person, at the API or here. Raises TooMuch ``request.rate``."""
    limits, who = visitor.gateway.limits, visitor.principal
    rate = limits.count_call(who)
    if not rate.allowed:
        if limits.first_in_a_minute("calls", who.actor):
            tell_limited(visitor.services, "token", visitor.context.request_id)
        raise too_much(rate.reset)


def visitor_of(request: Request, form: Form) -> Visitor | None:
    """Who has the session that came with the request, or None. Raises TooMuch ``request.rate``."""
    text = request.cookies.get(cookies.SESSION, "")
    if not text:
        return None
    gateway = gateway_of(request)
    services, client = gateway.services, client_of(request)
    read = read_token(text)
    # By session: one that has ended must not lock out others who come from the same address.
    tried = read.token_id if read is not None else _MALFORMED
    _check_rate(gateway, client, tried, request_id_of(request))
    in_use = not request.url.path.endswith(LIVE)
    found = services.tokens.authenticate_token(services.engine, text, kinds=_SESSION_KINDS, in_use=in_use)
    if not isinstance(found, Authenticated):
        gateway.limits.count_refused_token(client, tried)
        return None
    purposes = tuple(services.decisions.purposes(found.principal))
    chosen = request.cookies.get(cookies.PURPOSE, "")
    purpose = chosen if chosen in purposes else next(iter(purposes), "")
    return Visitor(
        gateway,
        found.principal,
        RequestContext(purpose, "", request_id_of(request)),
        taste_of(request),
        csrf=csrf_of(text),
        path=_path(request),
        purposes=purposes,
        form=form,
        session_id=found.token_id or "",
    )


def csrf_of(session: str) -> str:
    """The token of a session for its forms: nobody can make it without the session, and it does not give it away."""
    return hmac.new(session.encode(), b"ingot console form", hashlib.sha256).hexdigest()


def check_origin(request: Request) -> None:
    """Refuse what another site sent. Raises Denied ``request.cross_site``."""
    site = request.headers.get("sec-fetch-site", "")
    origin = request.headers.get("origin", "")
    host = request.headers.get("host", "")
    if site and site not in {"same-origin", "none"}:
        raise Denied("request.cross_site", "This was sent from another site; open the page here and send it anew.")
    if not site and not origin:
        raise Denied("request.cross_site", "The browser does not say where this was sent from; use a newer one.")
    if origin and urlsplit(origin).netloc != host:
        raise Denied("request.cross_site", "This was sent from another site; open the page here and send it anew.")


def _check_rate(gateway: Gateway, client: str, tried: str, request_id: str) -> None:
    try:
        gateway.limits.check_tokens(client, tried)
    except TooMuch:
        if gateway.limits.first_in_a_minute("token", client):
            tell_limited(gateway.services, "token", request_id)
        raise


def _path(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
