"""Replay of quarantined records through the same checks and the same landing as a sync."""

from dataclasses import replace

from core.database import reading, unit_of_work
from sync.connecting import Connecting
from sync.contract_check import allowed_types
from sync.foundation import Foundation
from sync.ingest import Ingest
from sync.quarantine import Quarantine, Replay
from sync.reading import Reader, configured_streams
from sync.runs import Runs


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

    Raises NotFound ``connection.unknown``.
    """
    source = connecting.ready(name)
    with reading(foundation.engine) as connection:
        epochs = ingest.epochs(connection, name)
    plans = configured_streams(source.catalog, epochs, allowed_types)
    # A replayed row without a key is one more row, whatever the state says: it counts on from all that are there.
    plans = {
        stream: replace(plan, from_state=max(plan.from_state, epochs.get(stream, 0))) for stream, plan in plans.items()
    }
    runs = Runs(foundation.audit, foundation.clock)
    with unit_of_work(foundation.engine) as connection:
        run_id = runs.begin(connection, name, plans, actor=actor)
    landing = ingest.landing_for(name, run_id, plans)
    reader = Reader(plans, lambda content: foundation.keyring.blind("content", content))
    found = quarantine.replay(name, reader, lambda ready: landing.commit(ready.take_batch()), actor=actor)
    with unit_of_work(foundation.engine) as connection:
        runs.finish(connection, run_id, code=None, message=None)
    return found
