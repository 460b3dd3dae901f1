"""``ingot user``: people and their roles."""

from datetime import timedelta
from typing import Annotated

import typer

from api.cli.output import AsJson, AsJsonLines, print_rows, say, tell
from api.cli.session import session
from core.database import reading, unit_of_work

app = typer.Typer(help="People and their roles.", no_args_is_help=True)
CODE_LIFE = timedelta(hours=24)
COLUMNS = ("login", "display_name", "roles", "teams", "active", "id")
Roles = Annotated[list[str], typer.Option("--role", help="A role; repeat for several.")]
Login = Annotated[str, typer.Argument(help="The login.")]


@app.command("add")
def add(
    ctx: typer.Context,
    login: Login,
    role: Roles,
    name: Annotated[str | None, typer.Option(help="What people call them.")] = None,
    team: Annotated[list[str] | None, typer.Option(help="A team; repeat for several.")] = None,
) -> None:
    """Add a person; prints the one-time code they sign in with, once."""
    with session(ctx) as now:
        now.need("manage_users")
        people, actor = now.services.people, now.principal.actor
        with unit_of_work(now.services.engine) as connection:
            user = people.create_user(
                connection, login=login, display_name=name or login, roles=role, teams=team or [], actor=actor
            )
            code = people.issue_code(connection, user.id, valid_for=CODE_LIFE, actor=actor)
        tell(f"Added {login}. Give them this code; it works once, within 24 hours:")
        say(code)


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False, as_lines: AsJsonLines = False) -> None:
    """List the people."""
    with session(ctx) as now:
        now.need("manage_users")
        with reading(now.services.engine) as connection:
            rows = [
                {column: getattr(user, column) for column in COLUMNS}
                for user in now.services.people.list_users(connection)
            ]
        print_rows(rows, COLUMNS, as_json=as_json, as_lines=as_lines)


@app.command("roles")
def roles(ctx: typer.Context, login: Login, role: Roles) -> None:
    """Replace the roles of a person."""
    with session(ctx) as now:
        now.need("manage_users")
        with unit_of_work(now.services.engine) as connection:
            user = now.services.people.user_by_login(connection, login)
            now.services.people.assign_roles(connection, user.id, role, actor=now.principal.actor)
        tell(f"{login} has the roles {', '.join(sorted(role))} now.")


@app.command("teams")
def teams(
    ctx: typer.Context, login: Login, team: Annotated[list[str], typer.Option("--team", help="A team; repeat.")]
) -> None:
    """Replace the teams of a person."""
    with session(ctx) as now:
        now.need("manage_users")
        with unit_of_work(now.services.engine) as connection:
            user = now.services.people.user_by_login(connection, login)
            now.services.people.assign_teams(connection, user.id, team, actor=now.principal.actor)
        tell(f"{login} is in the teams {', '.join(sorted(team))} now.")


@app.command("code")
def code(ctx: typer.Context, login: Login) -> None:
    """A new one-time code for a person who cannot sign in."""
    with session(ctx) as now:
        now.need("manage_users")
        people = now.services.people
        with unit_of_work(now.services.engine) as connection:
            user = people.user_by_login(connection, login)
            say(people.issue_code(connection, user.id, valid_for=CODE_LIFE, actor=now.principal.actor))


@app.command("disable")
def disable(ctx: typer.Context, login: Login) -> None:
    """Nobody signs in as this person any more."""
    with session(ctx) as now:
        now.need("manage_users")
        with unit_of_work(now.services.engine) as connection:
            user = now.services.people.user_by_login(connection, login)
            now.services.people.disable_user(connection, user.id, actor=now.principal.actor)
        tell(f"{login} can no longer sign in.")


@app.command("enable")
def enable(ctx: typer.Context, login: Login) -> None:
    """Let a disabled person sign in again, by their password or a new code of 'ingot user code'."""
    with session(ctx) as now:
        now.need("manage_users")
        with unit_of_work(now.services.engine) as connection:
            user = now.services.people.user_by_login(connection, login)
            now.services.people.enable_user(connection, user.id, actor=now.principal.actor)
        tell(f"{login} can sign in again, with the roles {', '.join(user.roles) or '(none)'}.")
