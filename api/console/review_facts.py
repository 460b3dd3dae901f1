"""An item of the queue, arranged for a page. Pure: it shows what it was given and knows nothing more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.errors import Invalid

_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items wait, and of which kind."""

    open: int
    waiting: int
    decided: int
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """What an item is about, in figures."""

    records: int
    more: int
    goldens: Sequence[str]
    proposal: Mapping[str, Any] | None
    owned: bool = False

    @staticmethod
    def of(body: Mapping[str, Any]) -> "Facts":
        """The facts of an item."""
        proposed = [one for one in body["decisions"] if one["state"] == "proposed" and one["id"] == body["decision_id"]]
        goldens = [one["id"] for one in body["impact"]["goldens"]]
        owned = any(one["owner"] and not one["owner"].startswith("pool:") for one in body["impact"]["goldens"])
        return Facts(len(body["records"]), body["more_records"], goldens, proposed[0] if proposed else None, owned)

    @staticmethod
    def days(text: str) -> timedelta:
        """So many days. Raises Invalid ``review.until``."""
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:4]) <= _LONGEST:
            raise Invalid("review.until", "Put an item off until a time within the next 90 days.")
        return timedelta(days=int(text))


def tally(counts: Mapping[tuple[str, str, str], int]) -> Tally:
    """Counts by state, kind and band as the tiles of the queue."""
    by_state: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for (state, kind, _), number in counts.items():
        by_state[state] = by_state.get(state, 0) + number
        if state in {"open", "waiting"}:
            kinds[kind] = kinds.get(kind, 0) + number
    return Tally(by_state.get("open", 0), by_state.get("waiting", 0), by_state.get("decided", 0), kinds)


def bands_of(body: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """The layers of a verdict: what the machine said, what a steward said, what stands (Tamr's three ids)."""
    done = [one for one in body["decisions"] if one["state"] in {"done", "proposed"}]
    layers = [] if body["blind"] else [("machine", str(body["verdict"]))]
    if done:
        layers += [("steward", str(done[-1]["action"])), ("final", str(done[-1]["state"]))]
    return layers


def side_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row of records beside each other, with the glyph that says how they compare, beside any colour."""
    glyphs = {"equal": "=", "close": "≈", "different": "≠", "alone": "·"}
    return {**row, "glyph": glyphs[row["relation"]]}
