"""Does the jobs of the queue: syncs, resolution, and whatever else has a handler. Any number may run side by side."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import Engine

from core.clock import Clock
from core.database import unit_of_work
from core.errors import Conflict, IngotError, Unavailable
from core.logs import get_log, log_quietly
from sync.queue import LEASE, Job, Queue

Handler = Callable[[Job], None]


class Worker:
    """Claims one job after another. ``handlers`` maps a job's kind to what does it."""

    def __init__(self, engine: Engine, queue: Queue, clock: Clock, handlers: Mapping[str, Handler]) -> None:
        self._engine = engine
        self._queue = queue
        self._clock = clock
        self._handlers = handlers

    def run_one(self, only: str | None = None) -> bool:
        """Claim and do one due job; False when there was none."""
        with unit_of_work(self._engine) as connection:
            job = self._queue.claim(connection, sorted(self._handlers), only=only)
        if job is None:
            return False
        with Heartbeat(self._engine, self._queue, job):
            self._do(job)
        return True

    def run_until(self, stopping: threading.Event, idle_seconds: float = 0.5) -> None:
        """Work until told to stop; a database that does not answer is waited for."""
        while not stopping.is_set():
            try:
                busy = self.run_one()
            except Exception as error:  # noqa: BLE001  a worker that ends unseen would leave all jobs waiting
                log_quietly("worker", "job interrupted", error)
                busy = False
            if not busy:
                stopping.wait(idle_seconds)

    def _do(self, job: Job) -> None:
        try:
            self._handlers[job.kind](job)
        except IngotError as error:
            if error.code == "job.lease_lost":
                raise
            # A full disk is waited for like a database that does not answer.
            waits = isinstance(error, Unavailable) or error.code == "database.full"
            self._fail(job, error.code, error.message, retry=waits or isinstance(error, Conflict))
            return
        except Exception as error:  # noqa: BLE001  a fault of one job must not end the worker; it is logged and kept
            get_log("worker").error("job broke", job=job.id, kind=job.kind, error=error)
            self._fail(job, "job.broke", f"A fault in the program ended this job ({type(error).__name__}).", retry=True)
            return
        with unit_of_work(self._engine) as connection:
            self._queue.done(connection, job)

    def _fail(self, job: Job, code: str, message: str, *, retry: bool) -> None:
        # Twice the wait after each try: a system that is down is not asked every second.
        wait = timedelta(seconds=5 * 2**job.attempts)
        retry_at = self._clock.now() + wait if retry else None
        with unit_of_work(self._engine) as connection:
            self._queue.failed(connection, job, code=code, message=message, retry_at=retry_at)


class Heartbeat:
    """Lengthens the lease while a job is done, also through long silences of a source."""

    def __init__(self, engine: Engine, queue: Queue, job: Job) -> None:
        self._engine = engine
        self._queue = queue
        self._job = job
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="lease")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(LEASE.total_seconds() / 4):
            try:
                with unit_of_work(self._engine) as connection:
                    self._queue.hold(connection, self._job)
            except IngotError as error:
                # The next effect of the job checks the fence itself and stops it.
                get_log("worker").warning("lease not held", job=self._job.id, error=error)
