"""The jobs of the gateway: a sync of one connection, then the resolution of what it brought."""

from collections.abc import Callable

from core.database import reading, unit_of_work
from core.errors import Conflict, IngotError, Unavailable
from sync.connecting import Connecting
from sync.entry import RESOLVE_KEY
from sync.foundation import Foundation
from sync.ingest import Ingest, Progress, RunResult
from sync.loader import Loader
from sync.maintaining import Maintaining
from sync.mapping_store import LEAST_CONFIDENCE, MappingStore, Suggest, suggest_mapping
from sync.queue import Job
from sync.reconcile import Reconciler
from sync.runs import CANCELLED, CANCELLED_MESSAGE, Runs
from sync.waiting import waiting_connections
from sync.worker import Handler

SAMPLE = 200
SYSTEM = "system:sync"
"""Who asks for what the schedule asks for."""
_SYNC_TRIES = 5


class Flows:
    """What a worker does for each kind of job."""

    def __init__(
        self,
        foundation: Foundation,
        connecting: Connecting,
        ingest: Ingest,
        reconciler: Reconciler,
        loader: Loader,
        mappings: MappingStore,
        suggest: Suggest,
        maintaining: Maintaining,
    ) -> None:
        self._foundation = foundation
        self._connecting = connecting
        self._ingest = ingest
        self._reconciler = reconciler
        self._loader = loader
        self._mappings = mappings
        self._suggest = suggest
        self._maintaining = maintaining
        self._runs = Runs(foundation.audit, foundation.clock)
        self.on_progress: Callable[[Progress], None] = lambda _: None
        self.on_resolved: Callable[[int], None] = lambda _: None

    def handlers(self) -> dict[str, Handler]:
        """Kinds of jobs and what does them."""
        return {"sync": self._sync, "resolve": self._resolve, "maintain": self._maintain}

    def queue_sync(self, name: str, *, actor: str) -> str:
        """Queue a sync of a connection for somebody; returns the job's id, that of one already queued where there is.

        Raises Conflict ``sync.busy`` while rejected records of it are being replayed.
        """
        self._connecting.ready(name)
        with unit_of_work(self._foundation.engine) as connection:
            payload = {"connection": name, "actor": actor}
            job = self._foundation.queue.put(
                connection, "sync", payload, dedupe_key=f"sync:{name}", max_attempts=_SYNC_TRIES
            )
            if self._foundation.queue.get(connection, job).kind != "sync":
                raise Conflict("sync.busy", f"Rejected records of '{name}' are being replayed; sync after that.")
            self._foundation.queue.hasten(connection, job)
            self._runs.ask(connection, name, actor=actor, job=job)
            return job

    def cancel_sync(self, name: str, *, actor: str) -> None:
        """Stop the sync of a connection that waits or runs; its worker notices at its next effect.

        Raises Conflict ``sync.not_running``.
        """
        with unit_of_work(self._foundation.engine) as connection:
            ended = self._foundation.queue.cancel(connection, f"sync:{name}", code=CANCELLED, message=CANCELLED_MESSAGE)
            if not ended:
                raise Conflict("sync.not_running", f"No sync of '{name}' waits or runs; there is nothing to stop.")
            self._runs.cancel(connection, name, actor=actor)

    def queue_resolve(self) -> str:
        """Queue the resolution of what waits."""
        with unit_of_work(self._foundation.engine) as connection:
            return self._foundation.queue.put(connection, "resolve", {}, dedupe_key=RESOLVE_KEY)

    def suggest_missing(self, name: str, actor: str = SYSTEM) -> list[str]:
        """Give each stream of a connection that has no mapping a suggested one; returns those streams."""
        with reading(self._foundation.engine) as connection:
            known = self._mappings.all(connection, name)
            streams = [stream for stream in self._loader.streams(connection, name) if stream not in known]
            samples = {stream: self._loader.sample(connection, name, stream, SAMPLE) for stream in streams}
        if not streams:
            return []
        # Looking at values takes its time: nobody who writes should wait for it.
        found = {one: suggest_mapping(samples[one], self._suggest, least=LEAST_CONFIDENCE) for one in streams}
        with unit_of_work(self._foundation.engine) as connection:
            known = self._mappings.all(connection, name)
            missing = [stream for stream in streams if stream not in known]
            for stream in missing:
                self._mappings.set(connection, name, stream, found[stream], actor=actor, suggested=True)
        return missing

    def _sync(self, job: Job) -> None:
        name = str(job.payload["connection"])
        actor = str(job.payload.get("actor") or SYSTEM)
        result = self._ingest.run(self._connecting.ready(name), job, actor=actor, progress=self.on_progress)
        self.suggest_missing(name)
        self.queue_resolve()
        if result.code is not None:
            raise _as_error(result)

    def _waiting_connections(self) -> list[str]:
        with reading(self._foundation.engine) as connection:
            return waiting_connections(connection)

    def _resolve(self, job: Job) -> None:
        # A first sync that was cut off has left records without a mapping: nothing would come of them.
        for name in self._waiting_connections():
            self.suggest_missing(name)
        self._reconciler.run(job, self.on_resolved)

    def _maintain(self, job: Job) -> None:
        self._maintaining.run(job)


def _as_error(result: RunResult) -> IngotError:
    kind = Unavailable if result.retryable else Conflict
    return kind(result.code or "sync.failed", result.message or "The sync failed.", run=result.run_id)
