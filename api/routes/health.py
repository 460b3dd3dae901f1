"""Whether the gateway lives and can work, and what it offers. Nothing personal."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Public
from api.gateway import gateway_of
from api.respond import json_answer
from api.routes.declare import Routes
from api.schemas.answers import Facts
from core.database import reading

routes = Routes("health")
Anybody = Annotated[None, Depends(Public("monitors and clients need it before they have a key; it tells no data"))]


@routes.add("GET", "/healthz", answers={200: Facts}, public=True)
def health(access: Anybody) -> Response:
    """The process answers."""
    del access
    return json_answer({"status": "ok"})


@routes.add("GET", "/readyz", answers={200: Facts}, public=True)
def readiness(request: Request, access: Anybody) -> Response:
    """The database answers; else 503."""
    del access
    with reading(gateway_of(request).services.engine) as connection:
        connection.execute(text("SELECT 1"))
    return json_answer({"status": "ready"})


@routes.add("GET", "/openapi.json", answers={200: Facts}, public=True)
def openapi_document(request: Request, access: Anybody) -> Response:
    """This interface as an OpenAPI document."""
    del access
    return json_answer(request.app.openapi())
