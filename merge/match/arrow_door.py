"""The Arrow door: keys and weights of record batches, for engines that map a function over partitions.

Pure functions over arrays, without state and without files: a mapped function imports this module and calls them. The
columns of a batch are attributes; a name may carry a number behind a blank (``phone 2``) where a record has several.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from merge.match.assembly import in_order, table_of_cells
from merge.match.batch import total_weights
from merge.match.cells import Cells, large_strings
from merge.match.column_terms import column_terms
from merge.match.model import Model
from merge.match.pair_comparison import PreparedPairs
from merge.match.parts import standard_parts
from merge.match.table import FeatureTable
from merge.match.texts import Ints, numbered

if TYPE_CHECKING:
    from pyarrow import RecordBatch

LEFT, RIGHT = "left ", "right "
"""What the columns of a batch of pairs begin with."""


def _cells(columns: Iterable[tuple[str, list[str | None]]]) -> list[Cells]:
    found = []
    for name, raws in columns:
        codes, values = numbered(raw or "" for raw in raws)
        empty = values.index("") if "" in values else -1
        held = np.where(codes == empty, -1, codes).astype(np.int32)
        found.append(Cells(name.partition(" ")[0], held, large_strings(values)))
    return sorted(found, key=lambda one: in_order(one.attribute))


def table_of_batch(batch: "RecordBatch") -> FeatureTable:
    """The features of the records of a batch. Raises Invalid ``attribute.unknown`` for a column of no attribute."""
    columns = ((name, batch.column(name).to_pylist()) for name in batch.schema.names)
    return table_of_cells(batch.num_rows, _cells(columns), standard_parts)


def keys_of_batch(batch: "RecordBatch") -> "RecordBatch":
    """The blocking terms of the records of a batch: row (int32), origin (string), key (int64, the bits of the hash)."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where batches are)

    terms = [*column_terms(table_of_batch(batch))]
    rows = np.concatenate([np.empty(0, np.int32), *(one.records.astype(np.int32) for one in terms)])
    keys = np.concatenate([np.empty(0, np.int64), *(one.hashes.view(np.int64) for one in terms)])
    origins = [one.origin for one in terms for _ in range(len(one.records))]
    return pa.record_batch({"row": pa.array(rows), "origin": pa.array(origins, pa.string()), "key": pa.array(keys)})


def weights_of_batch(batch: "RecordBatch", model: Model) -> Ints:
    """The weight of each pair of a batch (1/1000 bit, before rules); its columns are ``left <attribute>`` and right."""
    names = dict.fromkeys(name.removeprefix(LEFT).removeprefix(RIGHT) for name in batch.schema.names)
    nothing: list[str | None] = [None] * batch.num_rows
    columns = []
    for name in names:
        sides = (batch.column(side + name).to_pylist() if side + name in batch.schema.names else nothing
                 for side in (LEFT, RIGHT))  # fmt: skip
        columns.append((name, [value for side in sides for value in side]))
    table = table_of_cells(2 * batch.num_rows, _cells(columns), standard_parts)
    left = np.arange(batch.num_rows, dtype=np.int64)
    found = PreparedPairs(table).compare(left, left + batch.num_rows).columns(model.frequency)
    if not found:
        return np.full(batch.num_rows, min(-model.prior, model.household), dtype=np.int64)
    return total_weights(model, found)
