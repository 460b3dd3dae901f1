"""Ids of the groups of a batch."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from merge.resolve.file_records import Batch
from merge.resolve.whole import Resolved


def golden_id(record_ids: Sequence[str]) -> str:
    """The id of a group: from the smallest record id in it, so that it does not depend on the order of rows."""
    return "g_" + blake2b(min(record_ids).encode(), digest_size=16).hexdigest()


def golden_ids(resolved: Resolved, batch: Batch) -> list[str]:
    """The golden id of every row, in the order of the rows."""
    labels = resolved.labels
    names = [batch.ids[row] for row in batch.order.tolist()]
    least = [""] * (int(labels.max(initial=-1)) + 1)
    for name, label in zip(names, labels.tolist(), strict=True):
        if not least[label] or name < least[label]:
            least[label] = name
    goldens = np.array([golden_id([name]) for name in least], dtype=object)
    found = np.empty(len(names), dtype=object)
    found[batch.order] = goldens[labels] if names else found
    return [str(golden) for golden in found]
