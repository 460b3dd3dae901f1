"""Parts of pages that stay current: server-sent events (WHATWG HTML, 9.2), drawn anew and sent when they differ.

Every open page asks the database about once a second, in threads of its own kind, so that many watchers slow down each
other and not the rest of the gateway. A page ends as soon as its session has, or as the rights of its visitor changed;
the browser then connects anew, which proves and decides anew. An open page alone does not keep a session in use.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.console.render import HEADERS
from api.console.visitor import Visitor
from core.database import reading
from core.errors import IngotError, TooMuch
from core.logs import log_quietly

EVERY_SECONDS = 0.8
_PING_SECONDS = 15.0
# After this long the browser connects anew, which proves the visitor anew.
_LONGEST_SECONDS = 120.0
# The page loads itself anew, which leads to the sign-in, or to what its visitor may see now.
_ENDED = b"event: ingot:ended\ndata:\n\n"
PROVE_SECONDS = 5.0
MOST_STREAMS = 100
# Browsers hold six connections to a host; somebody with two of them must not take the place of all others.
MOST_OF_A_SESSION = 12
_THREADS = 3


class Watchers:
    """How many pages are live in this process, and the threads that draw for them."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self.closing = False
        self._limiter: anyio.CapacityLimiter | None = None

    @property
    def limiter(self) -> anyio.CapacityLimiter:
        """The threads; made when the event loop runs."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_THREADS)
        return self._limiter

    def check(self, session: str) -> None:
        """Raise TooMuch ``live.too_many`` where there is no place for one more."""
        if self._open.total() >= MOST_STREAMS or self._open[session] >= MOST_OF_A_SESSION:
            raise TooMuch("live.too_many", "Too many pages are live at once; close some or load this one by hand.")

    def enter(self, session: str) -> None:
        """One more."""
        self._open[session] += 1

    def close(self) -> None:
        """The gateway stops: live pages end at their next turn, so that nothing waits for them."""
        self.closing = True

    def leave(self, session: str) -> None:
        """One less."""
        self._open[session] -= 1
        if not self._open[session]:
            del self._open[session]


def stream(request: Request, visitor: Visitor, draw: Callable[[], str], every: float = EVERY_SECONDS) -> Response:
    """Send what ``draw`` gives whenever it has changed, until the page is closed or its visitor may not see it.

    Raises TooMuch ``live.too_many``.
    """
    watchers: Watchers = request.app.state.watchers
    watchers.check(visitor.session_id)
    headers = {**HEADERS, "cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_events(watchers, visitor, draw, every), headers=headers, media_type="text/event-stream")


async def _events(watchers: Watchers, visitor: Visitor, draw: Callable[[], str], every: float) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    started = told = proved = loop.time()
    last = ""
    # Counted here and not before: a browser that is gone before the first byte never comes to the end of this.
    watchers.enter(visitor.session_id)
    try:
        yield b"retry: 1000\n\n"
        while not watchers.closing and loop.time() - started < _LONGEST_SECONDS:
            if loop.time() - proved >= PROVE_SECONDS:
                proved = loop.time()
                if not await anyio.to_thread.run_sync(as_before, visitor, limiter=watchers.limiter):
                    yield _ENDED
                    return
            try:
                text = await anyio.to_thread.run_sync(draw, limiter=watchers.limiter)
            except IngotError as error:
                log_quietly("console", "live page ended", error)
                return
            if text != last:
                last, told = text, loop.time()
                yield _event(text)
            elif loop.time() - told > _PING_SECONDS:
                told = loop.time()
                yield b": still here\n\n"
            await asyncio.sleep(every)
    finally:
        watchers.leave(visitor.session_id)


def as_before(visitor: Visitor) -> bool:
    """Whether the session of a visitor goes on, with the same roles and teams."""
    services = visitor.services
    with reading(services.engine) as connection:
        return services.tokens.standing(connection, visitor.session_id) == visitor.principal


def _event(text: str) -> bytes:
    return b"".join(b"data: " + line.encode() + b"\n" for line in text.splitlines() if line.strip()) + b"\n"
