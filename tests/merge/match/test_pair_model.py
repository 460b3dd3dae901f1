"""The shipped model: its hash, version and size, and contributions that add up."""

import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import Damaged, Invalid, NotFound, Unavailable
from merge.match.pair_features import KINDS, NAMES, OF_PEOPLE, RISING, kind_of
from merge.match.pair_model import (
    CROWD,
    SHA256,
    SHA256_OF_CROWDS,
    SHA256_OF_ORGANIZATIONS,
    SHIPPED,
    SHIPPED_OF_CROWDS,
    SHIPPED_OF_ORGANIZATIONS,
    crowd_model,
    organization_model,
    people_model,
    read_pair_model,
    shipped_model,
)
from merge.match.support import SUPPORT


def rows(count: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(3).normal(scale=4, size=(count, width)).astype(np.float32)


def test_the_shipped_model_is_small_and_whole() -> None:
    assert SHIPPED.stat().st_size < 1_000_000
    assert read_pair_model(SHIPPED, SHA256).to_text() == SHIPPED.read_text(encoding="utf-8")


def test_the_model_of_organisations_is_small_and_whole_and_no_other() -> None:
    path = SHIPPED_OF_ORGANIZATIONS
    assert path.stat().st_size < 1_000_000
    read = read_pair_model(path, SHA256_OF_ORGANIZATIONS, NAMES)
    assert read.to_text() == path.read_text(encoding="utf-8") == organization_model().to_text()
    with pytest.raises(Invalid):
        read_pair_model(path)


def test_large_batches_have_a_model_of_their_own_for_people() -> None:
    assert SHIPPED_OF_CROWDS.stat().st_size < 1_000_000
    read = read_pair_model(SHIPPED_OF_CROWDS, SHA256_OF_CROWDS)
    assert read.to_text() == SHIPPED_OF_CROWDS.read_text(encoding="utf-8") == crowd_model().to_text()
    assert people_model(CROWD).to_text() == shipped_model().to_text()
    assert people_model(CROWD + 1).to_text() == crowd_model().to_text() != shipped_model().to_text()


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "match_model.txt"
    changed.write_text(SHIPPED.read_text(encoding="utf-8").replace("leaf_value=", "leaf_value= ", 1), encoding="utf-8")
    with pytest.raises(Damaged) as refused:
        read_pair_model(changed, SHA256)
    assert refused.value.code == "match_model.hash"


@pytest.mark.parametrize(
    "content", ["", "\n", '{"kind": "ingot-pair-model", "version": 0, "columns": ""}\ntree', "tree\n"]
)
def test_a_model_of_another_version_is_refused(tmp_path: Path, content: str) -> None:
    other = tmp_path / "match_model.txt"
    other.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        read_pair_model(other)
    assert refused.value.code == "match_model.version"


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refused:
        read_pair_model(tmp_path / "nowhere.txt")
    assert refused.value.code == "match_model.missing"


def test_contributions_add_up() -> None:
    for trees, width in (
        (shipped_model().first, len(OF_PEOPLE)),
        (shipped_model().second, len(OF_PEOPLE) + len(SUPPORT)),
    ):
        matrix = rows(20, width)
        parts = trees.contributions(matrix)
        assert parts.shape == (20, width + 1)
        assert np.abs(parts.sum(axis=1) - trees.weights(matrix)).max() <= 1


def test_more_of_what_is_rising_never_weighs_less() -> None:
    matrix = rows(50, len(NAMES))
    trees = organization_model().first
    for name in sorted(RISING):
        more = matrix.copy()
        more[:, NAMES.index(name)] += 2
        assert (trees.weights(more) >= trees.weights(matrix) - 1).all(), name


def test_every_column_has_a_kind() -> None:
    assert kind_of("birth.level") == kind_of("year") == "birth"
    assert kind_of("like.local") == "email"
    assert kind_of("first.gap.low") == kind_of("rank.low") == "others"
    assert {kind_of(name) for name in (*NAMES, *SUPPORT)} == {*KINDS, "others", "record"}


def test_where_the_library_cannot_be_loaded_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(Unavailable) as told:
        read_pair_model(SHIPPED).first.contributions(rows(1, len(OF_PEOPLE)))
    assert told.value.code == "match_model.library"
    assert "libgomp" in told.value.message
