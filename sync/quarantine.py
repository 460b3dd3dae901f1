"""Quarantine: what could not be landed, with its reason, until it is replayed. Nothing in it is ever dropped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from audit.actions import Action
from audit.events import Event
from connectors.broken import broken_marker
from connectors.protocol import Kind, Message, StreamKey, loads, too_deep
from core.database import plain, reading, unit_of_work
from core.errors import NotFound
from merge.reason_codes import check_reason_code
from sync import tables
from sync.foundation import Foundation
from sync.reading import Reader
from sync.record_keys import RAW, plain_numbers

Land = Callable[[Reader, Callable[[Connection], None]], None]


@dataclass(frozen=True, slots=True)
class Replay:
    """How a replay went: landed now, still refused."""

    landed: int
    refused: int


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

        ``land`` commits the reader's batch together with the marks that it is no more in quarantine: a crash between
        the two would land a record without a key once more. A record the source itself could not read stays until the
        source is mended and read again.
        """
        table = tables.rejected
        with reading(self._engine) as connection:
            query = select(table).where(table.c.connection == name, table.c.replayed_at.is_(None)).order_by(table.c.id)
            rows = connection.execute(query).all()
        keys = self._keyring.record_keys([row.id for row in rows], create=False)
        passed: list[str] = []
        for row in rows:
            if row.id not in keys:
                continue
            before = len(reader.batch.records)
            self._offer(reader, row.stream, keys[row.id].open(RAW, row.sealed))
            if len(reader.batch.records) > before:
                passed.append(row.id)

        def mark(connection: Connection) -> None:
            self._mark(connection, [row.id for row in rows], passed)
            self._audit.append(
                connection,
                Event(
                    action=Action.RECORD_REPLAYED,
                    actor=actor,
                    object_type="connection",
                    object_id=name,
                    count=len(passed),
                    details={"refused_again": len(rows) - len(passed)},
                ),
            )

        land(reader, mark)
        return Replay(landed=len(passed), refused=len(rows) - len(passed))

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

    def _mark(self, connection: Connection, tried: list[str], passed: list[str]) -> None:
        table = tables.rejected
        for one in tried:
            values = {"attempts": table.c.attempts + 1}
            connection.execute(update(table).where(table.c.id == one).values(**values))
        for one in passed:
            connection.execute(update(table).where(table.c.id == one).values(replayed_at=self._clock.now()))
