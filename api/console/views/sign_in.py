"""Signing in and out with a browser, and choices of language, colours and purpose."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.console import cookies
from api.console.guard import THEMES, Open, Signed
from api.console.pages import Pages
from api.console.render import go, local_path, page
from api.console.visitor import Visitor
from api.console.words import LANGUAGES
from api.errors import status_of
from api.limits import client_of
from core.database import unit_of_work
from core.errors import IngotError, Invalid
from governance.authentication import Authenticated, Authentication
from governance.tokens import SESSION_LIFE

pages = Pages("sign-in")
Anybody = Annotated[Visitor, Depends(Open("whoever signs in has not signed in yet"))]
Person = Annotated[Visitor, Depends(Signed())]


@pages.get("/sign-in")
def sign_in_page(visitor: Anybody, next: str = "/") -> Response:  # noqa: A002 - the name stands in the URL
    """The page to sign in."""
    if visitor.signed_in:
        return go(next)
    return _sign_in(visitor, next)


@pages.post("/sign-in")
def sign_in(request: Request, visitor: Anybody) -> Response:
    """Sign in with login and password."""
    services, login = visitor.services, visitor.sent("login")
    password = visitor.form.get("password", [""])[0]
    try:
        visitor.gateway.limits.check_tokens(client_of(request), "sign-in")
        found = services.people.authenticate_password(services.engine, login, password)
    except IngotError as error:
        return _sign_in(visitor, visitor.sent("next"), error=error, login=login)
    return _begin(request, visitor, found, visitor.sent("next"), login=login)


@pages.post("/sign-in/code")
def sign_in_code(request: Request, visitor: Anybody) -> Response:
    """Sign in with a one-time code; then a password may be set."""
    services = visitor.services
    try:
        visitor.gateway.limits.check_tokens(client_of(request), "sign-in")
    except IngotError as error:
        return _sign_in(visitor, visitor.sent("next"), error=error)
    with unit_of_work(services.engine) as connection:
        found = services.people.redeem_code(connection, visitor.sent("code"))
    return _begin(request, visitor, found, "/password")


@pages.get("/password")
def password_page(visitor: Person) -> Response:
    """The page to set a password."""
    return page(visitor, "pages/password.html", error=None, next="/")


@pages.post("/password")
def set_password(visitor: Person) -> Response:
    """Set the visitor's password. It ends their other sessions and tokens, and this one gets a new secret."""
    services, who = visitor.services, visitor.principal
    password, again = (visitor.form.get(name, [""])[0] for name in ("password", "again"))
    try:
        if password != again:
            raise Invalid("password.different", "The two passwords are not the same; type them again.")
        hashed = services.passwords.hash(password)
    except IngotError as error:
        return page(visitor, "pages/password.html", status_of(error)[0], error=error, next="/")
    with unit_of_work(services.engine) as connection:
        services.people.set_password(connection, who.id, hashed, actor=who.actor)
    return _open(visitor, who.id, who.actor, visitor.sent("next"))


@pages.post("/sign-out")
def sign_out(visitor: Person) -> Response:
    """End the session."""
    services = visitor.services
    with unit_of_work(services.engine) as connection:
        services.tokens.revoke_token(connection, visitor.session_id, actor=visitor.principal.actor)
    response = go("/sign-in")
    cookies.forget_session(response)
    return response


@pages.post("/preferences")
def preferences(request: Request, visitor: Anybody) -> Response:
    """Keep a choice of language, colours or purpose, and go back to the page."""
    response = go(visitor.sent("next"))
    known = {
        "language": (cookies.LANGUAGE, tuple(LANGUAGES)),
        "theme": (cookies.THEME, THEMES),
        "purpose": (cookies.PURPOSE, visitor.purposes),
    }
    for name, (cookie, values) in known.items():
        if visitor.sent(name) in values:
            cookies.keep_taste(response, request, cookie, visitor.sent(name))
    return response


def _begin(request: Request, visitor: Visitor, found: Authentication, path: str, login: str = "") -> Response:
    if not isinstance(found, Authenticated):
        visitor.gateway.limits.count_refused_token(client_of(request), "sign-in")
        return _sign_in(visitor, path, error=found.as_error(), login=login)
    return _open(visitor, found.principal.id, found.principal.actor, path)


def _open(visitor: Visitor, user_id: str, actor: str, path: str) -> Response:
    with unit_of_work(visitor.services.engine) as connection:
        issued = visitor.services.tokens.open_session(connection, user_id, actor=actor)
    response = go(path)
    cookies.keep_session(response, issued.text, int(SESSION_LIFE.total_seconds()))
    return response


def _sign_in(visitor: Visitor, path: str, *, error: IngotError | None = None, login: str = "") -> Response:
    status = status_of(error)[0] if error is not None else 200
    return page(visitor, "pages/sign_in.html", status, error=error, next=local_path(path), login=login)
