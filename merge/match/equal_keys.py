"""Rows that hold equal keys, and the pairs of records inside each group of them."""

from dataclasses import dataclass

import numpy as np

from merge.match.texts import Flags, Ints

_WHOLE = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows in groups of equal keys.

    Attributes:
        rows: numbers whose lower bits are records, ascending in each group.
        record: the mask of these bits.
        starts, sizes: where each group of two and more lies.
    """

    rows: Ints
    record: int
    starts: Ints
    sizes: Ints

    def pairs(self, cap: int) -> Ints:
        """All pairs inside groups within the cap, packed into one number each, smaller record first; sorted."""
        sizes = np.minimum(self.sizes, cap + 1).astype(np.uint8 if cap < 255 else np.int64)
        counts = np.bincount(sizes, minlength=cap + 2)
        ends = np.cumsum(counts)
        by_size = self.starts.take(np.argsort(sizes, kind="stable"))
        found = np.empty(int(sum(counts[size] * size * (size - 1) // 2 for size in range(cap + 1))), dtype=np.int64)
        filled = 0
        for size in range(2, cap + 1):
            starts = by_size[ends[size - 1] : ends[size]]
            inside = [self.rows.take(starts + place) & self.record for place in range(size)] if len(starts) else []
            for place, smaller in enumerate(inside):
                high = smaller << 32
                for larger in inside[place + 1 :]:
                    np.bitwise_or(high, larger, out=found[filled : filled + len(starts)])
                    filled += len(starts)
        found.sort()
        return found


def grouped(records: Ints, keys: Ints, above: int, count: int) -> Groups:
    """Rows grouped by keys from 0 below ``above``; records lie below ``count``. The array of keys is used up."""
    bits = max(1, count).bit_length()
    if above.bit_length() + bits < 64:  # key and record sort as one number, several times as fast as an order
        keys <<= bits
        keys |= records
        keys.sort()
        return Groups(keys, (1 << bits) - 1, *_several((keys[1:] ^ keys[:-1]) < 1 << bits))
    order = np.lexsort((records, keys))
    return grouped_in_order(records[order], keys[order])


def grouped_in_order(records: Ints, ordered: Ints) -> Groups:
    """Rows grouped by keys that lie together, records ascending among equal ones."""
    return Groups(records, _WHOLE, *_several(ordered[1:] == ordered[:-1]))


def _several(again: Flags) -> tuple[Ints, Ints]:
    """Start and size of each group of two and more; told is of each row but the first whether it repeats the key."""
    padded = np.zeros(len(again) + 2, dtype=np.bool_)
    padded[1:-1] = again
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    starts, lasts = edges[::2], edges[1::2]
    return starts, lasts - starts + 1
