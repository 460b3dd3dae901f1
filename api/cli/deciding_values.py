"""Commands of ``ingot golden`` about single values: pins, and values that may not win."""

from typing import Annotated

import typer

from api.cli.deciding import Expires, Id, Note, Purpose, ReasonCode, asked
from api.cli.output import AsJson, AsJsonLines, print_rows, tell
from api.cli.session import session
from api.gateway import Gateway
from api.times import time_of
from merge.pin_store import OnChange, PinKind
from merge.resolve.pinning import Wish

Attribute = Annotated[str, typer.Argument(help="The attribute, such as occupation or address.city.")]
Ignored = Annotated[bool, typer.Option("--ignore", help="The value may not win, instead of holding.")]


def pin(
    ctx: typer.Context,
    golden_id: Id,
    attribute: Attribute,
    reason_code: ReasonCode,
    value: Annotated[str, typer.Option(prompt=True, help="The value; asked for where it is not given.")],
    ignore: Ignored = False,
    expires: Expires = "",
    keep: Annotated[bool, typer.Option("--keep", help="Ask nobody when the sources say something new.")] = False,
    note: Note = "",
    purpose: Purpose = "data_quality",
) -> None:
    """Make a value hold whatever the sources say, or keep one from winning."""
    with session(ctx) as now:
        wish = Wish(
            attribute=attribute,
            value=value,
            reason_code=reason_code,
            kind=PinKind.IGNORE if ignore else PinKind.PIN,
            note=note,
            expires_at=time_of(expires, "--expires"),
            on_source_change=OnChange.KEEP if keep else OnChange.REVIEW,
        )
        made = Gateway(now.services).pins.put(asked(now, purpose, ""), golden_id, wish)
        tell(f"{made['attribute']} of {made['set_on']} is {'never that value' if ignore else 'pinned'}.")


def unpin(
    ctx: typer.Context,
    golden_id: Id,
    attribute: Attribute,
    ignore: Ignored = False,
    purpose: Purpose = "data_quality",
) -> None:
    """End the pin of an attribute, or with --ignore all its values that may not win."""
    with session(ctx) as now:
        kind = PinKind.IGNORE if ignore else PinKind.PIN
        Gateway(now.services).pins.remove(asked(now, purpose, ""), golden_id, attribute, kind=kind)
        tell(f"{attribute} follows the sources again.")


def pins(
    ctx: typer.Context,
    golden_id: Id,
    purpose: Purpose = "",
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """What people set on a golden record; the values stand in the golden record itself."""
    with session(ctx) as now:
        rows = Gateway(now.services).pins.held(asked(now, purpose, ""), golden_id)
        columns = ("attribute", "kind", "actor", "reason_code", "on_source_change", "at", "expires_at")
        print_rows(rows, columns, as_json=as_json, as_lines=as_lines)
