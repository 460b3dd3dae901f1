"""``ingot source install`` and ``uninstall``: sources of others, each in an environment of its own."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.output import AsJson, print_object, tell
from api.cli.session import session
from connectors.installed import InstalledSource
from connectors.installing import Wish


def install(
    ctx: typer.Context,
    package: Annotated[str, typer.Argument(help="NAME, NAME==VERSION or the path of a wheel.")],
    name: Annotated[str | None, typer.Option(help="What to call it; else from its program.")] = None,
    program: Annotated[str | None, typer.Option(help="Which program, where the package has several.")] = None,
    manifest_only: Annotated[
        bool, typer.Option("--manifest-only", help="Run none of its code: host its manifest on our own CDK.")
    ] = False,
    allow_code: Annotated[
        bool, typer.Option("--allow-code", help="Run the Python components of a manifest that is hosted.")
    ] = False,
    python: Annotated[
        Path | None, typer.Option(help="Interpreter of its environment, where ours does not fit.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Install an Airbyte source from a package into an environment of its own, and try it.

    A package whose own program cannot run here but that carries a manifest is hosted by that manifest.
    """
    with session(ctx) as now:
        now.need("configure_source")
        tell(f"Installing {package}; this can take minutes ...")
        found = now.services.hosting.install(
            Wish(package, name, program, manifest_only, allow_code, python), actor=now.principal.actor
        )
        by = "its own program" if found.hosting == "program" else "its manifest on our own CDK"
        tell(f"Installed {found.name} ({found.distribution} {found.version}), read by {by}.")
        tell(f"Next: ingot source spec {found.name}")
        if as_json:
            print_object(described(found), as_json=True)


def uninstall(ctx: typer.Context, name: Annotated[str, typer.Argument(help="An installed source.")]) -> None:
    """Take an installed source out of the workspace; what it brought stays."""
    with session(ctx) as now:
        now.need("configure_source")
        now.services.hosting.uninstall(name, actor=now.principal.actor)
        tell(f"Uninstalled {name}.")


def described(found: InstalledSource) -> dict[str, Any]:
    """An installed source as a row of a list."""
    return {
        "kind": "installed",
        "name": found.name,
        "title": f"{found.distribution} {found.version}",
        "distribution": found.distribution,
        "version": found.version,
        "hosting": found.hosting,
        "trust_components": found.trust_components,
        "python": found.python,
        "digest": found.digest,
        "installed_at": found.installed_at,
    }
