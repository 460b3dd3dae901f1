"""The stewards' queue: what waits for a person, and what they decide. What is seen is decided by ``sync.reviewing``."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, Needs
from api.gateway import gateway_of
from api.ids import decision_id as checked_decision
from api.ids import item_id as checked_item
from api.request_body import JsonBody
from api.respond import json_answer, page
from api.review_lists import filter_of, place_after, place_of_last
from api.routes.declare import Routes
from api.schemas.answers import Facts, Page
from api.schemas.review import AgreeRequest, AnswerRequest, AskRequest, DecideRequest, DeferRequest
from governance.policy.actions import PolicyAction

routes = Routes("review")
Judge = Annotated[Caller, Depends(Needs(PolicyAction.REVIEW))]
# It is decided on the golden record that was asked about.
Owner = Annotated[Caller, Depends(Needs(PolicyAction.ANSWER, at_door=False))]
Word = Annotated[str, Query(max_length=40)]


@routes.add("GET", "/v1/review", answers={200: Page})
def list_review(
    request: Request,
    caller: Judge,
    state: Word = "",
    kind: Word = "",
    band: Word = "",
    between: Word = "",
    mine: bool = False,
    deferred: bool = False,
    blind: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """What waits, the most important first; names and figures, no values.

    ``state``: open, waiting (for a second person), decided, closed; without it what waits. ``kind``: pair, conflict,
    dispute, stale_pin, split, qa. ``band``: the machine's verdict. ``blind`` leaves the machine's verdict out.
    """
    narrow = filter_of(state, kind, band, between, caller.principal.actor if mine else "", deferred=deferred)
    reviewing = gateway_of(request).services.review.queue
    found = reviewing.page(caller.asked, narrow, limit=limit + 1, after=place_after(cursor), blind=blind)
    shown = found[:limit]
    more = len(found) > limit
    return page(shown, place_of_last(shown) if more else None, more=more)


@routes.add("GET", "/v1/review/labels", answers={200: Page})
def labels_of_review(request: Request, caller: Judge) -> Response:
    """What stewards said of pairs of records, for ``ingot resolve --labels``."""
    return page(gateway_of(request).services.review.queue.labels(caller.asked), None, more=False)


@routes.add("GET", "/v1/review/asked", answers={200: Page})
def asked_of_me(request: Request, caller: Owner) -> Response:
    """What stewards ask you as the owner of customers and you have not answered, oldest first; ids and times."""
    return page(gateway_of(request).services.review.asking.mine(caller.asked), None, more=False)


@routes.add("GET", "/v1/review/asked/{question_id}", answers={200: Facts})
def read_question(request: Request, caller: Owner, question_id: str) -> Response:
    """What was asked, in the steward's words, with the records of those customers that you may see."""
    asking = gateway_of(request).services.review.asking
    return json_answer(asking.show(caller.asked, question_id))


@routes.add("POST", "/v1/review/asked/{question_id}", answers={200: Facts}, body=AnswerRequest)
def answer_question(
    request: Request,
    caller: Owner,
    question_id: str,
    body: Annotated[AnswerRequest, Depends(JsonBody(AnswerRequest))],
) -> Response:
    """Answer with one of ``answers``, and why. The item goes back to the stewards, who decide."""
    asking = gateway_of(request).services.review.asking
    done = asking.answer(caller.asked, question_id, body.answer, reason_code=body.reason_code, comment=body.comment)
    return json_answer(done)


@routes.add("GET", "/v1/review/{item_id}", answers={200: Facts})
def read_item(request: Request, caller: Judge, item_id: str, blind: bool = False) -> Response:
    """One item: records side by side as you may see them, evidence, the golden record a merge would make, impact."""
    return json_answer(gateway_of(request).services.review.queue.show(caller.asked, checked_item(item_id), blind=blind))


@routes.add("POST", "/v1/review/{item_id}/claim", answers={200: Facts})
def claim_item(request: Request, caller: Judge, item_id: str) -> Response:
    """Take an item for 15 minutes, so that nobody else decides it meanwhile; claiming it again makes it last."""
    return json_answer(gateway_of(request).services.review.queue.claim(caller.asked, checked_item(item_id)))


@routes.add("POST", "/v1/review/{item_id}/release", answers={200: Facts})
def release_item(request: Request, caller: Judge, item_id: str) -> Response:
    """Give an item back."""
    gateway_of(request).services.review.queue.release(caller.asked, checked_item(item_id))
    return json_answer({"id": item_id, "claimed_by": None})


@routes.add("POST", "/v1/review/{item_id}/defer", answers={200: Facts}, body=DeferRequest)
def defer_item(
    request: Request, caller: Judge, item_id: str, body: Annotated[DeferRequest, Depends(JsonBody(DeferRequest))]
) -> Response:
    """Put an item off until a time."""
    reviewing = gateway_of(request).services.review.queue
    until = body.moment
    reviewing.defer(caller.asked, checked_item(item_id), until, reason_code=body.reason_code)
    return json_answer({"id": item_id, "deferred_until": until})


@routes.add("POST", "/v1/review/{item_id}/ask", answers={200: Facts}, body=AskRequest)
def ask_about_item(
    request: Request, caller: Judge, item_id: str, body: Annotated[AskRequest, Depends(JsonBody(AskRequest))]
) -> Response:
    """Ask the owners of the customers; the item rests for two days or until one of them answers."""
    owners = gateway_of(request).services.review.asking.ask(caller.asked, checked_item(item_id), note=body.note)
    return json_answer({"id": item_id, "asked": owners})


@routes.add("POST", "/v1/review/{item_id}/decide", answers={200: Facts}, body=DecideRequest)
def decide_item(
    request: Request, caller: Judge, item_id: str, body: Annotated[DecideRequest, Depends(JsonBody(DecideRequest))]
) -> Response:
    """Decide: merge, apart, split, confirm, unpin or assign, as fits the kind of the item.

    ``state`` is ``proposed`` where a second person must agree first.
    """
    done = gateway_of(request).services.review.deciding.decide(
        caller.asked,
        checked_item(item_id),
        body.action,
        reason_code=body.reason_code,
        note=body.note,
        blind=body.blind,
        records=body.records,
    )
    return json_answer(done)


@routes.add("POST", "/v1/review/{item_id}/agree", answers={200: Facts}, body=AgreeRequest)
def agree_with_item(
    request: Request, caller: Judge, item_id: str, body: Annotated[AgreeRequest, Depends(JsonBody(AgreeRequest))]
) -> Response:
    """The second person's word on what was proposed."""
    deciding = gateway_of(request).services.review.deciding
    return json_answer(deciding.agree(caller.asked, checked_item(item_id), agrees=body.agrees))


@routes.add("POST", "/v1/review/decisions/{decision_id}/undo", answers={200: Facts})
def undo_decision(request: Request, caller: Judge, decision_id: str) -> Response:
    """Take a decision back: what it made is lifted, what it lifted stands again."""
    return json_answer(gateway_of(request).services.review.deciding.undo(caller.asked, checked_decision(decision_id)))
