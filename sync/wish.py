"""What is asked of golden records, by whom and why, and what is answered. Pure."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from audit.actions import Action
from core.attributes import Section
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.resolve.surviving import Moment
from sync.disclosure_events import purpose_of
from sync.presentation import Wanted

_ITEM_SECTIONS = (Section.TRANSACTIONS, Section.INTERACTIONS, Section.FEEDBACK)
WHOLE = Wanted()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and why."""

    principal: Principal
    context: RequestContext

    @property
    def purpose(self) -> str:
        """The purpose that counts."""
        return purpose_of(self.principal, self.context)


@dataclass(frozen=True, slots=True)
class Answer:
    """A disclosed golden record: JSON, its entity tag (RFC 9110, 8.8.3; equal tags, equal answers) and its ids.

    ``canonical_id`` is the id it is called by, where it was asked for by another one.
    """

    content: bytes
    etag: str
    golden_id: str
    canonical_id: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON taken apart."""
        found: dict[str, Any] = orjson.loads(self.content)
        return found


@dataclass(frozen=True, slots=True)
class Wish:
    """One golden record that somebody asks for, by any id that was ever given out; as of a moment, or as it is.

    ``taken_away`` is for a file: it needs the right to export and is logged as that.
    """

    asked: Asked
    any_id: str
    wanted: Wanted = WHOLE
    lineage: bool = False
    moment: Moment | None = None
    taken_away: bool = False

    @property
    def done(self) -> Action:
        """What the log says was done."""
        return Action.GOLDEN_EXPORTED if self.taken_away else Action.GOLDEN_DISCLOSED

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of events that are asked for."""
        return _item_sections(self.wanted)

    @property
    def key(self) -> Hashable | None:
        """Equal keys, equal answers and events while nothing that stands changes; None where they hang on more."""
        context = self.asked.context
        if self.moment is not None or self.taken_away or context.reason or not context.request_id:
            return None
        return self.any_id, self.asked.principal, context.purpose, self.wanted, self.lineage


@lru_cache(maxsize=256)
def _item_sections(wanted: Wanted) -> tuple[str, ...]:
    return tuple(section.value for section in _ITEM_SECTIONS if wanted.section(section))
