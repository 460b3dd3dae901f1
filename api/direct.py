"""A short way to routes whose parameters are texts: past the framework's layers, which cost more than the answer.

Such a route is declared as every other one, stands in the document and in the router, and says who may use it; only who
calls its handler differs. What the handler is given is the same: a test sends the same requests both ways.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import problem, request_id_of
from core.errors import IngotError, Invalid

Dependency = Callable[[Request], Any]


@dataclass(frozen=True, slots=True)
class Direct:
    """One route and how its handler is called."""

    route: APIRoute
    handler: Callable[..., Awaitable[Response]]
    request_name: str
    needed: Sequence[tuple[str, Dependency]]
    texts: Sequence[tuple[str, str, str]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            given: dict[str, Any] = {self.request_name: request, **request.path_params}
            given.update((name, call(request)) for name, call in self.needed)
            query = request.query_params if request.scope["query_string"] else {}
            given.update((name, query.get(alias, default)) for name, alias, default in self.texts)
            return await self.handler(**given)
        except IngotError as error:
            return problem(error, request_id_of(request))


def direct(route: APIRoute) -> Direct:
    """How to call the handler of a route. Raises Invalid ``api.not_direct`` where it takes more than texts."""
    dependant = route.dependant
    needed = [(one.name, one.call) for one in dependant.dependencies if one.name is not None and one.call is not None]
    texts = [(one.name, one.alias, one.default) for one in dependant.query_params]
    plain = all(isinstance(default, str) for *_, default in texts) and not (
        dependant.header_params or dependant.cookie_params or dependant.body_params
    )
    nested = any(one.dependencies or one.query_params or one.path_params for one in dependant.dependencies)
    path_is_text = all(one.field_info.annotation is str for one in dependant.path_params)
    if not plain or nested or not path_is_text or dependant.request_param_name is None:
        raise Invalid("api.not_direct", f"The route {route.path} takes more than texts, so it cannot be direct.")
    return Direct(route, route.endpoint, dependant.request_param_name, needed, texts)


class DirectRoutes:
    """Answers the direct routes and hands everything else on (ASGI). ``door`` is what every answer of theirs passes."""

    def __init__(self, app: ASGIApp, routes: Sequence[Direct], door: Callable[[ASGIApp], ASGIApp]) -> None:
        self._app = app
        self._routes = [(one.route, one.route.path_regex, one.route.methods or set(), door(one)) for one in routes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and not scope.get("root_path"):
            path, method = scope["path"], scope["method"]
            for route, expression, methods, answer in self._routes:
                found = expression.match(path) if method in methods else None
                if found is not None:
                    scope["route"], scope["path_params"] = route, found.groupdict()
                    await answer(scope, receive, send)
                    return
        await self._app(scope, receive, send)
