"""Writes the log as files that anyone can check without us: C2SP tlog-tiles, and one JSON body a line."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select

from audit.notes import VerifierKey
from audit.tables import audit_checkpoint, audit_entry
from audit.tiles import (
    CHECKPOINT_FILE,
    ENTRIES_FILE,
    KEY_FILE,
    PRUNED_ENTRY,
    PRUNED_LINE,
    TILE_WIDTH,
    Tile,
    pack_entries,
    pack_hashes,
    tiles_of,
)
from audit.tlog import CompactRange
from core.errors import Conflict, NotFound, Unavailable

_FETCH = 20 * TILE_WIDTH


def export(connection: Connection, directory: Path, key: VerifierKey) -> int:
    """Write the log of the newest checkpoint into a new or empty directory; returns how many entries.

    Written are ``checkpoint``, ``tile/<level>/…``, ``tile/entries/…``, ``entries.jsonl`` (line n is the body of
    entry n, ``null`` where its retention is over) and ``log.vkey``. An auditor takes the key from somewhere else and
    uses ``log.vkey`` only to compare. The checkpoint is written last: an export without it was interrupted.

    Raises NotFound ``audit.no_checkpoint``, Conflict ``audit.export_not_empty``, Unavailable
    ``audit.export_unwritten``.
    """
    newest = select(audit_checkpoint).order_by(audit_checkpoint.c.size.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        raise NotFound("audit.no_checkpoint", "There is nothing to export: the audit log has no checkpoint yet.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise Conflict("audit.export_not_empty", f"'{directory}' is not empty; name a new directory.")
        with (directory / ENTRIES_FILE).open("wb") as lines:
            _write_tiles(connection, directory, row.size, lines)
        (directory / KEY_FILE).write_text(f"{key}\n", encoding="utf-8")
        (directory / CHECKPOINT_FILE).write_bytes(row.note.encode())
    except OSError as error:
        raise Unavailable(
            "audit.export_unwritten",
            f"The export could not be written to '{directory}'; free space or give access, then use a new directory.",
            errno=error.errno,
        ) from None
    return int(row.size)


def _write_tiles(connection: Connection, directory: Path, size: int, lines: BinaryIO) -> None:
    tree = CompactRange()
    above: dict[int, list[bytes]] = {}
    rows = _rows(connection, size)
    for tile in tiles_of(size, 0):
        chosen = list(islice(rows, tile.width))
        leaves = [leaf for leaf, _ in chosen]
        bodies = [body for _, body in chosen]
        _write(directory, tile, pack_hashes(leaves))
        bundle = pack_entries([PRUNED_ENTRY if body is None else body for body in bodies])
        _write(directory, Tile(None, tile.index, tile.width), bundle)
        lines.write(b"".join((PRUNED_LINE if body is None else body) + b"\n" for body in bodies))
        for level, _, digest in tree.extend(leaves):
            above.setdefault(level, []).append(digest)
    for level, hashes in above.items():
        for tile in tiles_of(size, level):
            start = tile.index * TILE_WIDTH
            _write(directory, tile, pack_hashes(hashes[start : start + tile.width]))


def _rows(connection: Connection, size: int) -> Iterator[tuple[bytes, bytes | None]]:
    wanted = select(audit_entry.c.leaf, audit_entry.c.body).order_by(audit_entry.c.index)
    for start in range(0, size, _FETCH):
        within = wanted.where(audit_entry.c.index >= start, audit_entry.c.index < min(size, start + _FETCH))
        for leaf, body in connection.execute(within):
            yield bytes(leaf), None if body is None else bytes(body)


def _write(directory: Path, tile: Tile, data: bytes) -> None:
    path = directory / tile.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
