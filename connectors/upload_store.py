"""Uploaded files, sealed piece by piece under a data key of their own: destroying the key destroys the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from connectors.tables import connectors_upload, connectors_upload_part
from connectors.upload_form import UploadForm
from core.clock import Clock
from core.crypto import Keyring
from core.errors import Conflict, Damaged, NotFound
from core.record_key import RecordKey

_PART = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """An uploaded file without its content. ``size`` in bytes; ``connection`` is None while no connection reads it."""

    id: str
    name: str
    format: str
    size: int
    connection: str | None
    created_by: str
    created_at: datetime


class UploadStore:
    """Rows of uploads. Every method works in the transaction it is given; ``actor`` is who asks."""

    def __init__(self, keyring: Keyring, audit: AuditLog, clock: Clock) -> None:
        self._keyring = keyring
        self._audit = audit
        self._clock = clock

    def add(self, connection: Connection, form: UploadForm, content: bytes, *, actor: str) -> StoredUpload:
        """Seal and keep a file."""
        new_id = self._clock.new_id("up")
        key = self._keyring.record_keys([new_id], create=True)[new_id]
        parts = -(-len(content) // _PART)
        connection.execute(
            insert(connectors_upload).values(
                id=new_id,
                sealed_name=key.seal("name", form.name.encode()),
                format=form.format,
                size=len(content),
                parts=parts,
                created_by=actor,
                created_at=self._clock.now(),
            )
        )
        for number in range(parts):
            sealed = key.seal(_field(number, parts), content[number * _PART : (number + 1) * _PART])
            connection.execute(insert(connectors_upload_part).values(upload_id=new_id, number=number, sealed=sealed))
        self._record(connection, Action.UPLOAD_STORED, new_id, actor, format=form.format, bytes=len(content))
        return self.get(connection, new_id)

    def get(self, connection: Connection, upload_id: str) -> StoredUpload:
        """One upload. Raises NotFound ``upload.unknown``."""
        row = connection.execute(select(connectors_upload).where(connectors_upload.c.id == upload_id)).one_or_none()
        return self._stored(row, self._keys([upload_id]))

    def newest(self, connection: Connection, limit: int = 100) -> list[StoredUpload]:
        """The newest uploads, newest first."""
        order = (connectors_upload.c.created_at.desc(), connectors_upload.c.id)
        rows = connection.execute(select(connectors_upload).order_by(*order).limit(limit)).all()
        keys = self._keys([row.id for row in rows])
        return [self._stored(row, keys) for row in rows if row.id in keys]

    def content(self, connection: Connection, upload_id: str) -> Iterator[bytes]:
        """The file in pieces. Raises NotFound ``upload.unknown``, Damaged ``upload.incomplete``, ``seal.broken``."""
        stored = connection.execute(
            select(connectors_upload.c.parts).where(connectors_upload.c.id == upload_id)
        ).scalar_one_or_none()
        key = self._keys([upload_id]).get(upload_id)
        if stored is None or key is None:
            raise _unknown()
        for number in range(stored):
            part = connectors_upload_part
            here = (part.c.upload_id == upload_id) & (part.c.number == number)
            sealed = connection.execute(select(part.c.sealed).where(here)).scalar_one_or_none()
            if sealed is None:
                raise Damaged("upload.incomplete", "A part of an uploaded file is missing; upload the file again.")
            yield key.open(_field(number, stored), sealed)

    def claim(self, connection: Connection, upload_ids: Sequence[str], name: str) -> None:
        """Note that this connection reads these uploads; one upload belongs to one connection.

        Raises NotFound ``upload.unknown``, Conflict ``upload.taken``.
        """
        for upload_id in upload_ids:
            taken = self.get(connection, upload_id).connection
            if taken not in {None, name}:
                raise Conflict("upload.taken", f"The connection '{taken}' reads this upload; upload the file again.")
            statement = update(connectors_upload).where(connectors_upload.c.id == upload_id)
            connection.execute(statement.values(connection=name))

    def of_connection(self, connection: Connection, name: str) -> set[str]:
        """Ids of the uploads that a connection reads."""
        return set(
            connection.execute(select(connectors_upload.c.id).where(connectors_upload.c.connection == name)).scalars()
        )

    def unclaimed(self, connection: Connection, before: datetime | None = None) -> list[str]:
        """Ids of the uploads that no connection reads, oldest first; with ``before`` only older ones."""
        query = select(connectors_upload.c.id).where(connectors_upload.c.connection.is_(None))
        if before is not None:
            query = query.where(connectors_upload.c.created_at < before)
        order = (connectors_upload.c.created_at, connectors_upload.c.id)
        return list(connection.execute(query.order_by(*order)).scalars())

    def remove(self, connection: Connection, upload_ids: Sequence[str], *, actor: str) -> None:
        """Remove uploads; their keys are destroyed by ``forget`` once this is committed."""
        for upload_id in upload_ids:
            gone = connection.execute(delete(connectors_upload).where(connectors_upload.c.id == upload_id))
            if gone.rowcount:
                self._record(connection, Action.UPLOAD_REMOVED, upload_id, actor)

    def forget(self, upload_ids: Sequence[str]) -> None:
        """Destroy the keys of removed uploads, so that no old backup of the database opens them."""
        if upload_ids:
            self._keyring.destroy(upload_ids, "upload removed", remember=False)

    def _keys(self, upload_ids: Sequence[str]) -> dict[str, RecordKey]:
        return self._keyring.record_keys(upload_ids, create=False)

    def _stored(self, row: Row[Any] | None, keys: dict[str, RecordKey]) -> StoredUpload:
        if row is None or row.id not in keys:
            raise _unknown()
        name = keys[row.id].open("name", row.sealed_name).decode()
        return StoredUpload(row.id, name, row.format, row.size, row.connection, row.created_by, row.created_at)

    def _record(self, connection: Connection, action: Action, upload_id: str, actor: str, **details: object) -> None:
        event = Event(action=action, actor=actor, object_type="upload", object_id=upload_id, details=details)
        self._audit.append(connection, event)


def _field(number: int, parts: int) -> str:
    # Its place is part of the seal, so that parts can be neither left out nor exchanged.
    return f"part {number} of {parts}"


def _unknown() -> NotFound:
    return NotFound("upload.unknown", "There is no such upload; it was removed or never used. Upload the file again.")
