"""Distinct numbers of many, by hashing: faster than sorting where most are there again and again."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def first_seen(keys: Ints) -> tuple[Ints, Ints]:
    """Keys numbered in the order of their first appearance, and where each appears first."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where many records are)

    number = pa.array(keys).dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    highest = np.maximum.accumulate(number)
    return number, np.flatnonzero(np.diff(highest, prepend=-1))
