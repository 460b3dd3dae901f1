"""Commands of ``ingot review`` for the owners of customers: what stewards ask them, and their answers."""

from typing import Annotated

import typer

from api.cli.deciding import Purpose, asked
from api.cli.output import AsJson, AsJsonLines, print_object, print_rows, tell
from api.cli.session import session
from sync.asking import WHY

_COLUMNS = ("id", "kind", "customer", "asked_of", "asked_at")
QuestionId = Annotated[str, typer.Argument(help="The id of a question, q_…; 'ingot review asked' lists them.")]


def asked_of_me(
    ctx: typer.Context,
    question_id: Annotated[str, typer.Argument(help="A question, to see it whole.")] = "",
    purpose: Purpose = "sales_follow_up",
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """What stewards ask you as the owner of customers; with an id that question, with what you may see of it."""
    with session(ctx) as now:
        asking, who = now.services.review.asking, asked(now, purpose, "")
        if question_id:
            print_object(asking.show(who, question_id), as_json=as_json)
            return
        print_rows(asking.mine(who), _COLUMNS, as_json=as_json, as_lines=as_lines)


def answer(
    ctx: typer.Context,
    question_id: QuestionId,
    says: Annotated[str, typer.Argument(metavar="ANSWER", help="One of the answers that the question shows.")],
    reason_code: Annotated[str, typer.Option(help="Why, as a short code.")] = WHY,
    note: Annotated[str, typer.Option(help="Your words; kept sealed.")] = "",
    purpose: Purpose = "sales_follow_up",
) -> None:
    """Answer what a steward asked you. The steward decides.

    Of customers: same, different. Of a value set by hand: holds, changed. Of two owners: mine, others. Of all: unknown.
    """
    with session(ctx) as now:
        now.services.review.asking.answer(
            asked(now, purpose, ""), question_id, says, reason_code=reason_code, comment=note
        )
        tell("Answered; the stewards see it with the item.")
