"""``ingot source``: what can be read, and the connections that are."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from sqlalchemy import Connection

from api.cli.output import AsJson, AsJsonLines, print_object, print_rows, say, split_pairs, tell
from api.cli.session import Session, session
from api.cli.source_choice import choose
from api.cli.source_install import described as described_install
from api.cli.source_install import install, uninstall
from connectors.catalogue import Selection, configured_catalog, our_sources
from connectors.egress.rules import Egress
from connectors.protocol import dumps
from connectors.runner import Runner
from core.attributes import CANONICAL
from core.database import reading, unit_of_work
from core.errors import Invalid, NotFound
from core.settings import find_workspace, load_settings
from sync.mapping import mapping_from_json
from sync.sampling import described, sample
from sync.scheduler import next_time

app = typer.Typer(help="Sources and connections.", no_args_is_help=True)
app.command("install")(install)
app.command("uninstall")(uninstall)
Name = Annotated[str | None, typer.Argument(help="A source of ours or an installed one: 'ingot source list'.")]
Manifest = Annotated[Path | None, typer.Option(help="A declarative Airbyte manifest (YAML) instead.")]
Exec = Annotated[str | None, typer.Option("--exec", help="Any program that speaks the Airbyte protocol instead.")]
AllowCode = Annotated[
    bool, typer.Option("--allow-code", help="Run components.py beside the manifest, which is code of its author.")
]
Config = Annotated[Path | None, typer.Option(help="A JSON or YAML file with the configuration.")]
ConnectionName = Annotated[str, typer.Argument(help="The connection's name.")]


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False, as_lines: AsJsonLines = False) -> None:
    """Our sources, the installed ones and the configured connections."""
    registry = our_sources()
    rows: list[dict[str, Any]] = [
        {
            "kind": "source",
            "name": name,
            "title": registry.get(name).title["en"],
            "标题": registry.get(name).title["zh"],
        }
        for name in registry
    ]
    with session(ctx) as now:
        now.need("view_sync")
        rows += [described_install(one) for one in now.services.installed.list()]
        with reading(now.services.engine) as connection:
            rows += [
                {
                    "kind": "connection",
                    "name": one.name,
                    "title": str(one.launch.get("name") or one.launch.get("path") or one.kind),
                    "schedule": one.schedule or "by hand",
                    "enabled": one.enabled,
                }
                for one in now.services.connections.list(connection)
            ]
    print_rows(rows, ("kind", "name", "title", "标题", "schedule", "enabled"), as_json=as_json, as_lines=as_lines)


@app.command("attributes")
def attributes(as_json: AsJson = False, as_lines: AsJsonLines = False) -> None:
    """The canonical attributes of mappings; besides: id.<kind>, handle.<network>, date.<event> and text.<name>."""
    rows = [
        {"name": one.name, "section": str(one.section), "class": str(one.data_class), "kind": str(one.kind)}
        for one in CANONICAL
    ]
    print_rows(rows, ("name", "section", "class", "kind"), as_json=as_json, as_lines=as_lines)


@app.command("spec")
def spec(
    ctx: typer.Context,
    name: Name = None,
    manifest: Manifest = None,
    command: Exec = None,
    allow_code: AllowCode = False,
    as_json: AsJson = False,
) -> None:
    """Which configuration a source takes: its specification, with a JSON schema. It is JSON with and without --json."""
    del as_json
    say_json(_runner(ctx).spec(choose(ctx, name, manifest, command, allow_code)[2]))


@app.command("check")
def check(
    ctx: typer.Context,
    name: Name = None,
    manifest: Manifest = None,
    command: Exec = None,
    config: Config = None,
    allow_code: AllowCode = False,
    as_json: AsJson = False,
) -> None:
    """Ask a source whether it can be reached with a configuration."""
    launch = choose(ctx, name, manifest, command, allow_code)[2]
    found = _runner(ctx).check(launch, read_config(config))
    if as_json:
        print_object({"ok": found.ok, "message": found.message}, as_json=True)
    if not found.ok:
        raise Invalid("source.check_failed", f"The source refuses this configuration. It says: {found.message}")
    tell("The source answers.")


@app.command("discover")
def discover(
    ctx: typer.Context,
    name: Name = None,
    manifest: Manifest = None,
    command: Exec = None,
    config: Config = None,
    allow_code: AllowCode = False,
    as_json: AsJson = False,
) -> None:
    """Ask a source which streams it has. The answer is JSON with and without --json."""
    del as_json
    say_json(_runner(ctx).discover(choose(ctx, name, manifest, command, allow_code)[2], read_config(config)))


@app.command("read")
def read(
    ctx: typer.Context,
    name: Name = None,
    manifest: Manifest = None,
    command: Exec = None,
    config: Config = None,
    allow_code: AllowCode = False,
    limit: Annotated[int, typer.Option(min=1, help="Stop after this many records.")] = 200,
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """Read some records of a source and tell of each field how it is filled and what it seems to be; no values."""
    with session(ctx) as now:
        now.need("configure_source")
        launch = choose(ctx, name, manifest, command, allow_code)[2]
        settings = read_config(config)
        spec_ = now.services.runner.spec(launch)
        catalog = configured_catalog(now.services.runner.discover(launch, settings, spec=spec_))
        with now.services.runner.read(launch, settings, catalog, spec=spec_) as messages:
            rows = described(sample(messages, limit), now.services.suggest)
        columns = ("stream", "records", "broken", "field", "types", "filled_percent", "seems", "confidence")
        print_rows(rows, columns, as_json=as_json, as_lines=as_lines)


@app.command("add")
def add(
    ctx: typer.Context,
    connection_name: ConnectionName,
    source: Annotated[str | None, typer.Option(help="A source of ours or an installed one.")] = None,
    manifest: Manifest = None,
    command: Exec = None,
    allow_code: AllowCode = False,
    config: Config = None,
    schedule: Annotated[str, typer.Option(help="'every 15m' or a cron line in UTC; empty: by hand.")] = "",
) -> None:
    """Add a connection: the source is checked, its streams are discovered, its configuration is sealed."""
    with session(ctx) as now:
        now.need("configure_source")
        kind, details, _ = choose(ctx, source, manifest, command, allow_code)
        if schedule:
            next_time(schedule, now.services.foundation.clock.now())
        added = now.services.connecting.add(
            connection_name, kind, details, read_config(config), schedule=schedule, actor=now.principal.actor
        )
        streams = [stream["name"] for stream in (added.catalog or {}).get("streams", [])]
        tell(f"Added {connection_name} with the streams {', '.join(streams) or 'none'}.")
        tell(f"Next: ingot sync run {connection_name}")


@app.command("configure")
def configure(ctx: typer.Context, connection_name: ConnectionName, config: Config) -> None:
    """Give a connection another configuration: it is checked with the source first, then sealed."""
    with session(ctx) as now:
        now.need("configure_source")
        now.services.connecting.configure(connection_name, read_config(config), actor=now.principal.actor)
        tell(f"{connection_name} has the new configuration.")


@app.command("refresh")
def refresh(ctx: typer.Context, connection_name: ConnectionName) -> None:
    """Ask the source of a connection anew which streams and fields it has."""
    with session(ctx) as now:
        now.need("configure_source")
        found = now.services.connecting.rediscover(connection_name, actor=now.principal.actor)
        streams = [stream["name"] for stream in (found.catalog or {}).get("streams", [])]
        tell(f"{connection_name} has the streams {', '.join(streams) or 'none'}.")


@app.command("select")
def select(
    ctx: typer.Context,
    connection_name: ConnectionName,
    streams: Annotated[list[str], typer.Argument(help="The streams to read: NAME, or NAMESPACE|NAME.")],
    mode: Annotated[str | None, typer.Option(help="incremental or full_refresh; else as the source does best.")] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="A field of the primary key, where the source has none.")
    ] = None,
    cursor: Annotated[
        str, typer.Option(help="The field that tells what is new, where the source leaves it open.")
    ] = "",
) -> None:
    """Choose which streams of a connection are read, and how; those not named are read no more."""
    with session(ctx) as now:
        now.need("configure_source")
        named = [one.rpartition("|") for one in streams]
        keys = tuple((field,) for field in key or ())
        chosen = [
            Selection(name, space, mode, primary_key=keys, cursor_field=(cursor,) if cursor else ())
            for space, _, name in named
        ]
        now.services.connecting.choose(connection_name, chosen, actor=now.principal.actor)
        tell(f"{connection_name} reads {', '.join(streams)}.")


@app.command("remove")
def remove(ctx: typer.Context, connection_name: ConnectionName) -> None:
    """Remove a connection and its configuration; what it brought stays."""
    with session(ctx) as now:
        now.need("configure_source")
        now.services.connecting.remove(connection_name, actor=now.principal.actor)
        tell(f"Removed {connection_name}.")


@app.command("mapping")
def mapping(ctx: typer.Context, connection_name: ConnectionName, as_json: AsJson = False) -> None:
    """Show how the fields of a connection's streams become attributes."""
    with session(ctx) as now:
        now.need("view_sync")
        with reading(now.services.engine) as connection:
            known_stream(now, connection, connection_name, None)
            found = now.services.mappings.describe(connection, connection_name)
        print_object({"connection": connection_name, "streams": found}, as_json=as_json)


