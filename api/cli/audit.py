"""``ingot audit``: the log. ``verify`` needs neither a workspace nor a database, and imports none."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from audit.report import Report
from audit.verify import verify_directory
from core.errors import NotFound

INTEGRITY_FAILED = 7

app = typer.Typer(no_args_is_help=True, help="The audit log: search it, prove it, hand it to an auditor.")


@app.callback()
def group() -> None:
    """The audit log: search it, prove it, hand it to an auditor."""


@app.command()
def verify(
    directory: Annotated[Path, typer.Option("--dir", help="An export: 'checkpoint', 'tile/…', 'entries.jsonl'.")],
    key: Annotated[
        str, typer.Option("--key", help="The log's verifier key 'name+id+base64', or a file that holds it.")
    ],
    against: Annotated[
        Path | None, typer.Option("--against", help="A checkpoint kept from earlier that must still hold.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
) -> None:
    """Prove an exported audit log from its files alone. Exit code 7 where it does not hold."""
    report = verify_directory(directory, _key_text(key), against)
    if as_json:
        sys.stdout.write(json.dumps({"ok": report.ok, **asdict(report)}, sort_keys=True) + "\n")
    else:
        _print(report, against)
    if not report.ok:
        raise typer.Exit(INTEGRITY_FAILED)


def _key_text(key: str) -> str:
    """A verifier key has two plus signs and a path of a file seldom any; what is no key is read as a file."""
    if key.count("+") >= 2 and not Path(key).is_file():
        return key
    try:
        return Path(key).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotFound(
            "audit.no_key", f"'{key}' is neither a verifier key nor a readable file that holds one."
        ) from None


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
