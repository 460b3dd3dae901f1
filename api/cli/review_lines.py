"""``ingot review lines``: from which weight on pairs are merged or asked about, and moving that."""

from typing import Annotated

import typer

from api.cli.deciding import Purpose, asked
from api.cli.output import AsJson, print_object, tell
from api.cli.session import session
from merge.match_lines import Move

_Line = float | None


def lines(
    ctx: typer.Context,
    auto: Annotated[_Line, typer.Option(help="Merge from this probability on, such as 0.95.")] = None,
    review: Annotated[_Line, typer.Option(help="Ask about pairs from this probability on.")] = None,
    cut: Annotated[int | None, typer.Option(help="The least mean between two groups, in 1/1000 bit.")] = None,
    organization_auto: Annotated[_Line, typer.Option(help="Merge pairs of organizations from here on.")] = None,
    organization_review: Annotated[_Line, typer.Option(help="Ask about pairs of organizations from here on.")] = None,
    confirmed: Annotated[_Line, typer.Option(help="Merge with a customer that people put together from here.")] = None,
    proposed: Annotated[bool, typer.Option("--proposed", help="Where past decisions propose the line.")] = False,
    weights: Annotated[
        str | None, typer.Option(help="'taught': the weights that past decisions teach; 'shipped': those as shipped.")
    ] = None,
    take: Annotated[bool, typer.Option("--take", help="Make it a new version; without it nothing is changed.")] = False,
    reason_code: Annotated[str, typer.Option(help="Why, for --take: a short code.")] = "",
    purpose: Purpose = "",
    as_json: AsJson = False,
) -> None:
    """The lines that pairs are judged by: what decisions propose, what others would change; --take moves them."""
    with session(ctx) as now:
        who, service = asked(now, purpose, ""), now.services.review.lines
        to = Move(auto, review, cut, organization_auto, organization_review, confirmed, proposed, weights)
        if take:
            print_object(service.take(who, to, reason_code=reason_code), as_json=as_json)
            tell("Start 'ingot serve' and workers anew: until then they refuse to resolve.")
            return
        print_object(service.show(who, to), as_json=as_json)