@app.command("map")
def map_(
    ctx: typer.Context,
    connection_name: ConnectionName,
    stream: Annotated[str, typer.Argument(help="The stream.")],
    field: Annotated[list[str] | None, typer.Option("--field", help="FIELD=ATTRIBUTE or FIELD=ignore; repeat.")] = None,
    constant: Annotated[list[str] | None, typer.Option("--constant", help="ATTRIBUTE=VALUE for every record.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="STREAM:FIELD[,FIELD]: whose record it is, by the parts of its key.")
    ] = None,
    asserted_at: Annotated[str | None, typer.Option(help="The field that tells when it held.")] = None,
    absent: Annotated[
        str | None, typer.Option(help="A field that a changed record lacks: 'clear' it, or 'keep' what it said before.")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="FIELD=GB: the country of telephones without its code; repeat.")
    ] = None,
) -> None:
    """Set how a stream is mapped; what is not named stays as it is. Its records are resolved again."""
    with session(ctx) as now:
        now.need("configure_source")
        with unit_of_work(now.services.engine) as connection:
            known_stream(now, connection, connection_name, stream)
            known = now.services.mappings.all(connection, connection_name).get(stream)
            content = known.to_json() if known is not None else {"fields": {}, "constants": {}}
            content["fields"].update(_pairs(field))
            content["constants"].update(_pairs(constant))
            if subject is not None:
                of, _, by = subject.rpartition(":")
                content["subject"] = {"stream": of, "fields": [part for part in by.split(",") if part]}
            if asserted_at is not None:
                content["asserted_at"] = asserted_at
            if absent is not None:
                content["absent"] = absent
            if region:
                content["regions"] = {**content.get("regions", {}), **_pairs(region)}
            version = now.services.mappings.set(
                connection, connection_name, stream, mapping_from_json(content), actor=now.principal.actor
            )
        now.services.flows.queue_resolve()
        tell(f"The mapping of {connection_name}/{stream} is version {version} now.")


