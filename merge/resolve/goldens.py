"""Ids of the groups of a batch."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from merge.resolve.file_records import Batch
from merge.resolve.whole import Resolved

if TYPE_CHECKING:
    from pyarrow import LargeStringArray

_PREFIX = b"g_"
_SIZE = 16


def golden_id(record_ids: Sequence[str]) -> str:
    """The id of a group: from the smallest record id in it, so that it does not depend on the order of rows."""
    return _PREFIX.decode() + blake2b(min(record_ids).encode(), digest_size=_SIZE).hexdigest()


def golden_ids(resolved: Resolved, batch: Batch) -> "LargeStringArray":
    """The golden id of every row, in the order of the rows."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    labels = np.empty_like(resolved.labels)
    labels[batch.order] = resolved.labels
    by_name = batch.ids.by_name
    least = np.empty(int(labels.max(initial=-1)) + 1, dtype=np.int64)
    least[labels[by_name[::-1]]] = by_name[::-1]  # of several rows the last one stays: the one of the smallest id
    names = batch.ids.values.take(pa.array(least)).cast(pa.large_binary()).to_pylist()
    return _written(names).take(pa.array(labels))


def _written(names: list[bytes]) -> "LargeStringArray":
    """``golden_id`` of each name alone, in UTF-8."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    told = b"".join([blake2b(name, digest_size=_SIZE).digest() for name in names]).hex().encode()
    width = len(_PREFIX) + 2 * _SIZE
    letters = np.empty((len(names), width), dtype=np.uint8)
    letters[:, : len(_PREFIX)] = np.frombuffer(_PREFIX, np.uint8)
    letters[:, len(_PREFIX) :] = np.frombuffer(told, np.uint8).reshape(len(names), 2 * _SIZE)
    ends = np.arange(len(names) + 1, dtype=np.int64) * width
    return pa.LargeStringArray.from_buffers(len(names), pa.py_buffer(ends), pa.py_buffer(letters))
