"""What doors do with the log, each use an entry of the log itself: search, prove, export, check.

The functions take the engine, open one transaction each and write their own event in it, so that no door can forget
(an auditor's own reads are audited too; those entries cause no further ones).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Engine

from audit.actions import Action
from audit.check import verify_database
from audit.checkpoint import Checkpoint
from audit.events import Event
from audit.export import export
from audit.filters import check_filters
from audit.log import AuditLog, Entry, InclusionProof, Query
from audit.notes import VerifierKey
from audit.proof_file import write_proof
from audit.report import Report
from core.database import reading, unit_of_work
from core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Caller:
    """Who reads the log, as the events name them."""

    actor: str
    role: str = ""
    purpose: str = ""
    request_id: str = ""

    def event(
        self, action: Action, *, count: int, details: Mapping[str, object], subjects: tuple[str, ...] = ()
    ) -> Event:
        """The event of one use of the log."""
        return Event(
            action,
            self.actor,
            role=self.role,
            purpose=self.purpose,
            request_id=self.request_id,
            subjects=subjects,
            count=count,
            details=details,
        )


def search(
    engine: Engine, log: AuditLog, caller: Caller, query: Query, *, before: int | None = None, limit: int = 100
) -> list[Entry]:
    """A page of entries, newest first; see ``AuditLog.search``. Leaves ``audit.searched``.

    Raises Invalid ``audit.filter`` for a filter that could hold something of a person.
    """
    check_filters({name: value for name, value in asdict(query).items() if isinstance(value, str)})
    with unit_of_work(engine) as connection:
        found = log.search(connection, query, before=before, limit=limit)
        asked = {name: _plain(value) for name, value in asdict(query).items() if value is not None}
        subjects = () if query.subject is None else (query.subject,)
        log.append(connection, caller.event(Action.AUDIT_SEARCHED, count=len(found), details=asked, subjects=subjects))
    return found


def read_entry(engine: Engine, log: AuditLog, caller: Caller, index: int) -> Entry:
    """One entry as it is shown to somebody. Leaves ``audit.searched``. NotFound where there is no such entry."""
    with unit_of_work(engine) as connection:
        found = log.entry(connection, index)
        log.append(connection, caller.event(Action.AUDIT_SEARCHED, count=1, details={"index": index}))
    return found


def checkpoint(engine: Engine, log: AuditLog) -> tuple[Checkpoint, str]:
    """The newest checkpoint and its note, which is public: no event. NotFound before the first one."""
    with reading(engine) as connection:
        return log.checkpoint(connection)


def prove(engine: Engine, log: AuditLog, index: int) -> InclusionProof:
    """The inclusion proof of an entry: hashes only, so no event. NotFound where there is no such entry."""
    with reading(engine) as connection:
        return log.prove(connection, index)


def export_to(engine: Engine, log: AuditLog, caller: Caller, directory: Path, key: VerifierKey) -> int:
    """Export the whole log; see ``audit.export``. Leaves ``audit.exported``, before the first byte is written."""
    with unit_of_work(engine) as connection:
        size = log.checkpoint(connection)[0].size
        log.append(connection, caller.event(Action.AUDIT_EXPORTED, count=size, details={"size": size}))
    with reading(engine) as connection:
        return export(connection, directory, key)


def proof_file(engine: Engine, log: AuditLog, index: int) -> str:
    """The proof of an entry as a file (``audit.proof_file``), with the entry in it.

    Raises NotFound ``audit.no_entry``, ``audit.no_checkpoint``, and ``audit.no_body`` where its retention is over.
    """
    with reading(engine) as connection:
        proof = log.prove(connection, index)
        body = log.entry(connection, index).body
    if body is None:
        raise NotFound("audit.no_body", f"The retention of entry {index} is over; only its hash can be proved.")
    return write_proof(index, body, proof.hashes, proof.note)


def check(
    engine: Engine,
    log: AuditLog,
    caller: Caller,
    checkpoints: Path,
    key: VerifierKey,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Check the log where it lies; see ``audit.check``. Leaves ``audit.verified`` with the outcome."""
    with reading(engine) as connection:
        report = verify_database(connection, checkpoints, str(key), progress)
    details = {"size": report.size, "root": report.root, "wrong": report.wrong, "exposed": report.exposed}
    with unit_of_work(engine) as connection:
        log.append(connection, caller.event(Action.AUDIT_VERIFIED, count=report.entries, details=details))
    return report


def _plain(value: object) -> object:
    return value if isinstance(value, str) else str(value)
