"""The Merkle tree of the log: RFC 9162 hashes, roots, inclusion and consistency proofs. Pure.

https://www.rfc-editor.org/rfc/rfc9162#section-2.1. Proofs are read from *nodes*: a node ``(level, index)`` is the hash
of the perfect subtree over leaves ``[index << level, (index + 1) << level)``, so that a tree of any size can be read
from whatever store keeps such hashes.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
# Hashes of every eighth level are those that tiles keep (https://c2sp.org/tlog-tiles).
TILE_HEIGHT = 8

NodeReader = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry; its first byte keeps leaves and nodes apart."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The right edge of a growing tree: at most one hash a level, enough to append and to tell the root."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    @classmethod
    def load(cls, size: int, node: NodeReader) -> "CompactRange":
        """The edge of a tree of ``size`` leaves whose nodes are stored."""
        return cls(size, [node(level, index) for level, index in perfect_subtrees(0, size)])

    def copy(self) -> "CompactRange":
        """The same edge, to go on from apart."""
        return CompactRange(self.size, self._peaks)

    def extend(self, leaves: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
        """Append leaf hashes.

        Returns the nodes this completed on levels that tiles keep, leaves left out, as (tile level, index, hash):
        the hash of a full tile, and its place in the tiles one level up.
        """
        completed: list[tuple[int, int, bytes]] = []
        peaks, index = self._peaks, self.size
        for leaf in leaves:
            digest, level, position = leaf, 0, index
            while position & 1:
                digest = sha256(b"\x01" + peaks.pop() + digest).digest()
                position >>= 1
                level += 1
                if not level % TILE_HEIGHT:
                    completed.append((level // TILE_HEIGHT, position, digest))
            peaks.append(digest)
            index += 1
        self.size = index
        return completed

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return _fold(self._peaks)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    tree = CompactRange()
    tree.extend(leaves)
    return tree.root()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over as many hashes of one level as a power of two: the same as ``root_of``, in less time."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


def root_at(size: int, node: NodeReader) -> bytes:
    """The root of the first ``size`` leaves of a tree whose nodes are stored."""
    return _range_hash(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 9162, 2.1.3.1), lowest hash first.

    Raises ValueError for a leaf that is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    begin, end, proof = 0, size, []
    while end - begin > 1:
        split = begin + _split(end - begin)
        if index < split:
            proof.append(_range_hash(split, end, node))
            end = split
        else:
            proof.append(_range_hash(begin, split, node))
            begin = split
    return proof[::-1]


def consistency_proof(first: int, second: int, node: NodeReader) -> list[bytes]:
    """The proof that the tree of ``second`` leaves begins with that of ``first`` (RFC 9162, 2.1.4.1).

    Raises ValueError unless ``0 < first <= second``: every tree begins with the empty one, so nothing proves it.
    """
    if not 0 < first <= second:
        raise ValueError(f"no consistency proof goes from {first} to {second}")
    begin, end, proof = 0, second, []
    while first != end:
        split = begin + _split(end - begin)
        if first <= split:
            proof.append(_range_hash(split, end, node))
            end = split
        else:
            proof.append(_range_hash(begin, split, node))
            begin = split
    if begin:
        proof.append(_range_hash(begin, end, node))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves that ``leaf`` stands at ``index`` in the tree of that size and root (2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    position, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            digest = node_hash(sibling, digest)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and digest == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the path proves that the second tree begins with the first (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if not _are_hashes(first_root, second_root, *proof):
        return False
    # A first tree that is a perfect subtree is its own first hash and not repeated in the proof.
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def perfect_subtrees(begin: int, end: int) -> list[tuple[int, int]]:
    """The perfect subtrees that make up leaves ``[begin, end)`` of one subtree, left to right, as (level, index)."""
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
    return found


def _range_hash(begin: int, end: int, node: NodeReader) -> bytes:
    return _fold([node(level, index) for level, index in perfect_subtrees(begin, end)])


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    digest = peaks[-1]
    for peak in peaks[-2::-1]:
        digest = node_hash(peak, digest)
    return digest


def _split(size: int) -> int:
    """The largest power of two smaller than ``size`` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
