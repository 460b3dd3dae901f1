"""Columns whose cells hold several values, or values of another kind, as several columns."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from merge.match.cells import Cells, encoded, large_strings
from merge.match.texts import Ints
from merge.standardise.calling import with_country
from merge.standardise.contacts import MAY_HOLD_OTHERS, pieces
from merge.standardise.phones import DEFAULT_REGION
from merge.standardise.several import LEAST_FIGURES, SOMETIMES

if TYPE_CHECKING:
    from pyarrow import LargeStringArray

# ``several.SPACE_APART``, for values of printable ASCII.
_SPACE_APART = (
    "^ *(?:(?:[+]?86|0086)?1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?: +(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}))+ *$"
)


def _maybe(attribute: str, values: "LargeStringArray") -> Ints:
    """The values that ``pieces`` might take apart: it gives all others as they are."""
    from pyarrow import compute  # noqa: PLC0415  (loads only where files are read)

    found = compute.invert(compute.match_substring_regex(values, "^[ -~]*$"))
    if attribute == "phone":
        long = compute.greater(compute.binary_length(values), LEAST_FIGURES)
        apart = compute.match_substring_regex(values, "[;|/,]")
        beside = compute.match_substring_regex(values, _SPACE_APART)
        found = compute.and_(long, compute.or_(found, compute.or_(apart, beside)))
    elif attribute == "email":
        found = compute.or_(found, compute.greater(compute.count_substring(values, "@"), 1))
    if attribute in MAY_HOLD_OTHERS:
        found = compute.or_(found, compute.match_substring_regex(values, MAY_HOLD_OTHERS[attribute]))
    return np.flatnonzero(found.to_numpy(zero_copy_only=False))


def _telephones(cells: Cells) -> tuple[Cells, Ints]:
    """The column, with their country's code in cells that hold more than one bare number, and what may be taken apart.

    A number that is all a cell holds gets the code of its country where it is standardised.
    """
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)
    from pyarrow import compute  # noqa: PLC0415

    from merge.standardise.phone_columns import single_numbers  # noqa: PLC0415  (it loads Arrow)

    others = ~single_numbers(cells.values)
    held = cells.values.filter(pa.array(others))
    if cells.region != DEFAULT_REGION and len(held):
        held = large_strings([with_country(raw, cells.region) for raw in held.to_pylist()])
        cells = replace(cells, values=compute.replace_with_mask(cells.values, pa.array(others), held))
    return cells, np.flatnonzero(others)[_maybe(cells.attribute, held)]


def apart(cells: Cells) -> Iterator[Cells]:
    """The column, and further ones where cells hold several values, or values of another kind."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)
    from pyarrow import compute  # noqa: PLC0415

    own = cells.attribute
    rows = np.zeros(0, dtype=np.int64)
    if own == "phone":
        cells, rows = _telephones(cells)
    elif own in SOMETIMES or own in MAY_HOLD_OTHERS:
        rows = _maybe(own, cells.values)
    told = [pieces(own, value) for value in cells.values.take(pa.array(rows)).to_pylist()]
    if all(len(one) == 1 and one[0][0] == own for one in told):
        yield cells
        return
    slots: dict[tuple[str, int], list[tuple[int, str]]] = {(own, 0): []}
    for row, one in zip(rows.tolist(), told, strict=True):
        seen: Counter[str] = Counter()
        for attribute, value in one:
            slots.setdefault((attribute, seen[attribute]), []).append((row, value))
            seen[attribute] += 1
    for (attribute, nth), found in sorted(slots.items()):
        places, values = np.array([row for row, _ in found], np.int64), large_strings([value for _, value in found])
        if (attribute, nth) == (own, 0):  # and all that hold one value
            held = np.ones(len(cells.values), dtype=np.bool_)
            held[rows] = False
            changed = np.zeros(len(cells.values), dtype=np.bool_)
            changed[places] = True
            replaced = compute.replace_with_mask(cells.values, pa.array(changed), values)
            places = np.flatnonzero(held | changed)
            values = replaced.take(pa.array(places))
        if len(places):
            said = np.full(len(cells.values) + 1, -1, dtype=np.int32)
            said[places], distinct = encoded(values)
            region = cells.region if (attribute, nth) == (own, 0) else DEFAULT_REGION
            yield Cells(attribute, said[cells.codes], distinct, region)
