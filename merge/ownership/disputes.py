"""Two owners of what turned out to be one customer: the one stays, the other may write too, and a steward is asked.

When the merge is undone, everybody has again what they had.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from core.clock import Clock
from merge.ownership.store import close_assignments, collaborators, history_of, open_assignments, primaries
from merge.ownership.values import COLLABORATOR, Assignment
from merge.resolve.transitions import Merged, Transitions
from merge.review_items import Kind, close_items, live_about, open_item

DISPUTED = "disputed"


class Disputes:
    """Opens and closes them with merges, splits and decisions. Takes connections, never commits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def merged(self, connection: Connection, one: Merged, held: Mapping[str, Assignment], now: datetime) -> None:
        """``held`` tells who held the golden records of a merge before it; the winner's holder is settled already."""
        keeper = primaries(connection, [one.winner]).get(one.winner)
        standing = collaborators(connection, [one.winner, *one.losers])
        close_assignments(connection, [row for row in standing if row.golden_id != one.winner], "merge", now)
        # What was asked about the others is asked anew about the golden record that they are now.
        stale = live_about(connection, one.losers, [Kind.DISPUTE])
        close_items(connection, stale, "merge", now)
        others = {row.holder: row for row in standing if row.golden_id != one.winner}
        others.update({held[name].holder: held[name] for name in one.losers if name in held})
        there = {row.holder for row in standing if row.golden_id == one.winner}
        new = [
            replace(
                row,
                assignment_id=self._clock.new_id("a"),
                golden_id=one.winner,
                role=COLLABORATOR,
                permission="write",
                valid_from=now,
                cause="merge",
                reason_code=DISPUTED,
                locked_until=None,
            )
            for holder, row in sorted(others.items())
            if not row.in_pool and (keeper is None or holder != keeper.holder) and holder not in there
        ]
        if keeper is None or keeper.in_pool or not new:
            return
        open_assignments(connection, new, now)
        for row in new:
            detail = {"golden_id": one.winner, "primary": keeper.holder, "other": row.holder}
            open_item(connection, Kind.DISPUTE, [one.winner], detail, at=now, about=row.assignment_id, priority=65)

    def split(self, connection: Connection, happened: Transitions, now: datetime) -> None:
        """Give back what merges changed, where the parts are apart again; the parts' own holders are back already."""
        for one in happened.split:
            ids = [part.golden_id for part in one.parts if part.golden_id != one.golden_id]
            given_back = {row.decision_id: row for row in primaries(connection, ids).values() if row.cause == "split"}
            keeper = primaries(connection, [one.golden_id]).get(one.golden_id)
            if keeper is not None and keeper.cause == "merge" and keeper.decision_id in given_back:
                self._return(connection, one.golden_id, keeper, now)
            ended = [row for row in collaborators(connection, [one.golden_id]) if row.decision_id in given_back]
            self.close(connection, one.golden_id, ended, "split", now)

    def decided(self, connection: Connection, golden_id: str, now: datetime) -> None:
        """Somebody said who the owner is."""
        disputed = [row for row in collaborators(connection, [golden_id]) if row.reason_code == DISPUTED]
        self.close(connection, golden_id, disputed, "manual", now)

    def close(
        self, connection: Connection, golden_id: str, rows: Sequence[Assignment], cause: str, now: datetime
    ) -> None:
        """End collaborators and what stewards were asked about them."""
        if not rows:
            return
        close_assignments(connection, rows, cause, now)
        # Told by the holder, for a decision that was taken back lets its assignments stand again under new ids.
        holders = {row.holder for row in rows}
        asked = live_about(connection, [golden_id], [Kind.DISPUTE]).values()
        close_items(connection, [item.item_id for item in asked if item.detail["other"] in holders], cause, now)

    def gone(self, connection: Connection, golden_ids: Iterable[str], cause: str, now: datetime) -> None:
        """Golden records that ended have nobody."""
        rows = collaborators(connection, golden_ids)
        for golden_id in sorted({row.golden_id for row in rows}):
            self.close(connection, golden_id, [row for row in rows if row.golden_id == golden_id], cause, now)

    def _return(self, connection: Connection, golden_id: str, keeper: Assignment, now: datetime) -> None:
        """The holder that a merge replaced holds again."""
        before = [
            row
            for row in history_of(connection, [golden_id])
            if row.end_cause == "merge" and row.valid_to == keeper.valid_from and row.role == keeper.role
        ]
        if before:
            close_assignments(connection, [keeper], "split", now)
            back = replace(
                before[-1],
                assignment_id=self._clock.new_id("a"),
                valid_from=now,
                valid_to=None,
                end_cause=None,
                cause="split",
                reason_code="split",
            )
            open_assignments(connection, [back], now)
