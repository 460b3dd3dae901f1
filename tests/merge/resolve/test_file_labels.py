"""What people say of pairs, given beside plain files."""

import json
from pathlib import Path

import pytest

from core.errors import Invalid
from tests.merge.resolve.test_files import PEOPLE, groups, listed, run, write

LABELS = ["left_id", "right_id", "match"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([("4", "5", "false"), ("1", "3", "true")], ["123", "4", "5", "6"]),
        ([("3", "1", "no")], ["12", "3", "45", "6"]),
        ([("1", "2", "0")], ["13", "2", "45", "6"]),  # the two say exactly the same
        ([("6", "4", "yes")], ["123", "456"]),
    ],
)
def test_what_labels_say_holds(tmp_path: Path, labels: list[tuple[str, ...]], expected: list[str]) -> None:
    source = write(tmp_path / "in.csv", PEOPLE)
    said = write(tmp_path / "labels.csv", labels, LABELS)
    assert groups(run(tmp_path, source, id_column="key", labels=said)) == set(map(frozenset, expected))


def test_the_pairs_tell_what_labels_say(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", PEOPLE)
    before, after = tmp_path / "before.csv", tmp_path / "after.csv"
    run(tmp_path, source, id_column="key", pairs=before)
    said = write(tmp_path / "labels.csv", [("5", "4", "no"), ("1", "3", "yes")], LABELS)
    run(tmp_path, source, id_column="key", labels=said, pairs=after)
    told = {(row["left_id"], row["right_id"]): row for row in listed(after)}
    assert next(row["verdict"] for row in listed(before) if row["left_id"] == "4") == "auto"
    for pair, verdict, level in ((("4", "5"), "no", "different"), (("1", "3"), "auto", "same")):
        evidence = json.loads(told[pair]["evidence"])
        assert (told[pair]["verdict"], evidence[-1]) == (verdict, {"slot": "label", "level": level, "weight": 0})


@pytest.mark.parametrize(
    ("labels", "row"),
    [
        ([("4", "99", "false")], 2),
        ([("4", "5", "true"), ("4", "6", "perhaps")], 3),
        ([("4", "5", "true"), ("5", "4", "false")], 3),
        ([("4", "5", "true"), ("5", "4", "true"), ("4", "4", "true")], 4),
    ],
)
def test_labels_that_say_nothing_are_refused_with_their_row(
    tmp_path: Path, labels: list[tuple[str, ...]], row: int
) -> None:
    source = write(tmp_path / "in.csv", PEOPLE)
    with pytest.raises(Invalid) as refused:
        run(tmp_path, source, id_column="key", labels=write(tmp_path / "labels.csv", labels, LABELS))
    assert (refused.value.code, refused.value.details["row"]) == ("resolve.labels", row)
