"""Parts of pages that stay current: server-sent events (WHATWG HTML, 9.2), drawn anew and sent when they differ.

Every open page asks the database about once a second, in threads of its own kind, so that many watchers slow down each
other and not the rest of the gateway. A page whose visitor may no longer see it ends.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.console.render import HEADERS
from core.errors import IngotError, TooMuch
from core.logs import log_quietly

EVERY_SECONDS = 0.8
_PING_SECONDS = 15.0
# After this long the browser connects anew, which proves the visitor anew.
_LONGEST_SECONDS = 120.0
MOST_STREAMS = 100
_THREADS = 3


class Watchers:
    """How many pages are live in this process, and the threads that draw for them."""

    def __init__(self) -> None:
        self._open = 0
        self.closing = False
        self._limiter: anyio.CapacityLimiter | None = None

    @property
    def limiter(self) -> anyio.CapacityLimiter:
        """The threads; made when the event loop runs."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_THREADS)
        return self._limiter

    def enter(self) -> None:
        """One more. Raises TooMuch ``live.too_many``."""
        if self._open >= MOST_STREAMS:
            raise TooMuch("live.too_many", "Too many pages are live at once; close some or load this one by hand.")
        self._open += 1

    def close(self) -> None:
        """The gateway stops: live pages end at their next turn, so that nothing waits for them."""
        self.closing = True

    def leave(self) -> None:
        """One less."""
        self._open -= 1


def stream(request: Request, draw: Callable[[], str], every: float = EVERY_SECONDS) -> Response:
    """Send what ``draw`` gives whenever it has changed, until the page is closed. Raises TooMuch ``live.too_many``."""
    watchers: Watchers = request.app.state.watchers
    watchers.enter()
    headers = {**HEADERS, "cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_events(watchers, draw, every), headers=headers, media_type="text/event-stream")


async def _events(watchers: Watchers, draw: Callable[[], str], every: float) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    started = told = loop.time()
    last = ""
    try:
        yield b"retry: 1000\n\n"
        while not watchers.closing and loop.time() - started < _LONGEST_SECONDS:
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
        watchers.leave()


def _event(text: str) -> bytes:
    return b"".join(b"data: " + line.encode() + b"\n" for line in text.splitlines() if line.strip()) + b"\n"
