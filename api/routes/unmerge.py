"""Taking golden records apart, and what people decided about who is one customer."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, Needs
from api.gateway import gateway_of
from api.ids import golden_id as checked_id
from api.request_body import JsonBody
from api.respond import json_answer
from api.routes.declare import Routes
from api.schemas.answers import Facts, Found
from api.schemas.requests import LiftRequest, UnmergeRequest
from api.times import time_of
from governance.policy.actions import PolicyAction
from sync.unmerging import Unmerging

routes = Routes("unmerge")
# Which golden record it is matters to these decisions, so they are made where it is known.
Reader = Annotated[Caller, Depends(Needs(PolicyAction.READ, at_door=False))]
Unmerger = Annotated[Caller, Depends(Needs(PolicyAction.UNMERGE, at_door=False))]


@routes.add("POST", "/v1/golden/{golden_id}/unmerge", answers={200: Facts}, body=UnmergeRequest)
def unmerge_golden(
    request: Request,
    caller: Unmerger,
    golden_id: str,
    body: Annotated[UnmergeRequest, Depends(JsonBody(UnmergeRequest))],
) -> Response:
    """Take a golden record apart, for good or for a time. Answers the parts: where everything is now.

    With ``preview`` nothing is changed, and the answer tells what would come of it.
    """
    desk = gateway_of(request).unmerging
    wish = Unmerging(
        mode=body.mode,
        record_ids=(*([body.record_id] if body.record_id else []), *body.record_ids),
        event_id=body.event_id or "",
        reason_code=body.reason_code,
        note=body.note,
        expires_at=time_of(body.expires_at, "expires_at"),
        move_pins=tuple(body.move_pins),
    )
    if body.preview:
        return json_answer({"parts": desk.preview(caller.asked, checked_id(golden_id), wish)})
    done = desk.unmerge(caller.asked, checked_id(golden_id), wish)
    told = {"record_id": done.record_id, "golden_id": done.golden_id, "rest": done.rest, "parts": list(done.parts)}
    return json_answer(told)


@routes.add("GET", "/v1/golden/{golden_id}/decisions", answers={200: Found})
def decisions_about_golden(request: Request, caller: Reader, golden_id: str) -> Response:
    """What people decided about who it is and that stands: kept apart from which others, by whom, why, until when."""
    return json_answer({"data": gateway_of(request).unmerging.decisions(caller.asked, checked_id(golden_id))})


@routes.add("POST", "/v1/golden/{golden_id}/decisions/lift", answers={200: Facts}, body=LiftRequest)
def lift_decision(
    request: Request, caller: Unmerger, golden_id: str, body: Annotated[LiftRequest, Depends(JsonBody(LiftRequest))]
) -> Response:
    """End what keeps two golden records apart. They do not merge by themselves: the pair goes to review."""
    pairs = gateway_of(request).unmerging.lift(
        caller.asked, checked_id(golden_id), body.other, reason_code=body.reason_code
    )
    return json_answer({"pairs": pairs})
