"""What commands that decide about golden records share: who asks and why, decided and done in one transaction."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy import Connection

from api.cli.output import tell
from api.cli.session import Session
from audit.actions import Action
from governance.policy.actions import PolicyAction
from governance.policy.values import RequestContext
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import ResolveOutcome
from sync.rights import Rights
from sync.wish import Asked

T = TypeVar("T")
Id = Annotated[str, typer.Argument(help="Any id that was ever given out.")]
Purpose = Annotated[str, typer.Option(help="Why you look: sales_follow_up, customer_service, data_quality ...")]
Reason = Annotated[str, typer.Option(help="Why, in your words, where the policy asks for it; kept sealed.")]
ReasonCode = Annotated[str, typer.Option(help="A short code, such as not_same_person.")]
Note = Annotated[str, typer.Option(help="Why, in your words; kept sealed.")]
Expires = Annotated[str, typer.Option(help="When it ends by itself, such as 2027-01-31; without it, it stays.")]


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
