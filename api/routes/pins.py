"""Values that people set over what the sources say, and values that may not win."""

from typing import Annotated, Literal

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
from api.schemas.requests import PinRequest
from api.times import time_of
from governance.policy.actions import PolicyAction
from merge.pin_store import OnChange, PinKind
from merge.resolve.pinning import Wish

routes = Routes("pins")
# Which golden record and which class of data it is matters to these decisions, so they are made where it is known.
Reader = Annotated[Caller, Depends(Needs(PolicyAction.READ, at_door=False))]
Editor = Annotated[Caller, Depends(Needs(PolicyAction.EDIT, at_door=False))]


@routes.add("GET", "/v1/golden/{golden_id}/pins", answers={200: Found})
def pins_of_golden(request: Request, caller: Reader, golden_id: str) -> Response:
    """What people set on a golden record: attribute, by whom, why, until when. Values stand in the golden record."""
    return json_answer({"data": gateway_of(request).pins.held(caller.asked, checked_id(golden_id))})


@routes.add("PUT", "/v1/golden/{golden_id}/pins/{attribute}", answers={200: Facts}, body=PinRequest)
def pin_value(
    request: Request,
    caller: Editor,
    golden_id: str,
    attribute: str,
    body: Annotated[PinRequest, Depends(JsonBody(PinRequest))],
) -> Response:
    """Make a value hold whatever the sources say (``pin``), or keep one from winning (``ignore``).

    A pin replaces an earlier one. Where the sources come to say something new about a pinned attribute, a steward is
    asked, unless ``on_source_change`` is ``keep``.
    """
    wish = Wish(
        attribute=attribute,
        value=body.value,
        reason_code=body.reason_code,
        kind=PinKind(body.kind),
        note=body.note,
        expires_at=time_of(body.expires_at, "expires_at"),
        on_source_change=OnChange(body.on_source_change),
    )
    return json_answer(gateway_of(request).pins.put(caller.asked, checked_id(golden_id), wish))


@routes.add("DELETE", "/v1/golden/{golden_id}/pins/{attribute}", answers={204: ""})
def unpin_value(
    request: Request,
    caller: Editor,
    golden_id: str,
    attribute: str,
    kind: Literal["pin", "ignore"] = "pin",
) -> Response:
    """End the pin of an attribute, or with ``kind=ignore`` all values of it that may not win."""
    gateway_of(request).pins.remove(caller.asked, checked_id(golden_id), attribute, kind=PinKind(kind))
    return Response(status_code=204)
