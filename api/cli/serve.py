"""``ingot serve`` and ``ingot worker``."""

from typing import Annotated

import typer

from api import server
from api.cli.output import tell
from api.cli.session import workspace_of
from api.migrate import check_version


def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on; loopback when not given.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0 takes any free port.")] = None,
    with_worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Do jobs in this process too.")] = True,
) -> None:
    """Answer HTTP requests, and do jobs, until told to stop (Ctrl-C or SIGTERM)."""
    with workspace_of(ctx) as services:
        check_version(services.engine)
        settings = services.settings
        server.serve(
            services,
            settings.host if host is None else host,
            settings.port if port is None else port,
            with_worker=with_worker,
            ready=lambda url: tell(f"Ingot answers at {url}. Stop it with Ctrl-C."),
        )
        tell("Stopped.")


def worker(ctx: typer.Context) -> None:
    """Do jobs, without answering HTTP requests, until told to stop."""
    with workspace_of(ctx) as services:
        check_version(services.engine)
        server.work(services, ready=lambda: tell("Waiting for jobs. Stop it with Ctrl-C."))
        tell("Stopped.")
