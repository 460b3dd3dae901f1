"""Filters and places of lists of the review queue: names and numbers that hold nothing personal."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import Invalid
from merge.review_kinds import Kind, State
from merge.review_queue import Filter

KINDS = tuple(kind.value for kind in Kind)
STATES = tuple(state.value for state in State)
BANDS = ("auto", "review", "no", "conflict")
_PLACE = re.compile(r"([0-9]{1,6})\.(r_[0-9a-f]{32})")
BETWEEN = ("new_new", "new_confirmed", "confirmed_confirmed")


def filter_of(
    state: str = "", kind: str = "", band: str = "", between: str = "", held_by: str = "", *, deferred: bool = False
) -> Filter:
    """A filter out of names. Raises Invalid ``review.filter``."""
    for given, known in ((state, STATES), (kind, KINDS), (band, BANDS), (between, BETWEEN)):
        if given and given not in known:
            raise Invalid("review.filter", f"A filter of the queue is one of {', '.join(known)}.")
    return Filter(state, kind, band, between, held_by, deferred)


def place_after(cursor: str) -> tuple[int, str] | None:
    """Where a page begins. Raises Invalid ``request.cursor``."""
    if not cursor:
        return None
    place = _PLACE.fullmatch(cursor)
    if place is None:
        raise Invalid("request.cursor", "The cursor is the 'next_cursor' of the page before; begin again without one.")
    return int(place[1]), place[2]


def place_of_last(rows: Sequence[Mapping[str, Any]]) -> str:
    """Where the next page begins."""
    return f"{rows[-1]['priority']}.{rows[-1]['id']}"
