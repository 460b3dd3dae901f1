"""Our errors as HTTP: one table from error class to status, one form of answer (problem+json, RFC 9457).

An answer never holds what the caller sent: fields are named, values are not, and unknown faults are told in one
generic sentence and logged by type only.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.names import shown_name
from core.errors import (
    Conflict,
    Damaged,
    Denied,
    IngotError,
    Invalid,
    NotFound,
    TooMuch,
    Unauthenticated,
    Unavailable,
)

# The first class that fits counts; the last line is for a new class that nobody put here.
STATUSES: tuple[tuple[type[IngotError], int, str], ...] = (
    (Invalid, 422, "The request cannot be used"),
    (NotFound, 404, "Not found"),
    (Conflict, 409, "The state of things forbids it"),
    (Unauthenticated, 401, "Who is asking is not proved"),
    (Denied, 403, "Not allowed"),
    (TooMuch, 429, "Too much"),
    (Unavailable, 503, "Something needed does not answer"),
    (Damaged, 500, "Stored data are damaged"),
    (IngotError, 500, "Something went wrong"),
)
# Where HTTP knows a closer word than the class has.
STATUS_OF_CODE: Mapping[str, int] = {
    "request.json": 400,
    "request.form": 400,
    "request.too_large": 413,
    "request.content_type": 415,
    "request.content_encoding": 415,
    "golden.gone": 410,
    "database.full": 507,
}
PROBLEM = "application/problem+json"
_CHALLENGE = 'Bearer realm="ingot"'
_RETRY_SECONDS = 5


def status_of(error: IngotError) -> tuple[int, str]:
    """The HTTP status of an error and the title of its class."""
    for kind, status, title in STATUSES:
        if isinstance(error, kind):
            return STATUS_OF_CODE.get(error.code, status), title
    return 500, STATUSES[-1][2]


def problem(error: IngotError, request_id: str) -> Response:
    """The answer to an error of ours."""
    status, title = status_of(error)
    headers: dict[str, str] = {}
    if status == 401:
        headers["www-authenticate"] = _CHALLENGE
    if status in {429, 503}:
        headers["retry-after"] = str(error.details.get("retry_after", _RETRY_SECONDS))
    told = error.details.get("errors")
    return _answer(status, title, error.code, error.message, request_id, told, headers)


def unexpected(request_id: str) -> Response:
    """The answer to a fault in the program; what it was stands in the log, by type."""
    sentence = "A fault in the program ended this request; nothing of it was kept. Tell your operator the request id."
    return _answer(500, STATUSES[-1][2], "request.broke", sentence, request_id)


async def on_ingot_error(request: Request, error: Exception) -> Response:
    """Handler of every error of ours."""
    known = error if isinstance(error, IngotError) else IngotError("request.broke", "Something went wrong.")
    return problem(known, request_id_of(request))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Handler of what routing itself refuses: unknown paths and methods."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code, title, sentence = {
        404: ("request.path_unknown", "Not found", "There is nothing at this path; GET /openapi.json lists the paths."),
        405: ("request.method", "Method not allowed", "This path does not know this method; see the Allow header."),
    }.get(status, ("request.refused", "The request was refused", "The request cannot be read; check its form."))
    allowed = {"allow": ", ".join(_methods_at(request))} if status == 405 else {}
    return _answer(status, title, code, sentence, request_id_of(request), None, allowed)


def _methods_at(request: Request) -> list[str]:
    """Every method that a path knows (RFC 9110, 10.2.1); the framework tells those of the first route that fits."""
    path = request.url.path
    routes = [one for one in request.app.routes if isinstance(one, Route)]
    here = [one for one in routes if one.path == path] or [one for one in routes if one.path_regex.match(path)]
    return sorted({method for one in here for method in one.methods or ()})


async def on_bad_parameters(request: Request, error: Exception) -> Response:
    """Handler of parameters in path or query that have the wrong form."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    return problem(invalid_parts(found, skip=1), request_id_of(request))


def invalid_parts(found: Any, *, skip: int = 0) -> Invalid:
    """What pydantic found wrong, as names and kinds of faults. ``skip`` leaves out leading parts such as ``query``."""
    told = [
        {"name": ".".join(shown_name(part) for part in one["loc"][skip:]) or "body", "code": str(one["type"])}
        for one in found
    ]
    named = ", ".join(sorted({one["name"] for one in told}))
    return Invalid(
        "request.invalid", f"These parts of the request cannot be used: {named}; see GET /openapi.json.", errors=told
    )


def request_id_of(request: Request) -> str:
    """The id of the request, which the outermost layer gave it."""
    found: str = request.scope.get("state", {}).get("request_id", "")
    return found


def _answer(
    status: int,
    title: str,
    code: str,
    detail: str,
    request_id: str,
    errors: object = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:ingot:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    if errors:
        body["errors"] = errors
    return Response(orjson.dumps(body), status, dict(headers or {}), PROBLEM)
