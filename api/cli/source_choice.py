"""Which source a command means: one by its name, a manifest or any program."""

from pathlib import Path
from typing import Any

import typer

from connectors.catalogue import launch_from, our_sources
from connectors.installed import InstalledSources
from connectors.launch import Launch, launch_command
from core.errors import Invalid, NotFound
from core.settings import find_workspace, load_settings


def choose(
    ctx: typer.Context, name: str | None, manifest: Path | None, command: str | None, allow_code: bool
) -> tuple[str, dict[str, Any], Launch]:
    """Kind and details as a connection keeps them, and the launch.

    Raises Invalid ``source.which`` unless exactly one is given, and what the launches raise.
    """
    given = [one for one in (name, manifest, command) if one is not None]
    if len(given) != 1:
        raise Invalid("source.which", "Name exactly one: a source by its name, --manifest FILE or --exec COMMAND.")
    if manifest is None and allow_code:
        raise Invalid("source.which", "--allow-code belongs to --manifest FILE; other sources are programs anyway.")
    if manifest is not None:
        details: dict[str, Any] = {"path": str(manifest.resolve())}
        beside = manifest.resolve().with_name("components.py")
        if allow_code:
            details |= {"trust_components": True} | ({"components": str(beside)} if beside.is_file() else {})
        return "manifest", details, launch_from("manifest", details)
    if command is not None:
        return "exec", {"command": command}, launch_command(command)
    kind, found = _named(ctx, str(name))
    return kind, {"name": name}, found


def _named(ctx: typer.Context, name: str) -> tuple[str, Launch]:
    if name in our_sources():
        return "source", our_sources().get(name).launch()
    try:
        workspace = find_workspace(ctx.find_root().obj)
    except NotFound:
        workspace = None
    # Outside of a workspace only ours are known; the error names them.
    if workspace is None:
        return "source", our_sources().get(name).launch()
    return "installed", InstalledSources(load_settings(workspace).connectors).launch(name)
