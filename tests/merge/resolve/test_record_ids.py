"""Ids of rows: bare, in the order of Python's strings, and told when two rows have one."""

import gc
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, Invalid
from merge.resolve.file_formats import Table, text_cells
from merge.resolve.memory import large_job
from merge.resolve.record_ids import RecordIds, record_ids

_NAMES = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from([" a", "a\t", "\u3000a", "\x1fa", "é"])


def _read(*tables: list[str]) -> RecordIds:
    return record_ids([Table("some.csv", ["id"], [text_cells(names)], len(names)) for names in tables], "id")


@given(st.lists(_NAMES, max_size=6), st.lists(_NAMES, max_size=6))
def test_ids_are_bare_sorted_and_unique(one: list[str], other: list[str]) -> None:
    bare = [name.strip() for name in one + other]
    if not all(bare):
        with pytest.raises(Invalid):
            _read(one, other)
    elif len(set(bare)) < len(bare):
        with pytest.raises(Conflict) as doubled:
            _read(one, other)
        rows = [number for number, name in enumerate(bare, start=1) if bare.count(name) > 1]
        assert doubled.value.details["rows"] == rows
    else:
        found = _read(one, other)
        assert found.listed == bare
        assert [bare[row] for row in found.by_name.tolist()] == sorted(bare)


def test_rows_without_ids_are_numbered() -> None:
    tables = [Table("some.csv", ["a"], [text_cells(["x", "y"])], 2), Table("more.csv", ["a"], [text_cells(["z"])], 1)]
    assert record_ids(tables, None).listed == ["1", "2", "3"]


def test_a_large_job_leaves_python_as_it_was() -> None:
    before = sys.getswitchinterval(), gc.isenabled()
    with large_job():
        assert (sys.getswitchinterval(), gc.isenabled()) != before
    assert (sys.getswitchinterval(), gc.isenabled()) == before