def known_stream(now: Session, connection: Connection, name: str, stream: str | None) -> None:
    """Refuse a connection or stream that does not exist; forms and manual entry are known by what they brought."""
    known = set(now.services.loader.streams(connection, name)) | set(now.services.mappings.all(connection, name))
    if not known or ":" not in name:
        known |= set(now.services.connecting.streams(connection, name))
    if stream is not None and stream not in known:
        raise NotFound(
            "source.stream_unknown", f"'{name}' has no stream '{stream}'. It has: {', '.join(sorted(known)) or 'none'}."
        )


def read_config(path: Path | None) -> dict[str, Any]:
    """The configuration in a JSON or YAML file. Errors name the file and line, never a value."""
    if path is None:
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise NotFound("config.missing", f"The file '{path}' cannot be read; check its name.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise Invalid("config.form", f"'{path}' is neither JSON nor YAML in UTF-8; mend it.") from None
    if not isinstance(content, dict):
        raise Invalid("config.form", f"'{path}' must hold names and values.")
    return content


def say_json(content: Any) -> None:
    """One line of JSON, numbers of any size kept."""
    say(dumps(content).decode())


def _pairs(given: list[str] | None) -> dict[str, str]:
    return split_pairs(given or [], "a field")


def _runner(ctx: typer.Context) -> Runner:
    """For asking a source: by the rules of the workspace where there is one, else with public addresses only."""
    try:
        allowed = load_settings(find_workspace(ctx.find_root().obj)).egress_allow
    except NotFound:
        allowed = ()
    # Without a workspace there is no folder of its own; the memory file system is used where there is one.
    return Runner(Path(tempfile.gettempdir()), egress=Egress.parse(allowed))
