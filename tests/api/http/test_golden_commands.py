"""``ingot golden maintain`` and ``ingot golden relations``."""

import json

import pytest

from core.database import reading, unit_of_work
from core.errors import Denied, NotFound
from merge.index_store import all_hubs
from tests.api.http.house import House
from tests.api.http.test_identity_commands import Terminal
from tests.merge.support import record

NUMBER = ("id.cn.uscc", "91310000MA1K000019")
CROWD = 42  # more than a key may have before it says nothing


def crowd(house: House) -> None:
    with unit_of_work(house.services.engine) as connection:
        house.services.resolver.apply(connection, [record(f"n{number}", NUMBER) for number in range(CROWD)])


def hubs(house: House) -> int:
    with reading(house.services.engine) as connection:
        return len(all_hubs(connection))


def test_maintenance_is_foretold_done_and_audited(on_both: House) -> None:
    crowd(on_both)
    terminal = Terminal(on_both, "admin")
    pairs = CROWD * (CROWD - 1) // 2
    foretold = terminal.json("golden", "maintain", "--dry-run")
    assert foretold == {"to_add": 1, "to_remove": 0, "hubs": 0, "pairs": pairs, "links": pairs}
    assert (hubs(on_both), on_both.audited("hubs.changed")) == (0, [])
    done = terminal.json("golden", "maintain")
    assert done == {
        "records_made_findable": 0,
        "added": 1,
        "removed": 0,
        "hubs": 1,
        "pairs_before": pairs,
        "pairs": 0,
        "links_before": pairs,
        "links": 0,
        "recall": 0.0,
    }
    assert hubs(on_both) == 1
    (event,) = on_both.audited("hubs.changed")
    assert event["actor"].startswith("user:")
    assert (event["details"]["added"], event["details"]["cause"]) == (1, "maintenance")
    left = terminal.json("golden", "maintain", "--dry-run")
    assert (left["to_add"], left["to_remove"], left["hubs"]) == (0, 0, 1)


@pytest.mark.parametrize("how", [["--dry-run"], []])
def test_who_may_not_rebuild_may_not_maintain(house: House, how: list[str]) -> None:
    crowd(house)
    with pytest.raises(Denied):
        Terminal(house, "sales").run("golden", "maintain", *how)
    assert hubs(house) == 0


def test_relations_are_told_to_who_may_read_them_and_audited(house: House) -> None:
    home = {"phone": "13800138000"}
    mother = house.customer("d1", name="王芳", **home)
    son = house.customer("d2", name="王小明", **home)
    quality = ("--purpose", "data_quality")
    terminal = Terminal(house, "steward")
    lines = terminal.run("golden", "relations", mother, *quality, "--jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [{"is": "household", "golden_id": son}]
    told = json.loads(terminal.run("golden", "relations", son, *quality, "--json").stdout)
    assert told == [{"is": "household", "golden_id": mother}]
    shown = terminal.run("golden", "relations", mother, *quality).stdout
    assert son in shown
    assert "王" not in shown
    event = house.audited("golden.disclosed")[0]
    assert (event["details"]["part"], set(event["subjects"])) == ("relations", {mother, son})
    # Who may not even read it is not told that there is one.
    with pytest.raises(NotFound):
        Terminal(house, "auditor").run("golden", "relations", mother, *quality)
    with pytest.raises(NotFound):
        terminal.run("golden", "relations", "g_" + 32 * "0", *quality)
