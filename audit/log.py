"""The log as the rest of the program knows it: append in the transaction of the thing audited, search, prove."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, literal_column, or_, select

from audit.bulk import insert_some
from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.events import Event, format_time, parts, to_body
from audit.nodes import StoredNodes
from audit.stencil import Again
from audit.tables import NO_CUSTOMER, SPAN, audit_checkpoint, audit_entry, audit_pending, audit_subject
from audit.tlog import consistency_proof, inclusion_proof
from core.clock import Clock
from core.errors import Conflict, NotFound

MAX_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; what is None does not narrow. ``since`` is included, ``until`` is not."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    object_type: str | None = None
    object_id: str | None = None
    purpose: str | None = None
    decision: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its place. ``body`` is the hashed JSON, or None when its retention is over."""

    index: int
    leaf: bytes
    body: bytes | None
    at: datetime
    actor: str
    action: str
    object_type: str
    object_id: str
    purpose: str
    decision: str


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry stands at ``index`` in the log that ``note`` promises; ``hashes`` as RFC 9162 orders them."""

    index: int
    leaf: bytes
    size: int
    hashes: tuple[bytes, ...]
    note: str


class AuditLog:
    """The only appender, and what reads the log. Takes connections, never commits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def append(self, connection: Connection, event: Event) -> str:
        """Write one event in the caller's transaction; it gets its place in the tree from the sequencer.

        Returns the id of the event. Raises Invalid for an event that cannot be written (``audit.event_…``).
        """
        return self.append_many(connection, [event])[0]

    def append_many(self, connection: Connection, events: Iterable[Event | Again]) -> list[str]:
        """As ``append``, for several events of one moment; they keep their order."""
        at = self._clock.now()
        ids: list[str] = []
        rows: list[tuple[bytes]] = []
        for event in events:
            event_id = self._clock.new_id("e")
            ids.append(event_id)
            if isinstance(event, Again):
                rows.append((event.stencil.body(event_id, format_time(at), event.request_id),))
                continue
            rows.extend((to_body(part, event_id, at, number, of),) for part, number, of in parts(event))
        insert_some(connection, (audit_pending.c.body,), rows)
        return ids

    def search(
        self, connection: Connection, query: Query, *, before: int | None = None, limit: int = 100
    ) -> list[Entry]:
        """Entries that fit, newest first.

        Args:
            connection: where to read.
            query: what to look for.
            before: only entries below this index: the index of the last entry of the page before.
            limit: entries a page, at most 1,000.
        """
        statement = _narrowed(query).order_by(audit_entry.c.index.desc()).limit(min(max(limit, 1), MAX_PAGE))
        if before is not None:
            statement = statement.where(audit_entry.c.index < before)
        return [_entry(row) for row in connection.execute(statement)]

    @staticmethod
    def tally(connection: Connection, actions: Iterable[str], since: datetime) -> dict[str, int]:
        """How many entries of each of those actions there are since a moment, at most 1,000; none where it is absent.

        Only the newest of each action are looked at, so that the price does not grow with the log.
        """
        table = audit_entry.c
        found: dict[str, int] = {}
        for action in sorted(actions):
            newest = (
                select(table.at).where(table.action == action).order_by(table.index.desc()).limit(MAX_PAGE).subquery()
            )
            count = connection.execute(select(func.count()).where(newest.c.at >= since)).scalar_one()
            if count:
                found[action] = count
        return found

    @staticmethod
    def waiting(connection: Connection) -> int:
        """How many events wait for their place in the tree."""
        return connection.execute(select(func.count()).select_from(audit_pending)).scalar_one()

    def entry(self, connection: Connection, index: int) -> Entry:
        """The entry at that place; NotFound ``audit.no_entry`` where there is none."""
        row = connection.execute(select(audit_entry).where(audit_entry.c.index == index)).one_or_none()
        if row is None:
            raise NotFound("audit.no_entry", f"The audit log has no entry {index}.", index=index)
        return _entry(row)

    def checkpoint(self, connection: Connection) -> tuple[Checkpoint, str]:
        """The newest signed checkpoint and its note; NotFound ``audit.no_checkpoint`` before the first one."""
        note = connection.scalar(select(audit_checkpoint.c.note).order_by(audit_checkpoint.c.size.desc()).limit(1))
        if note is None:
            raise NotFound(
                "audit.no_checkpoint", "The audit log has no checkpoint yet; it is signed with the first entry."
            )
        return parse_checkpoint(note.rpartition("\n\n")[0] + "\n"), note

    def prove(self, connection: Connection, index: int) -> InclusionProof:
        """The proof that an entry stands in the log of the newest checkpoint.

        Raises NotFound ``audit.no_entry`` and ``audit.no_checkpoint``.
        """
        checkpoint, note = self.checkpoint(connection)
        found = self.entry(connection, index)
        hashes = inclusion_proof(index, checkpoint.size, StoredNodes(connection))
        return InclusionProof(index, found.leaf, checkpoint.size, tuple(hashes), note)

    def prove_consistency(self, connection: Connection, first: int, second: int) -> Sequence[bytes]:
        """The proof that the log of ``second`` entries begins with that of ``first``.

        Raises Conflict ``audit.no_consistency`` unless 0 < first <= second <= the size of the newest checkpoint.
        """
        size = self.checkpoint(connection)[0].size
        if not 0 < first <= second <= size:
            raise Conflict(
                "audit.no_consistency",
                f"A consistency proof goes from one size to a larger one, between 1 and {size}.",
                size=size,
            )
        return consistency_proof(first, second, StoredNodes(connection))


def _narrowed(query: Query) -> Select[tuple[object, ...]]:
    statement: Select[tuple[object, ...]] = select(audit_entry)
    if query.subject is not None:
        statement = statement.where(_concerning(query.subject))
    for name in ("actor", "action", "object_type", "purpose", "decision"):
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(audit_entry.c[name] == wanted)
    if query.object_id is not None:
        about = audit_entry.c.object_id == query.object_id
        statement = statement.where(or_(and_(about, NO_CUSTOMER), and_(about, _concerning(query.object_id))))
    if query.since is not None:
        statement = statement.where(audit_entry.c.at >= query.since)
    if query.until is not None:
        statement = statement.where(audit_entry.c.at < query.until)
    return statement


def _concerning(subject: str) -> ColumnElement[bool]:
    # As the index is laid out, which is for who writes: in each span of entries, from the newest.
    newest = select(func.max(audit_subject.c.index).op(">>")(literal_column("12"))).scalar_subquery()
    spans = select(newest.label("span")).cte("spans", recursive=True)
    spans = spans.union_all(select(spans.c.span - 1).where(spans.c.span > 0))
    found = select(audit_subject.c.index).where(spans.c.span == SPAN, audit_subject.c.subject == subject)
    return audit_entry.c.index.in_(found)


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    told = row._mapping  # noqa: SLF001 - the public name of SQLAlchemy for a row as a mapping
    body = told["body"]
    return Entry(**{**told, "leaf": bytes(told["leaf"]), "body": None if body is None else bytes(body)})
