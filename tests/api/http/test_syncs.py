import sys
from pathlib import Path

import pytest

from tests.api.http.house import House

SOURCE = Path(__file__).parents[2] / "sync" / "counting_source.py"


def test_a_sync_is_started_watched_and_told(on_both: House) -> None:
    services = on_both.services
    services.connecting.add(
        "counting", "exec", {"command": f"{sys.executable} {SOURCE}"}, {"rows": 5, "every": 2}, actor="system:test"
    )
    answer = on_both.post("/v1/syncs", "operations", {"connection": "counting"})
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    again = on_both.post("/v1/syncs", "operations", {"connection": "counting"})
    assert again.json()["job"] == answer.json()["job"]
    on_both.settle()
    listed = on_both.get("/v1/syncs?connection=counting", "it").json()
    assert [one["state"] for one in listed["data"]] == ["succeeded"]
    run = listed["data"][0]["id"]
    told = on_both.get(f"/v1/syncs/{run}", "operations").json()
    assert {one["state"] for one in told["streams"]} == {"complete"}
    events = on_both.get(f"/v1/syncs/{run}/events", "it").json()
    after = on_both.get(f"/v1/syncs/{run}/events?after={events['next_cursor']}", "it").json()
    assert after["data"] == []
    asked = on_both.audited("sync.asked")
    assert [one["details"]["job"] for one in asked] == [answer.json()["job"]] * 2
    by = {one["actor"] for one in [*asked, *on_both.audited("sync.started")]}
    assert len(by) == 1
    assert by.pop().startswith("user:u_")


@pytest.mark.parametrize("path", ["/v1/syncs/13800138000", "/v1/syncs/run_" + "0" * 32, "/v1/syncs/x/events"])
def test_runs_that_are_not_there(door: House, path: str) -> None:
    answer = door.get(path, "it")
    assert (answer.status_code, answer.json()["code"]) == (404, "run.unknown")
    assert "13800138000" not in answer.text


def test_a_connection_that_is_not_there(door: House) -> None:
    answer = door.post("/v1/syncs", "operations", {"connection": "13800138000"})
    assert (answer.status_code, answer.json()["code"]) == (404, "connection.unknown")
    assert "13800138000" not in answer.text
    assert door.post("/v1/syncs", "operations", {"connection": "../x"}).status_code == 422
    assert door.post("/v1/syncs", "sales", {"connection": "x"}).status_code == 403
