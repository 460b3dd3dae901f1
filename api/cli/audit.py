"""``ingot audit``: the log. ``verify`` needs neither a workspace nor a database, and imports none."""

import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from api.cli.key_text import key_text
from audit.notes import VerifierKey
from audit.proof_file import check_proof
from audit.report import Report
from audit.verify import verify_directory
from core.errors import Invalid, NotFound

INTEGRITY_FAILED = 7

app = typer.Typer(no_args_is_help=True, help="The audit log: search it, prove it, hand it to an auditor.")


@app.callback()
def group() -> None:
    """The audit log: search it, prove it, hand it to an auditor."""


@app.command()
def verify(
    key: Annotated[
        str, typer.Option("--key", help="The log's verifier key 'name+id+base64', or a file that holds it.")
    ],
    directory: Annotated[
        Path | None, typer.Option("--dir", help="An export: 'checkpoint', 'tile/…', 'entries.jsonl'.")
    ] = None,
    proof: Annotated[Path | None, typer.Option("--proof", help="Or the proof of one entry (tlog-proof).")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="A checkpoint kept from earlier that must still hold.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
) -> None:
    """Prove an exported audit log, or one entry, from files alone. Exit code 7 where it does not hold."""
    if proof is not None:
        _verify_proof(proof, key, as_json=as_json)
        return
    if directory is None:
        raise Invalid("audit.verify_what", "Name what to verify: --dir for an export, --proof for one entry.")
    report = verify_directory(directory, key_text(key), against)
    if as_json:
        sys.stdout.write(json.dumps({"ok": report.ok, **asdict(report)}, sort_keys=True) + "\n")
    else:
        _print(report, against)
    if not report.ok:
        raise typer.Exit(INTEGRITY_FAILED)


@app.command()
def search(
    ctx: typer.Context,
    actor: Annotated[str | None, typer.Option(help="user:ID, token:ID ...")] = None,
    action: Annotated[str | None, typer.Option(help="Such as golden.disclosed.")] = None,
    subject: Annotated[str | None, typer.Option(help="A golden or record id: who saw this customer?")] = None,
    object_id: Annotated[str | None, typer.Option(help="What it was done to.")] = None,
    purpose: Annotated[str | None, typer.Option()] = None,
    decision: Annotated[str | None, typer.Option(help="allow or deny.")] = None,
    since: Annotated[str | None, typer.Option(help="A time, included.")] = None,
    until: Annotated[str | None, typer.Option(help="A time, not included.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line on stdout.")] = False,
) -> None:
    """Search the log, newest first; the search itself is logged."""
    query = {
        "actor": actor,
        "action": action,
        "subject": subject,
        "object_id": object_id,
        "purpose": purpose,
        "decision": decision,
        "since": since,
        "until": until,
    }
    _log().search(ctx, query=query, limit=limit, as_json=as_json, as_lines=as_lines)


@app.command()
def export(ctx: typer.Context, out: Annotated[Path, typer.Option("--out", help="A new folder.")]) -> None:
    """Write the log as C2SP tlog-tiles and entries.jsonl, with its verifier key."""
    _log().export(ctx, out)


@app.command()
def checkpoint(ctx: typer.Context) -> None:
    """Print the newest signed checkpoint; keep it somewhere else."""
    _log().checkpoint(ctx)


@app.command()
def prove(
    ctx: typer.Context,
    index: Annotated[int, typer.Argument(min=0, help="Index of an entry.")],
    as_json: Annotated[bool, typer.Option("--json", help="On one line.")] = False,
) -> None:
    """Print the proof that an entry stands in the log."""
    _log().prove(ctx, index, as_json=as_json)


@app.command()
def check(ctx: typer.Context) -> None:
    """Recompute the log from the database and compare it with the checkpoints outside. Exit code 7 where it differs."""
    _log().check(ctx)


@app.command("key")
def key_(ctx: typer.Context) -> None:
    """Print the verifier key of the log."""
    _log().key(ctx)


def _verify_proof(path: Path, key: str, *, as_json: bool) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotFound("audit.no_proof", f"'{path}' cannot be read as a proof; check its name.") from None
    found = check_proof(text, VerifierKey.parse(key_text(key).strip()))
    told = {"ok": True, "index": found.index, "size": found.size, "root": found.root}
    if as_json:
        sys.stdout.write(json.dumps({**told, "body": json.loads(found.body)}, sort_keys=True) + "\n")
    else:
        sys.stdout.write(f"Entry {found.index} stands in the log of {found.size} entries, root {found.root}:\n")
        sys.stdout.write(found.body.decode() + "\n")


def _log() -> ModuleType:
    # Late: ``verify`` must run where there is no workspace, and start at once.
    return import_module("api.cli.audit_log")


def _print(report: Report, against: Path | None) -> None:
    lines = [
        f"log      {report.origin}",
        f"size     {report.size}",
        f"root     {report.root}",
        f"hashed   {report.entries} entries, {report.tiles} tiles, {report.checkpoints} checkpoints",
    ]
    if report.pruned:
        lines.append(f"pruned   {report.pruned} entries whose retention is over: proved to have stood there, not what")
    if report.ok:
        earlier = "" if against is None else f", and it begins with what '{against.name}' promised"
        lines.append(f"The log is whole and as it was signed{earlier}.")
    sys.stdout.write("\n".join(lines) + "\n")
    for finding in report.findings:
        sys.stderr.write(f"{finding.place}: {finding.message} [{finding.code}]\n")
    if not report.ok:
        sys.stderr.write(f"The log does not hold: {report.wrong} findings.\n")
