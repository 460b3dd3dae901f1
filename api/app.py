"""The HTTP application: routes, errors, headers, put together for one workspace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth import check_every_route_declares
from api.console.live import Watchers
from api.console.mounting import install_console
from api.console.troubles import on_bad_parameters, on_http_error, on_ingot_error
from api.direct import Direct, DirectRoutes, direct
from api.gateway import Gateway
from api.headers import Outermost
from api.routes import (
    audit,
    changes,
    evidence,
    golden,
    health,
    pins,
    records,
    review,
    survivorship,
    syncs,
    unmerge,
    uploads,
)
from api.routes.declare import Routes
from api.schemas.answers import Problem
from api.wiring import Services
from core.errors import IngotError

ALL_ROUTES: tuple[Routes, ...] = (
    health.routes,
    records.routes,
    golden.routes,
    evidence.routes,
    review.routes,
    unmerge.routes,
    pins.routes,
    survivorship.routes,
    changes.routes,
    syncs.routes,
    uploads.routes,
    audit.routes,
)
VERSION = "1"
# Each request in work holds at most one connection of the pool, which has fifteen.
_THREADS = 10
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of a person or an API key."},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}


class _Application(FastAPI):
    """The framework's application with a short way in front, past the layers that it sets around all others."""

    short_way: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's beginning and end."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        await self.short_way(scope, receive, send)


def create_app(services: Services) -> FastAPI:
    """The application of a workspace.

    Raises Invalid ``api.route_open`` for a route that does not declare who may use it, and ``form.*``, ``mapping.*``,
    ``attribute.unknown``, ``limits.value`` or ``egress.allow`` for settings that cannot be used: it does not start half
    set up.
    """
    gateway = Gateway(services)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        await anyio.to_thread.run_sync(gateway.forms.ensure_mappings)
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(gateway.reads.close)

    app = _Application(
        title="Ingot",
        version=VERSION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.gateway = gateway
    app.state.watchers = Watchers()
    app.add_exception_handler(IngotError, on_ingot_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_bad_parameters)
    install_routes(app)
    check_every_route_declares(app)
    door = partial(Outermost, clock=services.foundation.clock)
    app.add_middleware(door)
    app.short_way = DirectRoutes(super(_Application, app).__call__, _direct_routes(app), door)
    # What cannot be set up must not wait for the first request.
    _ = gateway.forms, gateway.limits, services.egress
    _complete_document(app)
    return app


def install_routes(app: FastAPI) -> None:
    """Add every route of the API and every page of the console."""
    for routes in ALL_ROUTES:
        routes.install(app)
    install_console(app)


def _direct_routes(app: FastAPI) -> list[Direct]:
    wanted = set[tuple[str, str]]().union(*(routes.direct_paths() for routes in ALL_ROUTES))
    known = [route for route in app.routes if isinstance(route, APIRoute)]
    return [direct(route) for route in known if any((method, route.path) in wanted for method in route.methods or ())]


def _complete_document(app: FastAPI) -> None:
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        shapes = {Problem}.union(*(routes.shapes() for routes in ALL_ROUTES))
        schemas = {one.__name__: one.model_json_schema() for one in sorted(shapes, key=lambda one: one.__name__)}
        document["components"] = {"schemas": schemas, "securitySchemes": _SCHEMES}
        return document

    app.openapi = openapi  # type: ignore[method-assign]
