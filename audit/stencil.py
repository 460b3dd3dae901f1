"""An event that is written again and again and differs in its id, its moment and its request alone. Pure.

To check and write out such an event takes longer than all else of a short answer, and gives the same bytes but for
those three.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson

from audit.events import Event, contents, parts, to_body, written
from core.errors import Invalid

_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_SOME_ID = "e_" + "0" * 98


class Stencil:
    """What of the body of an event is always the same.

    Args:
        event: the event; its ``request_id`` does not count.

    Raises Invalid ``audit.event_too_large`` where it does not fit one entry, and as ``to_body``.
    """

    def __init__(self, event: Event) -> None:
        only, *more = (part for part, _, _ in parts(replace(event, request_id=_SOME_ID)))
        if more:
            raise Invalid("audit.event_too_large", f"The audit event '{event.action}' is of more than one entry.")
        to_body(only, _SOME_ID, _SOME_TIME)
        fixed = contents(replace(only, request_id=""))

        def between(low: str, high: str) -> bytes:
            return written({name: fixed[name] for name in fixed if low < name < high}, event.action)[1:-1]

        # The names in a body stand in order. Action, actor and decision are always among them.
        later, last = between("id", "request_id"), between("request_id", "~")
        self._before_at = b"{" + between("", "at") + b',"at":"'
        self._before_id = b'",' + between("at", "id") + b',"id":'
        self._before_request = (b"," + later if later else b"") + b',"request_id":'
        self._end = (b"," + last if last else b"") + b"}"

    def body(self, event_id: str, at: str, request_id: str) -> bytes:
        """What ``to_body`` gives for the event with these. ``at`` is a time as ``format_time`` writes it."""
        return b"".join(
            (
                self._before_at,
                at.encode(),
                self._before_id,
                orjson.dumps(event_id),
                self._before_request,
                orjson.dumps(request_id),
                self._end,
            )
        )


@dataclass(frozen=True, slots=True)
class Again:
    """The event of a stencil once more, for another request, which must have an id."""

    stencil: Stencil
    request_id: str
