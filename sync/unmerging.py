"""A person takes golden records apart, or lets two be compared again: decided, done and audited in one step."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from core.attributes import DataClass, attribute
from core.errors import Invalid, NotFound
from governance.masking import Level
from governance.policy.actions import PolicyAction
from merge.golden_store import publications
from merge.items import items_of
from merge.resolve.identifiers import golden_ids, golden_of
from merge.resolve.pinning import Pinning
from merge.resolve.unmerge import Cut, Unmerge
from sync.presentation import isoformat
from sync.rights import Rights
from sync.wish import Asked

MODES = ("detach", "undo", "explode")
_EVENT_ID = re.compile(r"m_[0-9a-f]{32}")
_EVENTS = {
    "transactions": DataClass.FINANCE,
    "interactions": DataClass.INTERACTION,
    "feedback": DataClass.FEEDBACK,
}


@dataclass(frozen=True, slots=True)
class Unmerging:
    """What to take apart: ``record_ids`` for ``detach``, ``event_id`` (a merge) for ``undo``; why; until when."""

    mode: str = "detach"
    record_ids: tuple[str, ...] = ()
    event_id: str = ""
    reason_code: str = ""
    note: str = ""
    expires_at: datetime | None = None
    move_pins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmerged:
    """Where everything is now. ``golden_id`` and ``rest`` are those of the first record named and of the others."""

    record_id: str
    golden_id: str
    rest: str
    parts: tuple[dict[str, Any], ...] = ()


class UnmergeDesk:
    """The use cases behind 'unmerge', its preview, and the decisions that it leaves."""

    def __init__(self, rights: Rights, unmerge: Unmerge, pinning: Pinning) -> None:
        self._rights = rights
        self._unmerge = unmerge
        self._pinning = pinning

    def preview(self, asked: Asked, any_id: str, wish: Unmerging) -> list[dict[str, Any]]:
        """The golden records that would come of it, with what goes with each; nothing is changed.

        Raises what ``unmerge`` raises.
        """

        def do(connection: Connection) -> list[dict[str, Any]]:
            cut = self._cut(connection, asked, any_id, wish)
            after = self._unmerge.preview(connection, cut)
            self._rights.audit_part(connection, asked, cut.golden_id, "unmerge preview")
            return self._told(connection, asked, cut, after)

        return self._rights.in_one(asked, Action.GOLDEN_UNMERGED, do)

    def unmerge(self, asked: Asked, any_id: str, wish: Unmerging) -> Unmerged:
        """Take the golden record that the id leads to apart.

        Raises NotFound ``golden.unknown``, ``unmerge.unknown`` or ``unmerge.event``, Denied ``policy.*``, Conflict
        ``unmerge.nothing_left`` or ``unmerge.apart``, Invalid ``merge.reason``, ``merge.expiry`` or ``unmerge.*``;
        of pins to move what ``PinDesk.put`` raises of rights, and NotFound ``pin.unknown``.
        """

        def do(connection: Connection) -> Unmerged:
            self._unmerge.wait(connection)
            cut = self._cut(connection, asked, any_id, wish)
            for name in wish.move_pins:
                # To give a pin to another customer is to set it there.
                data_class = attribute(name).data_class
                self._rights.need(connection, asked, PolicyAction.EDIT, cut.golden_id, data_class)
            after = self._unmerge.preview(connection, cut)
            parts = self._told(connection, asked, cut, after)
            actor, code = asked.principal.actor, wish.reason_code
            more: dict[str, Any] = {"note": wish.note, "expires_at": wish.expires_at}
            if cut.mode == "detach":
                self._unmerge.detach(connection, wish.record_ids, actor=actor, reason_code=code, **more)
            elif cut.mode == "undo":
                self._unmerge.undo(connection, wish.event_id, actor=actor, reason_code=code, **more)
            else:
                self._unmerge.explode(connection, cut.golden_id, actor=actor, reason_code=code, **more)
            named = cut.parts[0][0]
            if wish.move_pins:
                kept = golden_of(connection, cut.golden_id).golden_id
                self._pinning.move(connection, kept, wish.move_pins, named, actor=actor)
            apart = golden_of(connection, named).golden_id
            others = {golden_of(connection, one).golden_id for part in cut.parts for one in part} - {apart}
            rest = cut.golden_id if cut.golden_id in others else min(others, default="")
            return Unmerged(named, apart, rest, tuple(parts))

        return self._rights.in_one(asked, Action.GOLDEN_UNMERGED, do)

    def decisions(self, asked: Asked, any_id: str) -> list[dict[str, Any]]:
        """What people decided about it and that stands: kept apart from which golden record, by whom and why.

        Of other golden records those are named that the caller may read.
        """

        def do(connection: Connection) -> list[dict[str, Any]]:
            golden_id = golden_of(connection, any_id).golden_id
            self._rights.need(connection, asked, PolicyAction.READ, golden_id)
            self._rights.audit_part(connection, asked, golden_id, "decisions")
            decided = self._unmerge.decided(connection, golden_id)
            views = self._rights.views(connection, asked, {one.other for one in decided})
            return [
                {
                    "kind": one.kind.value,
                    "other": one.other,
                    "actor": one.actor,
                    "reason_code": one.reason_code,
                    "at": isoformat(one.at),
                    "expires_at": None if one.expires_at is None else isoformat(one.expires_at),
                    "pairs": one.pairs,
                }
                for one in decided
                if views[one.other].decision.allowed
            ]

        return self._rights.in_one(asked, Action.GOLDEN_DISCLOSED, do)

    def lift(self, asked: Asked, any_id: str, other: str, *, reason_code: str) -> int:
        """End what keeps two golden records apart; they go to review. Returns how many pairs of records it was.

        Raises NotFound ``golden.unknown`` or ``unmerge.none``, Denied ``policy.*``, Invalid ``merge.reason``.
        """

        def do(connection: Connection) -> int:
            self._unmerge.wait(connection)
            for one in (any_id, other):
                golden_id = golden_of(connection, one).golden_id
                self._rights.need(connection, asked, PolicyAction.UNMERGE, golden_id)
            return self._unmerge.lift(connection, any_id, other, actor=asked.principal.actor, reason_code=reason_code)

        return self._rights.in_one(asked, Action.DECISION_LIFTED, do)

    def _cut(self, connection: Connection, asked: Asked, any_id: str, wish: Unmerging) -> Cut:
        golden_id = golden_of(connection, any_id).golden_id
        self._rights.need(connection, asked, PolicyAction.UNMERGE, golden_id)
        if wish.mode not in MODES:
            raise Invalid("unmerge.mode", f"The ways to take a golden record apart are {', '.join(MODES)}.")
        if wish.mode == "explode":
            return self._unmerge.cut(connection, explode=golden_id)
        if wish.mode == "undo":
            missing = NotFound("unmerge.event", "This golden record has no such merge to undo; see its history.")
            if not _EVENT_ID.fullmatch(wish.event_id):
                raise missing
            cut = self._unmerge.cut(connection, event_id=wish.event_id)
            if cut.golden_id != golden_id:
                raise missing
            return cut
        homes = golden_ids(connection, wish.record_ids)
        if any(homes.get(one) != golden_id for one in wish.record_ids):
            raise NotFound("unmerge.unknown", "This golden record has no such record; see its lineage.")
        return self._unmerge.cut(connection, record_ids=wish.record_ids)

    def _told(
        self, connection: Connection, asked: Asked, cut: Cut, after: dict[str, list[str]]
    ) -> list[dict[str, Any]]:
        """The parts, that which keeps the id first: records, and names of pins and number of events that go with each.

        What the caller may not see leaves no trace here either.
        """
        view = self._rights.views(connection, asked, [cut.golden_id])[cut.golden_id]
        pins = [
            one
            for one in self._pinning.held(connection, cut.golden_id)
            if view.level(attribute(one.attribute).data_class) is not Level.NONE
        ]
        published = publications(connection, after)
        sections = [section for section, needed in _EVENTS.items() if view.level(needed) is not Level.NONE]
        events = [one.subject_id for one in items_of(connection, cut.golden_id, sections, limit=10_000)]
        return [
            {
                "id": golden_id,
                "records": list(records),
                "revived": golden_id != cut.golden_id and golden_id in published,
                "pins": sorted({one.attribute for one in pins if one.anchor_id in records}),
                "events": sum(one in records for one in events),
            }
            for golden_id, records in sorted(after.items(), key=lambda pair: (pair[0] != cut.golden_id, pair[0]))
        ]
