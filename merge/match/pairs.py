"""Candidate pairs of a batch: records that share a rare term, or several common ones at once.

No rules for single data sets: every kind of term is tried. A term that few records hold emits its pairs; one that
many hold is conjoined with the other common terms of each record until few hold the conjunction.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

SINGLE_CAP = 40
CONJOINED_CAP = 25
_MIX = np.uint64(0x9E3779B97F4A7C15)


def term_hash(kind: str, value: str) -> int:
    """64 bits of a term, the same on every machine and in every run."""
    digest = blake2b(f"{kind}\x00{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class TermTable:
    """The (record, kind, hash) rows of a batch, filled record by record in their order."""

    def __init__(self) -> None:
        self._records: list[int] = []
        self._kinds: list[int] = []
        self._hashes: list[int] = []
        self._kind_numbers: dict[str, int] = {}
        self._known: dict[tuple[str, str], int] = {}

    def add(self, record: int, terms: Sequence[tuple[str, str]]) -> None:
        """Add the terms of one record."""
        for term in terms:
            known = self._known.get(term)
            if known is None:
                known = self._known[term] = term_hash(*term)
            # Terms of one origin (a birth date and its year) say the same: they are not conjoined with each other.
            origin = term[0] if term[0].startswith(("id.", "text.")) else term[0].partition(".")[0]
            self._records.append(record)
            self._kinds.append(self._kind_numbers.setdefault(origin, len(self._kind_numbers)))
            self._hashes.append(known)

    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """Records, kinds and hashes as columns."""
        return (
            np.array(self._records, dtype=np.int64),
            np.array(self._kinds, dtype=np.int64),
            np.array(self._hashes, dtype=np.int64),
        )


def _group_sizes(hashes: Ints) -> tuple[Ints, Ints, Ints]:
    """Order that sorts the hashes, and start and size of each group in it."""
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(ordered)])
    return order.astype(np.int64), starts.astype(np.int64), sizes.astype(np.int64)


def _pairs_inside(members: Ints, starts: Ints, sizes: Ints) -> Ints:
    """All pairs of members of each group, as ``smaller * 2**32 + larger`` record numbers."""
    found = []
    for size in np.unique(sizes):
        if size < 2:
            continue
        rows = members[starts[sizes == size][:, None] + np.arange(size)[None, :]]
        left, right = np.triu_indices(int(size), 1)
        a, b = rows[:, left].ravel(), rows[:, right].ravel()
        found.append((np.minimum(a, b) << 32) | np.maximum(a, b))
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _mixed(left: Ints, right: Ints) -> Ints:
    a, b = left.view(np.uint64), right.view(np.uint64)
    low, high = np.minimum(a, b), np.maximum(a, b)
    mixed = (low * _MIX) ^ (high + (low >> np.uint64(29)))
    mixed ^= mixed >> np.uint64(32)
    result: Ints = (mixed * _MIX).view(np.int64)
    return result


def _emit(records: Ints, hashes: Ints, cap: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Pairs of all groups within the cap, and which rows lie in larger groups."""
    order, starts, sizes = _group_sizes(hashes)
    small = (sizes >= 2) & (sizes <= cap)
    pairs = _pairs_inside(records[order], starts[small], sizes[small])
    large = np.zeros(len(hashes), dtype=np.bool_)
    large[order] = np.repeat(sizes > cap, sizes)
    return np.unique(pairs), large


def _conjoin(records: Ints, kinds: Ints, hashes: Ints) -> tuple[Ints, Ints]:
    """Rows of all conjunctions of two terms of different kinds within each record."""
    order = np.lexsort((hashes, kinds, records))
    records, kinds, hashes = records[order], kinds[order], hashes[order]
    starts = np.flatnonzero(np.r_[True, records[1:] != records[:-1]]) if len(records) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(records)])
    out_records, out_hashes = [], []
    for size in np.unique(sizes):
        if size < 2:
            continue
        rows = starts[sizes == size][:, None] + np.arange(size)[None, :]
        left, right = np.triu_indices(int(size), 1)
        a, b = rows[:, left].ravel(), rows[:, right].ravel()
        apart = kinds[a] != kinds[b]
        a, b = a[apart], b[apart]
        out_records.append(records[a])
        out_hashes.append(_mixed(hashes[a], hashes[b]))
    if not out_records:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(out_records), np.concatenate(out_hashes)


def candidate_pairs(
    table: TermTable, *, single_cap: int = SINGLE_CAP, conjoined_cap: int = CONJOINED_CAP
) -> tuple[Ints, Ints]:
    """Record numbers of all candidate pairs, left smaller than right, sorted and without doubles."""
    records, kinds, hashes = table.arrays()
    pairs, large = _emit(records, hashes, single_cap)
    conjoined_records, conjoined_hashes = _conjoin(records[large], kinds[large], hashes[large])
    more, _ = _emit(conjoined_records, conjoined_hashes, conjoined_cap)
    both = np.union1d(pairs, more)
    left, right = both >> 32, both & 0xFFFFFFFF
    apart = left != right
    return left[apart], right[apart]
