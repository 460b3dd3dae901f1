"""``ingot golden``: golden records, always through the policy of the caller."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli import deciding_identity, deciding_values
from api.cli.deciding import Id, Purpose, Reason, asked
from api.cli.evidence_print import print_evidence, write_bytes
from api.cli.output import AsJson, AsJsonLines, print_object, print_rows, say, tell, to_json
from api.cli.session import session
from api.gateway import Gateway
from api.times import moment_of
from core.errors import Conflict, Invalid

app = typer.Typer(help="Golden records.", no_args_is_help=True)
app.command("unmerge")(deciding_identity.unmerge)
app.command("merge")(deciding_identity.merge)
app.command("decisions")(deciding_identity.decisions)
app.command("lift")(deciding_identity.lift)
app.command("pin")(deciding_values.pin)
app.command("unpin")(deciding_values.unpin)
app.command("pins")(deciding_values.pins)
AsOf = Annotated[str, typer.Option(help="As it was known at that time, such as 2026-05-01T09:00:00Z.")]
ValidAt = Annotated[str, typer.Option(help="As it held in the world at that time, as far as was known.")]


@app.command("show")
def show(
    ctx: typer.Context,
    golden_id: Id,
    purpose: Purpose = "",
    reason: Reason = "",
    include: Annotated[list[str] | None, typer.Option(help="Only these sections; repeat.")] = None,
    as_of: AsOf = "",
    valid_at: ValidAt = "",
    as_json: AsJson = False,
) -> None:
    """One golden record as you may see it, now or as of an earlier time."""
    with session(ctx) as now:
        moment = moment_of(as_of, valid_at, now.services.foundation.clock.now())
        who = asked(now, purpose, reason)
        answer = now.services.disclosure.golden(who, golden_id, include=include, moment=moment)
        print_object(answer.body, as_json=as_json)


@app.command("explain")
def explain(
    ctx: typer.Context,
    golden_id: Id,
    purpose: Purpose = "",
    reason: Reason = "",
    as_of: AsOf = "",
    valid_at: ValidAt = "",
    as_json: AsJson = False,
) -> None:
    """One golden record with the lineage of every value: which record it is from, and why it won."""
    with session(ctx) as now:
        moment = moment_of(as_of, valid_at, now.services.foundation.clock.now())
        who = asked(now, purpose, reason)
        answer = now.services.disclosure.golden(who, golden_id, lineage=True, moment=moment)
        print_object(answer.body, as_json=as_json)


@app.command("search")
def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="A name or a part of one, a phone, an e-mail address, a number.")],
    purpose: Purpose = "",
    reason: Reason = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """Golden records that a text means, as you may see them."""
    with session(ctx) as now:
        found = now.services.disclosure.search(asked(now, purpose, reason), text, limit=limit)
        rows = found if as_json or as_lines else [summary(row) for row in found]
        columns = ("id", "name", "phone", "email", "city", "owner", "members")
        print_rows(rows, columns, as_json=as_json, as_lines=as_lines)


@app.command("history")
def history(ctx: typer.Context, golden_id: Id, purpose: Purpose = "", as_json: AsJson = False) -> None:
    """Records, changes, merges, splits and owners of a golden record: the times to ask for with --as-of."""
    with session(ctx) as now:
        told = Gateway(now.services).feed.history(asked(now, purpose, ""), golden_id)
        print_object(told, as_json=as_json)


@app.command("evidence")
def evidence(
    ctx: typer.Context,
    golden_id: Id,
    out: Annotated[Path | None, typer.Option(help="Write a signed bundle to this new file instead.")] = None,
    purpose: Purpose = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Why a golden record is one customer: every pair by kind, in figures that add up, and every merge."""
    with session(ctx) as now:
        who, evidence_of = asked(now, purpose, reason), now.services.review.evidence
        if out is None:
            print_evidence(evidence_of.golden(who, golden_id), as_json=as_json)
            return
        # The entry of the merge must have its place in the tree to be proved.
        now.services.sequencer.sequence_all()
        write_bytes(out, evidence_of.bundle(who, golden_id))
        tell(f"Wrote the evidence to {out}. Check it anywhere with:")
        say(f"ingot evidence verify {out} --key '{evidence_of.key}'")


@app.command("export")
def export(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(help="A new JSON lines file; standard output when not given.")] = None,
    purpose: Purpose = "",
    reason: Reason = "",
) -> None:
    """All golden records that you may read, as you may see them, as JSON lines."""
    with session(ctx) as now:
        rows = now.services.disclosure.export(asked(now, purpose, reason))
        if out is None:
            for row in rows:
                say(to_json(row))
            return
        tell(f"Wrote {write_new(out, rows)} golden records to {out}.")


def write_new(out: Path, rows: Iterator[dict[str, Any]]) -> int:
    """Write rows to a file that does not exist yet; returns how many."""
    if out.exists():
        raise Conflict("export.exists", f"'{out}' exists already; nothing was written. Choose another name.")
    # Only a whole export gets the name, and only its owner may read it.
    part = out.with_name(out.name + ".part")
    count = 0
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            for row in rows:
                file.write(to_json(row) + "\n")
                count += 1
        part.replace(out)
    except OSError:
        raise Invalid("export.unwritable", f"'{out}' cannot be written; check its folder and rights.") from None
    finally:
        part.unlink(missing_ok=True)
    return count


def summary(row: dict[str, Any]) -> dict[str, Any]:
    """One line of a list: the first of each value that is shown."""
    sections = row["sections"]

    def first(section: str, *names: str) -> str:
        held = sections.get(section, {})
        return next((held[name][0]["value"] for name in names if held.get(name)), "")

    name = first("profile", "person.full_name") or first("organization", "organization.name")
    return {
        "id": row["id"],
        "name": name or first("profile", "person.family_name"),
        "phone": first("contact_points", "phone"),
        "email": first("contact_points", "email"),
        "city": first("addresses", "address.city"),
        "owner": row["owner"],
        "members": row["members"],
    }
