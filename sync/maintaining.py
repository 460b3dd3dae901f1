"""Maintenance of matching: the frozen list of hubs brought up to date, in short transactions, each audited."""

from dataclasses import dataclass
from datetime import datetime

from core.database import reading, tidy, unit_of_work
from merge.record_store import without_keys
from merge.resolve.incremental import SYSTEM, Resolver
from merge.resolve.maintenance import Maintainer, Plan, Standing
from sync.foundation import Foundation
from sync.pace import Pace
from sync.queue import Job
from sync.scheduler import next_time

DAILY = "10 3 * * *"
"""When the scheduler does it: a cron line in UTC."""
# Conjoined keys of new hubs can be hubs themselves; the next maintenance takes what is left.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Maintained:
    """What maintenance changed: records made findable again, keys put on the list and taken off, and where it stood."""

    refilled: int
    added: int
    removed: int
    before: Standing
    after: Standing

    @property
    def recall(self) -> float:
        """The share of links that are left; 1 where there were none."""
        return 1.0 if not self.before.links else min(1.0, self.after.links / self.before.links)


class Maintaining:
    """Does maintenance, and says when it is due."""

    def __init__(self, foundation: Foundation, resolver: Resolver) -> None:
        self._foundation = foundation
        self._resolver = resolver
        self._maintainer = Maintainer(resolver)
        self._queued_for: datetime | None = None

    def plan(self) -> tuple[Plan, Standing]:
        """What would be done now, and where it stands."""
        with reading(self._foundation.engine) as connection:
            return self._maintainer.plan(connection), self._maintainer.standing(connection)

    def run(self, claimed: Job | None = None, *, actor: str = SYSTEM) -> Maintained:
        """Do it. What another process takes in meanwhile is not held up for longer than a short transaction."""
        refilled = self._refill(claimed, actor)
        added = removed = 0
        _, before = self.plan()
        pace = Pace(self._foundation.engine)
        for _ in range(_ROUNDS):
            plan, _ = self.plan()
            if not plan:
                break
            for part in plan.slices(lambda: pace.records):
                with unit_of_work(self._foundation.engine) as connection, pace.step(len(part)):
                    if claimed is not None:
                        self._foundation.queue.hold(connection, claimed)
                    self._maintainer.apply(connection, part, actor=actor)
                tidy(self._foundation.engine)
                pace.give_way()
            added, removed = added + len(plan.new), removed + len(plan.gone)
        with unit_of_work(self._foundation.engine) as connection:
            self._resolver.sweep(connection)
        _, after = self.plan()
        return Maintained(refilled, added, removed, before, after)

    def queue_due(self) -> None:
        """Queue the next one, once; to be called again and again.

        The first is at once where records are found by nothing since an upgrade: new ones would be taken for others.
        """
        now = self._foundation.clock.now()
        if self._queued_for is None and self._upgraded():
            self._put(now)
        if self._queued_for is None or self._queued_for <= now:
            self._put(next_time(DAILY, now))

    def _put(self, at: datetime) -> None:
        self._queued_for = at
        with unit_of_work(self._foundation.engine) as connection:
            self._foundation.queue.put(connection, "maintain", {}, dedupe_key="maintain", run_at=at)

    def _upgraded(self) -> bool:
        with reading(self._foundation.engine) as connection:
            return bool(without_keys(connection, "", 1))

    def _refill(self, claimed: Job | None, actor: str) -> int:
        total = 0
        after: str | None = ""
        pace = Pace(self._foundation.engine)
        while after is not None:
            with unit_of_work(self._foundation.engine) as connection, pace.step(pace.records):
                if claimed is not None:
                    self._foundation.queue.hold(connection, claimed)
                done, after = self._maintainer.refill(connection, after, pace.records, actor=actor)
            pace.give_way()
            total += done
        return total
