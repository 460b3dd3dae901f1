"""``ingot owner``: who owns which customer, and why."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from api.cli.deciding import Id, Purpose, asked, decided
from api.cli.output import AsJson, AsJsonLines, print_object, print_rows, tell
from api.cli.session import session
from audit.actions import Action
from core.database import reading
from core.errors import Damaged
from governance.policy.actions import PolicyAction
from merge.listing import holders_counted
from merge.ownership.store import decisions_of
from merge.resolve.identifiers import golden_of

app = typer.Typer(help="Who owns which customer, and why.", no_args_is_help=True)


@app.command("show")
def show(ctx: typer.Context, golden_id: Id, purpose: Purpose = "", as_json: AsJson = False) -> None:
    """The owner of a customer, the decisions behind it and the history."""
    with session(ctx) as now:
        now.services.disclosure.golden(asked(now, purpose, ""), golden_id, include=[])
        with reading(now.services.engine) as connection:
            known = golden_of(connection, golden_id).golden_id
            history = now.services.resolver.owners.history(connection, known)
            decisions = decisions_of(connection, known)
        wanted = ("at", "holder", "cause", "rule_ref", "stage", "reason", "evaluated", "candidates", "actor")
        print_object(
            {
                "id": known,
                "owner": next((one.holder for one in history if one.valid_to is None), None),
                "history": [
                    {"holder": one.holder, "from": one.valid_from, "to": one.valid_to, "cause": one.cause}
                    for one in history
                ],
                "decisions": [{name: row[name] for name in wanted} for row in decisions],
            },
            as_json=as_json,
        )


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False, as_lines: AsJsonLines = False) -> None:
    """How many customers each owner and pool holds."""
    with session(ctx) as now:
        now.need("view_rules")
        with reading(now.services.engine) as connection:
            counted = holders_counted(connection)
        rows = [{"holder": holder, "customers": count} for holder, count in counted.items()]
        print_rows(rows, ("holder", "customers"), as_json=as_json, as_lines=as_lines)


@app.command("assign")
def assign(
    ctx: typer.Context,
    golden_id: Id,
    holder: Annotated[str, typer.Argument(help="user:LOGIN, team:NAME, dept:NAME or pool:NAME.")],
    reason_code: Annotated[str, typer.Option(help="A short code, such as key_account.")],
    purpose: Purpose = "sales_follow_up",
) -> None:
    """Give a customer to somebody by hand; the rules leave it alone for 90 days."""
    with session(ctx) as now:

        def do(connection: Connection) -> object:
            kind, _, name = holder.partition(":")
            if kind == "user":
                now.services.people.user_by_login(connection, name)
            return now.services.resolver.owners.assign_by_hand(
                connection, golden_id, holder, actor=now.principal.actor, reason_code=reason_code
            )

        decided(now, PolicyAction.ASSIGN_OWNER, Action.OWNER_ASSIGNED, [golden_id], purpose, do)
        tell(f"{holder} holds it now.")


@app.command("check")
def check(ctx: typer.Context) -> None:
    """Every golden record has exactly one owner or pool; exit code 7 where that does not hold."""
    with session(ctx) as now:
        now.need("view_health")
        with reading(now.services.engine) as connection:
            broken = now.services.resolver.owners.broken(connection)
        if broken:
            raise Damaged("owner.broken", f"{len(broken)} golden records do not have exactly one owner: {broken[:5]}.")
        tell("Every golden record has exactly one owner or pool.")
