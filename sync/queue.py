"""The job table: claim with a lease and a fence, one live job a dedupe key, on both databases.

A worker that pauses past its lease and comes back finds its fence gone: whatever it does next in the database is
refused, because every effect checks the fence in its own transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from core.clock import Clock
from core.database import upsert
from core.errors import Conflict, NotFound
from sync.process_identity import has_ended, own_identity
from sync.tables import job

LEASE = timedelta(seconds=60)
NEXT = "next:"
# No failed job is put off longer, and no clock of a machine may be further ahead than a lease: what lies beyond was
# written by a clock that was wrong, and is not waited for.
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_LEASE = 2 * LEASE


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job. ``fence`` proves that the claim is still ours."""

    id: str
    kind: str
    payload: Mapping[str, Any]
    fence: int
    attempts: int
    max_attempts: int


class Queue:
    """Jobs as rows; each method works in the caller's transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def put(
        self,
        connection: Connection,
        kind: str,
        payload: Mapping[str, Any],
        *,
        dedupe_key: str,
        run_at: datetime | None = None,
        max_attempts: int = 3,
    ) -> str:
        """Queue a job; where one with that key is queued or running, that one's id is returned instead.

        A key that starts with ``next:`` is free again as soon as its job is claimed: what comes while that job runs
        queues the next one, so nothing waits unseen.
        """
        now = self._clock.now()
        self._end_abandoned(connection, kind, dedupe_key)
        row = {
            "id": self._clock.new_id("job"),
            "kind": kind,
            "dedupe_key": dedupe_key,
            "payload": dict(payload),
            "state": "queued",
            "run_at": run_at or now,
            "attempts": 0,
            "max_attempts": max_attempts,
            "fence": 0,
            "created_at": now,
        }
        # Updating the key with itself locks the row: a worker cannot claim and end the job before this change lasts.
        upsert(connection, job, [row], keys=["dedupe_key"], update=["dedupe_key"])
        found: str = connection.execute(select(job.c.id).where(job.c.dedupe_key == dedupe_key)).scalar_one()
        return found

    def claim(self, connection: Connection, kinds: Sequence[str], *, only: str | None = None) -> Job | None:
        """Take the next due job of those kinds, or one whose lease has run out; None when there is none."""
        now = self._clock.now()
        due = (
            select(job)
            .where(
                job.c.kind.in_(kinds),
                ((job.c.state == "queued") & _is_due(now))
                | ((job.c.state == "running") & _has_run_out(now))
                | job.c.id.in_(self._abandoned(connection, kinds)),
            )
            .order_by(job.c.run_at, job.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = connection.execute(due if only is None else due.where(job.c.id == only)).first()
        if row is None:
            return None
        if row.attempts >= row.max_attempts:
            # The last worker died with it; it has had its tries.
            self._end(connection, row.id, "failed", "job.abandoned", "Its worker ended without a word, too often.")
            return None
        connection.execute(
            update(job)
            .where(job.c.id == row.id)
            .values(
                state="running",
                lease_until=now + LEASE,
                holder=own_identity(),
                fence=row.fence + 1,
                attempts=row.attempts + 1,
                dedupe_key=row.id if row.dedupe_key.startswith(NEXT) else row.dedupe_key,
            )
        )
        return Job(row.id, row.kind, row.payload, row.fence + 1, row.attempts + 1, row.max_attempts)

    def hasten(self, connection: Connection, job_id: str) -> None:
        """Somebody asks for it now: a job that waits for its next try is due at once, with all its tries."""
        values = {"run_at": job.c.created_at, "attempts": 0}
        connection.execute(update(job).where(job.c.id == job_id, job.c.state == "queued").values(**values))
        row = connection.execute(select(job).where(job.c.id == job_id, job.c.state == "running")).first()
        if row is not None and row.holder and has_ended(row.holder):
            connection.execute(update(job).where(job.c.id == job_id).values(attempts=0))

    def _end_abandoned(self, connection: Connection, kind: str, dedupe_key: str) -> None:
        """A job of another kind whose process has ended must not keep the key: nobody would take it over.

        Of a process on another machine a lease that has run out tells it.
        """
        late = _has_run_out(self._clock.now()).label("late")
        query = select(job.c.id, job.c.holder, late).where(
            job.c.dedupe_key == dedupe_key, job.c.kind != kind, job.c.state == "running"
        )
        for row in connection.execute(query):
            if row.late or (row.holder and has_ended(row.holder)):
                self._end(connection, row.id, "failed", "job.abandoned", "Its process ended without a word.")

    def _abandoned(self, connection: Connection, kinds: Sequence[str]) -> list[str]:
        """Running jobs whose process on this machine has ended."""
        query = select(job.c.id, job.c.holder).where(job.c.kind.in_(kinds), job.c.state == "running")
        return [row.id for row in connection.execute(query) if row.holder and has_ended(row.holder)]

    def hold(self, connection: Connection, claimed: Job) -> None:
        """Prove, in this transaction, that the claim is ours, and lengthen the lease.

        Raises Conflict ``job.lease_lost`` when another worker has it: the transaction must not go on.
        """
        held = connection.execute(
            update(job)
            .where(job.c.id == claimed.id, job.c.fence == claimed.fence, job.c.state == "running")
            .values(lease_until=self._clock.now() + LEASE)
        )
        if held.rowcount != 1:
            raise Conflict("job.lease_lost", "Another worker has taken this job over; this one stops.", job=claimed.id)

    def done(self, connection: Connection, claimed: Job) -> None:
        """End a job well; its key is free again."""
        self.hold(connection, claimed)
        self._end(connection, claimed.id, "done", None, None)

    def failed(
        self, connection: Connection, claimed: Job, *, code: str, message: str, retry_at: datetime | None
    ) -> None:
        """End a job badly, or put it back until ``retry_at`` while it has tries left."""
        self.hold(connection, claimed)
        if retry_at is None or claimed.attempts >= claimed.max_attempts:
            self._end(connection, claimed.id, "failed", code, message)
            return
        connection.execute(
            update(job)
            .where(job.c.id == claimed.id)
            .values(state="queued", run_at=retry_at, lease_until=None, code=code, message=message)
        )

    def cancel(self, connection: Connection, dedupe_key: str, *, code: str, message: str) -> bool:
        """End the job of that key wherever it stands; False when there is none.

        Its fence goes up, so a worker in the middle of it is refused at its next effect and stops.
        """
        row = connection.execute(select(job.c.id, job.c.fence).where(job.c.dedupe_key == dedupe_key)).first()
        if row is None:
            return False
        connection.execute(update(job).where(job.c.id == row.id).values(fence=row.fence + 1))
        self._end(connection, row.id, "failed", code, message)
        return True

    def waiting(self, connection: Connection, kind: str) -> list[Row[Any]]:
        """Jobs of a kind that wait or run, the one that is due first before the others."""
        query = select(job).where(job.c.kind == kind, job.c.state.in_(("queued", "running")))
        return list(connection.execute(query.order_by(job.c.run_at, job.c.id)))

    def get(self, connection: Connection, job_id: str) -> Row[Any]:
        """One job's row. Raises NotFound ``job.unknown``."""
        row = connection.execute(select(job).where(job.c.id == job_id)).first()
        if row is None:
            raise NotFound("job.unknown", f"There is no job '{job_id}'.")
        return row

    def _end(self, connection: Connection, job_id: str, state: str, code: str | None, message: str | None) -> None:
        connection.execute(
            update(job)
            .where(job.c.id == job_id)
            .values(
                state=state,
                dedupe_key=job_id,
                lease_until=None,
                code=code,
                message=message,
                finished_at=self._clock.now(),
            )
        )


def _is_due(now: datetime) -> ColumnElement[bool]:
    """A job that was never put off is due whatever the clock says now: it may have been set back since."""
    put_off_by_a_wrong_clock = (job.c.attempts > 0) & (job.c.run_at > now + _LONGEST_WAIT)
    return (job.c.run_at <= now) | (job.c.run_at <= job.c.created_at) | put_off_by_a_wrong_clock


def _has_run_out(now: datetime) -> ColumnElement[bool]:
    return (job.c.lease_until < now) | (job.c.lease_until > now + _LONGEST_LEASE)
