"""Replay of quarantined records through the same checks and the same landing as a sync, and never beside one."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from core.database import reading, unit_of_work
from core.errors import Conflict, IngotError
from sync.batch import Batch
from sync.connecting import Connecting
from sync.contract_check import allowed_types
from sync.entry import RESOLVE_KEY
from sync.foundation import Foundation
from sync.ingest import Ingest, SourceToRead
from sync.quarantine import Quarantine, Replay
from sync.queue import Job
from sync.reading import Reader, configured_streams
from sync.runs import Runs
from sync.worker import Heartbeat

KIND = "replay"


def replay_rejected(
    foundation: Foundation,
    connecting: Connecting,
    ingest: Ingest,
    quarantine: Quarantine,
    name: str,
    *,
    actor: str,
) -> Replay:
    """Judge the rejected records of a connection by its schema of today; what passes is landed as its own run.

    What was let through before an interruption stays, and is resolved by whoever works next.

    Raises NotFound ``connection.unknown``, Conflict ``sync.busy`` while a sync of the connection waits or runs.
    """
    source = connecting.ready(name)
    job = _claim(foundation, name)
    try:
        with Heartbeat(foundation.engine, foundation.queue, job):
            return _replay(foundation, ingest, quarantine, source, job, actor)
    finally:
        with unit_of_work(foundation.engine) as connection:
            foundation.queue.done(connection, job)


def _replay(
    foundation: Foundation, ingest: Ingest, quarantine: Quarantine, source: SourceToRead, job: Job, actor: str
) -> Replay:
    name = source.name
    with reading(foundation.engine) as connection:
        epochs = ingest.epochs(connection, name)
    # A replayed row without a key is one more row, whatever the state says: it counts on from all that are there.
    planned = configured_streams(source.catalog, epochs, allowed_types)
    plans = {stream: replace(plan, count_all=True) for stream, plan in planned.items()}
    runs = Runs(foundation.audit, foundation.clock)
    with unit_of_work(foundation.engine) as connection:
        run_id = runs.begin(connection, name, plans, actor=actor)
    reader = Reader(plans, partial(foundation.keyring.blinder, "content"), behind_state=True)

    def land(batch: Batch, mark: Callable[[Connection], None]) -> None:
        def also(connection: Connection) -> None:
            mark(connection)
            # Whoever is killed after this transaction resolves nothing any more.
            foundation.queue.put(connection, "resolve", {}, dedupe_key=RESOLVE_KEY)

        # Anew for each batch: what the one before has landed is counted among the rows that are there.
        ingest.landing_for(name, run_id, job, plans).commit(batch, also)

    try:
        found = quarantine.replay(name, reader, land, actor=actor)
    except IngotError as error:
        if error.code == "job.lease_lost":
            raise
        # Else it would seem to run until the next one begins.
        with unit_of_work(foundation.engine) as connection:
            runs.finish(connection, run_id, code=error.code, message=error.message)
        raise
    with unit_of_work(foundation.engine) as connection:
        runs.finish(connection, run_id, code=None, message=None)
    return found


def _claim(foundation: Foundation, name: str) -> Job:
    with unit_of_work(foundation.engine) as connection:
        queued = foundation.queue.put(connection, KIND, {"connection": name}, dedupe_key=f"sync:{name}")
        job = foundation.queue.claim(connection, [KIND], only=queued)
    if job is None:
        raise Conflict("sync.busy", f"A sync of '{name}' waits or runs; replay when it has ended.", connection=name)
    return job
