"""The pure parts of the connector pages, and trials of a source against real sockets."""

import socket
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console import desk as desk_module
from api.console.connect.attribute_choices import choices, class_of
from api.console.connect.differences import catalog_differences, mapping_differences
from api.console.connect.mapping_advice import advice_on
from api.console.desk import Desk
from api.wiring import Services
from connectors.egress.rules import Egress
from connectors.launch import launch_ours
from connectors.runner import Runner
from core.attributes import CANONICAL
from core.errors import NotFound
from sync.endpoints import Endpoint, endpoints_of
from sync.looking import StreamLook, held_kinds, json_type
from sync.mapping import StreamMapping, SubjectLink, mapping_from_json
from sync.mapping_store import LEAST_CONFIDENCE, suggest_mapping
from sync.previewing import shape
from sync.trial import Step, StepState, Trial
from tests.connectors.zygote import forked


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({"url": "https://api.example/x"}, [Endpoint("api.example", 443, tls=True)]),
        ({"url": "postgresql+psycopg://u:p@db.example/x"}, [Endpoint("db.example", 5432, tls=False)]),
        ({"a": {"host": "mail.example", "port": 993}}, [Endpoint("mail.example", 993, tls=True)]),
        ({"host": "db.example", "port": "5433"}, [Endpoint("db.example", 5433, tls=False)]),
        ({"paths": ["/data/a.csv", "upload:up_1"], "url": "sqlite:////a.db"}, []),
        ({"host": "x", "port": 70000}, []),
        ({"url": "https://[::1"}, []),
    ],
)
def test_endpoints(config: dict[str, Any], found: list[Endpoint]) -> None:
    assert endpoints_of(config) == found


@given(st.text())
def test_a_shape_tells_no_letter_and_no_digit(text: str) -> None:
    told = shape(text)
    assert {one for one in told if one.isalnum()} <= {"9", "A", "字"}
    assert len(told) <= 29


def stream(called: str, key: str = "id", **fields: str) -> dict[str, Any]:
    properties = {field: {"type": ["null", type_]} for field, type_ in fields.items()}
    return {"name": called, "json_schema": {"properties": properties}, "source_defined_primary_key": [[key]]}


def test_differences_of_catalogues() -> None:
    before = {"streams": [stream("a", id="integer", name="string", age="integer"), stream("gone", id="integer")]}
    after = {"streams": [stream("a", id="string", name="string", city="string"), stream("new", id="integer")]}
    found = {(one.kind, one.stream, one.field, one.breaking) for one in catalog_differences(before, after)}
    assert found == {
        ("removed", "gone", "", True),
        ("added", "new", "", False),
        ("removed", "a", "age", False),
        ("added", "a", "city", False),
        ("changed", "a", "id", True),
    }
    assert catalog_differences(before, before) == []


def test_differences_of_mappings() -> None:
    before = StreamMapping({"a": "phone", "b": "email"})
    after = StreamMapping({"a": "person.full_name", "c": "email"}, SubjectLink("customers", ("id",)), "at")
    found = {(one.kind, one.field, one.before, one.after) for one in mapping_differences(before, after)}
    assert found == {
        ("changed", "a", "phone", "person.full_name"),
        ("removed", "b", "email", ""),
        ("added", "c", "", "email"),
        ("added", "[changed at]", "", "at"),
        ("added", "[belongs to]", "", "customers: id"),
    }


NOTHING = StreamLook("s", 0, (), (), landed=False, suggested=StreamMapping())


@pytest.mark.parametrize(
    ("mapping", "kinds"),
    [
        (StreamMapping(), ["bad", "idle"]),
        (StreamMapping({"a": "person.full_name"}, asserted_at="t"), ["warn"]),
        (StreamMapping({"a": "phone"}, asserted_at="t"), []),
        (StreamMapping({"a": "phone", "b": "phone"}, asserted_at="t"), []),
        (StreamMapping({"a": "phone", "b": "person.full_name", "c": "person.full_name"}, asserted_at="t"), ["warn"]),
        (StreamMapping({"a": "transaction.amount"}, SubjectLink("c", ("id",)), "t"), []),
        (StreamMapping({"a": "transaction.amount"}, asserted_at="t"), ["bad"]),
    ],
)
def test_advice_on_a_mapping(mapping: StreamMapping, kinds: list[str]) -> None:
    assert [one.kind for one in advice_on(mapping, NOTHING)] == kinds


