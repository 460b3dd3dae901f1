"""One sync of one connection: start the source, land what it sends, end the run with the truth about it.

Succeeded means: exit code 0 and every stream COMPLETE. Anything else is a failed run whose committed part stays.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from connectors.launch import Launch
from connectors.protocol import Junk, Kind, Message, Records, loads
from connectors.read_ahead import Made
from connectors.runner import Reading, Runner, config_of_control
from core.database import reading, unit_of_work
from core.errors import Conflict, IngotError, Unavailable
from core.logs import get_log
from sync import tables
from sync.ahead import WORKER, given_for, taken
from sync.batch import GLOBAL_STATE, Batch, StreamPlan
from sync.contract_check import allowed_types
from sync.foundation import Foundation
from sync.landing import Landing, state_name
from sync.pipeline import Pipeline
from sync.preparing import Prepared
from sync.queue import Job
from sync.reading import Reader, configured_streams
from sync.runs import Runs

BATCH_BYTES = 8 * 1024 * 1024
BATCH_SECONDS = 0.5
AHEAD_RECORDS = 1_000
"""A source that brings so many before a batch is put is quick: its output is worth a process of its own."""
_CORES = os.cpu_count() or 1
Found = Message | Junk | Records | Prepared


@dataclass(frozen=True, slots=True)
class SourceToRead:
    """A connection, ready to be read. ``keep_config`` stores a configuration that the source has renewed."""

    name: str
    launch: Launch
    config: Mapping[str, Any]
    catalog: Mapping[str, Any]
    spec: Mapping[str, Any] | None
    keep_config: Callable[[Connection, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended: its state, and why when it failed."""

    run_id: str
    state: str
    code: str | None
    message: str | None
    retryable: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands; told after every committed batch."""

    connection: str
    read: Mapping[str, int]
    rejected: int
    estimated: Mapping[str, int]


class Ingest:
    """Runs syncs. One object a process; a run is a call."""

    def __init__(self, foundation: Foundation, runner: Runner) -> None:
        self._foundation = foundation
        self._engine = foundation.engine
        self._keyring = foundation.keyring
        self.runner = runner
        self._runs = Runs(foundation.audit, foundation.clock)

    def run(
        self,
        source: SourceToRead,
        job: Job | None = None,
        *,
        actor: str = "system:sync",
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> RunResult:
        """Read a source to its end and land everything. Raises only what makes the run itself impossible."""
        epochs, states = self._committed(source.name)
        plans = configured_streams(source.catalog, epochs, allowed_types)
        given = [blob for stream, blob in states.items() if stream == GLOBAL_STATE or _incremental(plans, stream)]
        with unit_of_work(self._engine) as connection:
            run_id = self._runs.begin(connection, source.name, plans, actor=actor)
        reader = Reader(plans, partial(self._keyring.blinder, "content"))
        ahead = partial(given_for, source.name, plans, self._keyring.blinding_key)
        landing = self._landing(source.name, run_id, job, plans)
        failure: IngotError | None = None
        try:
            with self.runner.read(source.launch, source.config, source.catalog, given, spec=source.spec) as messages:
                if not given and _CORES > 1:
                    # All is read, which is likely much: the process starts while the source does.
                    messages.read_ahead(WORKER, ahead())
                with Pipeline(landing, _Told(source.name, progress)) as pipeline:
                    self._read(source, messages, reader, pipeline, ahead)
                failure = _ending(messages, reader, plans)
        except Conflict as error:
            if error.code == "job.lease_lost":
                raise
            failure = error
        except IngotError as error:
            failure = error
        return self._close(run_id, failure)

    def landing_for(self, name: str, run_id: str, job: Job, plans: Mapping[str, StreamPlan]) -> Landing:
        """A landing outside a source's run, for replayed records."""
        return self._landing(name, run_id, job, plans)

    def _landing(self, name: str, run_id: str, job: Job | None, plans: Mapping[str, StreamPlan]) -> Landing:
        return Landing(self._foundation, connection_name=name, run_id=run_id, job=job, plans=plans)

    def _read(
        self,
        source: SourceToRead,
        messages: Reading,
        reader: Reader,
        pipeline: Pipeline,
        ahead: Callable[[], object],
    ) -> None:
        last = time.monotonic()
        alone = _CORES > 1 and not messages.has_ahead
        for found in messages.together():
            if isinstance(found, Message) and found.kind is Kind.CONTROL:
                # At once and before more records: a rotated token works only once.
                with unit_of_work(self._engine) as connection:
                    pipeline.landing.hold(connection)
                    source.keep_config(connection, config_of_control(found))
                continue
            if isinstance(found, Made):
                messages.prefer(pipeline.mostly_new)
            left: Found | None = taken(found) if isinstance(found, Made) else found
            while left is not None:
                now, left = _that_fit(left, pipeline.size - len(reader.batch.records))
                reader.take(now)
                batch = reader.batch
                if alone and len(batch.records) >= AHEAD_RECORDS:
                    alone = False
                    messages.read_ahead(WORKER, ahead())
                full = len(batch.records) >= pipeline.size or batch.bytes >= BATCH_BYTES
                if full or (batch and time.monotonic() - last >= BATCH_SECONDS):
                    pipeline.put(reader.take_batch())
                    last = time.monotonic()
        if reader.batch:
            pipeline.put(reader.take_batch(), last=True)

    def _close(self, run_id: str, failure: IngotError | None) -> RunResult:
        code = failure.code if failure else None
        message = failure.message if failure else None
        with unit_of_work(self._engine) as connection:
            state = self._runs.finish(connection, run_id, code=code, message=message)
        if failure is not None:
            get_log("sync").warning("run failed", run=run_id, error=failure)
        return RunResult(run_id, state, code, message, retryable=isinstance(failure, Unavailable))

    def epochs(self, connection: Connection, name: str) -> dict[str, int]:
        """How many states of each stream of a connection are committed."""
        query = select(tables.state.c.stream, tables.state.c.epoch).where(tables.state.c.connection == name)
        return {row.stream: row.epoch for row in connection.execute(query)}

    def _committed(self, name: str) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
        """Epoch and state of each stream, as last committed."""
        epochs: dict[str, int] = {}
        states: dict[str, dict[str, Any]] = {}
        with reading(self._engine) as connection:
            query = select(tables.state).where(tables.state.c.connection == name).order_by(tables.state.c.stream)
            for row in connection.execute(query):
                epochs[row.stream] = row.epoch
                states[row.stream] = loads(self._keyring.open_secret(state_name(name, row.stream), row.sealed))
        return epochs, states


