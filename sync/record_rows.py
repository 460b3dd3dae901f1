"""The row of a landed record: which it is, and since when it stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from core.crypto import Keyring
from core.database import chunks
from core.records import RecordRef
from sync import tables
from sync.batch import ReadRecord


def record_id_of(keyring: Keyring, connection_name: str, record: ReadRecord) -> str | None:
    """The id of a record that was read; None where its stream has no primary key."""
    if record.key is None or record.record_id is not None:
        return record.record_id
    namespace, _, stream = record.stream.rpartition("|")
    return keyring.record_id(RecordRef(connection_name, namespace, stream, record.key))


def changed_since(connection: Connection, record_ids: Sequence[str]) -> dict[str, datetime]:
    """Since when those of the records that are there stand as they do."""
    table = tables.record.c
    found: dict[str, datetime] = {}
    for some in chunks(record_ids):
        query = select(table.record_id, table.changed_at).where(table.record_id.in_(some))
        found.update((one, at) for one, at in connection.execute(query))
    return found
