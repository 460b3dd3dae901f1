"""Absent is not null: some sources leave out what they did not read, and a field left out is no value cleared.

For streams whose mapping says ``absent: keep``, a changed record keeps the fields that it does not name, as they were
landed before. Done in the transaction that lands it, so that what is kept is what stands.
"""

from collections.abc import Mapping

import orjson
from sqlalchemy import Connection, select

from connectors.protocol import loads
from core.crypto import Keyring
from core.database import chunks
from sync import tables
from sync.mapping import KEEP
from sync.record_keys import RAW, canonical_json, sealed_form
from sync.sealing import SealedBatch, form_of


def keeping(connection: Connection, name: str) -> set[str]:
    """The streams of a connection whose newest mapping says to keep."""
    table = tables.mapping.c
    rows = connection.execute(
        select(table.stream, table.content).where(table.connection == name).order_by(table.version)
    )
    newest: dict[str, Mapping[str, object]] = {row.stream: row.content for row in rows}
    return {stream for stream, content in newest.items() if content.get("absent") == KEEP}


def carry(connection: Connection, keyring: Keyring, name: str, sealed: SealedBatch) -> None:
    """Give changed records of those streams the fields that they leave out; the others stay as they are."""
    if not sealed.changed:
        return
    streams = keeping(connection, name)
    if not streams:
        return
    wanted = [one for one in sorted(sealed.changed) if sealed.records[one][0].stream in streams]
    table = tables.record.c
    for some in chunks(wanted):
        rows = connection.execute(
            select(table.record_id, table.sealed).where(table.record_id.in_(some), table.removed_at.is_(None))
        ).all()
        keys = keyring.record_keys([row.record_id for row in rows], create=False)
        for row in rows:
            key = keys.get(row.record_id)
            if key is not None:
                record, primary = sealed.records[row.record_id]
                before = loads(key.open(RAW, row.sealed))["data"]
                now = orjson.loads(form_of(row.record_id, record, primary))["data"]
                content = canonical_json({**before, **now})
                sealed.changed[row.record_id] = key.seal(RAW, sealed_form(primary, content))