def test_every_attribute_can_be_chosen_once() -> None:
    offered = [name for _, names in choices(["id.made.up", "record.source", "ignore", "text.note"]) for name in names]
    assert len(offered) == len(set(offered))
    assert {*(one.name for one in CANONICAL), "party.name", "id.made.up", "text.note"} <= set(offered)
    assert "record.source" not in offered
    assert (class_of("ignore"), class_of("record.source"), class_of("")) == ("", "", "")
    assert all(class_of(one.name) for one in CANONICAL)


def test_a_column_that_says_where_a_row_is_from_is_no_attribute() -> None:
    samples = {"来源": ["官网", "门店"], "姓名": ["张伟", "李娜"]}
    found = suggest_mapping(samples, Services.suggest, least=LEAST_CONFIDENCE)
    assert mapping_from_json(found.to_json()).fields == {"姓名": "person.full_name"}


def test_personal_data_is_found_in_values() -> None:
    assert held_kinds(["请致电 13800138000", "or 13912345678"]) == ("PHONE",)
    assert held_kinds(["a", "b"]) == held_kinds([]) == ()
    values: tuple[object, ...] = (True, 1, 1.5, "a", [], {}, None)
    assert [json_type(one) for one in values] == [
        "boolean",
        "integer",
        "number",
        "string",
        "array",
        "object",
        "null",
    ]


def test_a_desk_keeps_things_by_session_and_for_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    kept = desk.put("mine", "a thing")
    assert desk.get("mine", kept, str) == "a thing"
    assert desk.find("mine", kept, int) is None
    assert desk.find("other", kept, str) is None
    monkeypatch.setattr(desk_module, "KEPT_SECONDS", -1.0)
    with pytest.raises(NotFound, match="anew"):
        desk.get("mine", kept, str)
    monkeypatch.setattr(desk_module, "KEPT_SECONDS", 60.0)
    monkeypatch.setattr(desk_module, "MOST", 2)
    ids = [desk.put("mine", str(at)) for at in range(3)]
    assert [desk.find("mine", one, str) for one in ids] == [None, "1", "2"]


def tried(tmp_path: Path, url: str, *allowed: str) -> dict[Step, tuple[StepState, str]]:
    trial = Trial(
        Runner(tmp_path, egress=Egress.parse(allowed)),
        forked(launch_ours("sql")),
        {"url": url},
        Egress.parse(allowed),
        lambda _schema, _config: [],
    )
    trial.run()
    assert trial.ended
    return {one.step: (one.state, one.code) for one in trial.steps}


def test_a_trial_stops_where_the_rules_of_the_way_out_say_no(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        found = tried(tmp_path, f"postgresql://u:p@127.0.0.1:{port}/x")
        assert found[Step.START] == (StepState.GOOD, "")
        assert found[Step.RESOLVE] == (StepState.BAD, "trial.egress")
        assert found[Step.CHECK] == (StepState.PASSED_OVER, "")
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_trial_tells_that_nothing_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    found = tried(tmp_path, f"postgresql://u:p@127.0.0.1:{port}/x", "127.0.0.1")
    assert found[Step.RESOLVE] == (StepState.GOOD, "")
    assert found[Step.CONNECT] == (StepState.BAD, "trial.connect")


def test_a_trial_tells_that_a_host_is_not_known_and_never_breaks(tmp_path: Path) -> None:
    found = tried(tmp_path, "postgresql://u:p@nowhere.invalid/x")
    assert found[Step.RESOLVE] == (StepState.BAD, "trial.resolve")
    begun = time.monotonic()
    broken = Trial(Runner(tmp_path), forked(launch_ours("sql")), {}, Egress(), _breaks)
    broken.run()
    told = {one.step: one for one in broken.steps}
    assert (told[Step.SETTINGS].state, told[Step.SETTINGS].code) == (StepState.BAD, "trial.broke")
    assert (told[Step.START].seconds or 0) <= time.monotonic() - begun


def _breaks(_schema: object, _config: object) -> list[str]:
    raise ZeroDivisionError
