"""Checks the log where it lies: every row recomputed, compared with the checkpoints kept outside the database."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select, true

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.checkpoint_folder import LATEST, CheckpointFolder
from audit.columns import read_columns
from audit.notes import VerifierKey
from audit.pruning import PruningLedger
from audit.report import Findings, Report
from audit.tables import audit_checkpoint, audit_entry, audit_node, audit_subject
from audit.tiles import TILE_WIDTH
from audit.tlog import CompactRange, leaf_hash
from core.errors import Damaged

_FETCH = 5_000


def verify_database(
    connection: Connection,
    checkpoints_directory: Path,
    verifier_key: str,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Recompute the log from its rows and compare it with every promise, inside and outside.

    Found are: an entry edited, deleted, inserted, swapped or cut off; search columns or subjects that say other than
    the body; stored tree hashes that are not the tree's; a forged or contradicting checkpoint; an older database put
    back. Entries newer than the newest checkpoint outside are counted as ``exposed``: only their own signature
    protects them. Sequencing may go on meanwhile. ``progress`` is told how many entries are checked.

    Raises Invalid ``audit.key_malformed``; what is wrong with the log stands in the findings.
    """
    check = _Check(connection, VerifierKey.parse(verifier_key))
    outside = check.read_folder(CheckpointFolder(checkpoints_directory))
    size = check.read_stored_checkpoints()
    check.walk(progress)
    check.compare_nodes()
    check.compare_ends(size, outside)
    return check.report(size, outside)


