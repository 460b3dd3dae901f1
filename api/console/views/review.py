"""The stewards' queue: what waits, two to five records beside each other, and decisions made with the keyboard."""

from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from api.console import review_words
from api.console.guard import Signed
from api.console.pages import Pages
from api.console.people_names import names_of
from api.console.render import go, page, query
from api.console.review_facts import Facts, bands_of, side_of, tally
from api.console.titles import SECTIONS, attribute_title
from api.console.visitor import Visitor
from api.console.waterfall import waterfall
from api.ids import decision_id as checked_decision
from api.ids import item_id as checked_item
from api.review_lists import BANDS, BETWEEN, KINDS, filter_of, place_after, place_of_last
from core.database import reading
from core.errors import Conflict
from governance.policy.actions import PolicyAction
from merge.review_queue import decision
from sync.asking import WHY
from sync.deciding import ACTIONS

pages = Pages("review")
Judge = Annotated[Visitor, Depends(Signed(PolicyAction.REVIEW))]
# It is decided on the golden record that was asked about.
Owner = Annotated[Visitor, Depends(Signed(PolicyAction.ANSWER, at_door=False))]
Text = Annotated[str, Query(max_length=80)]
_PAGE = 50
_TRIED = 100


@pages.get("/review")
def queue(
    visitor: Judge,
    state: Text = "",
    kind: Text = "",
    band: Text = "",
    between: Text = "",
    mine: bool = False,
    deferred: bool = False,
    blind: bool = False,
    cursor: Text = "",
    decided: Text = "",
) -> Response:
    """What waits, the most important first."""
    reviewing = visitor.services.review.queue
    narrow = filter_of(state, kind, band, between, visitor.principal.actor if mine else "", deferred=deferred)
    found = reviewing.page(visitor.asked, narrow, limit=_PAGE + 1, after=place_after(cursor), blind=blind)
    rows = found[:_PAGE]
    fields = {"state": state, "kind": kind, "band": band, "between": between}
    fields |= {name: "1" for name, on in (("mine", mine), ("deferred", deferred), ("blind", blind)) if on}
    following = "/review" + query(**fields, cursor=place_of_last(rows)) if len(found) > _PAGE else ""
    return page(
        visitor,
        "pages/review/list.html",
        rows=rows,
        tally=tally(reviewing.counts(visitor.asked)),
        chosen=fields,
        blind=blind,
        asked=visitor.services.review.asking.count(visitor.asked),
        kinds=KINDS,
        bands=BANDS,
        betweens=BETWEEN,
        following=following,
        **_decided(visitor, decided),
        words=review_words,
    )


@pages.post("/review/next")
def take_next(visitor: Judge) -> Response:
    """Claim the most important item that nobody else holds, and go there."""
    return _on_to_next(visitor, "")


@pages.get("/review/asked")
def asked_of_me(visitor: Owner, answered: Text = "") -> Response:
    """What stewards ask the visitor as an owner; ``answered`` says that one was answered on the way here."""
    rows = visitor.services.review.asking.mine(visitor.asked)
    return page(
        visitor, "pages/review/asked.html", rows=rows, answered=answered, names=names_of(visitor), words=review_words
    )


@pages.get("/review/asked/{question_id}")
def question(visitor: Owner, question_id: str) -> Response:
    """One question to the owner, with what they may see of the customers."""
    body = visitor.services.review.asking.show(visitor.asked, question_id)
    return page(
        visitor,
        "pages/review/question.html",
        body=body,
        goldens=list(dict.fromkeys(one["golden_id"] for one in body["records"])),
        rows=[side_of(row) for row in body["rows"]],
        reasons=review_words.owner_reasons_of(body["kind"]),
        titles=attribute_title,
        names=names_of(visitor),
        words=review_words,
    )


@pages.post("/review/asked/{question_id}")
def answer(visitor: Owner, question_id: str) -> Response:
    """Answer it, and go back to what else is asked."""
    visitor.services.review.asking.answer(
        visitor.asked,
        question_id,
        visitor.must_send("answer"),
        reason_code=visitor.sent("reason") or WHY,
        comment=visitor.sent("comment"),
    )
    return go("/review/asked" + query(answered="1"))


@pages.get("/review/{item_id}")
def item(visitor: Judge, item_id: str, blind: bool = False, decided: Text = "") -> Response:
    """One item, whole; ``decided`` is what was decided on the way here."""
    body = visitor.services.review.queue.show(visitor.asked, checked_item(item_id), blind=blind)
    evidence = body.get("evidence")
    pair = evidence["pairs"][0] if evidence and evidence["pairs"] else None
    return page(
        visitor,
        "pages/review/item.html",
        body=body,
        facts=Facts.of(body),
        pair=pair,
        steps=waterfall(pair, evidence["lines"]) if pair and evidence else None,
        evidence=evidence,
        rows=[side_of(row) for row in body["rows"]],
        bands=bands_of(body),
        reasons=review_words.reasons_of(body["kind"]),
        actions=ACTIONS[body["kind"]] if body["state"] == "open" else (),
        mine=body["claimed_by"] == visitor.principal.actor,
        held=_held(visitor, body),
        **_decided(visitor, decided),
        titles=attribute_title,
        section_titles=SECTIONS,
        names=names_of(visitor),
        words=review_words,
    )


