"""A connector of somebody else that uses all of the protocol: shared state, namespaces, estimates, noise, a crash.

It is a program of its own, killed in the middle of its second stream; the next run goes on from the shared state.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from connectors.catalogue import configured_catalog
from connectors.protocol import parse_line
from core.database import reading
from sync import tables
from sync.foundation import Foundation
from sync.ingest import Ingest, SourceToRead
from sync.reading import Reader
from sync.runs import Runs
from tests.connectors.children import child
from tests.sync.test_edges import STATE, Desk, row

# Two streams of one name in two namespaces, ten rows each, rows without a key in the second, one shared state.
NOISY = """
def trace(kind, part, body): say("TRACE", "trace", {"type": kind, "emitted_at": 1, part: body})
def status(namespace, text):
    trace("STREAM_STATUS", "stream_status",
        {"stream_descriptor": {"name": "people", "namespace": namespace}, "status": text})
config = given("config")
states = given("state") if "--state" in options else []
shared = states[0]["global"]["shared_state"] if states else {}
assert all(one["type"] == "GLOBAL" for one in states), states
def shared_state(count):
    say("STATE", "state", {"type": "GLOBAL", "sourceStats": {"recordCount": float(count)},
        "global": {"shared_state": shared, "stream_states": [
            {"stream_descriptor": {"name": "people", "namespace": one}, "stream_state": {"next": shared.get(one, 0)}}
            for one in ("north", "south")]}})
say("LOG", "log", {"level": "INFO", "message": "connecting"})
trace("ESTIMATE", "estimate", {"name": "people", "namespace": "north", "type": "STREAM", "row_estimate": 10})
trace("ESTIMATE", "estimate", {"name": "people", "namespace": "south", "type": "STREAM", "row_estimate": 11})
trace("ESTIMATE", "estimate", {"name": "everything", "type": "SYNC", "row_estimate": 21, "byte_estimate": 2100})
trace("ANALYTICS", "analytics", {"type": "rows", "value": "20"})
trace("WEATHER", "weather", {"fine": True})
say("SURPRISE", "surprise", {"of": "a later protocol"})
print("Reticulating splines ...", flush=True)
say("CONTROL", "control", {"type": "CONNECTOR_CONFIG", "emitted_at": 1,
    "connectorConfig": {"config": {**config, "refresh_token": "second-4711"}}})
sent = 0
for namespace in ("north", "south"):
    status(namespace, "STARTED")
    for number in range(shared.get(namespace, 0), 10):
        if namespace == "south" and number == config.get("die_at"):
            os.kill(os.getpid(), signal.SIGKILL)
        data = {"id": number, "name": f"north {number}"} if namespace == "north" else {"name": f"row {number // 2}"}
        say("RECORD", "record", {"stream": "people", "namespace": namespace, "data": data, "emitted_at": 1})
        sent += 1
        shared[namespace] = number + 1
        if (number + 1) % 5 == 0:
            shared_state(sent)
            sent = 0
    status(namespace, "COMPLETE")
"""


def catalog() -> dict[str, Any]:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    modes = ["full_refresh", "incremental"]
    stream = {"name": "people", "json_schema": schema, "supported_sync_modes": modes, "source_defined_cursor": True}
    keyed = {**stream, "namespace": "north", "source_defined_primary_key": [["id"]]}
    return configured_catalog({"streams": [keyed, {**stream, "namespace": "south"}]})


def test_a_connector_that_uses_all_of_the_protocol(tmp_path: Path, foundation: Foundation, ingest: Ingest) -> None:
    kept: list[Mapping[str, Any]] = []
    launch = child(tmp_path, NOISY)

    def source(**config: Any) -> SourceToRead:
        given = {"refresh_token": "first-0815", **config}
        return SourceToRead("noisy", launch, given, catalog(), None, lambda _, renewed: kept.append(renewed))

    first = ingest.run(source(die_at=7))
    assert (first.state, first.code) == ("failed", "source.failed")
    second = ingest.run(source())
    assert (second.state, second.message) == ("succeeded", None)
    assert [config["refresh_token"] for config in kept] == ["second-4711", "second-4711"]
    with reading(foundation.engine) as connection:
        rows = Counter(connection.execute(select(tables.record.c.stream)).scalars())
        states = connection.execute(select(tables.state.c.stream)).scalars().all()
        run = Runs(foundation.audit, foundation.clock).get(connection, first.run_id)
        noted = connection.execute(select(tables.event.c.facts).where(tables.event.c.kind == "junk")).scalars().all()
    assert rows == {"north|people": 10, "south|people": 10}
    assert states == ["*"]
    assert run["estimated"] == 21
    assert {one["stream"]: (one["estimated"], one["state"]) for one in run["streams"]} == {
        "north|people": (10, "complete"),
        "south|people": (11, "incomplete"),
    }
    assert Counter(str(facts["code"]) for facts in noted) == {"malformed": 2, "unknown_type": 2, "not_json": 2}


def test_a_state_without_a_position_is_not_kept_and_doubles_no_row_without_a_key(foundation: Foundation) -> None:
    desk = Desk(foundation)
    for name in ("__ab_no_cursor_state_message", "__ab_full_refresh_sync_complete"):
        nowhere = type(STATE)(STATE.kind, {"type": "STREAM", "stream": {"stream_state": {name: True}}}, STATE.stream)
        desk.run(row("a"), row("a"), row("b"), nowhere)
        # The run after it starts from nothing, since nothing was kept.
        desk.state = 0
        with reading(foundation.engine) as connection:
            assert connection.execute(select(tables.state)).all() == []
    assert desk.count() == 3


def test_estimates_that_are_none_are_left_out() -> None:
    reader = Reader({}, lambda _: lambda content: content)
    for said in ("-1", "true", '"many"', "null", "1.5"):
        for kind in ("SYNC", "STREAM"):
            estimate = f'{{"name":"s","type":"{kind}","row_estimate":{said}}}'
            line = f'{{"type":"TRACE","trace":{{"type":"ESTIMATE","estimate":{estimate}}}}}'
            reader.take(parse_line(line.encode()))
    assert not reader.batch
