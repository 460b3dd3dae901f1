"""``ingot golden`` and ``ingot survivorship`` on a workspace whose gateway runs."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import golden, survivorship
from core.database import unit_of_work
from core.errors import Conflict, Denied, IngotError, Invalid, NotFound
from tests.api.http.house import House
from tests.api.http.test_identity import LI, WANG, merged, now


class Terminal:
    def __init__(self, house: House, who: str) -> None:
        workspace = str(house.services.settings.workspace)
        self._environment = {"INGOT_WORKSPACE": workspace, "INGOT_TOKEN": house.tokens[who]}

    def run(self, *arguments: str, typed: str | None = None) -> Result:
        app = survivorship.app if arguments[0] == "survivorship" else golden.app
        found = CliRunner().invoke(app, list(arguments[1:]), env=self._environment, input=typed)
        if isinstance(found.exception, IngotError):
            raise found.exception
        assert found.exit_code == 0, found.output
        return found

    def json(self, *arguments: str) -> dict[str, object]:
        return dict(json.loads(self.run(*arguments, "--json").stdout))


def occupation(shown: dict[str, object]) -> str | None:
    profile = shown["sections"]["profile"]  # type: ignore[index]
    return str(profile["occupation"][0]["value"]) if "occupation" in profile else None


def test_pins_and_earlier_times(house: House) -> None:
    one = house.customer("d1", **WANG)
    terminal = Terminal(house, "steward")
    before = now(house)
    quality = ("--purpose", "data_quality")
    terminal.run("golden", "pin", one, "occupation", "--reason-code", "said", typed="总监\n")
    assert occupation(terminal.json("golden", "show", one, *quality)) == "总监"
    assert occupation(terminal.json("golden", "show", one, *quality, "--as-of", before)) is None
    lines = terminal.run("golden", "pins", one, *quality, "--jsonl").stdout.splitlines()
    assert [json.loads(line)["attribute"] for line in lines] == ["occupation"]
    assert "总监" not in "".join(lines)
    told = json.loads(terminal.run("golden", "history", one, *quality, "--json").stdout)
    kinds = [change["kind"] for change in told["changes"]]
    assert kinds == ["created", "changed"]
    terminal.run("golden", "unpin", one, "occupation")
    assert occupation(terminal.json("golden", "explain", one, *quality)) is None
    with pytest.raises(NotFound):
        terminal.run("golden", "unpin", one, "occupation", "--ignore")
    with pytest.raises(Denied):
        Terminal(house, "service").run(
            "golden", "pin", one, "occupation", "--reason-code", "x", "--purpose", "customer_service", typed="y\n"
        )


def test_unmerge_by_its_modes(house: House) -> None:
    one, other, event = merged(house)
    terminal = Terminal(house, "steward")
    dry = terminal.run("golden", "unmerge", "--undo", event, "--reason-code", "not_same", "--dry-run")
    assert f"{one} would be split into {one}, {other}." in dry.stderr
    done = terminal.run("golden", "unmerge", "--undo", event, "--reason-code", "not_same")
    assert f"{one} split into {one}, {other}." in done.stderr
    with pytest.raises(Conflict):
        terminal.run("golden", "unmerge", "--explode", one, "--reason-code", "x")
    with pytest.raises(NotFound):
        terminal.run("golden", "unmerge", "--undo", "m_nothing", "--reason-code", "x")
    with pytest.raises(Invalid):
        terminal.run("golden", "unmerge", "--reason-code", "x")
    told = terminal.run("golden", "decisions", one, "--purpose", "data_quality", "--jsonl").stdout
    assert json.loads(told)["kind"] == "cannot_link"
    assert "1 pairs" in terminal.run("golden", "lift", one, other, "--reason-code", "wrong").stderr
    terminal.run("golden", "merge", one, other, "--reason-code", "same")
    assert terminal.json("golden", "show", other, "--purpose", "data_quality")["canonical_id"] == one


def test_a_merge_by_hand_of_two_owners_customers_needs_two_people(house: House) -> None:
    one, other = house.customer("d1", **WANG), house.customer("d2", **LI)
    with unit_of_work(house.services.engine) as connection:
        for golden_id, owner in ((one, "user:sales"), (other, "user:another")):
            house.services.resolver.owners.assign_by_hand(
                connection, golden_id, owner, actor="user:s", reason_code="test"
            )
    terminal = Terminal(house, "steward")
    merge = ("golden", "merge", one, other, "--reason-code", "same")
    assert "It would be a proposal" in terminal.run(*merge, "--dry-run").stderr
    assert house.get("/v1/review", "steward").json()["data"] == []
    assert "two_owners" in terminal.run(*merge).stderr
    assert terminal.json("golden", "show", other, "--purpose", "data_quality")["id"] == other
    (item,) = house.get("/v1/review", "steward").json()["data"]
    assert (item["state"], item["about"]) == ("waiting", "by_hand")
    with pytest.raises(Conflict):
        terminal.run(*merge)
    alone = house.post(f"/v1/review/{item['id']}/agree", "steward", {"agrees": True})
    assert alone.json()["code"] == "review.same_person"


def test_the_survivorship_policy(house: House, tmp_path: Path) -> None:
    house.customer("d1", **WANG)
    house.customer("d2", **LI)
    file = tmp_path / "policy.yaml"
    file.write_text("survivorship:\n  attributes: {email: ['expression: length']}\n", encoding="utf-8")
    terminal = Terminal(house, "admin")
    assert terminal.json("survivorship", "simulate", str(file))["golden_records"] == 2
    done = terminal.run("survivorship", "set", str(file), "--reason-code", "agreed", "--wait")
    assert "Version 2 is in force.\n2 golden records changed." in done.stderr
    shown = terminal.json("survivorship", "show")
    assert (shown["in_force"], shown["origin"], shown["reason_code"]) == (2, "set", "agreed")
    assert terminal.json("survivorship", "show", "--version", "1")["content"] == {}
    with pytest.raises(Denied):
        Terminal(house, "steward").run("survivorship", "simulate", str(file))
    assert house.audited("disclosure.denied")[-1]["details"] == {"code": "policy.denied", "wanted": "manage_rules"}
    file.write_text("survivorship: [", encoding="utf-8")
    with pytest.raises(Invalid):
        terminal.run("survivorship", "set", str(file), "--reason-code", "agreed")
    with pytest.raises(NotFound):
        terminal.run("survivorship", "set", str(tmp_path / "none.yaml"), "--reason-code", "agreed")
