"""A table assembled from columns holds what ``features`` makes of each record."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import AttributeValue
from merge.match.assembly import in_order, table_of_cells
from merge.match.cells import Cells, large_strings
from merge.match.features import features
from merge.match.parts import standard_parts
from merge.match.texts import numbered
from merge.standardise.record import standardise
from tests.merge.match.test_doors import POOLS


def cells_of(attribute: str, raws: list[str]) -> Cells:
    codes, values = numbered(raws)
    empty = values.index("") if "" in values else -1
    return Cells(attribute, np.where(codes == empty, -1, codes).astype(np.int32), large_strings(values))


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_assembled_as_record_by_record(draw: random.Random) -> None:
    attributes = draw.choices(tuple(POOLS), k=draw.randint(1, 9))
    rows = [[draw.choice([*POOLS[name], "", "N/A"]) for name in attributes] for _ in range(12)]
    cells = [cells_of(name, [row[position] for row in rows]) for position, name in enumerate(attributes)]
    table = table_of_cells(len(rows), sorted(cells, key=lambda one: in_order(one.attribute)), standard_parts)
    for row, found in zip(rows, table, strict=True):
        record = standardise([AttributeValue(name, raw) for name, raw in zip(attributes, row, strict=True) if raw])
        assert found == features(record)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([("family",), ("given",), ("family", "given")]))
def test_names_in_two_columns(draw: random.Random, parts: tuple[str, ...]) -> None:
    names = [f"person.{part}_name" for part in parts]
    rows = [[draw.choice([*POOLS[name], "", "N/A"]) for name in names] for _ in range(12)]
    cells = [cells_of(name, [row[position] for row in rows]) for position, name in enumerate(names)]
    table = table_of_cells(len(rows), sorted(cells, key=lambda one: in_order(one.attribute)), standard_parts)
    for row, found in zip(rows, table, strict=True):
        record = standardise([AttributeValue(name, raw) for name, raw in zip(names, row, strict=True) if raw])
        assert found == features(record)
