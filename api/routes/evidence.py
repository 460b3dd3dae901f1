"""Why a golden record is one customer: told by kind in figures that add up, or as a signed bundle."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, Needs
from api.gateway import gateway_of
from api.ids import golden_id as checked_id
from api.respond import json_answer
from api.routes.declare import Routes
from api.schemas.answers import Facts
from governance.policy.actions import PolicyAction

routes = Routes("evidence")
# Which golden record it is matters to the decision, so it is made where it is known.
Reader = Annotated[Caller, Depends(Needs(PolicyAction.READ, at_door=False))]
# A bundle tells of every class of data, by names and figures.
Judge = Annotated[Caller, Depends(Needs(PolicyAction.REVIEW))]
BUNDLE = "application/vnd.ingot.evidence+json"


@routes.add("GET", "/v1/golden/{golden_id}/evidence", answers={200: Facts})
def evidence_of_golden(request: Request, caller: Reader, golden_id: str) -> Response:
    """Every pair of its records by kind, in words and in 1/1000 bit that add up; every merge against the cut."""
    return json_answer(gateway_of(request).services.review.evidence.golden(caller.asked, checked_id(golden_id)))


@routes.add("GET", "/v1/golden/{golden_id}/evidence/bundle", answers={200: BUNDLE})
def evidence_bundle(request: Request, caller: Judge, golden_id: str) -> Response:
    """The same as a signed file without values of the person; 'ingot evidence verify' checks it anywhere."""
    name = checked_id(golden_id)
    content = gateway_of(request).services.review.evidence.bundle(caller.asked, name)
    headers = {"content-disposition": f'attachment; filename="{name}.evidence.json"'}
    return Response(content, headers=headers, media_type=BUNDLE)
