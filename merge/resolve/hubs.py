"""The frozen list of hubs: keys that so many records hold that they say nothing alone.

A cap on the holders of a key that is looked at live would make the answer hang on the order in which records come.
So the list is stored, and it changes in maintenance steps alone, each of which is audited: those that the scheduler or
a person starts, and at once the step for a key that has outgrown the guard, whose pairs are too many to compare.
"""

from collections.abc import Collection, Mapping
from functools import partial

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from merge.index_store import Row, change_hubs, change_keys, holders_of, hubs_among
from merge.packing import Key, unpack_keys
from merge.record_store import Numbered, numbered
from merge.resolve.keying import hubs_and_rows, rows_of_keys


class HubList:
    """Changes the list, and the rows of conjoined keys with it. Takes connections, never commits."""

    def __init__(self, clock: Clock, audit: AuditLog) -> None:
        self._clock = clock
        self._audit = audit

    @staticmethod
    def among(connection: Connection, keys: Collection[tuple[Key, ...]]) -> set[int]:
        """The hubs among the keys of records, conjoined ones too."""
        return hubs_and_rows(keys, partial(hubs_among, connection))

    def change(
        self, connection: Connection, new: Collection[int], gone: Collection[int], *, actor: str, cause: str
    ) -> tuple[Mapping[int, Numbered], set[int]]:
        """Put keys on the list and take others off.

        Returns the records that hold one of them, by number, and the keys that speak for pairs from now on.
        """
        holders = holders_of(connection, {*new, *gone})
        records = numbered(connection, {number for held in holders.values() for number in held})
        keys = {number: unpack_keys(one.keys) for number, one in records.items()}
        before = self.among(connection, list(keys.values()))
        change_hubs(connection, gone, new, self._clock.now())
        after = self.among(connection, list(keys.values()))
        taken: set[Row] = set()
        given: set[Row] = set()
        for number, held in keys.items():
            old, now = rows_of_keys(held, before), rows_of_keys(held, after)
            taken.update((key, number) for key in old - now)
            given.update((key, number) for key in now - old)
        change_keys(connection, taken, given)
        self._tell(connection, len(new), len(gone), len(records), actor, cause)
        return records, {row[0] for row in given} | set(gone)

    def _tell(self, connection: Connection, new: int, gone: int, records: int, actor: str, cause: str) -> None:
        details = {"added": new, "removed": gone, "records": records, "cause": cause}
        event = Event(
            Action.HUBS_CHANGED, actor, object_type="match", object_id="hubs", count=new + gone, details=details
        )
        self._audit.append(connection, event)
