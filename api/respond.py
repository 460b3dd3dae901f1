"""Answers in JSON, as bytes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.responses import Response

from sync.presentation import isoformat


class MadeAnswer(Response):
    """An answer whose head is given as it goes out: names in small letters, the length and kind of the body in it."""

    def __init__(self, content: bytes, headers: list[tuple[bytes, bytes]], status: int = 200) -> None:
        # Not the framework's, which makes the same of texts for more than the time of a point read.
        self.status_code = status
        self.body = content
        self.raw_headers = headers
        self.background = None


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The content as JSON; times in UTC with milliseconds."""
    options = orjson.OPT_PASSTHROUGH_DATETIME
    return Response(
        orjson.dumps(content, default=_plain, option=options), status, dict(headers or {}), "application/json"
    )


def page(data: list[Any], next_cursor: str | None, *, more: bool) -> Response:
    """One page of a list: ``{data, next_cursor, has_more}``."""
    return json_answer({"data": data, "next_cursor": next_cursor, "has_more": more})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return isoformat(value.astimezone(UTC))
    raise TypeError(type(value).__name__)
