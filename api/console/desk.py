"""What a visitor has begun and not ended: drafts of forms, trials under way, differences to approve.

In the memory of this process only, by session, for half an hour. A draft can hold secrets that were typed: they are
kept here so that no page has to carry them.
"""

import threading
import time
from collections import OrderedDict
from typing import Any, TypeVar
from uuid import uuid4

from starlette.requests import Request

from core.errors import NotFound

KEPT_SECONDS = 1800.0
MOST = 200
_KEY = "console_desk"
T = TypeVar("T")


class Desk:
    """Things by session and id; the oldest go first where there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._things: OrderedDict[tuple[str, str], tuple[float, Any]] = OrderedDict()

    def put(self, session: str, thing: object, thing_id: str = "") -> str:
        """Keep a thing; returns its id, a new one where none is given."""
        thing_id = thing_id or uuid4().hex
        with self._lock:
            self._things.pop((session, thing_id), None)
            self._things[session, thing_id] = time.monotonic(), thing
            old = time.monotonic() - KEPT_SECONDS
            while self._things and (len(self._things) > MOST or next(iter(self._things.values()))[0] < old):
                self._things.popitem(last=False)
        return thing_id

    def find(self, session: str, thing_id: str, kind: type[T]) -> T | None:
        """The thing of that id, where it is there, is of this session and of this kind."""
        with self._lock:
            at, thing = self._things.get((session, thing_id), (0.0, None))
        return thing if isinstance(thing, kind) and time.monotonic() - at < KEPT_SECONDS else None

    def get(self, session: str, thing_id: str, kind: type[T]) -> T:
        """As ``find``. Raises NotFound ``desk.gone``."""
        found = self.find(session, thing_id, kind)
        if found is None:
            raise NotFound("desk.gone", "This was begun too long ago, or by another session; begin it anew.")
        return found

    def drop(self, session: str, thing_id: str) -> None:
        """Let go of a thing."""
        with self._lock:
            self._things.pop((session, thing_id), None)

    def clear(self, session: str) -> None:
        """Let go of everything of a session, whose drafts can hold secrets."""
        with self._lock:
            for key in [key for key in self._things if key[0] == session]:
                del self._things[key]


def desk_of(request: Request) -> Desk:
    """The desk of this gateway."""
    found: Desk | None = getattr(request.app.state, _KEY, None)
    if found is None:
        found = Desk()
        setattr(request.app.state, _KEY, found)
    return found
