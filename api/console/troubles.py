"""Errors as pages: what happened, what to do, and the id of the request to tell somebody."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import errors
from api.console import cookies
from api.console.guard import LIVE, taste_of, visitor_of
from api.console.render import HEADERS, HTML, draw, go, page
from api.console.visitor import ANYBODY, Visitor
from api.errors import request_id_of, status_of
from api.gateway import gateway_of
from core.errors import IngotError, Invalid, NotFound, Unauthenticated
from governance.policy.values import RequestContext

# Paths of the API, whose clients read problem+json.
_API = ("/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json")


async def on_ingot_error(request: Request, error: Exception) -> Response:
    """Handler of every error of ours."""
    if wants_page(request) and isinstance(error, IngotError):
        return await run_in_threadpool(trouble, request, error)
    return await errors.on_ingot_error(request, error)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Handler of what routing itself refuses: unknown paths and methods."""
    if wants_page(request) and getattr(error, "status_code", 500) == 404:
        unknown = NotFound("request.path_unknown", "There is nothing at this path; the menu leads to all there is.")
        return await run_in_threadpool(trouble, request, unknown)
    return await errors.on_http_error(request, error)


async def on_bad_parameters(request: Request, error: Exception) -> Response:
    """Handler of parameters in path or query that have the wrong form."""
    if wants_page(request):
        wrong = Invalid("request.invalid", "The address of this page has a part that cannot be used; correct it.")
        return await run_in_threadpool(trouble, request, wrong)
    return await errors.on_bad_parameters(request, error)


def wants_page(request: Request) -> bool:
    """Whether the one who asks is a person with a browser at a page of the console."""
    if request.url.path.startswith(_API):
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def trouble(request: Request, error: IngotError) -> Response:
    """The page of an error; whoever has not signed in is sent to do so."""
    # Where a live page connects anew, a redirection would look like a stream that ends at once.
    live = request.url.path.endswith(LIVE)
    if isinstance(error, Unauthenticated) and request.method in {"GET", "HEAD"} and not live:
        if "hx-request" in request.headers:
            return Response(status_code=204, headers={"hx-redirect": "/sign-in"})
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        response = go("/sign-in?" + urlencode({"next": path}))
        # One that is over would be shown, and refused, with every request from now on.
        cookies.forget_session(response)
        return response
    status, _ = status_of(error)
    visitor = _visitor(request)
    if "hx-request" in request.headers:
        text = draw(visitor, "problem.html", error=error)
        return Response(text, status, {**HEADERS, "hx-retarget": "#messages", "hx-reswap": "innerHTML"}, HTML)
    return page(visitor, "trouble.html", status, error=error, number=status)


def _visitor(request: Request) -> Visitor:
    try:
        known = visitor_of(request, {})
    except IngotError:
        known = None
    if known is not None:
        return known
    context = RequestContext(request_id=request_id_of(request))
    return Visitor(gateway_of(request), ANYBODY, context, taste_of(request))