class _Check:
    def __init__(self, connection: Connection, key: VerifierKey) -> None:
        self.connection = connection
        self.key = key
        self.findings = Findings()
        self.ledger = PruningLedger()
        self.tree = CompactRange()
        self.entries = self.checkpoints = self.nodes_end = 0
        self._promises: dict[int, list[tuple[bytes, str]]] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def read_folder(self, folder: CheckpointFolder) -> int | None:
        """The promises outside; returns the largest size, None where there is no promise."""
        sizes = folder.sizes()
        for size in sizes:
            checkpoint = self._open(folder, str(size))
            if checkpoint is not None and checkpoint.size != size:
                self.findings.add(
                    "audit.checkpoint_differs", "The file bears the name of another size.", f"file {size}"
                )
        latest = self._open(folder, LATEST) if (folder.directory / LATEST).exists() else None
        return max([*sizes, *([latest.size] if latest else [])], default=None)

    def read_stored_checkpoints(self) -> int:
        """The promises in the database; returns the newest size."""
        newest = 0
        for row in self.connection.execute(select(audit_checkpoint).order_by(audit_checkpoint.c.size)):
            place, newest = f"checkpoint {row.size}", row.size
            checkpoint = self._promise(row.note, place)
            if checkpoint is not None and (checkpoint.size, checkpoint.root) != (row.size, bytes(row.root)):
                self.findings.add("audit.checkpoint_differs", "The row says other than the signed note in it.", place)
        return newest

    def walk(self, progress: Callable[[int], None]) -> None:
        """Every entry in order, and the root wherever one was promised."""
        following = 0
        for rows, subjects in self._pages():
            for index, leaf, body, *columns in rows:
                if index != following:
                    self.findings.add(
                        "audit.entry_missing", "The entry that should stand here is not there.", f"entry {following}"
                    )
                following = index + 1
                concerned = subjects.pop(index, [])
                if body is None:
                    self.ledger.gone(index)
                else:
                    self._check_body(f"entry {index}", bytes(body), bytes(leaf), columns, concerned)
            for index in subjects:
                self.findings.add("audit.subject_differs", "Subjects are listed for no entry.", f"entry {index}")
            self._grow([bytes(row[1]) for row in rows])
            progress(following)

    def compare_nodes(self) -> None:
        """The stored hashes of full tiles, which proofs are read from."""
        stored = select(audit_node.c.level, audit_node.c.index, audit_node.c.hash)
        for level, index, digest in self.connection.execute(stored):
            expected = self._nodes.pop((level, index), None)
            end = (index + 1) * TILE_WIDTH**level
            # Nodes behind the entries we read came while we read; compare_ends looks at them.
            self.nodes_end = max(self.nodes_end, end)
            if bytes(digest) != expected and (expected is not None or end <= self.tree.size):
                self.findings.add("audit.node_differs", "The stored hash is not the tree's.", f"node {level}/{index}")
        for level, index in self._nodes:
            self.findings.add("audit.node_missing", "The stored hash is missing.", f"node {level}/{index}")

    def compare_ends(self, size: int, outside: int | None) -> None:
        """Nothing may be cut off, and nothing may stand there unsigned."""
        for promised in sorted(self._promises):
            if promised > self.tree.size:
                _, place = self._promises[promised][0]
                self.findings.add(
                    "audit.rolled_back", f"{promised} entries were promised and {self.tree.size} are there.", place
                )
        last = self.connection.scalar(select(func.max(audit_entry.c.index)))
        # Read after the entries: an honest sequencer commits both together.
        signed = self.connection.scalar(select(func.max(audit_checkpoint.c.size))) or 0
        if self.nodes_end > (-1 if last is None else last) + 1:
            self.findings.add("audit.node_differs", "A hash is stored of entries that are not there.", "nodes")
        if last is not None and last >= signed:
            self.findings.add("audit.entry_unsigned", "Entries stand behind the newest checkpoint.", f"entry {signed}")
        if size and outside is None:
            self.findings.add(
                "audit.no_outside_checkpoint",
                "No checkpoint is kept outside the database, so it cannot be told from a rewritten one.",
                "checkpoint folder",
            )
        for begin, end in self.ledger.unannounced():
            self.findings.add(
                "audit.body_missing",
                "Bodies are missing that no entry 'audit.pruned' names.",
                f"entries {begin}-{end - 1}",
            )

    def report(self, size: int, outside: int | None) -> Report:
        return Report(
            origin=self.key.name,
            size=size,
            root=self.tree.root().hex(),
            entries=self.entries,
            pruned=self.ledger.pruned,
            exposed=max(size - (outside or 0), 0),
            checkpoints=self.checkpoints,
            tiles=0,
            findings=tuple(self.findings.kept),
            wrong=self.findings.wrong,
        )

    def _open(self, folder: CheckpointFolder, name: str) -> Checkpoint | None:
        place = f"file {name}"
        try:
            return self._promise((folder.directory / name).read_bytes().decode(), place)
        except UnicodeDecodeError:
            self.findings.add("audit.note_malformed", "The checkpoint is not text.", place)
            return None

    def _promise(self, note: str, place: str) -> Checkpoint | None:
        try:
            checkpoint = open_checkpoint(note, self.key)
        except Damaged as damage:
            self.findings.add(damage.code, damage.message, place)
            return None
        self.checkpoints += 1
        if checkpoint.size:
            self._promises.setdefault(checkpoint.size, []).append((checkpoint.root, place))
        return checkpoint

    def _pages(self) -> Iterator[tuple[Sequence[Sequence[Any]], dict[int, list[str]]]]:
        """Entries by index, and the subjects listed for indexes up to the last of the page."""
        entries = select(audit_entry).order_by(audit_entry.c.index).limit(_FETCH)
        subjects = select(audit_subject.c.index, audit_subject.c.subject)
        # No lower bound at first: an index below 0 would be an insertion.
        newer: ColumnElement[bool] = true()
        newer_subjects: ColumnElement[bool] = true()
        while rows := self.connection.execute(entries.where(newer)).all():
            last = rows[-1][0]
            within = subjects.where(newer_subjects, audit_subject.c.index <= last)
            found: dict[int, list[str]] = {}
            for index, subject in self.connection.execute(within):
                found.setdefault(index, []).append(subject)
            yield rows, found
            newer, newer_subjects = audit_entry.c.index > last, audit_subject.c.index > last
        # One statement is one view: entries that came meanwhile bring their subjects with them.
        known = exists().where(audit_entry.c.index == audit_subject.c.index)
        stray = subjects.where(newer_subjects, ~known)
        yield [], {index: [subject] for index, subject in self.connection.execute(stray)}

    def _check_body(self, place: str, body: bytes, leaf: bytes, stored: list[Any], subjects: list[str]) -> None:
        self.entries += 1
        self.ledger.body(body)
        if leaf_hash(body) != leaf:
            self.findings.add("audit.leaf_differs", "The entry does not have the hash beside it.", place)
        try:
            columns, concerned = read_columns(body)
        except Damaged as damage:
            self.findings.add(damage.code, damage.message, place)
            return
        if list(columns) != stored:
            self.findings.add("audit.columns_differ", "The search columns say other than the entry.", place)
        if sorted(concerned) != sorted(subjects):
            self.findings.add("audit.subject_differs", "The subjects listed are not those of the entry.", place)

    def _grow(self, leaves: list[bytes]) -> None:
        start = self.tree.size
        cuts = sorted(size for size in self._promises if start < size <= start + len(leaves))
        for begin, end in pairwise([start, *cuts, start + len(leaves)]):
            for level, index, digest in self.tree.extend(leaves[begin - start : end - start]):
                self._nodes[level, index] = digest
            if end in self._promises and begin < end:
                root = self.tree.root()
                for promised, place in self._promises[end]:
                    if promised != root:
                        self.findings.add(
                            "audit.rewritten", f"The first {end} entries are not those that were promised.", place
                        )
