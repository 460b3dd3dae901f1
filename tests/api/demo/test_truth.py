from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo.sightings import Channel
from api.demo.truth import TruthRow, evaluate, read_truth, write_truth
from api.demo.world import World


def rows(entities: str) -> list[TruthRow]:
    return [TruthRow(Channel.ERP, str(number), entity) for number, entity in enumerate(entities)]


def golden(ids: str) -> dict[tuple[Channel, str], str]:
    return {(Channel.ERP, str(number)): one for number, one in enumerate(ids)}


def test_a_worked_example() -> None:
    # Truth AAAB, found xxyy: of one right pair, two were said and three are true.
    found = evaluate(rows("AAAB"), golden("xxyy"))
    assert (found.precision, found.recall) == (1 / 2, 1 / 3)
    assert found.f1 == 2 / 5
    # B-cubed precision: 1, 1, 1/2, 1/2; recall: 2/3, 2/3, 1/3, 1.
    assert found.b_cubed.precision == 3 / 4
    assert found.b_cubed.recall == 2 / 3
    assert found.b_cubed.f1 == pytest.approx(12 / 17)
    assert (found.records, found.entities, found.golden) == (4, 2, 2)


def test_lost_records_cost_recall_and_unknown_ones_are_told() -> None:
    found = evaluate(rows("AAA"), {**golden("xx"), (Channel.FORMS, "9"): "x"})
    assert (found.missing, found.unknown) == (1, 1)
    assert found.precision == 1
    assert found.recall == 1 / 3


def test_two_lost_records_are_not_taken_for_one_golden() -> None:
    assert evaluate(rows("AB"), {}).precision == 1.0
    assert evaluate(rows("AA"), {}).recall == 0.0


@given(st.text("ABCD", max_size=12), st.text("wxyz", min_size=12, max_size=12))
def test_figures_agree_with_counting_every_pair(entities: str, ids: str) -> None:
    truth, found = rows(entities), golden(ids[: len(entities)])
    figures = evaluate(truth, found)
    pairs = [(i, j) for i in range(len(entities)) for j in range(i)]
    said = {pair for pair in pairs if ids[pair[0]] == ids[pair[1]]}
    true = {pair for pair in pairs if entities[pair[0]] == entities[pair[1]]}
    assert figures.precision == (len(said & true) / len(said) if said else 1.0)
    assert figures.recall == (len(said & true) / len(true) if true else 1.0)
    assert figures == evaluate(reversed(truth), dict(reversed(found.items())))


def test_the_file_is_read_back_and_tells_only_channel_key_and_entity(world: World, tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    assert write_truth(path, world.truth()) == len(world.truth())
    assert read_truth(path) == world.truth()
    write_truth(tmp_path / "again.jsonl", reversed(world.truth()))
    assert (tmp_path / "again.jsonl").read_bytes() == path.read_bytes()


def test_truth_agrees_with_itself(world: World) -> None:
    truth = world.truth()
    figures = evaluate(truth, {(row.channel, row.key): row.entity for row in truth})
    assert figures.f1 == figures.b_cubed.f1 == 1.0
    assert figures.golden == figures.entities == len(world.customers)
