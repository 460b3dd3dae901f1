"""Where each stream stands in each folder. Pure.

All streams are fed by one pass over the mailbox, and each goes on from its own position: states are committed one by
one, so after a crash one stream may stand further than another.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.sources.email_imap.replies import Listed, members, ranges
from connectors.sources.email_imap.session import Opened

Place = dict[str, Any]


class Lane(ABC):
    """A stream on its way through the mailbox.

    Attributes:
        position: ``{"folders": {folder: {"uidvalidity": 7, "uid": 42}}}``; the state of the stream.
        since: records given since the last state.
        moved: whether the position changed since the last state.
    """

    def __init__(self, name: str, position: Mapping[str, Any]) -> None:
        self.name = name
        self.position: dict[str, Any] = {"folders": {**(position.get("folders") or {})}}
        self.since = 0
        self.moved = True

    def place(self, folder: Listed) -> Place:
        """Where it stands in a folder; empty when it has not been there."""
        found: Place = self.position["folders"].get(folder.wire) or {}
        return found

    @abstractmethod
    def is_behind_all(self, folder: Listed, told: Mapping[str, int]) -> bool:
        """Whether a folder holds nothing for it, by what STATUS told."""

    def set(self, wire: str, place: Place | None) -> None:
        """Stand there from now on; None forgets the folder."""
        if place is None:
            self.position["folders"].pop(wire, None)
        else:
            self.position["folders"][wire] = place
        self.moved = True


class MessageLane(Lane):
    """A stream of records made from messages: stands behind a UID."""

    def last(self, folder: Listed, validity: int) -> int:
        """The last UID read; 0 in a folder that is new or whose UIDs are (RFC 3501 section 2.3.1.1)."""
        place = self.place(folder)
        return int(place.get("uid", 0)) if place.get("uidvalidity") == validity else 0

    def behind(self, folder: Listed, validity: int, uid: int) -> None:
        """Stand behind this message."""
        self.set(folder.wire, {"uidvalidity": validity, "uid": uid})

    def is_behind_all(self, folder: Listed, told: Mapping[str, int]) -> bool:
        """Whether nothing can have come, by what STATUS told."""
        if "UIDNEXT" not in told or "UIDVALIDITY" not in told:
            return False
        return self.last(folder, told["UIDVALIDITY"]) >= told["UIDNEXT"] - 1


class RemovalLane(Lane):
    """The stream of messages that are gone: knows which UIDs were there.

    Its place in a folder is ``{"uidvalidity": 7, "name": "INBOX", "known": "1:40,42", "told": {...}, "modseq": 9}``:
    ``told`` is what STATUS said, ``modseq`` is there when the server tells removals by it.
    """

    def is_behind_all(self, folder: Listed, told: Mapping[str, int]) -> bool:
        """Whether nothing can have gone: as many messages as before, and none came."""
        return bool(told) and self.place(folder).get("told") == dict(told)

    def asks_since(self, folder: Listed, opened: Opened) -> int | None:
        """The HIGHESTMODSEQ to ask removals since; None when all UIDs have to be compared."""
        place = self.place(folder)
        if opened.modseq is None or place.get("uidvalidity") != opened.validity:
            return None
        found: int | None = place.get("modseq")
        return found

    def last(self, folder: Listed, opened: Opened) -> int:
        """UIDs above this one are needed to know what is there."""
        if self.asks_since(folder, opened) is None:
            return 0
        return max(members(str(self.place(folder).get("known") or "")), default=0)

    def compare(
        self, folder: Listed, opened: Opened, above: Sequence[int], vanished: Sequence[tuple[int, int]] | None
    ) -> tuple[list[dict[str, Any]], Place]:
        """Records of what is gone from a folder, and where the lane stands once they are given.

        ``above`` are the UIDs there now, of those above ``last``; ``vanished`` what the server says is gone since
        ``asks_since``.
        """
        place, last = self.place(folder), self.last(folder, opened)
        known = members(str(place.get("known") or ""))
        present = {uid for uid in above if uid > last}
        if vanished is not None:
            present |= known - _within(sorted(known), vanished)
        gone = known - present if place.get("uidvalidity") == opened.validity else known
        stands: Place = {"uidvalidity": opened.validity, "name": folder.name, "known": ranges(sorted(present))}
        if opened.modseq is not None:
            stands["modseq"] = opened.modseq
        return _records(place, gone), stands

    def without(self, wire: str) -> list[dict[str, Any]]:
        """Records of all messages of a folder that is there no more."""
        place: Place = self.position["folders"][wire]
        return _records(place, members(str(place.get("known") or "")))


def _within(uids: Sequence[int], spans: Sequence[tuple[int, int]]) -> set[int]:
    return {uid for first, last in spans for uid in uids[bisect_left(uids, first) : bisect_right(uids, last)]}


def _records(place: Place, gone: set[int]) -> list[dict[str, Any]]:
    where = {"folder": place.get("name"), "folder_uidvalidity": place.get("uidvalidity")}
    return [{**where, "folder_uid": uid} for uid in sorted(gone)]