@pages.post("/review/{item_id}/claim")
def claim(visitor: Judge, item_id: str) -> Response:
    """Take an item."""
    visitor.services.review.queue.claim(visitor.asked, checked_item(item_id))
    return go(_back(visitor, item_id))


@pages.post("/review/{item_id}/release")
def release(visitor: Judge, item_id: str) -> Response:
    """Give an item back."""
    visitor.services.review.queue.release(visitor.asked, checked_item(item_id))
    return go("/review")


@pages.post("/review/{item_id}/skip")
def skip(visitor: Judge, item_id: str) -> Response:
    """Go on to the next item without deciding."""
    return _on_to_next(visitor, checked_item(item_id))


@pages.post("/review/{item_id}/decide")
def decide(visitor: Judge, item_id: str) -> Response:
    """Decide, and go on to the next item."""
    done = visitor.services.review.deciding.decide(
        visitor.asked,
        checked_item(item_id),
        visitor.must_send("action"),
        reason_code=visitor.sent("reason") or "looked_at",
        note=visitor.sent("note"),
        blind=visitor.sent("blind") == "1",
        records=visitor.form.get("record", []),
    )
    return _on_to_next(visitor, item_id, decided=done["id"])


@pages.post("/review/{item_id}/agree")
def agree(visitor: Judge, item_id: str) -> Response:
    """The second person's word."""
    agrees = visitor.must_send("agrees") == "yes"
    done = visitor.services.review.deciding.agree(visitor.asked, checked_item(item_id), agrees=agrees)
    return _on_to_next(visitor, item_id, decided=done["id"])


@pages.post("/review/{item_id}/defer")
def defer(visitor: Judge, item_id: str) -> Response:
    """Put an item off for some days."""
    days = visitor.must_send("days")
    until = visitor.services.foundation.clock.now() + Facts.days(days)
    visitor.services.review.queue.defer(visitor.asked, checked_item(item_id), until, reason_code="deferred")
    return _on_to_next(visitor, item_id)


@pages.post("/review/{item_id}/ask")
def ask(visitor: Judge, item_id: str) -> Response:
    """Ask the owners."""
    visitor.services.review.asking.ask(visitor.asked, checked_item(item_id), note=visitor.sent("note"))
    return _on_to_next(visitor, item_id)


@pages.post("/review/{item_id}/undo")
def undo(visitor: Judge, item_id: str) -> Response:
    """Take a decision back, and look at its item again."""
    visitor.services.review.deciding.undo(visitor.asked, checked_decision(visitor.must_send("decision")))
    return go(f"/review/{checked_item(item_id)}" + query(blind=visitor.sent("blind")))


def _on_to_next(visitor: Visitor, after: str, decided: str = "") -> Response:
    """To the next item that can be claimed, behind the one just looked at; to the queue where there is none."""
    blind = visitor.sent("blind")
    reviewing = visitor.services.review.queue
    ids = [row["id"] for row in reviewing.page(visitor.asked, filter_of("open"), limit=_TRIED)]
    ids += _proposed_by_others(visitor)
    start = ids.index(after) + 1 if after in ids else 0
    for item_id in [*ids[start:], *ids[:start]]:
        if item_id == after:
            continue
        try:
            reviewing.claim(visitor.asked, item_id)
        except Conflict:
            continue
        return go(f"/review/{item_id}" + query(blind=blind, decided=decided))
    return go("/review" + query(blind=blind, decided=decided))


def _proposed_by_others(visitor: Visitor) -> list[str]:
    """Items that wait for a second person, who may be the visitor."""
    rows = visitor.services.review.queue.page(visitor.asked, filter_of("waiting"), limit=_TRIED)
    with reading(visitor.services.engine) as connection:
        return [
            row["id"]
            for row in rows
            if row["decision_id"] and decision(connection, row["decision_id"]).actor != visitor.principal.actor
        ]


def _decided(visitor: Visitor, text: str) -> dict[str, Any]:
    """The decision that was made on the way here, and its item, to take it back."""
    if not text:
        return {"decided": "", "decision_item": ""}
    with reading(visitor.services.engine) as connection:
        row = decision(connection, checked_decision(text))
    said = {"decided_what": row.action, "decided_state": row.state}
    return {"decided": row.decision_id, "decision_item": row.item_id, **said}


def _back(visitor: Visitor, item_id: str) -> str:
    return f"/review/{checked_item(item_id)}" + query(blind=visitor.sent("blind"))


def _held(visitor: Visitor, body: dict[str, Any]) -> bool:
    """Whether somebody else has claimed it."""
    until, by = body["claimed_until"], body["claimed_by"]
    lasts = until is not None and until > visitor.services.foundation.clock.now()
    return lasts and by not in {None, visitor.principal.actor}
