"""People and their roles; keys and tokens. Secrets are shown once, in the answer that made them."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from api.console.guard import Signed
from api.console.pages import Pages
from api.console.render import go, page
from api.console.visitor import Visitor
from api.errors import status_of
from core.attributes import DataClass
from core.database import reading, unit_of_work
from core.errors import IngotError, Invalid
from governance.policy.actions import PolicyAction
from governance.purposes import Purpose
from governance.roles import Role
from governance.scopes import SCOPE_ACTIONS
from governance.secrets_format import TokenKind

pages = Pages("people")
Admin = Annotated[Visitor, Depends(Signed(PolicyAction.MANAGE_USERS))]
_CODE_LIFE = timedelta(hours=24)
_LONGEST_DAYS = 730


@pages.get("/users")
def users(visitor: Admin) -> Response:
    """The people of the house."""
    return _users(visitor)


@pages.post("/users")
def add_user(visitor: Admin) -> Response:
    """Add a person; the code they sign in with is shown once."""
    services, actor = visitor.services, visitor.principal.actor
    login = visitor.sent("login")
    try:
        with unit_of_work(services.engine) as database:
            user = services.people.create_user(
                database,
                login=login,
                display_name=visitor.sent("name") or login,
                roles=visitor.form.get("role", []),
                teams=_teams(visitor),
                actor=actor,
            )
            code = services.people.issue_code(database, user.id, valid_for=_CODE_LIFE, actor=actor)
    except IngotError as error:
        return _users(visitor, error=error)
    return _users(visitor, code=code, code_for=user.login)


@pages.get("/users/{user_id}")
def one_user(visitor: Admin, user_id: str) -> Response:
    """One person."""
    return _user(visitor, user_id)


@pages.post("/users/{user_id}")
def change_user(visitor: Admin, user_id: str) -> Response:
    """Change roles and teams, issue a code, disable or enable."""
    services, actor, do = visitor.services, visitor.principal.actor, visitor.sent("do")
    try:
        with unit_of_work(services.engine) as database:
            if do == "code":
                code = services.people.issue_code(database, user_id, valid_for=_CODE_LIFE, actor=actor)
            elif do == "disable":
                services.people.disable_user(database, user_id, actor=actor)
            elif do == "enable":
                services.people.enable_user(database, user_id, actor=actor)
            else:
                services.people.assign_roles(database, user_id, visitor.form.get("role", []), actor=actor)
                services.people.assign_teams(database, user_id, _teams(visitor), actor=actor)
    except IngotError as error:
        return _user(visitor, user_id, error=error)
    return _user(visitor, user_id, code=code) if do == "code" else go(f"/users/{user_id}")


@pages.get("/tokens")
def tokens(visitor: Admin) -> Response:
    """Keys of programs, tokens and sessions of people."""
    return _tokens(visitor)


@pages.post("/tokens")
def add_key(visitor: Admin) -> Response:
    """Issue a key for another system; it is shown once."""
    services = visitor.services
    try:
        with unit_of_work(services.engine) as database:
            issued = services.tokens.issue_key(
                database,
                name=visitor.sent("name"),
                purpose=visitor.sent("purpose"),
                scopes=[*visitor.form.get("scope", []), *_class_scopes(visitor)],
                actor=visitor.principal.actor,
                life=timedelta(days=_days(visitor.sent("days"))),
            )
    except IngotError as error:
        return _tokens(visitor, error=error)
    return _tokens(visitor, issued=issued.text, issued_for=issued.token.name)


@pages.post("/tokens/revoke")
def revoke(visitor: Admin) -> Response:
    """End a token, a key or a session now."""
    services = visitor.services
    with unit_of_work(services.engine) as database:
        services.tokens.revoke_token(database, visitor.must_send("token"), actor=visitor.principal.actor)
    return go(visitor.sent("next") or "/tokens")


def _users(visitor: Visitor, *, error: IngotError | None = None, code: str = "", code_for: str = "") -> Response:
    with reading(visitor.services.engine) as database:
        found = visitor.services.people.list_users(database)
    return page(
        visitor,
        "pages/people/users.html",
        status_of(error)[0] if error else 200,
        users=found,
        roles=_roles(),
        error=error,
        code=code,
        code_for=code_for,
        sent=visitor.form if error else {},
    )


def _user(visitor: Visitor, user_id: str, *, error: IngotError | None = None, code: str = "") -> Response:
    services = visitor.services
    with reading(services.engine) as database:
        user = services.people.user(database, user_id)
        held = services.tokens.list_tokens(database, user_id)
    now = services.foundation.clock.now()
    return page(
        visitor,
        "pages/people/user.html",
        status_of(error)[0] if error else 200,
        user=user,
        tokens=[one for one in held if one.revoked_at is None and one.expires_at > now],
        roles=_roles(),
        error=error,
        code=code,
    )


def _tokens(visitor: Visitor, *, error: IngotError | None = None, issued: str = "", issued_for: str = "") -> Response:
    services = visitor.services
    with reading(services.engine) as database:
        found = services.tokens.list_tokens(database)
        names = {one.id: one.login for one in services.people.list_users(database)}
    now = services.foundation.clock.now()
    live = [one for one in found if one.revoked_at is None and one.expires_at > now]
    return page(
        visitor,
        "pages/people/tokens.html",
        status_of(error)[0] if error else 200,
        keys=[one for one in live if one.kind is TokenKind.KEY],
        personal=[one for one in live if one.kind is not TokenKind.KEY],
        ended=len(found) - len(live),
        names=names,
        error=error,
        issued=issued,
        issued_for=issued_for,
        purposes=[one.value for one in Purpose],
        scopes=SCOPE_ACTIONS,
        classes=[one.value for one in DataClass],
        sent=visitor.form if error else {},
        soon=now + timedelta(days=30),
    )


def _roles() -> list[str]:
    # A downstream system is a key, not a person.
    return [role.value for role in Role if role is not Role.DOWNSTREAM]


def _teams(visitor: Visitor) -> list[str]:
    # The comma of Chinese keyboards (U+FF0C) separates too.
    return [part for part in visitor.sent("teams").replace("\uff0c", ",").replace(",", " ").split() if part]


def _class_scopes(visitor: Visitor) -> list[str]:
    """Scopes out of one choice a class: nothing, partial or clear."""
    chosen = {one.value: visitor.sent(f"class.{one.value}") for one in DataClass}
    return [f"view:{name}" if level == "clear" else f"view:{name}:{level}" for name, level in chosen.items() if level]


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:6]) <= _LONGEST_DAYS:
        raise Invalid("token.life", f"A key is valid for 1 to {_LONGEST_DAYS} days; give a number of days.")
    return int(text)
