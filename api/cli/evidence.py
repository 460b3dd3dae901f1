"""``ingot evidence``: checks bundles of evidence from files alone; needs neither a workspace nor a database."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.cli.key_text import key_text
from audit.notes import VerifierKey
from core.errors import NotFound
from merge.evidence.verify import Checked, verify

app = typer.Typer(no_args_is_help=True, help="Bundles of evidence: why records are one customer, checked alone.")


@app.callback()
def group() -> None:
    """Bundles of evidence: why records are one customer, checked alone."""


@app.command("verify")
def verify_(
    file: Annotated[Path, typer.Argument(help="The bundle that 'ingot golden evidence --out' wrote.")],
    key: Annotated[str, typer.Option("--key", help="The verifier key 'name+id+base64', or a file that holds it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as one JSON object.")] = False,
) -> None:
    """Check the signature of a bundle and recompute its verdicts. Exit code 7 where it does not hold."""
    try:
        data = file.read_bytes()
    except OSError:
        raise NotFound("evidence.no_file", f"'{file}' cannot be read; check its name.") from None
    found = verify(data, VerifierKey.parse(key_text(key).strip()))
    if as_json:
        sys.stdout.write(json.dumps({"ok": True, **asdict(found)}, sort_keys=True) + "\n")
    else:
        _print(found)


def _print(found: Checked) -> None:
    lines = [
        f"golden   {found.golden_id}",
        f"told at  {found.at}",
        f"records  {found.records}",
    ]
    for one in found.pairs:
        rule = "" if one.rule is None or one.said is None else f", rule {one.rule} ({one.said / 1e6:.2f})"
        verdict = f"{one.verdict.upper()} {one.probability / 1e6:.2f}"
        lines.append(f"pair     {one.left} {one.right}: {verdict}, {one.weight / 1000:+.3f} bits{rule}")
    joined = "joined by the pairs" if found.one else "not joined by the pairs of the bundle"
    mean = "" if found.mean is None else f"; the weakest merge weighs {found.mean / 1000:+.3f} bits"
    lines.append(f"merges   {joined}{mean}, the line is {found.cut / 1000:+.3f}")
    lines.append("entry    " + ("not in the bundle" if found.entry is None else f"{found.entry} of the audit log"))
    lines.append("The bundle is as it was signed, and its figures follow from one another.")
    sys.stdout.write("\n".join(lines) + "\n")
