"""Records that arrive one at a time: forms, webhooks, manual entry. Landed and audited in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from audit.actions import Action
from audit.events import Event
from core.database import unit_of_work, upsert
from core.errors import Conflict
from core.records import RecordRef
from sync import tables
from sync.batch import UNCOUNTED
from sync.foundation import Foundation
from sync.record_keys import RAW, canonical_json, sealed_form

Check = Callable[[Connection, str], None]
RESOLVE_KEY = "next:resolve"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One arriving record: which connection and stream it belongs to, its key there, its content."""

    connection: str
    stream: str
    key: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done with an entry: its record id, and whether it had been received before."""

    record_id: str
    repeated: bool


def once_more_on_conflict(do: Callable[[], T]) -> T:
    """Do it, and once more where another change came first: then that one is seen, and answered as it should be.

    Two requests that arrive at once both find nothing there; the database lets one of them through.
    """
    try:
        return do()
    except Conflict as error:
        if error.code != "database.conflict":
            raise
        return do()


class Entries:
    """Takes single records in."""

    def __init__(self, foundation: Foundation) -> None:
        self._engine = foundation.engine
        self._keyring = foundation.keyring
        self._audit = foundation.audit
        self._clock = foundation.clock
        self._queue = foundation.queue

    def take(
        self,
        entry: Entry,
        *,
        actor: str,
        action: Action,
        delivery: bool,
        role: str = "",
        purpose: str = "",
        request_id: str = "",
        check: Check = lambda _connection, _record: None,
    ) -> Receipt:
        """Land one record and queue its resolution.

        ``check`` may refuse, in the same transaction, to correct a record that is there already. With ``delivery`` the
        key is an outside delivery id: the same one again with the same content is answered as the first time, with
        other content it is refused (Conflict ``delivery.reused``).
        """
        content = canonical_json(entry.content)
        content_hash = self._keyring.blind("content", entry.stream.encode() + b"\0" + content)
        record_id = self._keyring.record_id(RecordRef(entry.connection, "", entry.stream, entry.key))
        sealing = self._keyring.record_keys([record_id], create=True)[record_id]
        with unit_of_work(self._engine) as connection:
            if delivery and self._seen(connection, entry, content_hash, record_id):
                return Receipt(record_id, repeated=True)
            if not delivery:
                check(connection, record_id)
            now = self._clock.now()
            row = self._row(entry, record_id, content_hash, actor)
            row["sealed"] = sealing.seal(RAW, sealed_form(entry.key, content))
            changing = ["content_hash", "sealed", "changed_at", "removed_at"]
            upsert(connection, tables.record, [row], keys=["record_id"], update=changing)
            waiting = [{"record_id": record_id, "since": now}]
            upsert(connection, tables.pending, waiting, keys=["record_id"], update=["since"])
            self._queue.put(connection, "resolve", {}, dedupe_key=RESOLVE_KEY)
            self._audit.append(
                connection,
                Event(
                    action=action,
                    actor=actor,
                    role=role,
                    object_type="connection",
                    object_id=entry.connection,
                    subjects=(record_id,),
                    purpose=purpose,
                    details={"fields": sorted(entry.content)},
                    request_id=request_id,
                ),
            )
        return Receipt(record_id, repeated=False)

    def _row(self, entry: Entry, record_id: str, content_hash: bytes, actor: str) -> dict[str, Any]:
        now = self._clock.now()
        return {
            "record_id": record_id,
            "connection": entry.connection,
            "stream": entry.stream,
            "content_hash": content_hash,
            "epoch": UNCOUNTED,
            "first_seen": now,
            "changed_at": now,
            # No run: who entered it, so that they may correct it before it is resolved.
            "run_id": actor[:40],
            "removed_at": None,
        }

    def _seen(self, connection: Connection, entry: Entry, content_hash: bytes, record_id: str) -> bool:
        delivery = self._keyring.blind("delivery", entry.key.encode())
        table = tables.delivery
        found = connection.execute(
            select(table.c.content_hash).where(table.c.form == entry.connection, table.c.delivery == delivery)
        ).scalar()
        if found is not None and found != content_hash:
            raise Conflict(
                "delivery.reused", "This delivery id was used for other content before; send a new id for new content."
            )
        if found is None:
            row = {
                "form": entry.connection,
                "delivery": delivery,
                "content_hash": content_hash,
                "record_id": record_id,
                "at": self._clock.now(),
            }
            connection.execute(table.insert().values(**row))
        return found is not None
