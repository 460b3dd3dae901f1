"""A landed record that breaks the resolution is set aside: into quarantine, out of the list of waiting records."""

from collections.abc import Callable, Sequence

import orjson
from sqlalchemy import Connection, delete, select

from core.database import unit_of_work, upsert
from core.errors import IngotError
from core.logs import log_quietly
from sync import tables
from sync.batch import UNCOUNTED
from sync.foundation import Foundation

FIELD = "raw"
UNRESOLVABLE = "record.unresolvable"


def set_aside(connection: Connection, foundation: Foundation, record_id: str, fault: str) -> None:
    """Put a record into quarantine by its id; its content stays where it was landed.

    ``fault`` is the kind of error, which names no value. The record is tried again when its mapping or content changes,
    or when what is in quarantine is replayed.
    """
    connection.execute(delete(tables.pending).where(tables.pending.c.record_id == record_id))
    row = connection.execute(select(tables.record).where(tables.record.c.record_id == record_id)).first()
    if row is None:
        return
    rejected_id = "q_" + foundation.keyring.blind("set aside", record_id.encode()).hex()
    key = foundation.keyring.record_keys([rejected_id], create=True)[rejected_id]
    entry = {
        "id": rejected_id,
        "run_id": row.run_id,
        "connection": row.connection,
        "stream": row.stream,
        "code": UNRESOLVABLE,
        "message": f"The record landed but could not be resolved ({fault}); look at its mapping, or mend the source.",
        "sealed": key.seal(FIELD, orjson.dumps({"landed": record_id})),
        "content_hash": row.content_hash,
        "epoch": UNCOUNTED,
        "at": foundation.clock.now(),
        "attempts": 0,
        "replayed_at": None,
    }
    upsert(connection, tables.rejected, [entry], keys=["id"], update=["message", "at", "content_hash", "replayed_at"])


def with_the_rest(
    foundation: Foundation, record_ids: Sequence[str], do: Callable[[Sequence[str]], None], job: str
) -> None:
    """Do something with records together; where one breaks the program, with each alone, and set that one aside.

    ``job`` is what the log calls it. Errors of ours are no such breaks and are raised.
    """
    try:
        do(record_ids)
    except IngotError:
        raise
    except Exception as error:  # noqa: BLE001  whatever one record does to the program, the others go on
        log_quietly(job, "batch broke", error, records=len(record_ids))
        for one in record_ids:
            _alone(foundation, one, do, job)


def _alone(foundation: Foundation, record_id: str, do: Callable[[Sequence[str]], None], job: str) -> None:
    try:
        do([record_id])
    except IngotError:
        raise
    except Exception as error:  # noqa: BLE001  as above; this is the one
        log_quietly(job, "record set aside", error, record=record_id)
        with unit_of_work(foundation.engine) as connection:
            set_aside(connection, foundation, record_id, type(error).__name__)


def landed_id(content: bytes) -> str:
    """The id of the landed record that an entry stands for, out of its opened content."""
    return str(orjson.loads(content)["landed"])
