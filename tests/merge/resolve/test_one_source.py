"""A source that lists everybody once is known by its pairs."""

import csv
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.customers.families import write as write_family
from merge.match.parts import standard_parts
from merge.match.texts import Ints
from merge.resolve.file_records import load, standardise_rows
from merge.resolve.one_source import costs, weighed_by_source
from merge.resolve.table_output import write_table
from tests.merge.resolve.test_files import groups, run

SURE, NOT = 9000, -9000


def pairs(*counted: tuple[int, int, int, int]) -> tuple[Ints, Ints, Ints]:
    """Weights, left and right of so many pairs of one weight between records of two sources."""
    rows = [(weight, left, right) for weight, left, right, times in counted for _ in range(times)]
    weights, left, right = np.array(rows, dtype=np.int64).T
    return weights, left, right


# Records 0 and 1 are of source 0, 2 and 3 of source 1, 4 of none.
CODES = np.array([0, 0, 1, 1, -1], dtype=np.int32)
STRANGERS = ((NOT, 0, 1, 250), (NOT, 2, 3, 250), (NOT, 0, 2, 500))
NONE = np.zeros(2, dtype=np.int64)


def test_sure_matches_that_lie_inside_as_often_as_chance_cost_nothing() -> None:
    found = pairs((SURE, 0, 1, 100), (SURE, 2, 3, 100), (SURE, 0, 2, 200), *STRANGERS)
    assert costs(*found, CODES, NONE).tolist() == [0, 0]


def test_a_source_in_which_they_are_rare_makes_its_pairs_weigh_less() -> None:
    found = pairs((SURE, 0, 1, 1), (SURE, 2, 3, 100), (SURE, 0, 2, 200), *STRANGERS)
    cost = costs(*found, CODES, NONE)
    assert cost[0] > 4000
    assert cost[1] == 0
    weights, left, right = pairs((5000, 0, 1, 1), (5000, 2, 3, 1), (5000, 0, 2, 1), (5000, 1, 4, 1))
    assert (weights - weighed_by_source(weights, left, right, CODES, cost)).tolist() == [cost[0], 0, 0, 0]


def test_copies_inside_a_source_are_matches_too() -> None:
    found = pairs((SURE, 0, 1, 1), (SURE, 2, 3, 100), (SURE, 0, 2, 200), *STRANGERS)
    assert costs(*found, CODES, np.array([80, 0])).tolist() == [0, 0]


@pytest.mark.parametrize(
    "found",
    [
        pairs((SURE, 0, 2, 50), (NOT, 0, 1, 250), (NOT, 0, 2, 500)),
        pairs((SURE, 0, 2, 500), (NOT, 0, 1, 5), (NOT, 0, 2, 500)),
        pairs((SURE, 0, 1, 500), (NOT, 0, 1, 500)),
    ],
    ids=["few matches", "few strangers inside", "one source alone"],
)
def test_too_little_tells_nothing(found: tuple[Ints, Ints, Ints]) -> None:
    assert costs(*found, CODES, NONE).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("header", "values", "count"),
    [("register", ("a", "b", ""), None), ("source", ("a", "b", ""), 2), ("source", ("a", "a", "a"), None)],
)
def test_the_column_of_sources_tells_them(
    tmp_path: Path, header: str, values: tuple[str, ...], count: int | None
) -> None:
    path = tmp_path / "in.csv"
    write_table(path, ["id", header, "name"], [(str(n), value, "Eva Lindberg") for n, value in enumerate(values)])
    tables, mapping, ids, notes = load([path], id_column="id", source_column=None, mapping={"name": "person.full_name"})
    batch = standardise_rows(tables, mapping, ids, by_id=True, notes=notes, standard=standard_parts)
    assert (batch.sources.count if batch.sources else None) == count
    if batch.sources:
        assert batch.sources.codes.tolist() == [0, 1, -1]


def test_registers_that_list_everybody_once_are_told_and_hold_fewer_for_one(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    write_family("census", 3000, 7, path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["unique_id"]: row for row in csv.DictReader(file)}

    def wrong_inside(**options: Any) -> tuple[int, list[str]]:
        told: list[str] = []
        found = run(tmp_path, path, id_column="unique_id", note=told.append, **options)
        wrong = sum(
            rows[one]["source"] == rows[other]["source"] and rows[one]["cluster_id"] != rows[other]["cluster_id"]
            for group in groups(found)
            for one, other in combinations(sorted(group), 2)
        )
        return wrong, [note for note in told if "hardly anybody twice" in note]

    plain, nothing = wrong_inside(mapping={"source": "ignore", "cluster_id": "ignore"})
    known, notes = wrong_inside(mapping={"cluster_id": "ignore"})
    assert not nothing
    assert len(notes) == 1
    assert not any(row["source"] in notes[0].split() for row in rows.values())
    assert known < plain
