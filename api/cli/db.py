"""``ingot db`` and ``ingot rebuild``."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from api.cli.output import AsJson, print_object, tell
from api.cli.session import session
from api.cli.sync import work_on
from api.migrate import differences, upgrade
from audit.actions import Action
from audit.events import Event
from core.database import make_engine, unit_of_work
from core.errors import Damaged
from core.settings import find_workspace, load_settings

app = typer.Typer(help="The database schema: upgrade, check.", no_args_is_help=True)


@app.command("upgrade")
def upgrade_(ctx: typer.Context) -> None:
    """Bring the database to the newest schema. Make a backup first."""
    upgrade(load_settings(find_workspace(ctx.find_root().obj)).database_url)
    tell("The database has the newest schema. 'ingot rebuild --apply' reads what it holds by this version too.")


@app.command("check")
def check(ctx: typer.Context) -> None:
    """Compare the database with what this version expects; exit code 7 where they differ."""
    engine = make_engine(load_settings(find_workspace(ctx.find_root().obj)).database_url)
    found = differences(engine)
    engine.dispose()
    if found:
        raise Damaged("database.schema", f"The database differs in {len(found)} places; run 'ingot db upgrade'.")
    tell("The database has the schema that this version expects.")


def rebuild(
    ctx: typer.Context,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, help="How many differing ids to print.")] = 20,
    apply: Annotated[bool, typer.Option("--apply", help="First make them so; stop the gateway before.")] = False,
) -> None:
    """Recompute all golden records and compare them byte for byte; exit code 7 where they differ."""
    with session(ctx) as now:
        now.need("rebuild")
        services = now.services
        work_on(services, services.flows.queue_resolve())
        if apply:
            with Progress(console=Console(stderr=True)) as bars:
                task = bars.add_task("records")
                services.rebuild.apply(
                    actor=now.principal.actor, progress=lambda done, of: bars.update(task, completed=done, total=of)
                )
        result = services.rebuild.check()
        with unit_of_work(services.engine) as connection:
            facts = {"golden_records": result.golden_records, "different": len(result.different)}
            event = Event(Action.REBUILD_CHECKED, actor=now.principal.actor, count=result.records, details=facts)
            services.foundation.audit.append(connection, event)
        answer = {
            "records": result.records,
            "golden_records": result.golden_records,
            "different": list(result.different[:limit]),
            "identical": not result.different,
        }
        print_object(answer, as_json=as_json)
        if result.different:
            raise Damaged(
                "rebuild.different",
                f"{len(result.different)} golden records are not what their records say; "
                "'ingot rebuild --apply' brings them up to date.",
            )
