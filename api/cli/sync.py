"""``ingot sync``: run, watch and mend."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text
from sqlalchemy import Row

from api.cli.output import AsJson, AsJsonLines, print_object, print_rows, tell
from api.cli.session import session
from api.wiring import Services
from connectors.store import Change
from core.database import reading, unit_of_work
from core.errors import IngotError, NotFound
from sync.ingest import Progress as Read
from sync.replay import replay_rejected
from sync.scheduler import checked

app = typer.Typer(help="Run and watch syncs, mend rejected records.", no_args_is_help=True)
RUN_COLUMNS = ("id", "connection", "state", "started_at", "finished_at", "landed", "unchanged", "rejected", "code")
PARTIAL = 6


@app.command("run")
def run(
    ctx: typer.Context,
    connections: Annotated[list[str] | None, typer.Argument(help="Which; all that are switched on when none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run syncs now and resolve what they bring. Exit code 6 when records were rejected, 1 when a sync failed."""
    with session(ctx) as now:
        now.need("run_sync")
        services = now.services
        names = connections or enabled_connections(services)
        jobs = {name: services.flows.queue_sync(name, actor=now.principal.actor) for name in names}
        with watched(services):
            ended = [work_on(services, job) for job in jobs.values()]
            ended.append(work_on(services, services.flows.queue_resolve()))
        runs = [newest_run(services, name) for name in names]
        print_rows(runs, RUN_COLUMNS, as_json=as_json)
        for one in runs:
            if one["message"]:
                tell(f"{one['connection']}: {one['message']} [{one['code']}]")
        broken = [row for row in ended if row.state != "done"]
        for row in broken:
            tell(f"{row.kind}: {row.message or 'It is not done yet: it waits for its next try.'} [{row.code}]")
        states = {one["state"] for one in runs}
        if broken or states - {"succeeded", "partial"}:
            raise typer.Exit(1)
        if "partial" in states:
            tell("Some records were rejected: see 'ingot sync rejected'.")
            raise typer.Exit(PARTIAL)


@app.command("status")
def status(ctx: typer.Context, run_id: Annotated[str, typer.Argument(help="A run.")], as_json: AsJson = False) -> None:
    """One run with its streams."""
    with session(ctx) as now:
        now.need("view_sync")
        with reading(now.services.engine) as connection:
            found = now.services.runs.get(connection, run_id)
            found["events"] = now.services.runs.events(connection, run_id)
        print_object(found, as_json=as_json)


@app.command("cancel")
def cancel(ctx: typer.Context, connection_name: Annotated[str, typer.Argument(help="The connection.")]) -> None:
    """Stop a sync that waits or runs. What it has committed is kept; the next run goes on from there."""
    with session(ctx) as now:
        now.need("run_sync")
        now.services.flows.cancel_sync(connection_name, actor=now.principal.actor)
        tell(f"The sync of {connection_name} is stopped.")


@app.command("schedule")
def schedule(
    ctx: typer.Context,
    connection_name: Annotated[str, typer.Argument(help="The connection.")],
    when: Annotated[str, typer.Argument(help="'every 15m' or a cron line in UTC; '' for by hand.")],
) -> None:
    """Say when a connection is synced."""
    with session(ctx) as now:
        now.need("run_sync")
        services = now.services
        text = checked(when, services.foundation.clock.now())
        with unit_of_work(services.engine) as connection:
            services.connections.change(connection, connection_name, Change(schedule=text), actor=now.principal.actor)
            services.scheduler.forget(connection, connection_name)
        tell(f"{connection_name}: {text or 'by hand'}.")


@app.command("pause")
def pause(
    ctx: typer.Context,
    connections: Annotated[list[str], typer.Argument(help="The connections.")],
    resume: Annotated[bool, typer.Option("--resume", help="Switch them on again.")] = False,
) -> None:
    """Switch connections off, so that nothing syncs them until they are switched on again."""
    with session(ctx) as now:
        now.need("run_sync")
        with unit_of_work(now.services.engine) as connection:
            for name in connections:
                now.services.connections.change(connection, name, Change(enabled=resume), actor=now.principal.actor)
        tell(f"{', '.join(connections)}: {'on' if resume else 'paused'}.")


