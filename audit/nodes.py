"""Reads the stored tree: leaves and hashes of full tiles from the database, everything between from them."""

from sqlalchemy import Connection, select

from audit.tables import audit_entry, audit_node
from audit.tiles import TILE_WIDTH
from audit.tlog import TILE_HEIGHT, perfect_root
from core.errors import Damaged


class StoredNodes:
    """Hashes of perfect subtrees, as ``audit.tlog`` asks for them; a tile is read once an instance."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tiles: dict[tuple[int, int], dict[int, bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of the subtree; Damaged ``audit.node_missing`` where the database lacks a part of it."""
        tile_level, height = divmod(level, TILE_HEIGHT)
        first = index << height
        hashes = self._tile(tile_level, first // TILE_WIDTH)
        try:
            return perfect_root([hashes[at] for at in range(first, first + (1 << height))])
        except KeyError:
            raise Damaged(
                "audit.node_missing",
                f"The audit log lacks hashes of level {tile_level} from {first}; run 'ingot audit verify'.",
            ) from None

    def _tile(self, level: int, number: int) -> dict[int, bytes]:
        if (level, number) not in self._tiles:
            begin = number * TILE_WIDTH
            if level == 0:
                index, digest, where = audit_entry.c.index, audit_entry.c.leaf, []
            else:
                index, digest, where = audit_node.c.index, audit_node.c.hash, [audit_node.c.level == level]
            rows = self._connection.execute(
                select(index, digest).where(*where, index >= begin, index < begin + TILE_WIDTH)
            )
            self._tiles[level, number] = dict(rows.all())
        return self._tiles[level, number]
