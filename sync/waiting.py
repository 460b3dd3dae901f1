"""The list of landed records that wait to be resolved.

A batch that lands is put on the list as one row: a row for each of its records would stand all over the list's tree,
and cost a landing a quarter of its transaction. Who resolves unfolds the batches, the oldest first.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from core.bulk import upsert_many
from sync import tables


def wait_together(connection: Connection, name: str, record_ids: Sequence[str], now: datetime) -> None:
    """Records of the connection ``name`` wait from now on, whether they did before or not."""
    if record_ids:
        row = {"connection": name, "since": now, "records": len(record_ids), "record_ids": list(record_ids)}
        connection.execute(insert(tables.pending_batch), row)


def has_batches(connection: Connection) -> bool:
    """Whether there is anything to unfold."""
    return connection.execute(select(tables.pending_batch.c.id).limit(1)).first() is not None


def unfold(connection: Connection) -> bool:
    """The records of the oldest batch wait one by one; False where there is none that nobody else unfolds."""
    batch = tables.pending_batch
    oldest = select(batch).order_by(batch.c.id).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(oldest).first()
    if row is None:
        return False
    upsert_many(
        connection,
        tables.pending,
        ("record_id",),
        [(one,) for one in row.record_ids],
        shared={"since": row.since},
        keys=("record_id",),
        # Updated where it waits already: a resolver that holds the row is waited for, and sees the change.
        update=("since",),
    )
    connection.execute(delete(batch).where(batch.c.id == row.id))
    return True


def waiting(connection: Connection) -> int:
    """How many records wait; one that landed again meanwhile is counted each time."""
    folded = select(func.coalesce(func.sum(tables.pending_batch.c.records), 0)).scalar_subquery()
    return connection.execute(select(func.count() + folded).select_from(tables.pending)).scalar_one()


def waiting_connections(connection: Connection) -> list[str]:
    """The configured connections of which records wait."""
    record, pending = tables.record.c, tables.pending.c
    one_by_one = select(record.connection).join(tables.pending, pending.record_id == record.record_id).distinct()
    together = select(tables.pending_batch.c.connection).distinct()
    names = {*connection.execute(one_by_one).scalars(), *connection.execute(together).scalars()}
    # Names with a colon are the gateway's own: forms and manual entry have mappings of their own making.
    return sorted(name for name in names if ":" not in name)
