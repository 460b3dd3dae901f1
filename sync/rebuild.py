"""Are the golden records still what their source records say? Recomputed from the landed records, compared by bytes.

And brought up to date where they are not: after an upgrade, as another version reads values and finds pairs otherwise.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from audit.actions import Action
from audit.events import Event
from core.database import reading, tidy, unit_of_work
from core.errors import Conflict
from merge.record_store import live_customers
from merge.resolve.incremental import Resolver
from merge.resolve.rebuild import check_rebuild
from merge.resolve.renewal import renew_pins
from sync import tables
from sync.foundation import Foundation
from sync.loader import Loader
from sync.pace import Pace
from sync.set_aside import with_the_rest
from sync.waiting import waiting


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """How many source records and golden records were compared, and the ids of those that differ."""

    records: int
    golden_records: int
    different: tuple[str, ...]


class Rebuild:
    """The rebuild: compared, and done."""

    def __init__(self, foundation: Foundation, loader: Loader, resolver: Resolver) -> None:
        self._foundation = foundation
        self._loader = loader
        self._resolver = resolver

    def check(self) -> RebuildResult:
        """Map the landed records anew, resolve them in memory as one batch, and compare with what is kept.

        Decisions of stewards and the publication log are inputs of the computation: they are read, not recomputed.
        Raises Conflict ``rebuild.waiting`` while landed records wait: no golden record can hold them yet.
        """
        with reading(self._foundation.engine) as connection:
            if count := waiting(connection):
                raise Conflict(
                    "rebuild.waiting",
                    f"{count} landed records wait to be resolved; let the worker finish, then check again.",
                )
            records = list(self._loader.everything(connection))
            found = check_rebuild(connection, self._resolver, records)
        return RebuildResult(found.records, found.goldens, found.different)

    def apply(self, *, actor: str, progress: Callable[[int, int], None] = lambda _, __: None) -> int:
        """Make everything that is kept of the landed records anew; returns how many records that were.

        What comes out the same is left as it is; ids and decisions of people stay. Goes by short transactions, each of
        which is sound: where it is interrupted, it is done again from the beginning. ``progress`` is told how many
        records are done, and of how many. Other processes remember values as they were: begin them after it.
        """
        with reading(self._foundation.engine) as connection:
            homes = live_customers(connection)
            landed = list(connection.execute(select(tables.record.c.record_id)).scalars())
        done = 0
        pace = Pace(self._foundation.engine)
        for some in _slices(landed, homes, pace):
            with_the_rest(self._foundation, some, lambda these: self._renew(these, actor, pace), "rebuild")
            tidy(self._foundation.engine)
            pace.give_way()
            done += len(some)
            progress(done, len(landed))
        with unit_of_work(self._foundation.engine) as connection:
            renew_pins(connection, self._resolver)
            self._resolver.sweep(connection)
            event = Event(Action.REBUILD_APPLIED, actor=actor, count=done)
            self._foundation.audit.append(connection, event)
        return done

    def _renew(self, record_ids: Sequence[str], actor: str, pace: Pace) -> None:
        with unit_of_work(self._foundation.engine) as connection, pace.step(len(record_ids)):
            # Before they are read: else another process could take in what came later, and this would undo it.
            self._resolver.lock(connection)
            records, gone = self._loader.load(connection, record_ids)
            self._resolver.apply(connection, records, gone, anew=True, actor=actor)


def _slices(landed: Sequence[str], homes: Mapping[str, str], pace: Pace) -> Iterator[list[str]]:
    """All of them, those of one golden record together: half of it read anew could part from the other half."""
    ordered = sorted(landed, key=lambda one: (homes.get(one, ""), one))
    some: list[str] = []
    for home, members in groupby(ordered, key=lambda one: homes.get(one, "")):
        for one in members:
            if not home and len(some) >= pace.records:
                yield some
                some = []
            some.append(one)
        if len(some) >= pace.records:
            yield some
            some = []
    if some:
        yield some
