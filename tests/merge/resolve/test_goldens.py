"""The id of a group is that of its smallest record id, wherever its rows stand."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.resolve.goldens import golden_id, golden_ids
from merge.resolve.record_ids import RecordIds

_ROWS = st.tuples(st.text(st.characters(codec="utf-8"), min_size=1), st.integers(0, 3))


@settings(deadline=None)
@given(st.lists(_ROWS, unique_by=lambda one: one[0]), st.randoms(use_true_random=False))
def test_the_smallest_id_names_the_group(rows: list[tuple[str, int]], chance: Any) -> None:
    names = [name for name, _ in rows]
    order = list(range(len(rows)))
    chance.shuffle(order)
    groups = [rows[row][1] for row in order]
    numbers = {group: number for number, group in enumerate(sorted(set(groups)))}
    batch = SimpleNamespace(ids=RecordIds(pa.array(names, pa.large_string())), order=np.array(order, np.int64))
    resolved = SimpleNamespace(labels=np.array([numbers[group] for group in groups], np.int64))
    found = golden_ids(cast("Any", resolved), cast("Any", batch)).to_pylist()
    assert found == [golden_id([name for name, other in rows if other == group]) for _, group in rows]
