"""``ingot review``: the stewards' queue, always through the policy of the caller."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.deciding import Purpose, Reason, asked
from api.cli.evidence_print import print_pair
from api.cli.output import AsJson, AsJsonLines, print_object, print_rows, say, tell
from api.cli.review_asked import answer, asked_of_me
from api.cli.review_lines import lines
from api.cli.session import session
from api.review_lists import filter_of
from core.errors import Conflict, NotFound

app = typer.Typer(help="What waits for a steward: duplicates to judge, conflicts, stale pins.", no_args_is_help=True)
ItemId = Annotated[str, typer.Argument(help="The id of an item, r_…")]
ReasonCode = Annotated[str, typer.Option(help="A short code, such as same_person or two_people.")]
Blind = Annotated[bool, typer.Option("--blind", help="Hide what the machine says until it is decided.")]
Note = Annotated[str, typer.Option(help="Your words; kept sealed.")]
_COLUMNS = ("id", "kind", "state", "verdict", "weight", "between", "priority", "due_at", "claimed_by")


@app.command("list")
def list_(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="open, waiting, decided, closed; else what waits.")] = "",
    kind: Annotated[str, typer.Option(help="pair, conflict, dispute, stale_pin, split, qa.")] = "",
    band: Annotated[str, typer.Option(help="The machine's verdict: auto, review, no, conflict.")] = "",
    deferred: Annotated[bool, typer.Option("--deferred", help="Also what is put off.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    purpose: Purpose = "data_quality",
    blind: Blind = False,
    as_json: AsJson = False,
    as_lines: AsJsonLines = False,
) -> None:
    """What waits, the most important first."""
    with session(ctx) as now:
        narrow = filter_of(state, kind, band, deferred=deferred)
        rows = now.services.review.queue.page(asked(now, purpose, ""), narrow, limit=limit, blind=blind)
        print_rows(rows, _COLUMNS, as_json=as_json, as_lines=as_lines)


@app.command("next")
def next_(ctx: typer.Context, purpose: Purpose = "data_quality", blind: Blind = False, as_json: AsJson = False) -> None:
    """Claim the most important item that nobody holds, and show it."""
    with session(ctx) as now:
        who = asked(now, purpose, "")
        for row in now.services.review.queue.page(who, filter_of(), limit=100):
            try:
                now.services.review.queue.claim(who, row["id"])
            except Conflict:
                continue
            _show(now.services.review.queue.show(who, row["id"], blind=blind), as_json=as_json)
            return
        raise NotFound("review.empty", "Nothing waits in the review queue that somebody else does not hold.")


@app.command("show")
def show(
    ctx: typer.Context,
    item_id: ItemId,
    purpose: Purpose = "data_quality",
    reason: Reason = "",
    blind: Blind = False,
    as_json: AsJson = False,
) -> None:
    """One item: records side by side, evidence, what a merge would make and touch."""
    with session(ctx) as now:
        _show(now.services.review.queue.show(asked(now, purpose, reason), item_id, blind=blind), as_json=as_json)


@app.command("claim")
def claim(ctx: typer.Context, item_id: ItemId, purpose: Purpose = "data_quality") -> None:
    """Take an item for 15 minutes, so that nobody else decides it meanwhile."""
    with session(ctx) as now:
        found = now.services.review.queue.claim(asked(now, purpose, ""), item_id)
        tell(f"{item_id} is yours until {found['claimed_until']:%Y-%m-%d %H:%M:%SZ}.")


@app.command("release")
def release(ctx: typer.Context, item_id: ItemId, purpose: Purpose = "data_quality") -> None:
    """Give an item back."""
    with session(ctx) as now:
        now.services.review.queue.release(asked(now, purpose, ""), item_id)
        tell(f"{item_id} is free again.")


@app.command("decide")
def decide(
    ctx: typer.Context,
    item_id: ItemId,
    action: Annotated[str, typer.Argument(help="merge, apart, split, confirm, unpin or assign.")],
    reason_code: ReasonCode,
    record: Annotated[list[str] | None, typer.Option(help="A record to take out (split); repeat.")] = None,
    note: Note = "",
    purpose: Purpose = "data_quality",
    blind: Blind = False,
    as_json: AsJson = False,
) -> None:
    """Decide on an item. Where two people must agree it is a proposal first."""
    with session(ctx) as now:
        done = now.services.review.deciding.decide(
            asked(now, purpose, ""),
            item_id,
            action,
            reason_code=reason_code,
            note=note,
            blind=blind,
            records=record or (),
        )
        _decided(done, as_json=as_json)


@app.command("agree")
def agree(
    ctx: typer.Context,
    item_id: ItemId,
    refuse: Annotated[bool, typer.Option("--refuse", help="Do not agree.")] = False,
    purpose: Purpose = "data_quality",
    as_json: AsJson = False,
) -> None:
    """The second person's word on what was proposed."""
    with session(ctx) as now:
        _decided(
            now.services.review.deciding.agree(asked(now, purpose, ""), item_id, agrees=not refuse), as_json=as_json
        )


