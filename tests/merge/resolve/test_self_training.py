"""The round of learning from the customer's own pairs: when it is done, and that no order of rows changes it."""

import csv
import random
from pathlib import Path
from typing import Any

import pytest

from merge.resolve.files import ResolveOptions, ResolveStatistics, resolve_files
from merge.resolve.table_output import write_table

HEADER = ["key", "first_name", "surname", "dob", "city"]
SYLLABLES = [consonant + vowel for consonant in "bdklmnrs" for vowel in "aeio"]


def people(count: int) -> list[tuple[str, ...]]:
    """Customers, each with a copy or two that somebody wrote carelessly."""
    draw = random.Random(11)
    rows: list[tuple[str, ...]] = []
    for number in range(count):
        given = draw.choice(["Anna", "Bert", "Carl", "Dora", "Emil", "Frida", "Gerd", "Hanna"])
        family = "".join(draw.choices(SYLLABLES, k=2)) + draw.choice(["son", "mann", "berg"])
        born = f"{draw.randint(1970, 1990)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        city = draw.choice(["Leeds", "Hull", "York"])
        for copy in range(draw.choice([1, 2, 3])):
            written, date = family, born
            if copy and draw.random() < 0.7:
                at = draw.randrange(len(family) - 1)
                written = family[:at] + draw.choice("xyzw") + family[at + 1 :]
            if copy and draw.random() < 0.4:
                date = born[:-2] + f"{draw.randint(1, 28):02d}"
            rows.append((f"{number}-{copy}", given if draw.random() < 0.8 else given[0], written, date, city))
    return rows


def resolved(folder: Path, rows: list[tuple[str, ...]], **options: Any) -> tuple[dict[str, str], ResolveStatistics]:
    source, out = folder / "in.csv", folder / "out.csv"
    write_table(source, HEADER, rows)
    statistics = resolve_files(ResolveOptions(inputs=[source], out=out, id_column="key", **options))
    with out.open(encoding="utf-8", newline="") as file:
        return {row["record_id"]: row["golden_id"] for row in csv.DictReader(file)}, statistics


def test_a_batch_with_enough_pairs_teaches_itself_and_row_order_changes_nothing(tmp_path: Path) -> None:
    rows = people(1200)
    first, statistics = resolved(tmp_path, rows)
    assert statistics.model["self_trained"]
    assert statistics.model["learned_pairs"] > 0
    second, _ = resolved(tmp_path, random.Random(2).sample(rows, len(rows)))
    assert first == second
    right = sum(1 for key in first if first[key] == first[f"{key.partition('-')[0]}-0"])
    assert right / len(first) > 0.9
    assert len(set(first.values())) > 1100


@pytest.mark.parametrize("count", [40, 1200])
def test_with_its_own_model_a_batch_comes_out_the_same_and_another_one_is_cut_where_it_was(
    tmp_path: Path, count: int
) -> None:
    model = tmp_path / "model.json"
    rows = people(count)
    first, learned = resolved(tmp_path, rows, save_model=model)
    again, statistics = resolved(tmp_path, random.Random(3).sample(rows, len(rows)), model=model)
    assert again == first
    assert statistics.model == {**learned.model, "cut_found_by": "model"}
    assert learned.model["self_trained"] is (count > 40)
    _, other = resolved(tmp_path, rows[: len(rows) * 2 // 3], model=model)
    assert (other.model["cut"], other.model["self_trained"]) == (learned.model["cut"], learned.model["self_trained"])
    assert other.model["household"] == learned.model["household"]


def test_a_small_batch_does_not(tmp_path: Path) -> None:
    _, statistics = resolved(tmp_path, people(40))
    assert not statistics.model["self_trained"]
