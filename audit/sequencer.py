"""Gives committed events their place in the tree and signs one checkpoint a batch.

Writers only insert into ``audit_pending`` and never wait for one another; the sequencer takes *whatever is committed*
(identities commit out of order, so polling by the last id would lose events) and numbers it without gaps. It signs
nothing that contradicts what it promised before, in the database or outside it.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, delete, exists, func, select

from audit.bulk import insert_rows
from audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from audit.checkpoint_folder import CheckpointFolder
from audit.columns import read_columns
from audit.nodes import StoredNodes
from audit.notes import Signer, VerifierKey
from audit.tables import audit_checkpoint, audit_entry, audit_node, audit_pending, audit_subject
from audit.tlog import EMPTY_ROOT, CompactRange, leaf_hash, root_at
from core.clock import Clock
from core.database import Utc, reading, unit_of_work
from core.driver import savepoint
from core.errors import Damaged
from core.lookups import Prepared

# A batch holds SQLite's write lock for some 40 ms; others wait that long and no longer.
BATCH = 2_000
# Batches within others' transactions after which the promises outside are looked at again: some two seconds of load.
_TRUSTED = 100
# How lately others must have sequenced within a transaction of theirs for the rest to be left to them.
WITHIN_SECONDS = 0.5
# One number a kind of lock in the whole database; ours spells "audit".
_ADVISORY_LOCK = 0x6175646974
_WAITING = select(audit_pending.c.pid).order_by(audit_pending.c.pid).limit(bindparam("most"))
_TAKE = (
    delete(audit_pending)
    .where(audit_pending.c.pid.in_(_WAITING.with_for_update(skip_locked=True)))
    .returning(audit_pending.c.pid, audit_pending.c.body)
)
_TAKEN = Prepared(_TAKE)
_NEWEST = Prepared(select(audit_checkpoint.c.note).order_by(audit_checkpoint.c.size.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class _Signed:
    """A batch that lasts: how many entries it got, what was promised then, and the edge of the tree it left."""

    entries: int
    checkpoint: Checkpoint
    note: str
    tree: CompactRange


class Sequencer:
    """The one writer of the tree.

    Args:
        engine: the database of the workspace.
        signer: the log's key; the keyring, or a key of a test.
        checkpoint_directory: a folder outside the database for the promises.
        clock: tells when a checkpoint was signed.
        origin: the name of this log for ever, as ``ingot/<workspace id>``: no spaces, no plus sign.
    """

    def __init__(self, engine: Engine, signer: Signer, checkpoint_directory: Path, clock: Clock, origin: str) -> None:
        self._engine = engine
        self._signer = signer
        self._clock = clock
        self.folder = CheckpointFolder(checkpoint_directory)
        self.key = VerifierKey(origin, signer.public_key)
        self._within: _Signed | None = None
        self._uncompared = 0
        self._within_at = -math.inf

    def run_once(self, limit: int = BATCH) -> int:
        """Sequence one batch; returns how many entries it got, 0 where nothing waits.

        Raises Damaged ``audit.rolled_back``, ``audit.rewritten`` or a code of ``open_note`` where the database
        contradicts an earlier promise: then nothing is signed. Unavailable ``audit.checkpoint_unwritten`` where
        the batch is safe but its checkpoint could not be written outside; the next run writes it.
        """
        done = None if self._nothing_to_do() else self._committed(limit)
        if done is None:
            return 0
        self.folder.publish(done.checkpoint, done.note, self.key)
        return done.entries

    def sequence_all(self, limit: int = BATCH) -> int:
        """Sequence until nothing waits; returns how many entries there were."""
        total = 0
        while done := self.run_once(limit):
            total += done
        return total

    def sequence_beside(self, limit: int, batches: int, rest: Callable[[], None]) -> int:
        """Sequence beside others who want to write: small batches, and ``rest`` after each, without a lock.

        Every batch ends in a signed checkpoint, of which only the last is written outside: that costs more than the
        batch. What a crash keeps from it, the next run writes. Returns how many entries there were.

        Where others sequenced within a transaction of theirs a moment ago, they do it on: only the promise is written.
        """
        total = 0
        newest: _Signed | None = None
        if self._nothing_to_do():
            return 0
        if time.monotonic() - self._within_at < WITHIN_SECONDS:
            self._publish_newest()
            return 0
        try:
            for _ in range(batches):
                done = self._committed(limit, newest)
                if done is None:
                    break
                newest = done
                if not done.entries:
                    break
                total += done.entries
                rest()
        finally:
            if newest is not None:
                self.folder.publish(newest.checkpoint, newest.note, self.key)
        return total

    def sequence_within(self, connection: Connection, limit: int) -> int:
        """A batch in the transaction of a caller who is about to commit anyway: no lock and no flush of its own.

        On SQLite alone, where that transaction is the only writer. What was promised outside is compared at the first
        such batch and at every hundredth; the promise of this one is written outside by the next run of the others.
        Returns how many entries there were. Raises as ``run_once``.
        """
        if connection.dialect.name != "sqlite":
            return 0
        before = self._within if self._uncompared < _TRUSTED else None
        self._uncompared = 0 if before is None else self._uncompared + 1
        self._within_at = time.monotonic()
        # What fails here is undone alone: the caller's own events stand.
        with savepoint(connection):
            self._within = self._batch(connection, limit, before)
        return self._within.entries if self._within is not None else 0

    def _committed(self, limit: int, before: _Signed | None = None) -> _Signed | None:
        with unit_of_work(self._engine) as connection:
            _one_at_a_time(connection)
            return self._batch(connection, limit, before)

    def _batch(self, connection: Connection, limit: int, before: _Signed | None) -> _Signed | None:
        """One batch, after the one ``before`` of the same run: where that is still the newest, all was compared.

        Where nothing waits, the newest checkpoint if it is not yet outside, else None.
        """
        note = next((str(row[0]) for row in _NEWEST.rows(connection)), None)
        if before is not None and before.note == note:
            # A copy: the transaction may yet fail.
            tree, promised = before.tree.copy(), before.tree.size
        else:
            tree, promised = self._compared(connection, note)
        bodies = _take(connection, limit)
        if not bodies:
            if note is None or promised == tree.size:
                return None
            return _Signed(0, open_checkpoint(note, self.key), note, tree)
        _append(connection, tree, bodies)
        checkpoint = Checkpoint(self.key.name, tree.size, tree.root())
        signed = sign_checkpoint(checkpoint, self._signer)
        at = Utc().process_bind_param(self._clock.now(), connection.dialect)
        insert_rows(connection, audit_checkpoint, [(checkpoint.size, checkpoint.root, signed, at)])
        return _Signed(len(bodies), checkpoint, signed, tree)

    def _publish_newest(self) -> None:
        with reading(self._engine) as connection:
            note = next((str(row[0]) for row in _NEWEST.rows(connection)), None)
        if note is not None:
            self.folder.publish(open_checkpoint(note, self.key), note, self.key)

    def _nothing_to_do(self) -> bool:
        """Told without the write lock, so that an idle gateway leaves it to others."""
        with reading(self._engine) as connection:
            waiting = connection.scalar(select(exists(select(audit_pending.c.pid))))
            size = connection.scalar(select(func.max(audit_checkpoint.c.size))) or 0
        promised = self.folder.latest(self.key)
        return not waiting and size == (promised.size if promised else 0)

    def _compared(self, connection: Connection, note: str | None) -> tuple[CompactRange, int]:
        """The edge of the stored tree, where it is what ``note``, the newest in the database, and others promised.

        With it the size of the newest promise outside.
        """
        head = Checkpoint(self.key.name, 0, EMPTY_ROOT) if note is None else open_checkpoint(note, self.key)
        promised = self._reconcile(connection, head)
        tree = CompactRange.load(head.size, StoredNodes(connection))
        if tree.root() != head.root:
            raise Damaged(
                "audit.rewritten",
                f"The stored hashes of the audit log do not give the root of its newest checkpoint of size {head.size};"
                " run 'ingot audit verify' and restore a backup. Nothing is signed until then.",
                size=head.size,
            )
        return tree, promised

    def _reconcile(self, connection: Connection, head: Checkpoint) -> int:
        """Compare with the newest promise outside; its size."""
        promised = self.folder.latest(self.key)
        if promised is None:
            promised = Checkpoint(self.key.name, 0, EMPTY_ROOT)
        if promised.size > head.size:
            raise Damaged(
                "audit.rolled_back",
                f"The audit log has {head.size} entries but promised {promised.size} before; the database was set "
                "back. Restore a newer backup; nothing is signed until then.",
                size=head.size,
                promised=promised.size,
            )
        kept = head.root if promised.size == head.size else root_at(promised.size, StoredNodes(connection))
        if kept != promised.root:
            raise Damaged(
                "audit.rewritten",
                f"The first {promised.size} entries of the audit log are not those promised before; run 'ingot audit "
                "verify' and restore a backup. Nothing is signed until then.",
                size=promised.size,
            )
        return promised.size


def _one_at_a_time(connection: Connection) -> None:
    # On SQLite the unit of work holds the only write lock already.
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


def _take(connection: Connection, limit: int) -> list[bytes]:
    """Bodies of committed events in the order they were written, removed from where they waited."""
    taken = _TAKEN.rows(connection, most=limit)
    return [bytes(body) for _, body in sorted(taken, key=itemgetter(0))]


def _append(connection: Connection, tree: CompactRange, bodies: Sequence[bytes]) -> None:
    """Write the entries and the hashes that they complete."""
    stored_time = Utc().process_bind_param
    leaves = [leaf_hash(body) for body in bodies]
    entries: list[tuple[object, ...]] = []
    subjects: list[tuple[int, str]] = []
    for index, (leaf, body) in enumerate(zip(leaves, bodies, strict=True), tree.size):
        (at, *columns), concerned = read_columns(body)
        entries.append((index, leaf, body, stored_time(at, connection.dialect), *columns))
        subjects.extend((index, subject) for subject in concerned)
    insert_rows(connection, audit_entry, entries)
    insert_rows(connection, audit_subject, subjects)
    insert_rows(connection, audit_node, tree.extend(leaves))
