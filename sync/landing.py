"""Landing: records, the states that cover them and the counters in one transaction.

A state is never committed before its records. Keys of new records are durable before the rows that need them; a key
without a row does no harm. Nothing personal is stored in clear: content and primary key are sealed per record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, literal, select, update

from audit.actions import Action
from audit.events import Event
from core.database import chunks, reading, unit_of_work, upsert
from core.records import RecordRef
from sync import tables
from sync.batch import Batch, ReadRecord, Rejected, StreamPlan
from sync.foundation import Foundation
from sync.queue import Job
from sync.record_keys import Ordinals

RAW = "raw"
# An epoch that no state reaches.
BEHIND_NOTHING = 2**62
_TERMINAL = {"complete", "incomplete"}


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
        self._plans = plans
        self._ordinals = Ordinals()
        self._rejected_ordinals = Ordinals()
        self._restarted: set[str] = set()

    def commit(self, batch: Batch, also: Callable[[Connection], None] = lambda _: None) -> None:
        """Land a batch. After it returns, the batch and its states are durable; when it raises, nothing of it is.

        ``also`` is done in the same transaction: what must last if and only if the batch does.
        """
        now = self._clock.now()
        self._restarted |= batch.restarted
        contents = self._by_id(batch.records)
        if len(contents) < len(batch.records):
            # Of two records with one key the later counts; that there were two is told.
            superseded = len(batch.records) - len(contents)
            batch.notes.append(
                ("superseded", None, {"records": superseded, "by": "a later one with the same key"}, None)
            )
        rejected = {self._rejected_id(one): one for one in batch.rejected}
        keys = self._keyring.record_keys([*contents, *rejected], create=True)
        with unit_of_work(self._engine) as connection:
            self.hold(connection)
            self._begin_anew(connection, batch.restarted)
            known = self._known(connection, list(contents))
            changed = [one for one, (record, _) in contents.items() if known.get(one) != record.content_hash]
            rows = [self._row(one, *contents[one], keys[one].seal(RAW, contents[one][1]), now) for one in changed]
            upsert(
                connection,
                tables.record,
                rows,
                keys=["record_id"],
                update=["content_hash", "epoch", "sealed", "changed_at", "run_id", "removed_at"],
            )
            waiting = [{"record_id": one, "since": now} for one in sorted(changed)]
            # Updated where it waits already: a resolver that holds the row is waited for, and sees the change.
            upsert(connection, tables.pending, waiting, keys=["record_id"], update=["since"])
            self._count_again(connection, {one: record for one, (record, _) in contents.items() if one not in changed})
            self._quarantine(
                connection, {one: (item, keys[one].seal(RAW, item.content)) for one, item in rejected.items()}
            )
            self._save_states(connection, batch.states, now)
            self._count(connection, batch, len(changed), len(contents) - len(changed), now)
            if changed or batch.rejected:
                self._audit_batch(connection, batch, len(changed))
            also(connection)

    def hold(self, connection: Connection) -> None:
        """Prove in this transaction that the job is still ours; a run without a job needs no proof."""
        if self._job is not None:
            self._queue.hold(connection, self._job)

    def _by_id(self, records: Sequence[ReadRecord]) -> dict[str, tuple[ReadRecord, bytes]]:
        """Record ids to records and the bytes to seal; the later of two with one key wins."""
        before = self._landed_before([record for record in records if record.key is None])
        found: dict[str, tuple[ReadRecord, bytes]] = {}
        for record in records:
            key = record.key
            if key is None:
                marker = (record.stream, record.content_hash)
                key = f"{record.content_hash.hex()}-{self._ordinals.next(*marker, before.get(marker, 0))}"
            namespace, _, stream = record.stream.rpartition("|")
            record_id = self._keyring.record_id(RecordRef(self._name, namespace, stream, key))
            found[record_id] = (record, sealed_form(key, record.content))
        return found

    def _landed_before(self, records: Sequence[ReadRecord]) -> dict[tuple[str, bytes], int]:
        """How many rows of each content lie behind the state that the run started from."""
        found: dict[tuple[str, bytes], int] = {}
        with reading(self._engine) as connection:
            for stream in sorted({record.stream for record in records}):
                plan = self._plans[stream]
                from_state = BEHIND_NOTHING if plan.count_all else plan.from_state
                if plan.cursor_in_record or stream in self._restarted:
                    from_state = 0
                hashes = sorted({record.content_hash for record in records if record.stream == stream})
                for some in chunks(hashes) if from_state else ():
                    query = (
                        select(tables.record.c.content_hash, func.count())
                        .where(
                            tables.record.c.connection == self._name,
                            tables.record.c.stream == stream,
                            tables.record.c.content_hash.in_(some),
                            tables.record.c.epoch <= from_state,
                        )
                        .group_by(tables.record.c.content_hash)
                    )
                    found.update({(stream, row[0]): row[1] for row in connection.execute(query)})
        return found

    def _known(self, connection: Connection, ids: Sequence[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for some in chunks(ids):
            query = select(tables.record.c.record_id, tables.record.c.content_hash).where(
                tables.record.c.record_id.in_(some), tables.record.c.removed_at.is_(None)
            )
            found.update({row.record_id: row.content_hash for row in connection.execute(query)})
        return found

    def _row(self, record_id: str, record: ReadRecord, _: bytes, sealed: bytes, now: datetime) -> dict[str, Any]:
        return {
            "record_id": record_id,
            "connection": self._name,
            "stream": record.stream,
            "content_hash": record.content_hash,
            "epoch": record.epoch,
            "sealed": sealed,
            "first_seen": now,
            "changed_at": now,
            "run_id": self._run,
            "removed_at": None,
        }

    def _begin_anew(self, connection: Connection, streams: Iterable[str]) -> None:
        """No row of these streams lies behind the state any more, until it is read again."""
        for stream in sorted(streams):
            connection.execute(
                update(tables.record)
                .where(tables.record.c.connection == self._name, tables.record.c.stream == stream)
                .values(epoch=BEHIND_NOTHING)
            )

    def _count_again(self, connection: Connection, unchanged: Mapping[str, ReadRecord]) -> None:
        """Rows without a key that were read again lie where they were read now."""
        rows = [{"b_id": one, "b_epoch": record.epoch} for one, record in unchanged.items() if record.key is None]
        if rows:
            table = tables.record
            statement = update(table).where(table.c.record_id == bindparam("b_id")).values(epoch=bindparam("b_epoch"))
            connection.execute(statement, rows)

    def _rejected_id(self, item: Rejected) -> str:
        # The same broken row read again is the same entry in quarantine; two equal ones of a run are two.
        content = self._keyring.blind("rejected", f"{self._name}|{item.stream}|".encode() + item.content)
        ordinal = self._rejected_ordinals.next(item.stream, content, 0)
        return f"q_{content.hex()}" + (f"-{ordinal}" if ordinal else "")

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
                "content_hash": self._keyring.blind("content", item.content),
                "at": self._clock.now(),
                "attempts": 0,
                "replayed_at": None,
            }
            for one, (item, sealed) in sorted(items.items())
        ]
        upsert(
            connection, tables.rejected, rows, keys=["id"], update=["run_id", "code", "message", "at", "replayed_at"]
        )

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


def sealed_form(key: str, content: bytes) -> bytes:
    """What is sealed of a record: its primary key and its content, as one JSON object."""
    return b'{"key":' + orjson.dumps(key) + b',"data":' + content + b"}"
