"""Columns whose cells hold several values, as several columns."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from merge.match.cells import Cells, encoded, large_strings
from merge.match.texts import Ints
from merge.standardise.several import LEAST_FIGURES, SOMETIMES, several

if TYPE_CHECKING:
    from pyarrow import LargeStringArray


# ``several.SPACE_APART``, for values of printable ASCII.
_SPACE_APART = (
    "^ *(?:(?:[+]?86|0086)?1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?: +(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}))+ *$"
)


def _maybe(attribute: str, values: "LargeStringArray") -> Ints:
    """The values that ``several`` might take apart: it gives all others as they are."""
    from pyarrow import compute  # noqa: PLC0415  (loads only where files are read)

    found = compute.invert(compute.match_substring_regex(values, "^[ -~]*$"))
    if attribute == "phone":
        long = compute.greater(compute.binary_length(values), LEAST_FIGURES)
        apart = compute.match_substring_regex(values, "[;|/,]")
        beside = compute.match_substring_regex(values, _SPACE_APART)
        found = compute.and_(long, compute.or_(found, compute.or_(apart, beside)))
    elif attribute == "email":
        found = compute.or_(found, compute.greater(compute.count_substring(values, "@"), 1))
    return np.flatnonzero(found.to_numpy(zero_copy_only=False))


def apart(cells: Cells) -> Iterator[Cells]:
    """The column, and further ones where cells hold several values."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)
    from pyarrow import compute  # noqa: PLC0415

    rows = _maybe(cells.attribute, cells.values) if cells.attribute in SOMETIMES else np.zeros(0, np.int64)
    pieces = [several(cells.attribute, value) for value in cells.values.take(pa.array(rows)).to_pylist()]
    widest = max(map(len, pieces), default=1)
    if widest == 1:
        yield cells
        return
    mask = np.zeros(len(cells.values), dtype=np.bool_)
    mask[rows] = True
    first = compute.replace_with_mask(cells.values, pa.array(mask), large_strings([one[0] for one in pieces]))
    codes, values = encoded(first)
    yield Cells(cells.attribute, np.append(codes, np.int32(-1))[cells.codes], values)
    for position in range(1, widest):
        further = [(row, one[position]) for row, one in zip(rows.tolist(), pieces, strict=True) if len(one) > position]
        codes, values = encoded(large_strings([text for _, text in further]))
        said = np.full(len(mask) + 1, -1, dtype=np.int32)
        said[[row for row, _ in further]] = codes
        yield Cells(cells.attribute, said[cells.codes], values)
