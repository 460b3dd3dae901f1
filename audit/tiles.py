"""How the tree and its entries lie in files: https://c2sp.org/tlog-tiles. Pure.

Level 0 tiles hold up to 256 leaf hashes; a tile of level L holds the hashes of full tiles of level L-1. Entry bundles
hold the entries of a level 0 tile, each after its length in 16 bits.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.tlog import HASH_SIZE, TILE_HEIGHT
from core.errors import Damaged

TILE_WIDTH = 1 << TILE_HEIGHT
ENTRIES = "entries"
# What lies beside the tiles of our exports.
CHECKPOINT_FILE = "checkpoint"
ENTRIES_FILE = "entries.jsonl"
KEY_FILE = "log.vkey"
# A body that retention dropped: no entry of ours is empty, and no body is JSON null.
PRUNED_ENTRY = b""
PRUNED_LINE = b"null"

_LENGTH_BYTES = 2
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[0-9]+))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: ``level`` is None for an entry bundle, ``width`` is 256 for a full one."""

    level: int | None
    index: int
    width: int

    @property
    def path(self) -> str:
        """Path below the log's prefix, with ``/``: ``tile/0/x001/x234/067.p/8``."""
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        level = ENTRIES if self.level is None else str(self.level)
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{suffix}"


def parse_path(path: str) -> Tile | None:
    """The tile a path names, or None where the path is not exactly one of a tile."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = None if match["level"] == ENTRIES else int(match["level"])
    index = int(match["index"].replace("/", "").replace("x", ""))
    tile = Tile(level, index, TILE_WIDTH if match["width"] is None else int(match["width"]))
    # One tile has one path: leading zeroes, width 0 or 256 in the suffix and levels over 63 are not paths.
    proper = 0 < tile.width <= TILE_WIDTH and (level is None or level < 64) and tile.path == path
    return tile if proper else None


def tiles_of(size: int, level: int | None) -> Iterator[Tile]:
    """The tiles of one level (None: the bundles) that a tree of ``size`` leaves has, the partial one last."""
    hashes = size >> (TILE_HEIGHT * (level or 0))
    for index in range(hashes // TILE_WIDTH):
        yield Tile(level, index, TILE_WIDTH)
    if hashes % TILE_WIDTH:
        yield Tile(level, hashes // TILE_WIDTH, hashes % TILE_WIDTH)


def levels_of(size: int) -> int:
    """How many levels of tiles a tree of ``size`` leaves has."""
    return -(-size.bit_length() // TILE_HEIGHT)


def pack_hashes(hashes: Iterable[bytes]) -> bytes:
    """Bytes of a tile."""
    return b"".join(hashes)


def unpack_hashes(tile: bytes, width: int) -> list[bytes]:
    """Hashes of a tile; Damaged ``audit.tile_length`` where the bytes are not exactly ``width`` of them."""
    if len(tile) != width * HASH_SIZE:
        raise Damaged("audit.tile_length", f"A tile of {width} hashes has {len(tile)} bytes.")
    return [tile[start : start + HASH_SIZE] for start in range(0, len(tile), HASH_SIZE)]


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """Bytes of an entry bundle; raises OverflowError for an entry over 65,535 bytes."""
    return b"".join([len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries])


def unpack_entries(bundle: bytes, width: int) -> list[bytes]:
    """Entries of a bundle; Damaged ``audit.bundle_length`` where the bytes are not exactly ``width`` of them."""
    entries: list[bytes] = []
    at, end = 0, len(bundle)
    while at + _LENGTH_BYTES <= end and len(entries) < width:
        start = at + _LENGTH_BYTES
        at = start + (bundle[start - 2] << 8 | bundle[start - 1])
        entries.append(bundle[start:at])
    if at != end or len(entries) != width:
        raise Damaged("audit.bundle_length", f"An entry bundle of {width} entries ends at a wrong place.")
    return entries
