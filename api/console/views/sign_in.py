"""Signing in and out with a browser, and choices of language, colours and purpose."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.console import cookies
from api.console.desk import Desk, desk_of
from api.console.guard import THEMES, Open, Signed
from api.console.pages import Pages
from api.console.render import go, local_path, page
from api.console.visitor import Visitor
from api.console.words import LANGUAGES
from api.errors import status_of
from api.limits import client_of
from core.database import reading, unit_of_work
from core.errors import IngotError, Invalid
from governance.authentication import Authenticated, NotAuthenticated
from governance.principals import Principal
from governance.tokens import SESSION_LIFE

pages = Pages("sign-in")
Anybody = Annotated[Visitor, Depends(Open("whoever signs in has not signed in yet"))]
Person = Annotated[Visitor, Depends(Signed())]
Desked = Annotated[Desk, Depends(desk_of)]
_BY_CODE = "signed in by code"


@dataclass(frozen=True, slots=True)
class ByCode:
    """Lies on the desk of a session that a one-time code opened: for a while a password is set without the old one."""


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
    if not isinstance(found, Authenticated):
        return _refused(request, visitor, found, visitor.sent("next"), login=login)
    return _open(visitor, found.principal, visitor.sent("next"))


@pages.post("/sign-in/code")
def sign_in_code(request: Request, visitor: Anybody, desk: Desked) -> Response:
    """Sign in with a one-time code; then a password may be set."""
    services = visitor.services
    try:
        visitor.gateway.limits.check_tokens(client_of(request), "sign-in")
    except IngotError as error:
        return _sign_in(visitor, visitor.sent("next"), error=error)
    with unit_of_work(services.engine) as connection:
        found = services.people.redeem_code(connection, visitor.sent("code"))
    if not isinstance(found, Authenticated):
        return _refused(request, visitor, found, "/")
    return _open(visitor, found.principal, "/password", desk)


@pages.get("/password")
def password_page(visitor: Person, desk: Desked) -> Response:
    """The page to set a password."""
    return _password(visitor, desk)


@pages.post("/password")
def set_password(visitor: Person, desk: Desked) -> Response:
    """Set the visitor's password. It ends their other sessions and tokens, and this one gets a new secret.

    Whoever finds a browser signed in cannot take the account over: the password until now is asked for (ASVS 5.0,
    6.2.3), unless a one-time code has just opened the session.
    """
    services, who = visitor.services, visitor.principal
    password, again = (visitor.form.get(name, [""])[0] for name in ("password", "again"))
    try:
        if password != again:
            raise Invalid("password.different", "The two passwords are not the same; type them again.")
        if not _by_code(visitor, desk):
            _check_current(visitor)
        hashed = services.passwords.hash(password)
    except IngotError as error:
        return _password(visitor, desk, error)
    with unit_of_work(services.engine) as connection:
        services.people.set_password(connection, who.id, hashed, actor=who.actor)
    desk.clear(visitor.session_id)
    return _open(visitor, who, visitor.sent("next"))


@pages.post("/sign-out")
def sign_out(visitor: Person, desk: Desked) -> Response:
    """End the session."""
    services = visitor.services
    with unit_of_work(services.engine) as connection:
        services.tokens.revoke_token(connection, visitor.session_id, actor=visitor.principal.actor)
    desk.clear(visitor.session_id)
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


def _refused(request: Request, visitor: Visitor, found: NotAuthenticated, path: str, login: str = "") -> Response:
    visitor.gateway.limits.count_refused_token(client_of(request), "sign-in")
    return _sign_in(visitor, path, error=found.as_error(), login=login)


def _open(visitor: Visitor, who: Principal, path: str, desk: Desk | None = None) -> Response:
    with unit_of_work(visitor.services.engine) as connection:
        issued = visitor.services.tokens.open_session(connection, who.id, actor=who.actor)
    if desk is not None:
        desk.put(issued.token.id, ByCode(), _BY_CODE)
    response = go(path)
    cookies.keep_session(response, issued.text, int(SESSION_LIFE.total_seconds()))
    return response


def _by_code(visitor: Visitor, desk: Desk) -> bool:
    return desk.find(visitor.session_id, _BY_CODE, ByCode) is not None


def _check_current(visitor: Visitor) -> None:
    """Refuse whoever does not know the password; it counts as a try to sign in. Raises Invalid ``password.current``."""
    services = visitor.services
    with reading(services.engine) as connection:
        login = services.people.user(connection, visitor.principal.id).login
    current = visitor.form.get("current", [""])[0]
    if not isinstance(services.people.authenticate_password(services.engine, login, current), Authenticated):
        raise Invalid(
            "password.current", "This is not your password until now; without one, sign in anew with a one-time code."
        )


def _password(visitor: Visitor, desk: Desk, error: IngotError | None = None) -> Response:
    status = status_of(error)[0] if error is not None else 200
    return page(visitor, "pages/password.html", status, error=error, next="/", by_code=_by_code(visitor, desk))


def _sign_in(visitor: Visitor, path: str, *, error: IngotError | None = None, login: str = "") -> Response:
    status = status_of(error)[0] if error is not None else 200
    return page(visitor, "pages/sign_in.html", status, error=error, next=local_path(path), login=login)
