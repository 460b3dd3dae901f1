"""Quarantine: what could not be landed, with its reason, until it is replayed. Nothing in it is ever dropped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select, update

from audit.actions import Action
from audit.events import Event
from connectors.broken import broken_marker
from connectors.protocol import Kind, Message, StreamKey, loads, too_deep
from core.bulk import set_many, update_many
from core.database import chunks, milliseconds, plain, reading, unit_of_work
from core.errors import NotFound
from merge.reason_codes import check_reason_code
from sync import tables
from sync.batch import Batch, ReadRecord
from sync.foundation import Foundation
from sync.reading import Reader
from sync.record_keys import RAW, plain_numbers
from sync.record_rows import changed_since, record_id_of
from sync.set_aside import UNRESOLVABLE, landed_id
from sync.waiting import wait_together

Land = Callable[[Batch, Callable[[Connection], None]], None]
# Of one transaction of a replay: others who write wait for it, and its contents are in memory.
BATCH_ROWS = 1_000
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Replay:
    """How a replay went: how many were let through, are still refused, and gave way to what the source said later."""

    landed: int
    refused: int
    superseded: int = 0


class _Judged(NamedTuple):
    """A batch of a replay: all ids, those that land, and those that had landed before, to the ids of their records.

    ``said`` are records with a primary key that land, and when their source said so; ``superseded`` the ids of what it
    has replaced since.
    """

    tried: list[str]
    landed: list[str]
    set_aside: dict[str, str]
    said: dict[str, datetime]
    superseded: list[str]


class Quarantine:
    """Lists and replays rejected records."""

    def __init__(self, foundation: Foundation) -> None:
        self._engine = foundation.engine
        self._keyring = foundation.keyring
        self._audit = foundation.audit
        self._clock = foundation.clock

    def waiting(self, connection_name: str | None = None, limit: int = 100) -> list[dict[str, Any]]:
        """What is in quarantine, oldest first: id, stream, code, message, times; no content."""
        table = tables.rejected
        columns = [
            table.c[name] for name in ("id", "run_id", "connection", "stream", "code", "message", "at", "attempts")
        ]
        query = select(*columns).where(table.c.replayed_at.is_(None)).order_by(table.c.at, table.c.id).limit(limit)
        if connection_name is not None:
            query = query.where(table.c.connection == connection_name)
        with reading(self._engine) as connection:
            return [plain(row) for row in connection.execute(query).mappings()]

    def count(self) -> int:
        """How many records wait in quarantine."""
        with reading(self._engine) as connection:
            query = select(func.count()).select_from(tables.rejected).where(tables.rejected.c.replayed_at.is_(None))
            return connection.execute(query).scalar_one()

    def replay(self, name: str, reader: Reader, land: Land, *, actor: str) -> Replay:
        """Judge every rejected record of a connection again, by today's schema; what passes is landed.

        Goes by batches of bounded size. ``land`` commits one together with the marks that it is no more in quarantine:
        a crash between the two would land a record without a key once more. Whoever is interrupted keeps the batches
        that were committed, and the next replay goes on with the rest. A record the source itself could not read stays
        until the source is mended and read again. What landed under the same primary key after an entry was rejected
        stands: the entry is off the list, and told as superseded.
        """
        done, after = Replay(0, 0), ""
        while rows := self._next(name, after):
            after = rows[-1].id
            found = self._judge(reader, rows)
            land(reader.take_batch(), partial(self._keep, name, found, actor))
            passed, late = len(found.landed) + len(found.set_aside), len(found.superseded)
            done = Replay(done.landed + passed, done.refused + len(rows) - passed - late, done.superseded + late)
        return done

    def _next(self, name: str, after: str) -> Sequence[Row[Any]]:
        """The next of what waits by id, at least one where there is any."""
        table = tables.rejected
        size = func.length(table.c.sealed)
        here = (table.c.connection == name, table.c.replayed_at.is_(None), table.c.id > after)
        with reading(self._engine) as connection:
            sizes = connection.execute(select(table.c.id, size).where(*here).order_by(table.c.id).limit(BATCH_ROWS))
            held, last = 0, after
            for one, length in sizes.all():
                held += length
                if last != after and held > BATCH_BYTES:
                    break
                last = one
            query = select(table).where(*here, table.c.id <= last).order_by(table.c.id)
            return connection.execute(query).all()

    def _judge(self, reader: Reader, rows: Sequence[Row[Any]]) -> _Judged:
        """Offer rows to the reader, the oldest first, and tell which of them it took."""
        found = _Judged([row.id for row in rows], [], {}, {}, [])
        keys = self._keyring.record_keys(found.tried, create=False)
        taken: list[Row[Any]] = []
        for row in sorted(rows, key=lambda row: (row.at, row.id)):
            if row.id not in keys:
                continue
            content = keys[row.id].open(RAW, row.sealed)
            if row.code == UNRESOLVABLE:
                found.set_aside[row.id] = landed_id(content)
                continue
            before = len(reader.batch.records)
            self._offer(reader, row.stream, content)
            if len(reader.batch.records) > before:
                taken.append(row)
        self._leave_out(found, taken, reader.batch)
        return found

    def _leave_out(self, found: _Judged, taken: Sequence[Row[Any]], batch: Batch) -> None:
        """Of what the reader took: leave out what the source has said otherwise since.

        What a replay lands is as of when it was rejected, so that the newest version stays in whatever order they are
        replayed, and whatever is refused or interrupted between.
        """
        ids = [
            record_id_of(self._keyring, row.connection, record)
            for row, record in zip(taken, batch.records, strict=True)
        ]
        with reading(self._engine) as connection:
            since = changed_since(connection, [one for one in ids if one is not None])
        kept: list[ReadRecord] = []
        for row, record, record_id in zip(taken, batch.records, ids, strict=True):
            if record_id is not None and record_id in since and since[record_id] > row.at:
                found.superseded.append(row.id)
                continue
            kept.append(record)
            found.landed.append(row.id)
            if record_id is not None:
                found.said[record_id] = row.at
        batch.records[:] = kept

    def _keep(self, name: str, found: _Judged, actor: str, connection: Connection) -> None:
        """Write down how a batch went, in the transaction that lands it."""
        passed = [*found.landed, *found.set_aside]
        self._mark(connection, found.tried, [*passed, *found.superseded])
        said = [(one, milliseconds(at)) for one, at in sorted(found.said.items())]
        update_many(connection, tables.record, "record_id", ("changed_at",), said)
        wait_together(connection, name, sorted(found.set_aside.values()), self._clock.now())
        event = Event(
            action=Action.RECORD_REPLAYED,
            actor=actor,
            object_type="connection",
            object_id=name,
            count=len(passed),
            details={
                "refused_again": len(found.tried) - len(passed) - len(found.superseded),
                "superseded": len(found.superseded),
            },
        )
        self._audit.append(connection, event)

    def dismiss(self, ids: Sequence[str], *, actor: str, reason_code: str) -> int:
        """Take entries off the list: mended at the source, or nobody's. Their content stays sealed.

        Returns how many there were. Raises NotFound ``rejected.unknown`` where one is not in quarantine.
        """
        check_reason_code(reason_code)
        table = tables.rejected
        with unit_of_work(self._engine) as connection:
            query = select(table.c.id).where(table.c.id.in_(ids), table.c.replayed_at.is_(None))
            found = sorted(connection.execute(query).scalars())
            if len(found) < len(set(ids)):
                raise NotFound("rejected.unknown", "Not all of these are in quarantine; see 'ingot sync rejected'.")
            self._mark(connection, [], found)
            event = Event(
                action=Action.RECORD_DISMISSED,
                actor=actor,
                object_type="quarantine",
                count=len(found),
                details={"ids": found, "reason_code": reason_code},
            )
            self._audit.append(connection, event)
        return len(found)

    def _offer(self, reader: Reader, stream: str, content: bytes) -> None:
        namespace, _, plain = stream.rpartition("|")
        try:
            data = loads(content)
        except (ValueError, RecursionError):
            return
        if not isinstance(data, dict) or broken_marker(data) is not None or too_deep(data, content):
            return
        inner = data.get("record") if data.get("type") == "RECORD" else None
        if isinstance(inner, dict) and isinstance(inner.get("data"), dict):
            data = inner["data"]
        data = plain_numbers(data)
        rejected = len(reader.batch.rejected)
        reader.take(Message(Kind.RECORD, {"stream": plain, "data": data}, StreamKey(namespace, plain)))
        # A second refusal is the same entry; it is not counted as a new one.
        del reader.batch.rejected[rejected:]

    def _mark(self, connection: Connection, tried: Sequence[str], passed: Sequence[str]) -> None:
        table = tables.rejected
        for some in chunks(tried):
            more = {"attempts": table.c.attempts + 1}
            connection.execute(update(table).where(table.c.id.in_(some)).values(**more))
        set_many(connection, table, "id", passed, "replayed_at", self._clock.now())
