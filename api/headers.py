"""The outermost layer of the door: a request id, the headers of every answer, and an end for faults nobody caught."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem, unexpected
from api.rates import Rate
from core.clock import Clock
from core.errors import IngotError
from core.logs import get_log

# OWASP REST Security Cheat Sheet, "Security headers"; a page of the console sets its own policy over these.
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
# RFC 6797, 7.2: not over plain http.
TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"
_PLAIN = {name.encode(): value.encode() for name, value in HEADERS.items()}
# By whether the request came over TLS.
_RAW = {False: _PLAIN, True: {**_PLAIN, b"strict-transport-security": TRANSPORT_SECURITY.encode()}}
_HEADS = {secure: list(told.items()) for secure, told in _RAW.items()}
_OURS = {b"x-request-id", *Rate(allowed=True, limit=1, remaining=1, reset=1).headers()}


class Outermost:
    """Wraps the whole application (ASGI). Nothing leaves without passing here."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Always ours: an id that the caller chose could be a value of a person, and it goes into the log.
        request_id = self._clock.new_id("r")
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                rate = scope["state"].get("rate")
                message["headers"] = _complete(message.get("headers", ()), scope["scheme"] == "https", request_id, rate)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001  the server would print its text, which can hold anything
            get_log("api").error("request failed", error=error, request_id=request_id)
            # An answer that has begun is cut short: the client sees that its end is missing.
            if not started:
                answer = problem(error, request_id) if isinstance(error, IngotError) else unexpected(request_id)
                await answer(scope, receive, send_with_headers)


def _complete(
    given: Iterable[tuple[bytes, bytes]], secure: bool, request_id: str, rate: Rate | None
) -> list[tuple[bytes, bytes]]:
    """What an answer says of itself stands over what all say; what is told here over both."""
    names = {name for name, _ in given}
    common = [one for one in _HEADS[secure] if one[0] not in names]
    own = given if names.isdisjoint(_OURS) else [one for one in given if one[0] not in _OURS]
    told = [*own, *common, (b"x-request-id", request_id.encode())]
    if rate is not None:
        told += rate.headers().items()
    return told
