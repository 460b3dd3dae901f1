"""Which value wins: the survivorship policy, its versions, and what another one would change."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, Needs
from api.gateway import gateway_of
from api.request_body import JsonBody
from api.respond import json_answer
from api.routes.declare import Routes
from api.schemas.answers import Facts
from api.schemas.requests import SurvivorshipRequest, TrialRequest
from governance.policy.actions import PolicyAction

routes = Routes("survivorship")
Viewer = Annotated[Caller, Depends(Needs(PolicyAction.VIEW_RULES))]
Manager = Annotated[Caller, Depends(Needs(PolicyAction.MANAGE_RULES))]


@routes.add("GET", "/v1/survivorship", answers={200: Facts})
def read_survivorship(
    request: Request, caller: Viewer, version: Annotated[int | None, Query(ge=1, le=10**6)] = None
) -> Response:
    """The policy in force, or an earlier ``version``, and the list of all versions with who made them and why."""
    return json_answer(gateway_of(request).services.survivorship.show(caller.asked, version))


@routes.add("PUT", "/v1/survivorship", answers={200: Facts}, body=SurvivorshipRequest)
def set_survivorship(
    request: Request, caller: Manager, body: Annotated[SurvivorshipRequest, Depends(JsonBody(SurvivorshipRequest))]
) -> Response:
    """Put a policy into force. It counts for every answer at once; the feed follows as golden records are made anew."""
    number = gateway_of(request).services.survivorship.put(caller.asked, body.policy, reason_code=body.reason_code)
    return json_answer({"version": number})


@routes.add("POST", "/v1/survivorship/simulate", answers={200: Facts}, body=TrialRequest)
def simulate_survivorship(
    request: Request, caller: Manager, body: Annotated[TrialRequest, Depends(JsonBody(TrialRequest))]
) -> Response:
    """What a policy would change: how many golden records, which attributes. Nothing is changed, no value is told."""
    found = gateway_of(request).services.survivorship.simulate(caller.asked, body.policy, limit=body.limit)
    told = {
        "golden_records": found.golden_records,
        "different": found.different,
        "attributes": dict(found.attributes),
        "examples": list(found.examples),
    }
    return json_answer(told)
