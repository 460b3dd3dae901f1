"""Decisions that hold for a time: pins, ignores and what keeps golden records apart end when their time is over."""

from core.database import reading, unit_of_work
from merge.graph_store import expired_constraints
from merge.pin_store import expired_pins
from merge.resolve.incremental import Resolver
from merge.resolve.pinning import Pinning
from merge.resolve.unmerge import Unmerge
from sync.foundation import Foundation


class Expiry:
    """Looks for what is over."""

    def __init__(self, foundation: Foundation, resolver: Resolver) -> None:
        self._foundation = foundation
        self._pinning = Pinning(resolver)
        self._unmerge = Unmerge(resolver)

    def run(self) -> int:
        """End what is over, each in the log; returns how many golden records and pairs of records that concerned."""
        now = self._foundation.clock.now()
        with reading(self._foundation.engine) as connection:
            if not expired_pins(connection, now) and not expired_constraints(connection, now):
                return 0
        with unit_of_work(self._foundation.engine) as connection:
            return len(self._pinning.expire(connection)) + self._unmerge.expire(connection)
