"""Commands of ``ingot golden`` about who is one customer: unmerge, merge, and the decisions that stand."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from api.cli.deciding import Expires, Id, Note, Purpose, ReasonCode, asked, decided, tell_outcome
from api.cli.output import AsJson, AsJsonLines, print_rows, tell
from api.cli.session import session
from api.gateway import Gateway
from api.times import time_of
from audit.actions import Action
from core.database import reading
from core.errors import Invalid, NotFound
from governance.policy.actions import PolicyAction
from merge.golden_store import event_of
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import ResolveOutcome
from sync.merging import Proposed, merge_by_hand
from sync.unmerging import Unmerging


def unmerge(
    ctx: typer.Context,
    reason_code: ReasonCode,
    records: Annotated[list[str] | None, typer.Argument(help="Ids of the source records to take out.")] = None,
    undo: Annotated[str, typer.Option(help="The id of a merge in the history: take it back whole.")] = "",
    explode: Annotated[str, typer.Option(help="A golden record: make each of its records one of its own.")] = "",
    expires: Expires = "",
    note: Note = "",
    move_pin: Annotated[list[str] | None, typer.Option(help="An attribute whose pin goes with them; repeat.")] = None,
    purpose: Purpose = "data_quality",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it and change nothing.")] = False,
) -> None:
    """Take a golden record apart; the parts are never merged again unless somebody says so."""
    if sum(bool(one) for one in (records, undo, explode)) != 1:
        raise Invalid(
            "unmerge.records", "Name records to take out, or --undo MERGE, or --explode GOLDEN; one of these."
        )
    with session(ctx) as now:
        wish = Unmerging(
            mode="explode" if explode else "undo" if undo else "detach",
            record_ids=tuple(records or ()),
            event_id=undo,
            reason_code=reason_code,
            note=note,
            expires_at=time_of(expires, "--expires"),
            move_pins=tuple(move_pin or ()),
        )
        with reading(now.services.engine) as connection:
            event = event_of(connection, undo) if undo else None
            if undo and event is None:
                raise NotFound("unmerge.event", "There is no merge of this id that can be undone; see the history.")
            named = event["golden_id"] if event is not None else explode or (records or [""])[0]
            before = golden_of(connection, named).golden_id
        desk, who = Gateway(now.services).unmerging, asked(now, purpose, "")
        parts = desk.preview(who, before, wish) if dry_run else list(desk.unmerge(who, before, wish).parts)
        would = "would be " if dry_run else ""
        tell(f"{before} {would}split into {', '.join(part['id'] for part in parts)}.")
        for part in parts:
            pins = f"; pins: {', '.join(part['pins'])}" if part["pins"] else ""
            tell(f"  {part['id']}: {len(part['records'])} records, {part['events']} events{pins}")


def merge(
    ctx: typer.Context,
    golden_ids: Annotated[list[str], typer.Argument(help="Two golden records or more.")],
    reason_code: ReasonCode,
    purpose: Purpose = "data_quality",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it and change nothing.")] = False,
) -> None:
    """Say that golden records are one customer. Where two people must agree, it is a proposal in the review queue."""
    with session(ctx) as now:
        base, who = now.services.review.deciding.base, asked(now, purpose, "")

        def do(connection: Connection) -> ResolveOutcome | Proposed:
            return merge_by_hand(connection, base, who, golden_ids, reason_code=reason_code)

        outcome = decided(
            now, PolicyAction.MERGE, Action.GOLDEN_MERGED_BY_HAND, golden_ids, purpose, do, dry_run=dry_run
        )
        if isinstance(outcome, Proposed):
            would = "It would be a proposal" if dry_run else f"Proposed as {outcome.item_id}"
            tell(f"{would}: a second person must agree ({', '.join(outcome.because)}).")
        else:
            tell_outcome(outcome, dry_run=dry_run)


def decisions(
    ctx: typer.Context,
    golden_id: Id,
    purpose: Purpose = "",
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """What people decided about who it is, and that stands: kept apart from which others, by whom, why, until when."""
    with session(ctx) as now:
        rows = Gateway(now.services).unmerging.decisions(asked(now, purpose, ""), golden_id)
        columns = ("kind", "other", "actor", "reason_code", "at", "expires_at", "pairs")
        print_rows(rows, columns, as_json=as_json, as_lines=as_lines)


def lift(
    ctx: typer.Context,
    golden_id: Id,
    other: Annotated[str, typer.Argument(help="The golden record that it is kept apart from.")],
    reason_code: ReasonCode,
    purpose: Purpose = "data_quality",
) -> None:
    """End what keeps two golden records apart. They do not merge by themselves: the pair goes to review."""
    with session(ctx) as now:
        pairs = Gateway(now.services).unmerging.lift(asked(now, purpose, ""), golden_id, other, reason_code=reason_code)
        tell(f"{pairs} pairs of records are no longer kept apart; they wait for review.")
