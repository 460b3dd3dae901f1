"""Proves an exported log from its files alone: no database, no settings, no keys of ours but the public one.

Everything is derived again from the entries: leaf hashes, every tile, the root, the signature. Imports the standard
library, ``cryptography`` and the pure modules beside it, so that an auditor can read all that is trusted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.notes import VerifierKey
from audit.pruning import PruningLedger
from audit.report import Findings, Report
from audit.tiles import (
    CHECKPOINT_FILE,
    ENTRIES_FILE,
    PRUNED_ENTRY,
    PRUNED_LINE,
    TILE_WIDTH,
    Tile,
    levels_of,
    pack_hashes,
    parse_path,
    tiles_of,
    unpack_entries,
    unpack_hashes,
)
from audit.tlog import EMPTY_ROOT, CompactRange, leaf_hash
from core.errors import Damaged, NotFound


def verify_directory(directory: Path, verifier_key: str, against: Path | None = None) -> Report:
    """Check an exported log.

    Args:
        directory: holds ``checkpoint``, ``tile/…`` and, in our exports, ``entries.jsonl``.
        verifier_key: the text ``name+key id+base64`` of the log's public key, from a source that is trusted.
        against: a checkpoint kept from earlier; the log must still begin with exactly what it promised.

    Returns a report; what is wrong with the log stands in its findings. Raises Invalid ``audit.key_malformed`` and
    NotFound ``audit.no_export`` or ``audit.no_earlier_checkpoint`` where there is nothing to check.
    """
    key = VerifierKey.parse(verifier_key)
    if not (directory / CHECKPOINT_FILE).is_file():
        raise NotFound(
            "audit.no_export", f"'{directory}' holds no file 'checkpoint', so it is no whole export of an audit log."
        )
    if against is not None and not against.is_file():
        raise NotFound("audit.no_earlier_checkpoint", f"There is no checkpoint file '{against}'.")
    verification = _Verification(directory)
    checkpoint = verification.open(directory / CHECKPOINT_FILE, key)
    earlier = None if against is None else verification.open(against, key)
    if checkpoint is not None:
        verification.run(checkpoint, earlier)
    return verification.report(key, checkpoint)


class _Verification:
    """One walk over the files of one export."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.findings = Findings()
        self.ledger = PruningLedger()
        self.tree = CompactRange()
        self.entries = self.tiles = self.checkpoints = 0
        self._earlier: Checkpoint | None = None
        self._above: dict[int, list[bytes]] = {}

    def open(self, path: Path, key: VerifierKey) -> Checkpoint | None:
        try:
            checkpoint = open_checkpoint(path.read_bytes().decode(), key)
        except Damaged as damage:
            self.findings.add(damage.code, damage.message, path.name)
        except UnicodeDecodeError:
            self.findings.add("audit.note_malformed", "The checkpoint is not text.", path.name)
        else:
            self.checkpoints += 1
            return checkpoint
        return None

    def run(self, checkpoint: Checkpoint, earlier: Checkpoint | None) -> None:
        self._earlier = earlier
        if earlier is not None and earlier.size == 0 and earlier.root != EMPTY_ROOT:
            self._inconsistent(earlier)
        self._walk_entries(checkpoint.size)
        if self.tree.size != checkpoint.size or self.tree.root() != checkpoint.root:
            self.findings.add(
                "audit.root_differs", "The entries do not give the root that the checkpoint signs.", CHECKPOINT_FILE
            )
        if earlier is not None and earlier.size > checkpoint.size:
            self.findings.add(
                "audit.rolled_back",
                f"The log has {checkpoint.size} entries and promised {earlier.size} before; entries are missing.",
                CHECKPOINT_FILE,
            )
        self._check_upper_tiles(checkpoint.size)
        self._check_other_files(checkpoint.size)
        for begin, end in self.ledger.unannounced():
            self.findings.add(
                "audit.body_missing",
                "Bodies are missing that no entry 'audit.pruned' names.",
                f"entries {begin}-{end - 1}",
            )

    def report(self, key: VerifierKey, checkpoint: Checkpoint | None) -> Report:
        return Report(
            origin=key.name,
            size=checkpoint.size if checkpoint else 0,
            root=self.tree.root().hex() if checkpoint else "",
            entries=self.entries,
            pruned=self.ledger.pruned,
            exposed=0,
            checkpoints=self.checkpoints,
            tiles=self.tiles,
            findings=tuple(self.findings.kept),
            wrong=self.findings.wrong,
        )

    def _walk_entries(self, size: int) -> None:
        lines = _open_lines(self.directory / ENTRIES_FILE)
        try:
            for tile in tiles_of(size, 0):
                bundle = Tile(None, tile.index, tile.width)
                hashes = self._hashes(tile)
                entries = self._entries(bundle)
                if hashes is None or entries is None:
                    # Without one of the two nothing after it can have its place.
                    return
                self._check_leaves(tile, hashes, entries)
                if lines is not None:
                    self._check_lines(tile, entries, lines)
                self._grow(hashes)
            if lines is not None and lines.read(1):
                self.findings.add("audit.lines_differ", "There are more lines than entries.", ENTRIES_FILE)
        finally:
            if lines is not None:
                lines.close()

    def _check_leaves(self, tile: Tile, hashes: list[bytes], entries: list[bytes]) -> None:
        first = tile.index * TILE_WIDTH
        for index, (entry, digest) in enumerate(zip(entries, hashes, strict=True), first):
            if leaf_hash(entry) == digest:
                self.entries += 1
                self.ledger.body(entry)
            elif entry == PRUNED_ENTRY:
                self.ledger.gone(index)
            else:
                self.findings.add(
                    "audit.leaf_differs", "The entry does not have the hash in its tile.", f"entry {index}"
                )

    def _check_lines(self, tile: Tile, entries: list[bytes], lines: BinaryIO) -> None:
        for index, entry in enumerate(entries, tile.index * TILE_WIDTH):
            if lines.readline() != (PRUNED_LINE if entry == PRUNED_ENTRY else entry) + b"\n":
                self.findings.add("audit.lines_differ", "The line is not the entry of its bundle.", f"entry {index}")

    def _grow(self, hashes: list[bytes]) -> None:
        """Take the leaves into the tree, and look at the root where an earlier checkpoint promised one."""
        earlier = self._earlier
        cut = earlier.size - self.tree.size if earlier is not None else 0
        for part in (hashes[:cut], hashes[cut:]) if 0 < cut <= len(hashes) else (hashes,):
            for level, _, digest in self.tree.extend(part):
                self._above.setdefault(level, []).append(digest)
            if earlier is not None and cut > 0 and self.tree.size == earlier.size and self.tree.root() != earlier.root:
                self._inconsistent(earlier)

    def _inconsistent(self, earlier: Checkpoint) -> None:
        self.findings.add(
            "audit.rewritten",
            f"The first {earlier.size} entries are not those that the earlier checkpoint promised.",
            CHECKPOINT_FILE,
        )

    def _check_upper_tiles(self, size: int) -> None:
        for level in range(1, levels_of(size)):
            for tile in tiles_of(size, level):
                start = tile.index * TILE_WIDTH
                found = self._read(tile)
                if found is not None and found != pack_hashes(self._above.get(level, [])[start : start + tile.width]):
                    self.findings.add("audit.tile_differs", "The tile is not what the entries give.", tile.path)

    def _check_other_files(self, size: int) -> None:
        """Narrower tiles of earlier checkpoints must begin the tile that was proved; nothing else may lie there."""
        required = {tile for level in (None, *range(levels_of(size))) for tile in tiles_of(size, level)}
        by_place = {(tile.level, tile.index): tile for tile in required}
        for path in _files(self.directory / "tile"):
            tile = parse_path(path.relative_to(self.directory).as_posix())
            if tile in required:
                continue
            wider = None if tile is None else by_place.get((tile.level, tile.index))
            if tile is None or wider is None or tile.width > wider.width:
                self.findings.add(
                    "audit.file_unproved",
                    "The checkpoint says nothing about this file.",
                    str(path.relative_to(self.directory)),
                )
            elif not _begins(path, self.directory / wider.path, tile):
                self.findings.add("audit.tile_differs", "The tile does not begin the wider one.", tile.path)
            else:
                self.tiles += 1

    def _hashes(self, tile: Tile) -> list[bytes] | None:
        found = self._read(tile)
        try:
            return None if found is None else unpack_hashes(found, tile.width)
        except Damaged as damage:
            self.findings.add(damage.code, damage.message, tile.path)
            return None

    def _entries(self, bundle: Tile) -> list[bytes] | None:
        found = self._read(bundle)
        try:
            return None if found is None else unpack_entries(found, bundle.width)
        except Damaged as damage:
            self.findings.add(damage.code, damage.message, bundle.path)
            return None

    def _read(self, tile: Tile) -> bytes | None:
        try:
            found = (self.directory / tile.path).read_bytes()
        except OSError:
            self.findings.add("audit.tile_missing", "The tile is missing or cannot be read.", tile.path)
            return None
        self.tiles += 1
        return found


def _open_lines(path: Path) -> BinaryIO | None:
    # Logs of others have no such file; it repeats the bundles and proves nothing by itself.
    return path.open("rb") if path.is_file() else None


def _files(directory: Path) -> Iterator[Path]:
    return (path for path in sorted(directory.rglob("*")) if not path.is_dir())


def _begins(narrow: Path, wide: Path, tile: Tile) -> bool:
    """Whether a narrow tile is exactly the first ``tile.width`` hashes or entries of a wider one."""
    try:
        found = narrow.read_bytes()
        if tile.level is None:
            unpack_entries(found, tile.width)
        else:
            unpack_hashes(found, tile.width)
        return wide.read_bytes().startswith(found)
    except (Damaged, OSError):
        return False
