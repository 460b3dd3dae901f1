"""The one reader of request bodies: bounded while it reads, strict about what JSON is, silent about values."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api.errors import invalid_parts
from connectors.protocol import loads
from core.errors import Invalid, TooMuch

JSON_LIMIT = 64 * 1024
MAX_DEPTH = 16
_JSON = "application/json"

M = TypeVar("M", bound=BaseModel)


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, at most ``limit`` bytes; reading stops as soon as it is known to be more.

    Raises TooMuch ``request.too_large``, Invalid ``request.content_encoding``.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Invalid("request.content_encoding", "Compressed requests are not taken; send the body as it is.")
    too_large = TooMuch("request.too_large", f"The request is larger than {limit} bytes; send less at once.")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > limit:
        raise too_large
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise too_large
        parts.append(part)
    return b"".join(parts)


def content_type(request: Request) -> str:
    """The media type of the body, without parameters, in small letters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def parse_json(body: bytes) -> Any:
    """JSON (RFC 8259) of bounded depth. Raises Invalid ``request.json`` or ``request.depth``, never with a value."""
    try:
        content = loads(body)
    except RecursionError:
        raise _too_deep() from None
    except orjson.JSONDecodeError as error:
        # The parser has a bound of its own; how it says so changed between its versions.
        if any(word in error.msg.lower() for word in ("recursion", "depth")):
            raise _too_deep() from None
        where = f" (line {error.lineno}, column {error.colno})"
        raise Invalid("request.json", f"The body is not valid JSON{where}; mend it and send it again.") from None
    except ValueError:
        raise Invalid("request.json", "The body is not valid JSON; mend it and send it again.") from None
    if any(depth > MAX_DEPTH for depth in _depths(content)):
        raise _too_deep()
    return content


class JsonBody(Generic[M]):
    """A dependency that gives the body as a model; unknown fields are refused."""

    def __init__(self, model: type[M]) -> None:
        self.model = model

    async def __call__(self, request: Request) -> M:
        """Read, parse, check. Raises Invalid ``request.invalid`` with the names of the fields that are wrong."""
        if content_type(request) != _JSON:
            raise Invalid("request.content_type", f"Send the body as {_JSON}.")
        content = parse_json(await read_body(request, JSON_LIMIT))
        try:
            return self.model.model_validate(content)
        except ValidationError as error:
            raise invalid_parts(error.errors(include_url=False, include_context=False, include_input=False)) from None


def _depths(content: Any) -> Iterator[int]:
    waiting = [(content, 1)]
    while waiting:
        one, depth = waiting.pop()
        yield depth
        if depth > MAX_DEPTH:
            return
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((item, depth + 1) for item in inner)


def _too_deep() -> Invalid:
    return Invalid("request.depth", f"The JSON is nested deeper than {MAX_DEPTH} levels; flatten it.")