class _Told:
    """Adds up what a run has done and tells it."""

    def __init__(self, name: str, progress: Callable[[Progress], None]) -> None:
        self._name = name
        self._progress = progress
        self._read: dict[str, int] = {}
        self._estimated: dict[str, int] = {}
        self._rejected = 0

    def __call__(self, batch: Batch) -> None:
        for stream, count in batch.read.items():
            self._read[stream] = self._read.get(stream, 0) + count
        self._estimated.update(batch.estimates)
        self._rejected += len(batch.rejected)
        self._progress(Progress(self._name, dict(self._read), self._rejected, dict(self._estimated)))


def _that_fit(found: Found, room: int) -> tuple[Found, Found | None]:
    """As much as there is room for, at least one record, and what is left."""
    room = max(room, 1)
    if isinstance(found, Prepared) and len(found.hashes) > room:
        return found.part(0, room), found.part(room)
    if not isinstance(found, Records) or len(found.bodies) <= room:
        return found, None
    return Records(found.stream, found.bodies[:room]), Records(found.stream, found.bodies[room:])


def _incremental(plans: Mapping[str, StreamPlan], stream: str) -> bool:
    plan = plans.get(stream)
    return plan is not None and plan.incremental


def _ending(messages: Reading, reader: Reader, plans: Mapping[str, StreamPlan]) -> IngotError | None:
    """Why a run that was read to its end did not succeed, or None."""
    exit_code = messages.finish()
    unfinished = sorted(name for name in plans if reader.statuses.get(name) != "complete")
    if exit_code == 0 and not unfinished:
        return None
    kind = messages.errors[-1].failure_type if messages.errors else "system_error"
    streams = f" Streams not complete: {', '.join(unfinished)}." if unfinished else ""
    advice = {
        "config_error": "Mend the connection's configuration, then run it again.",
        "transient_error": "Its system may answer later; the sync goes on from what is committed.",
    }.get(kind, "Look at the run's log, then run it again; it goes on from what is committed.")
    text = f"The source ended with exit code {exit_code} ({kind}).{streams} {advice}"
    if kind == "config_error":
        return Conflict("source.config_error", text, exit_code=exit_code)
    return Unavailable("source.failed" if exit_code else "source.incomplete", text, exit_code=exit_code)
