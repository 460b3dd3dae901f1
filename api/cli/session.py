"""Who runs a command, on which workspace: the token of ``ingot login`` or ``INGOT_TOKEN``, proved on every command."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from api.wiring import Services, open_services
from core.errors import IngotError, Unauthenticated
from core.settings import find_workspace, token_from_environment, user_folder
from governance.authentication import Authenticated
from governance.policy.values import RequestContext, Workspace
from governance.principals import Principal


@dataclass(frozen=True)
class Session:
    """A proved caller and the services of their workspace."""

    services: Services
    principal: Principal

    def need(self, action: str, purpose: str = "") -> None:
        """Refuse with exit code 4 unless the policy allows this action on the workspace."""
        decision = self.services.decisions.decide(self.principal, action, Workspace(), RequestContext(purpose))
        if not decision.allowed:
            raise self.services.denied(self.principal, action, decision, purpose)


@contextmanager
def workspace_of(ctx: typer.Context) -> Iterator[Services]:
    """The services of the workspace that the command line names, without a caller."""
    with open_services(find_workspace(ctx.find_root().obj)) as services:
        yield services


@contextmanager
def session(ctx: typer.Context) -> Iterator[Session]:
    """The services and the caller. Raises Unauthenticated ``session.missing`` without a token."""
    with workspace_of(ctx) as services:
        token = token_from_environment() or stored_token(services.settings.workspace)
        if token is None:
            raise Unauthenticated(
                "session.missing", "You are not signed in to this workspace; run 'ingot login', or set INGOT_TOKEN."
            )
        found = services.tokens.authenticate_token(services.engine, token)
        if not isinstance(found, Authenticated):
            raise found.as_error()
        yield Session(services, found.principal)


def stored_token(workspace: Path) -> str | None:
    """The token kept for a workspace, or None."""
    return _read().get(str(workspace))


def store_token(workspace: Path, token: str | None) -> Path:
    """Keep a token for a workspace (0600), or forget it with None. Returns the file."""
    path = user_folder() / "credentials.json"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    tokens = _read()
    if token is None:
        tokens.pop(str(workspace), None)
    else:
        tokens[str(workspace)] = token
    temporary = path.with_suffix(".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(tokens, file, indent=1, sort_keys=True)
    temporary.replace(path)
    return path


def _read() -> dict[str, str]:
    path = user_folder() / "credentials.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise IngotError(
            "session.credentials", f"{path} cannot be read; remove it and run 'ingot login' again."
        ) from None
    return {str(key): str(value) for key, value in content.items()} if isinstance(content, dict) else {}
