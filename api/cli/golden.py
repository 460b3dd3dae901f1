"""``ingot golden``: golden records, always through the policy of the caller."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy import Connection

from api.cli.output import AsJson, AsJsonLines, print_object, print_rows, say, tell, to_json
from api.cli.session import Session, session
from audit.actions import Action
from core.database import reading
from core.errors import Conflict, Invalid
from governance.policy.actions import PolicyAction
from governance.policy.values import RequestContext
from merge.golden_store import events_of
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import ResolveOutcome
from merge.resolve.unmerge import Unmerge
from sync.disclose import Asked
from sync.relations import Relations
from sync.rights import Rights

T = TypeVar("T")
app = typer.Typer(help="Golden records.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="Any id that was ever given out.")]
Purpose = Annotated[str, typer.Option(help="Why you look: sales_follow_up, customer_service, data_quality ...")]
Reason = Annotated[str, typer.Option(help="Why, in your words, where the policy asks for it; kept sealed.")]
ReasonCode = Annotated[str, typer.Option(help="A short code, such as not_same_person.")]


@app.command("show")
def show(
    ctx: typer.Context,
    golden_id: Id,
    purpose: Purpose = "",
    reason: Reason = "",
    include: Annotated[list[str] | None, typer.Option(help="Only these sections; repeat.")] = None,
    as_json: AsJson = False,
) -> None:
    """One golden record as you may see it."""
    with session(ctx) as now:
        answer = now.services.disclosure.golden(asked(now, purpose, reason), golden_id, include=include)
        print_object(answer.body, as_json=as_json)


@app.command("explain")
def explain(
    ctx: typer.Context, golden_id: Id, purpose: Purpose = "", reason: Reason = "", as_json: AsJson = False
) -> None:
    """One golden record with the lineage of every value: which record it is from, and why it won."""
    with session(ctx) as now:
        answer = now.services.disclosure.golden(asked(now, purpose, reason), golden_id, lineage=True)
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
    """Merges, splits and owners of a golden record."""
    with session(ctx) as now:
        now.services.disclosure.golden(asked(now, purpose, ""), golden_id, include=[])
        with reading(now.services.engine) as connection:
            known = golden_of(connection, golden_id).golden_id
            events = [dict(row) for row in events_of(connection, [known])]
            owners = now.services.resolver.owners.history(connection, known)
        held = [
            {"holder": one.holder, "from": one.valid_from, "to": one.valid_to, "cause": one.cause, "rule": one.rule_ref}
            for one in owners
        ]
        print_object({"id": known, "events": events, "owners": held}, as_json=as_json)


@app.command("relations")
def relations(
    ctx: typer.Context,
    golden_id: Id,
    purpose: Purpose = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """Golden records that are another customer and belong to this one: parent company, branches, household."""
    with session(ctx) as now:
        services = now.services
        rights = Rights(services.foundation, services.decisions, services.people)
        found = Relations(services.foundation, rights).of(asked(now, purpose, reason), golden_id)
        print_rows(found["relations"], ("is", "golden_id"), as_json=as_json, as_lines=as_lines)


@app.command("maintain")
def maintain(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the list of keys that say nothing alone up to date; the scheduler does it every night."""
    with session(ctx) as now:
        now.need("rebuild")
        maintaining = now.services.maintaining
        if dry_run:
            plan, standing = maintaining.plan()
            print_object({"to_add": len(plan.new), "to_remove": len(plan.gone), **asdict(standing)}, as_json=as_json)
            return
        done = maintaining.run(actor=now.principal.actor)
        print_object(
            {
                "records_made_findable": done.refilled,
                "added": done.added,
                "removed": done.removed,
                "hubs": done.after.hubs,
                "pairs_before": done.before.pairs,
                "pairs": done.after.pairs,
                "links_before": done.before.links,
                "links": done.after.links,
                "recall": round(done.recall, 4),
            },
            as_json=as_json,
        )


@app.command("unmerge")
def unmerge(
    ctx: typer.Context,
    records: Annotated[list[str], typer.Argument(help="Ids of the source records to take out.")],
    reason_code: ReasonCode,
    purpose: Purpose = "data_quality",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it and change nothing.")] = False,
) -> None:
    """Take source records out of their golden record; they are never merged again unless somebody says so."""
    with session(ctx) as now:
        steward = Unmerge(now.services.resolver)

        def do(connection: Connection) -> ResolveOutcome:
            return steward.detach(connection, records, actor=now.principal.actor, reason_code=reason_code)

        outcome = decided(now, PolicyAction.UNMERGE, Action.GOLDEN_UNMERGED, records, purpose, do, dry_run=dry_run)
        tell_outcome(outcome, dry_run=dry_run)


@app.command("merge")
def merge(
    ctx: typer.Context,
    golden_ids: Annotated[list[str], typer.Argument(help="Two golden records or more.")],
    reason_code: ReasonCode,
    purpose: Purpose = "data_quality",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it and change nothing.")] = False,
) -> None:
    """Say that golden records are one customer."""
    with session(ctx) as now:
        steward = Unmerge(now.services.resolver)

        def do(connection: Connection) -> ResolveOutcome:
            return steward.merge(connection, golden_ids, actor=now.principal.actor, reason_code=reason_code)

        outcome = decided(
            now, PolicyAction.MERGE, Action.GOLDEN_MERGED_BY_HAND, golden_ids, purpose, do, dry_run=dry_run
        )
        tell_outcome(outcome, dry_run=dry_run)


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


def asked(now: Session, purpose: str, reason: str) -> Asked:
    """Who asks, and why."""
    request_id = now.services.foundation.clock.new_id("req")
    return Asked(now.principal, RequestContext(purpose, reason, request_id))


class _DryRun(Exception):
    def __init__(self, outcome: Any) -> None:
        super().__init__()
        self.outcome = outcome


def decided(
    now: Session,
    right: PolicyAction,
    action: Action,
    ids: Sequence[str],
    purpose: str,
    do: Callable[[Connection], T],
    *,
    dry_run: bool = False,
) -> T:
    """Decide and do a change to golden records in one transaction; a dry run leaves nothing of it."""
    services = now.services
    rights = Rights(services.foundation, services.decisions, services.people)
    who = asked(now, purpose, "")

    def change(connection: Connection) -> T:
        for one in ids:
            rights.need(connection, who, right, golden_of(connection, one).golden_id)
        outcome = do(connection)
        return _leave(outcome) if dry_run else outcome

    try:
        return rights.in_one(who, action, change)
    except _DryRun as dry:
        outcome: T = dry.outcome
        return outcome


def _leave(outcome: Any) -> Any:
    raise _DryRun(outcome)


def tell_outcome(outcome: ResolveOutcome, *, dry_run: bool) -> None:
    """What came of a decision, by ids."""
    would = "would be " if dry_run else ""
    for one in outcome.merged:
        tell(f"{', '.join(one.losers)} {would}merged into {one.winner}.")
    for split in outcome.split:
        tell(f"{split.golden_id} {would}split into {', '.join(part.golden_id for part in split.parts)}.")
    if not outcome.merged and not outcome.split:
        tell("Nothing changed.")


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
