"""``ingot init``: a workspace from nothing."""

import shlex
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import say, tell
from api.migrate import upgrade
from api.wiring import open_services
from audit.actions import Action
from audit.events import Event
from core.database import unit_of_work
from core.settings import load_settings
from core.workspace import create_workspace
from governance.roles import Role

CODE_LIFE = timedelta(hours=24)


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    admin: Annotated[str, typer.Option(help="Login of the first administrator.")] = "admin",
    database: Annotated[str | None, typer.Option(help="URL of an empty PostgreSQL database; else SQLite.")] = None,
    keys: Annotated[str | None, typer.Option(help="URL of another one, for the key store.")] = None,
) -> None:
    """Make a workspace: ingot.yaml, keys, database, and the first administrator with a one-time code.

    A password in a URL is written as ${env:NAME} and stays in the environment.
    """
    code = make_workspace(directory.resolve(), admin, database=database, keys=keys)
    tell(f"Made a workspace in {directory}. Keep a copy of its keys folder somewhere else: without it nothing opens.")
    named = shlex.quote(str(directory))
    tell(f"Sign in with: ingot --workspace {named} login --code CODE (valid for 24 hours, once). The code:")
    say(code)


def make_workspace(folder: Path, admin: str, *, database: str | None = None, keys: str | None = None) -> str:
    """Create and prepare a workspace; returns the one-time code of its administrator."""
    create_workspace(folder, database=database, keys=keys)
    settings = load_settings(folder)
    upgrade(settings.database_url)
    with open_services(folder) as services, unit_of_work(services.engine) as connection:
        event = Event(Action.WORKSPACE_CREATED, actor="system", object_type="workspace", object_id=settings.origin)
        services.foundation.audit.append(connection, event)
        user = services.people.create_user(
            connection, login=admin, display_name=admin, roles=[Role.ADMIN], actor="system"
        )
        return services.people.issue_code(connection, user.id, valid_for=CODE_LIFE, actor="system")
