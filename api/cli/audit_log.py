"""The commands of ``ingot audit`` that read the log of a workspace."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import typer

from api.cli.output import print_object, print_rows, say, tell
from api.cli.session import Session, session
from api.times import time_of
from audit import access
from audit.log import Entry, Query
from core.database import reading
from core.errors import Conflict, Damaged

COLUMNS = ("index", "at", "actor", "action", "object_id", "purpose", "decision")


def search(ctx: typer.Context, *, query: dict[str, str | None], limit: int, as_json: bool, as_lines: bool) -> None:
    """Print entries, newest first; the search is an entry of the log itself."""
    with session(ctx) as now:
        now.need("view_audit", purpose="audit")
        now.services.sequencer.sequence_all()
        narrowed = Query(**{name: _value(name, value) for name, value in query.items() if value is not None})
        found = access.search(now.services.engine, now.services.foundation.audit, _caller(now), narrowed, limit=limit)
        print_rows([_row(entry) for entry in found], COLUMNS, as_json=as_json, as_lines=as_lines)


def export(ctx: typer.Context, out: Path) -> None:
    """Write the log as tlog-tiles into a new folder."""
    with session(ctx) as now:
        now.need("verify_audit", purpose="audit")
        if out.exists() and any(out.iterdir()):
            raise Conflict("export.exists", f"'{out}' is not empty; nothing was written. Name a new folder.")
        services = now.services
        services.sequencer.sequence_all()
        key = services.sequencer.key
        size = access.export_to(services.engine, services.foundation.audit, _caller(now), out, key)
        tell(f"Wrote {size} entries to {out}. Verify them anywhere with:")
        say(f"ingot audit verify --dir {out} --key '{key}'")


def checkpoint(ctx: typer.Context) -> None:
    """Print the newest signed checkpoint."""
    with session(ctx) as now:
        now.need("view_audit", purpose="audit")
        now.services.sequencer.sequence_all()
        say(access.checkpoint(now.services.engine, now.services.foundation.audit)[1].rstrip("\n"))


def prove(ctx: typer.Context, index: int, *, as_json: bool) -> None:
    """Print the proof that an entry stands in the log."""
    with session(ctx) as now:
        now.need("view_audit", purpose="audit")
        services = now.services
        services.sequencer.sequence_all()
        found = access.prove(services.engine, services.foundation.audit, index)
        proof = {**asdict(found), "leaf": found.leaf.hex(), "hashes": [one.hex() for one in found.hashes]}
        print_object(proof, as_json=as_json)


def check(ctx: typer.Context) -> None:
    """Recompute the log from the database and compare it with every checkpoint outside; exit 7 if it differs."""
    with session(ctx) as now:
        now.need("verify_audit", purpose="audit")
        services = now.services
        services.sequencer.sequence_all()
        report = access.check(
            services.engine,
            services.foundation.audit,
            _caller(now),
            services.settings.checkpoints,
            services.sequencer.key,
        )
        if not report.ok:
            for finding in report.findings:
                tell(f"{finding.place}: {finding.message} [{finding.code}]")
            raise Damaged("audit.damaged", f"The audit log does not hold: {report.wrong} findings.")
        tell(f"The log is whole: {report.size} entries, root {report.root}.")


def key(ctx: typer.Context) -> None:
    """Print the verifier key of the log: give it to auditors."""
    with session(ctx) as now:
        now.need("view_audit", purpose="audit")
        with reading(now.services.engine):
            say(str(now.services.sequencer.key))


def _caller(now: Session) -> access.Caller:
    return access.Caller(now.principal.actor, role=",".join(sorted(now.principal.roles)), purpose="audit")


def _row(entry: Entry) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in COLUMNS}
    return {**row, "body": None if entry.body is None else orjson.loads(entry.body)}


def _value(name: str, text: str) -> Any:
    if name not in {"since", "until"}:
        return text
    return time_of(text, name)
