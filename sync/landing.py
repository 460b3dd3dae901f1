"""Landing: records, the states that cover them and the counters in one transaction.

A state is never committed before its records. Keys of new records are durable before the rows that need them; a key
without a row does no harm. Nothing personal is stored in clear: content and primary key are sealed per record.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, literal, update

from audit.actions import Action
from audit.events import Event
from core.bulk import set_many, upsert_columns
from core.database import others_wait, tidy, tidy_soon, unit_of_work, upsert
from sync import tables
from sync.batch import UNCOUNTED, Batch, ReadRecord, Rejected, StreamPlan
from sync.carrying import carry
from sync.foundation import Foundation
from sync.queue import Job
from sync.sealing import BEHIND_NOTHING, COUNTED, SealedBatch, Sealing, known_hashes
from sync.waiting import wait_together

_TERMINAL = {"complete", "incomplete"}


class Written(NamedTuple):
    """How a transaction went: the seconds its statements took, without its commit, and whether others waited for it."""

    seconds: float
    waited_for: bool


class Landing:
    """Commits batches of one run of one connection."""

    def __init__(
        self,
        foundation: Foundation,
        *,
        connection_name: str,
        run_id: str,
        job: Job | None,
        plans: Mapping[str, StreamPlan],
    ) -> None:
        self._engine = foundation.engine
        self._keyring = foundation.keyring
        self._audit = foundation.audit
        self._clock = foundation.clock
        self._queue = foundation.queue
        self._name = connection_name
        self._run = run_id
        self._job = job
        self._sealing = Sealing(foundation, connection_name, plans)

    def commit(self, batch: Batch, also: Callable[[Connection], None] = lambda _: None) -> None:
        """Land a batch. After it returns, the batch and its states are durable; when it raises, nothing of it is.

        ``also`` is done in the same transaction: what must last if and only if the batch does.
        """
        sealed = self.seal(batch)
        self.keep(sealed)
        self.write(sealed, also)

    def seal(self, batch: Batch) -> SealedBatch:
        """The first part of ``commit``: all that can be done while the batch before is being written."""
        return self._sealing.seal(batch)

    def keep(self, sealed: SealedBatch, *, tidied: bool = False) -> None:
        """The second part: the keys of new records become durable."""
        self._sealing.keep(sealed, tidied=tidied)

    def write(
        self, sealed: SealedBatch, also: Callable[[Connection], None] = lambda _: None, *, tidied: bool = False
    ) -> Written:
        """The third part: the transaction. Batches are written in their order, each after its keys.

        ``tidied`` says that the caller calls ``tidy`` from time to time.
        """
        batch, records = sealed.batch, sealed.records
        now = self._clock.now()
        if len(records) < len(batch.records):
            # Of two records with one key the later counts; that there were two is told.
            superseded = len(batch.records) - len(records)
            batch.notes.append(
                ("superseded", None, {"records": superseded, "by": "a later one with the same key"}, None)
            )
        with unit_of_work(self._engine, tidied=tidied) as connection:
            start = time.perf_counter()
            self.hold(connection)
            self._begin_anew(connection, batch.restarted)
            self._look_again(connection, sealed)
            carry(connection, self._keyring, self._name, sealed)
            self._save_records(connection, sealed, now)
            self._quarantine(connection, sealed.rejected)
            self._save_states(connection, batch.states, now)
            landed = len(sealed.changed)
            self._count(connection, batch, landed, len(records) - landed, now)
            if landed or batch.rejected:
                self._audit_batch(connection, batch, landed)
            also(connection)
            return Written(time.perf_counter() - start, others_wait(self._engine))

    def tidy(self) -> None:
        """Bring what was written from the database's log into its file; others read and write meanwhile."""
        tidy(self._engine)

    def tidy_keys(self) -> None:
        """``tidy`` for the keys."""
        self._keyring.tidy()

    def tidy_soon(self) -> None:
        """``tidy`` of both by a thread beside, for who has written the last."""
        tidy_soon(self._engine)
        self._keyring.tidy_soon()

    def hold(self, connection: Connection) -> None:
        """Prove in this transaction that the job is still ours; a run without a job needs no proof."""
        if self._job is not None:
            self._queue.hold(connection, self._job)

    def _look_again(self, connection: Connection, sealed: SealedBatch) -> None:
        """What was unchanged when it was looked up outside this transaction must still be there."""
        if len(sealed.changed) < len(sealed.records):
            unchanged = sealed.records.keys() - sealed.changed.keys()
            known = known_hashes(connection, sorted(unchanged))
            gone = [one for one in sorted(unchanged) if known.get(one) != sealed.records[one][0].content_hash]
            self._sealing.seal_after_all(sealed, gone)
            still = unchanged.difference(gone)
            self._count_again(connection, {one: sealed.records[one][0] for one in sorted(still)})

    def _save_records(self, connection: Connection, sealed: SealedBatch, now: datetime) -> None:
        # By what all rows of a statement share: what is not sent for each of them need not be carried to the database.
        for (stream, epoch), ids in _by_stream_and_epoch(sealed):
            upsert_columns(
                connection,
                tables.record,
                {
                    "record_id": ids,
                    "content_hash": [sealed.hashes[one] for one in ids],
                    "sealed": [sealed.changed[one] for one in ids],
                },
                shared={
                    "connection": self._name,
                    "stream": stream,
                    "epoch": epoch,
                    "first_seen": now,
                    "changed_at": now,
                    "run_id": self._run,
                    "removed_at": None,
                },
                keys=("record_id",),
                update=("content_hash", "epoch", "sealed", "changed_at", "run_id", "removed_at"),
            )
        wait_together(connection, self._name, sorted(sealed.changed), now)

    def _begin_anew(self, connection: Connection, streams: Iterable[str]) -> None:
        """No row of these streams lies behind the state any more, until it is read again."""
        for stream in sorted(streams):
            for table in (tables.record, tables.rejected):
                connection.execute(
                    update(table)
                    .where(table.c.connection == self._name, table.c.stream == stream, COUNTED)
                    .values(epoch=BEHIND_NOTHING)
                )

    def _count_again(self, connection: Connection, unchanged: Mapping[str, ReadRecord]) -> None:
        """Rows without a key that were read again lie where they were read now."""
        by_epoch: dict[int, list[str]] = {}
        for one, record in unchanged.items():
            if record.key is None:
                by_epoch.setdefault(record.epoch, []).append(one)
        for epoch, ids in sorted(by_epoch.items()):
            set_many(connection, tables.record, "record_id", ids, "epoch", epoch)

    def _quarantine(self, connection: Connection, items: Mapping[str, tuple[Rejected, bytes]]) -> None:
        rows = [
            {
                "id": one,
                "run_id": self._run,
                "connection": self._name,
                "stream": item.stream,
                "code": item.code,
                "message": item.message,
                "sealed": sealed,
                "content_hash": item.content_hash,
                "epoch": item.epoch,
                "at": self._clock.now(),
                "attempts": 0,
                "replayed_at": None,
            }
            for one, (item, sealed) in sorted(items.items())
        ]
        again = ["run_id", "code", "message", "epoch", "at", "replayed_at"]
        upsert(connection, tables.rejected, rows, keys=["id"], update=again)

    def _save_states(self, connection: Connection, states: Mapping[str, tuple[int, bytes]], now: datetime) -> None:
        rows = [
            {
                "connection": self._name,
                "stream": stream,
                "epoch": epoch,
                "sealed": self._keyring.seal_secret(state_name(self._name, stream), blob),
                "changed_at": now,
            }
            for stream, (epoch, blob) in sorted(states.items())
        ]
        upsert(connection, tables.state, rows, keys=["connection", "stream"], update=["epoch", "sealed", "changed_at"])

    def _count(self, connection: Connection, batch: Batch, landed: int, unchanged: int, now: datetime) -> None:
        run = tables.run
        connection.execute(
            update(run)
            .where(run.c.id == self._run)
            .values(
                landed=run.c.landed + landed,
                unchanged=run.c.unchanged + unchanged,
                rejected=run.c.rejected + len(batch.rejected),
            )
        )
        if batch.estimated is not None:
            connection.execute(update(run).where(run.c.id == self._run).values(estimated=batch.estimated))
        count_streams(connection, self._run, batch, now)
        name = f"event:{self._run}"
        rows = [
            {
                "run_id": self._run,
                "at": now,
                "kind": kind,
                "stream": stream,
                "facts": facts,
                # The source's own words can hold anything, a customer's row among it.
                "sealed": None if words is None else self._keyring.seal_secret(name, words),
            }
            for kind, stream, facts, words in batch.notes
        ]
        if rows:
            connection.execute(tables.event.insert(), rows)

    def _audit_batch(self, connection: Connection, batch: Batch, landed: int) -> None:
        facts = {"run": self._run, "landed": landed, "rejected": len(batch.rejected), "streams": sorted(batch.read)}
        action = Action.RECORD_LANDED if landed else Action.RECORD_QUARANTINED
        self._audit.append(
            connection,
            Event(
                action=action,
                actor="system:sync",
                object_type="connection",
                object_id=self._name,
                count=landed or len(batch.rejected),
                details=facts,
            ),
        )


