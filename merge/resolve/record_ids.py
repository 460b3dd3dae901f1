"""The ids of all rows of the inputs: read from their column, unique and never empty."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.errors import Conflict, Invalid
from merge.match.cells import large_strings
from merge.match.texts import Ints
from merge.resolve.file_formats import Table

if TYPE_CHECKING:
    from pyarrow import LargeStringArray

_SHOWN = 10
_BLANK, _BEYOND_ASCII = 0x20, 0x7F


@dataclass(frozen=True)
class RecordIds:
    """Record ids in the order of the rows."""

    values: "LargeStringArray"

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def listed(self) -> list[str]:
        """The ids as strings of Python."""
        found: list[str] = self.values.to_pylist()
        return found

    @cached_property
    def by_name(self) -> Ints:
        """The rows in the order of their ids."""
        from pyarrow import compute  # noqa: PLC0415  (loads only where files are read)

        return np.asarray(compute.sort_indices(self.values), dtype=np.int64)

    def any_twice(self) -> bool:
        """Whether two rows have one id."""
        from pyarrow import compute  # noqa: PLC0415  (loads only where files are read)

        ordered = self.values.take(self.by_name)
        found: bool | None = compute.any(compute.equal(ordered[1:], ordered[:-1])).as_py()
        return bool(found)


def record_ids(tables: Sequence[Table], column: str | None) -> RecordIds:
    """The ids in a column, or the numbers of the rows.

    Raises Invalid ``resolve.id`` and Conflict ``resolve.duplicate_id``; they tell rows and no id.
    """
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    if column is None:
        rows = sum(table.count for table in tables)
        return RecordIds(pa.array(np.arange(1, rows + 1)).cast(pa.large_string()))
    chunks = []
    for table in tables:
        if column not in table.columns:
            raise Invalid(
                "resolve.id",
                f"{table.name} has no column '{column}' for --id; its columns are: {', '.join(table.columns)}.",
                column=column,
            )
        chunks += table.cells_of(column).cast(pa.large_string()).chunks
    ids = RecordIds(_stripped(pa.chunked_array(chunks, pa.large_string()).combine_chunks()))
    empty = np.flatnonzero(_lengths(ids.values) == 0)
    if len(empty):
        raise Invalid(
            "resolve.id",
            f"Column '{column}' is empty in rows {_rows((empty + 1).tolist())}; every row needs an id.",
        )
    if ids.any_twice():
        counts = Counter(ids.listed)
        doubled = [number for number, name in enumerate(ids.listed, start=1) if counts[name] > 1]
        raise Conflict(
            "resolve.duplicate_id",
            f"Column '{column}' has the same id in rows {_rows(doubled)}; ids must be unique over all "
            "inputs. Leave --id out to use row numbers.",
            rows=doubled[:1000],
        )
    return ids


def _stripped(values: "LargeStringArray") -> "LargeStringArray":
    """``str.strip`` of every value; where no character can be a blank all stay as they are."""
    data = values.buffers()[2]
    points = np.frombuffer(data or b"", np.uint8)
    if not np.any((points <= _BLANK) | (points >= _BEYOND_ASCII)):
        return values
    return large_strings([value.strip() for value in values.to_pylist()])


def _lengths(values: "LargeStringArray") -> Ints:
    from pyarrow import compute  # noqa: PLC0415  (loads only where files are read)

    return np.asarray(compute.binary_length(values), dtype=np.int64)


def _rows(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_SHOWN]))
    return f"{shown} and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else shown
