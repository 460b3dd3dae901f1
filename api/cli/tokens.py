"""``ingot token``: API keys for other systems, shown once."""

from datetime import timedelta
from typing import Annotated

import typer

from api.cli.output import AsJson, AsJsonLines, print_rows, say, tell
from api.cli.session import session
from core.database import reading, unit_of_work

app = typer.Typer(help="API keys for other systems, shown once.", no_args_is_help=True)
COLUMNS = ("id", "kind", "name", "roles", "scopes", "purpose", "created_at", "expires_at", "revoked_at", "last_used_at")


@app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Which system it is for.")],
    purpose: Annotated[str, typer.Option(help="The one purpose it may use.")],
    scope: Annotated[list[str], typer.Option("--scope", help="read, search, view:contact:partial ...; repeat.")],
    days: Annotated[int, typer.Option(min=1, max=730, help="How long it is valid.")] = 365,
) -> None:
    """Issue a key for another system; it is shown this once."""
    with session(ctx) as now:
        now.need("manage_users")
        with unit_of_work(now.services.engine) as connection:
            issued = now.services.tokens.issue_key(
                connection,
                name=name,
                purpose=purpose,
                scopes=scope,
                actor=now.principal.actor,
                life=timedelta(days=days),
            )
        tell(f"Key {issued.token.id} for {name}; it is shown this once:")
        say(issued.text)


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False, as_lines: AsJsonLines = False) -> None:
    """List tokens and keys, without their secrets."""
    with session(ctx) as now:
        now.need("manage_users")
        with reading(now.services.engine) as connection:
            rows = [
                {column: getattr(token, column) for column in COLUMNS}
                for token in now.services.tokens.list_tokens(connection)
            ]
        print_rows(rows, COLUMNS, as_json=as_json, as_lines=as_lines)


@app.command("revoke")
def revoke(ctx: typer.Context, token_id: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """End a token or key now."""
    with session(ctx) as now:
        now.need("manage_users")
        with unit_of_work(now.services.engine) as connection:
            now.services.tokens.revoke_token(connection, token_id, actor=now.principal.actor)
        tell(f"Revoked {token_id}.")