@app.command("undo")
def undo(
    ctx: typer.Context,
    decision_id: Annotated[str, typer.Argument(help="The id of a decision, d_…; 'ingot review show' tells it.")],
    purpose: Purpose = "data_quality",
    as_json: AsJson = False,
) -> None:
    """Take a decision back."""
    with session(ctx) as now:
        _decided(now.services.review.deciding.undo(asked(now, purpose, ""), decision_id), as_json=as_json)


@app.command("defer")
def defer(
    ctx: typer.Context,
    item_id: ItemId,
    days: Annotated[int, typer.Option(min=1, max=90, help="For so many days.")],
    reason_code: ReasonCode,
    purpose: Purpose = "data_quality",
) -> None:
    """Put an item off."""
    with session(ctx) as now:
        until = now.services.foundation.clock.now() + timedelta(days=days)
        now.services.review.queue.defer(asked(now, purpose, ""), item_id, until, reason_code=reason_code)
        tell(f"{item_id} comes back on {until:%Y-%m-%d}.")


@app.command("ask")
def ask(ctx: typer.Context, item_id: ItemId, note: Note = "", purpose: Purpose = "data_quality") -> None:
    """Ask the owners of the customers; the item rests for two days, or until one of them answers."""
    with session(ctx) as now:
        owners = now.services.review.asking.ask(asked(now, purpose, ""), item_id, note=note)
        tell(f"Asked {', '.join(owners)}.")


@app.command("labels")
def labels(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(help="A new CSV file: left_id,right_id,match.")],
    purpose: Purpose = "data_quality",
) -> None:
    """What stewards decided about pairs of records, for 'ingot resolve --labels'."""
    with session(ctx) as now:
        rows = now.services.review.queue.labels(asked(now, purpose, ""))
        try:
            with out.open("x", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, ["left_id", "right_id", "match"], lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        except FileExistsError:
            raise Conflict(
                "export.exists", f"'{out}' exists already; nothing was written. Choose another name."
            ) from None
        tell(f"Wrote {len(rows)} labels to {out}.")


app.command("asked")(asked_of_me)
app.command("answer")(answer)
app.command("lines")(lines)


def _show(item: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_object(item, as_json=True)
        return
    say(f"{item['id']}  {item['kind']}  {item['state']}  {item['verdict'] or '-'}  {item['between']}")
    columns = ["attribute", "same", *(one["source"] + " " + one["id"][:10] for one in item["records"])]
    rows = [
        dict(
            zip(
                columns,
                [
                    row["attribute"],
                    row["relation"],
                    *("; ".join(cell["value"] for cell in cells) for cells in row["cells"]),
                ],
                strict=False,
            )
        )
        for row in item["rows"]
    ]
    print_rows(rows, columns)
    for pair in item.get("evidence", {}).get("pairs", [])[:1]:
        print_pair(pair)
    between = item.get("evidence", {}).get("between")
    if between is not None:
        say(between["says"]["en"])
    for line in _asks(item):
        say(line)
    for one in item["impact"]["goldens"]:
        events = ", ".join(f"{count} {section}" for section, count in one["events"].items())
        say(f"{one['id']}: {one['records']} records, owner {one['owner'] or 'nobody'}{'; ' + events if events else ''}")
    if item["impact"]["second_person"]:
        say(f"A merge needs a second person: {', '.join(item['impact']['second_person'])}.")
    for one in item["decisions"]:
        say(f"{one['id']}  {one['state']}  {one['action']} by {one['by']}: {one['reason']}")


def _asks(item: dict[str, Any]) -> Iterator[str]:
    """What a pin or a dispute is about, and what owners answered."""
    if pin := item.get("pin"):
        held, sources = ("; ".join(one["value"] for one in pin[which]) or "-" for which in ("held", "sources"))
        yield f"{pin['attribute']}: set by a person: {held}; the sources say: {sources} (confirm: it stays; unpin)"
    if dispute := item.get("dispute"):
        yield f"{dispute['holder']} owns it, {dispute['other']} disputes it (confirm: it stays; assign: to the other)"
    for one in item["questions"]:
        yield f"{one['asked_of']} was asked about {one['customer']} and {_said(one)}"


def _said(question: dict[str, Any]) -> str:
    if question["answer"] is None:
        return "has not answered"
    return " ".join(filter(None, ("says:", question["answer"], question["reason_code"], question["comment"])))


def _decided(done: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_object(done, as_json=True)
        return
    told = {
        "done": f"Done: {', '.join(done['before'])} became {', '.join(done['after'])}.",
        "proposed": "Proposed: a second person must agree ('ingot review agree').",
        "refused": "Refused; the item is open again.",
        "undone": f"Taken back: now {', '.join(done['after'])}.",
    }
    say(f"{done['id']}  {told[done['state']]}")
