"""``ingot login`` and ``ingot logout``."""

import sys
from typing import Annotated

import typer

from api.cli.output import tell
from api.cli.session import session, store_token, workspace_of
from api.wiring import Services
from core.database import unit_of_work
from core.errors import Invalid
from governance.authentication import Authenticated, Authentication


def login(
    ctx: typer.Context,
    code: Annotated[str | None, typer.Option(help="A one-time code; it sets nothing but you in.")] = None,
    user: Annotated[str | None, typer.Option(help="Your login, to sign in with a password.")] = None,
    set_password: Annotated[bool, typer.Option("--set-password", help="Ask for a new password after that.")] = False,
) -> None:
    """Prove who you are and keep a token in your own configuration folder.

    A password is asked for on the terminal, or read from standard input where that is no terminal.
    """
    with workspace_of(ctx) as services:
        found = _authenticate(services, code, user)
        if not isinstance(found, Authenticated):
            raise found.as_error()
        who = found.principal
        if set_password:
            hashed = services.passwords.hash(_ask("New password"))
            with unit_of_work(services.engine) as connection:
                services.people.set_password(connection, who.id, hashed, actor=who.actor)
        with unit_of_work(services.engine) as connection:
            issued = services.tokens.issue_token(connection, who.id, name="command line", actor=who.actor)
        path = store_token(services.settings.workspace, issued.text)
        tell(f"Signed in. The token is kept in {path} until {issued.token.expires_at:%Y-%m-%d}.")


def logout(ctx: typer.Context) -> None:
    """Revoke the token that 'ingot login' keeps, and forget it."""
    with session(ctx) as now:
        with unit_of_work(now.services.engine) as connection:
            for token in now.services.tokens.list_tokens(connection, now.principal.id):
                if token.name == "command line":
                    now.services.tokens.revoke_token(connection, token.id, actor=now.principal.actor)
        store_token(now.services.settings.workspace, None)
        tell("Signed out.")


def _authenticate(services: Services, code: str | None, user: str | None) -> Authentication:
    if code is not None:
        with unit_of_work(services.engine) as connection:
            return services.people.redeem_code(connection, code)
    if user is None:
        raise Invalid("login.how", "Give --code CODE, or --user LOGIN for a password.")
    return services.people.authenticate_password(services.engine, user, _ask("Password"))


def _ask(what: str) -> str:
    if sys.stdin.isatty():
        answer: str = typer.prompt(what, hide_input=True, err=True)
        return answer
    return sys.stdin.readline().rstrip("\n")