@app.command("history")
def history(
    ctx: typer.Context,
    connection_name: Annotated[str | None, typer.Argument(help="Only this connection.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """The newest runs."""
    with session(ctx) as now:
        now.need("view_sync")
        with reading(now.services.engine) as connection:
            rows = now.services.runs.history(connection, connection_name, limit)
        print_rows(rows, RUN_COLUMNS, as_json=as_json, as_lines=as_lines)


@app.command("rejected")
def rejected(
    ctx: typer.Context,
    connection_name: Annotated[str | None, typer.Argument(help="Only this connection.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """Records in quarantine: where from, why, and what to do. Their content stays sealed."""
    with session(ctx) as now:
        now.need("view_sync")
        rows = now.services.quarantine.waiting(connection_name, limit)
        columns = ("id", "connection", "stream", "code", "message", "at", "attempts")
        print_rows(rows, columns, as_json=as_json, as_lines=as_lines)


@app.command("replay")
def replay(
    ctx: typer.Context,
    connection_name: Annotated[str, typer.Argument(help="The connection.")],
    as_json: AsJson = False,
) -> None:
    """Judge the rejected records of a connection again, by its schema of today."""
    with session(ctx) as now:
        now.need("replay_rejected")
        services = now.services
        found = replay_rejected(
            services.foundation,
            services.connecting,
            services.ingest,
            services.quarantine,
            connection_name,
            actor=now.principal.actor,
        )
        resolved = work_on(services, services.flows.queue_resolve())
        tell(f"{found.landed} landed, {found.refused} refused again, {found.superseded} superseded since.")
        if as_json:
            print_object(asdict(found), as_json=True)
        if resolved.state != "done":
            raise IngotError(resolved.code or "job.failed", resolved.message or "What landed is not resolved yet.")
        if found.refused:
            raise typer.Exit(PARTIAL)


@app.command("dismiss")
def dismiss(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(help="Ids that 'ingot sync rejected' shows.")],
    reason_code: Annotated[str, typer.Option(help="A short code, such as mended_at_source.")],
) -> None:
    """Take entries off the list of rejected records; their content stays sealed, the log says who and why."""
    with session(ctx) as now:
        now.need("replay_rejected")
        count = now.services.quarantine.dismiss(ids, actor=now.principal.actor, reason_code=reason_code)
        tell(f"{count} taken off the list.")


def work_on(services: Services, job_id: str) -> Row[Any]:
    """Do one job here, or wait while another worker does it; returns how it stands then.

    A failed try is shown, its next one not waited for.
    """
    while True:
        services.worker.run_one(only=job_id)
        with reading(services.engine) as connection:
            row = services.foundation.queue.get(connection, job_id)
        if row.state != "running":
            return row
        time.sleep(0.5)


def enabled_connections(services: Services) -> list[str]:
    """Names of the connections that are switched on. Raises NotFound ``connection.none``."""
    with reading(services.engine) as connection:
        names = [one.name for one in services.connections.list(connection) if one.enabled]
    if not names:
        raise NotFound("connection.none", "There is no connection yet; add one with 'ingot source add'.")
    return names


def newest_run(services: Services, name: str) -> dict[str, Any]:
    """The newest run of a connection."""
    with reading(services.engine) as connection:
        found = services.runs.history(connection, name, 1)
    if not found:
        raise IngotError("sync.not_run", f"The sync of '{name}' did not start; look at 'ingot sync history'.")
    return found[0]


class Rate(ProgressColumn):
    """Records a second."""

    def render(self, task: Task) -> Text:
        """The rate, or nothing before there is one."""
        rate = task.finished_speed or task.speed
        return Text(f"{rate:,.0f}/s" if rate else "", style="progress.data.speed")


@contextmanager
def watched(services: Services) -> Iterator[None]:
    """Show bars on stderr while jobs are done: one a stream, one for the resolution."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=False) as bars:
        tasks: dict[str, TaskID] = {}

        def task(name: str, total: float | None) -> TaskID:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            return tasks[name]

        def on_read(where: Read) -> None:
            for stream, count in where.read.items():
                known = task(f"{where.connection}/{stream}", where.estimated.get(stream))
                bars.update(known, completed=count, total=where.estimated.get(stream))

        def on_resolved(count: int) -> None:
            total = count + services.reconciler.waiting()
            bars.update(task("resolving", total), completed=count, total=total)

        services.flows.on_progress = on_read
        services.flows.on_resolved = on_resolved
        try:
            yield
        finally:
            for name in tasks.values():
                done = bars.tasks[name].completed
                bars.update(name, total=done, completed=done)
