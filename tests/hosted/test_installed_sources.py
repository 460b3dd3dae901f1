"""Sources of others from the registry, installed and read by the commands an operator uses, counted to the record."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from api.wiring import Services
from connectors.catalogue import configured_catalog
from connectors.protocol import Junk, Kind, Message, Records, state_count
from connectors.read_ahead import Made
from connectors.runner import Reading, Runner
from core.database import reading, unit_of_work
from sync import tables
from sync.ingest import Ingest
from sync.record_keys import RAW, canonical_json
from tests.hosted.conftest import House

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("hosted"), pytest.mark.timeout(600)]
USERS = 100_000

# What source-smoke-test 0.71.3 emits and what must stand in the database, by stream; all 21 with the slow one.
# Only where several records share a primary key are there fewer: the last of each key stands.
SMOKE = {
    "CamelCaseStreamName": (1, 1),
    "array_of_primitives": (3, 3),
    "basic_types": (3, 3),
    "column_naming_edge_cases": (1, 1),
    "duplicate_primary_keys": (6, 3),
    "empty_stream": (0, 0),
    "large_batch_stream": (1000, 1000),
    "large_decimals_and_numbers": (3, 3),
    "large_string_values": (2, 2),
    "long_column_names": (1, 1),
    "nested_json_objects": (2, 2),
    "null_handling": (3, 3),
    "schema_with_no_primary_key": (3, 3),
    "single_record_stream": (1, 1),
    "sparse_records": (7, 7),
    "special_number_values": (7, 7),
    "table_naming_edge_cases": (1, 1),
    "time_types": (3, 3),
    "timestamp_types": (3, 3),
    "unicode_and_special_strings": (4, 4),
    "union_types": (3, 3),
    "wide_table_50_columns": (2, 2),
}
SMOKE_CONFIG = {"all_slow_streams": True, "large_batch_record_count": 1000, "namespace": "smoke"}


def landed(services: Services, connection_name: str) -> dict[str, int]:
    """Rows by stream, as the database counts them."""
    table = tables.record
    query = select(table.c.stream, func.count()).where(table.c.connection == connection_name).group_by(table.c.stream)
    with reading(services.engine) as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def contents(services: Services, connection_name: str) -> dict[str, Counter[bytes]]:
    """The content of every landed record by stream, opened as the matching loader does."""
    query = select(tables.record).where(tables.record.c.connection == connection_name)
    with reading(services.engine) as connection:
        rows = connection.execute(query).all()
    keys = services.foundation.keyring.record_keys([row.record_id for row in rows], create=False)
    found: dict[str, Counter[bytes]] = {}
    for row in rows:
        data = json.loads(keys[row.record_id].open(RAW, row.sealed))["data"]
        found.setdefault(row.stream, Counter())[canonical_json(data)] += 1
    return found


def emitted(command: list[str], config: str, catalog: str) -> dict[str, list[dict[str, Any]]]:
    """The records a program prints, read without any host: what the host must not lose."""
    arguments = [*command, "read", "--config", config, "--catalog", catalog]
    output = subprocess.run(arguments, capture_output=True, timeout=300, check=True).stdout
    found: dict[str, list[dict[str, Any]]] = {}
    for line in output.splitlines():
        message = json.loads(line)
        if message["type"] == "RECORD":
            found.setdefault(message["record"]["stream"], []).append(message["record"]["data"])
    return found


def test_the_smoke_test_source_lands_to_the_record(house: House, smoke: dict[str, Any]) -> None:
    assert (smoke["name"], smoke["hosting"], smoke["version"]) == ("smoke-test", "program", "0.71.3")
    config = house.write("smoke.json", SMOKE_CONFIG)
    with house.services() as services:
        launch = services.installed.launch("smoke-test")
    program = " ".join(launch.command)
    assert house.data("source", "check", "--exec", program, "--config", config) == {"ok": True, "message": ""}
    catalog = house.data("source", "discover", "--exec", program, "--config", config)
    truth = emitted(list(launch.command), config, house.write("catalog.json", configured_catalog(catalog)))
    assert {stream: len(truth.get(stream, [])) for stream in SMOKE} == {name: many for name, (many, _) in SMOKE.items()}

    assert house.ingot("source", "add", "smoke", "--exec", program, "--config", config).returncode == 0
    for _ in range(2):
        # Read twice: a full refresh meets its own earlier records.
        (run,) = house.data("sync", "run", "smoke")
        assert (run["state"], run["rejected"], run["message"]) == ("succeeded", 0, None)
    assert house.data("sync", "replay", "smoke") == {"landed": 0, "refused": 0, "superseded": 0}
    with house.services() as services:
        counts = landed(services, "smoke")
        opened = contents(services, "smoke")
    assert counts == {f"smoke|{name}": many for name, (_, many) in SMOKE.items() if many}
    for name, records in truth.items():
        came = Counter(canonical_json(record) for record in records)
        if name == "duplicate_primary_keys":
            came = Counter(canonical_json(record) for record in {record["id"]: record for record in records}.values())
        assert opened[f"smoke|{name}"] == came, name


class Listening(Runner):
    """The real runner; it adds up what the source says beside its states of how many records it sent."""

    said = 0

    @contextmanager
    def read(self, *given: Any, **options: Any) -> Iterator[Reading]:
        with super().read(*given, **options) as messages:
            yield _Overheard(messages, self)  # type: ignore[misc]  # stands in for a Reading


class _Overheard:
    def __init__(self, messages: Reading, runner: Listening) -> None:
        self._messages = messages
        self._runner = runner

    def together(self) -> Iterator[Message | Junk | Records | Made]:
        for message in self._messages.together():
            if isinstance(message, Message) and message.kind is Kind.STATE:
                self._runner.said += state_count(message.body) or 0
            yield message

    def __getattr__(self, name: str) -> Any:
        return getattr(self._messages, name)


def test_a_hundred_thousand_users_of_the_faker_source_are_equal_in_number(
    house: House, faker: dict[str, Any], tmp_path: Path
) -> None:
    """Asked, said by the source beside its states, and landed: one number."""
    assert (faker["name"], faker["hosting"], faker["version"]) == ("faker", "program", "7.2.1")
    installed = [row for row in house.data("source", "list") if row["kind"] == "installed" and row["name"] == "faker"]
    assert installed[0]["digest"] == faker["digest"]
    config = {"count": USERS, "seed": 4711, "parallelism": 1, "always_updated": False}
    with house.services() as services:
        services.connecting.add("faker", "installed", {"name": "faker"}, config, actor="user:it")
        ready = services.connecting.ready("faker")
        users = [one for one in ready.catalog["streams"] if one["stream"]["name"] == "users"]
        source = replace(ready, catalog={"streams": users})
        runner = Listening(tmp_path)
        result = Ingest(services.foundation, runner).run(source)
        assert (result.state, result.message) == ("succeeded", None)
        assert landed(services, "faker") == {"users": USERS}
        assert runner.said == USERS
        with reading(services.engine) as connection:
            (stream,) = services.runs.get(connection, result.run_id)["streams"]
        assert (stream["read"], stream["estimated"], stream["state"]) == (USERS, USERS, "complete")
        # From its state on there is nothing more to read.
        again = Ingest(services.foundation, runner).run(source)
        with reading(services.engine) as connection:
            assert services.runs.get(connection, again.run_id)["landed"] == 0
        assert landed(services, "faker") == {"users": USERS}


def test_what_is_in_use_stays_and_what_is_not_goes(house: House, faker: dict[str, Any], smoke: dict[str, Any]) -> None:
    with house.services() as services, unit_of_work(services.engine) as connection:
        services.connections.add(
            connection, name="kept", kind="installed", launch={"name": "faker"}, config={}, actor="user:it"
        )
    refused = house.ingot("source", "uninstall", "faker")
    assert refused.returncode == 5
    assert "faker" in refused.stderr
    unknown = house.ingot("source", "install", "airbyte-source-that-nobody-has-made-0815")
    assert (unknown.returncode, "source.package_missing" in unknown.stderr) == (3, True)
    assert {faker["name"], smoke["name"]} <= {row["name"] for row in house.data("source", "list")}