def _by_stream_and_epoch(sealed: SealedBatch) -> list[tuple[tuple[str, int], list[str]]]:
    """The changed records in their order, by stream and epoch; those with a primary key have none."""
    ids = sorted(sealed.changed)
    streams = list(sealed.batch.read)
    if ids and len(streams) == 1 and sealed.records[ids[0]][0].key is not None:
        # The usual case. To look at each record would cost as much as all else that is done with the row in Python.
        return [((streams[0], UNCOUNTED), ids)]
    found: dict[tuple[str, int], list[str]] = {}
    for one in ids:
        record = sealed.records[one][0]
        found.setdefault((record.stream, UNCOUNTED if record.key is not None else record.epoch), []).append(one)
    return sorted(found.items())


def count_streams(connection: Connection, run_id: str, batch: Batch, now: datetime) -> None:
    """Bring the rows of a run's streams up to what a batch has read, estimated and ended."""
    table = tables.run_stream
    for stream in sorted({*batch.read, *batch.stream_states, *batch.estimates}):
        values: dict[str, Any] = {
            "read": table.c.read + batch.read[stream],
            "rejected": table.c.rejected + batch.rejected_count[stream],
            "started_at": func.coalesce(table.c.started_at, _as_stored(now)),
        }
        if stream in batch.stream_states:
            values["state"] = batch.stream_states[stream]
            values["finished_at"] = now if batch.stream_states[stream] in _TERMINAL else None
        if stream in batch.estimates:
            values["estimated"] = batch.estimates[stream]
        connection.execute(update(table).where(table.c.run_id == run_id, table.c.stream == stream).values(values))


def _as_stored(now: datetime) -> Any:
    # Inside a function the column type is not known to the compiler, so it is said here.
    return literal(now, tables.run_stream.c.started_at.type)


def state_name(connection_name: str, stream: str) -> str:
    """What a sealed state is bound to."""
    return f"state:{connection_name}:{stream}"
