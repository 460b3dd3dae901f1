"""Wide files: columns that repeat each other are not witnesses of their own."""

import random
from pathlib import Path

import numpy as np

from merge.match.columns import IGNORE
from merge.match.texts import Codes
from merge.resolve.file_records import load
from merge.resolve.table_output import write_table
from merge.resolve.text_columns import FEW, left_out
from tests.merge.resolve.test_files import groups, run

ROWS = 60


def codes(draw: random.Random, values: int) -> Codes:
    return np.array([draw.randrange(values) for _ in range(ROWS)], dtype=np.int32)


def repeated(draw: random.Random, column: Codes, share: float = 0.1) -> Codes:
    """The same column under other numbers, some of it wrong."""
    other = (column + 1) % 3
    return np.where(np.array([draw.random() < share for _ in range(ROWS)]), codes(draw, 3), other).astype(np.int32)


def test_of_columns_that_repeat_each_other_one_is_compared() -> None:
    draw = random.Random(1)
    first = codes(draw, 3)
    columns = {"a": first} | {f"a{number}": repeated(draw, first) for number in range(6)} | {"b": codes(draw, 4)}
    found = left_out(columns)
    assert len(found) == 6
    assert "b" not in found
    shuffled = np.array(draw.sample(range(ROWS), ROWS))
    assert left_out({name: column[shuffled] for name, column in sorted(columns.items(), reverse=True)}) == found
    assert "a3" not in left_out(columns, wanted={"a3"})


def test_few_columns_and_those_of_many_values_are_kept() -> None:
    draw = random.Random(2)
    first = codes(draw, 3)
    assert left_out({f"a{number}": first for number in range(FEW)}) == []
    numbers = np.arange(ROWS, dtype=np.int32)
    assert left_out({f"n{number}": numbers for number in range(20)}) == []
    assert left_out({f"e{number}": np.full(ROWS, -1, dtype=np.int32) for number in range(20)}) == []
    assert left_out({f"o{number}": numbers[:0] for number in range(20)}) == []


def test_of_many_columns_of_few_values_those_that_tell_most_are_kept() -> None:
    draw = random.Random(3)
    columns = {f"{values}.{number}": codes(draw, values) for values in (2, 9) for number in range(10)}
    found = left_out(columns)
    assert len(found) == 12
    assert {name for name in columns if name.startswith("2.")} <= set(found)


def test_a_small_wide_file_is_not_one_customer(tmp_path: Path) -> None:
    draw = random.Random(4)
    header = ["key", "first_name", "last_name", *(f"segment_{number}" for number in range(30))]
    given, family = (
        ["Anna", "Bert", "Carla", "Doris", "Emil", "Frieda", "Gustav", "Hanna"],
        ["Berg", "Wolf", "Lindner", "Sommer", "Krug", "Thal"],
    )
    rows = []
    for number in range(24):
        kind = draw.randrange(3)
        told = (f"kind {draw.randrange(3) if draw.random() < 0.1 else kind}" for _ in range(30))
        rows.append((str(number), given[number % 8], family[number % 6], *told))
    rows.append(("copy", *rows[0][1:]))
    path = tmp_path / "in.csv"
    write_table(path, header, rows)
    notes: list[str] = []
    found = groups(run(tmp_path, path, id_column="key", note=notes.append))
    assert {group for group in found if len(group) > 1} == {frozenset({"0", "copy"})}
    assert any("say what others say" in note and "segment_" in note for note in notes)
    _, mapping, _, _ = load([path], id_column="key", source_column=None, mapping={"segment_9": "text.segment"})
    assert mapping["segment_9"] == "text.segment"
    assert list(mapping.values()).count(IGNORE) > 20
