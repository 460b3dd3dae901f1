"""A protocol executable for tests: numbered records with checkpoints, and faults on demand. Standard library only.

config: rows, every (records a STATE), keyed, incremental, die_at, exit_code, lie_at (wrong sourceStats),
silent_at, junk_at, wrong_type_at, control_at, pace (seconds a STATE).
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any


def emit(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")


def status(stream: str, state: str) -> None:
    descriptor = {"name": stream}
    body = {"stream_descriptor": descriptor, "status": state}
    emit({"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": 1.0, "stream_status": body}})


def row(number: int, config: dict[str, Any]) -> dict[str, Any]:
    if config.get("keyed", True):
        return {"id": number, "name": f"客户{number}", "phone": f"138{number:08d}", "company": f"示例公司{number % 97}"}
    # Without a key every third row is equal to the one before: two rows all the same.
    return {"name": f"row {number - (number % 3 == 2)}"}


def catalog(config: dict[str, Any]) -> dict[str, Any]:
    keyed = config.get("keyed", True)
    stream: dict[str, Any] = {
        "name": "customers",
        "json_schema": {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}},
        "supported_sync_modes": ["full_refresh", "incremental"]
        if config.get("incremental", True)
        else ["full_refresh"],
        "source_defined_cursor": True,
    }
    if keyed:
        stream["source_defined_primary_key"] = [["id"]]
    return {"streams": [stream]}


def read(config: dict[str, Any], state: list[dict[str, Any]]) -> int:
    start = state[0]["stream"]["stream_state"]["next"] if state else 0
    every, since = config.get("every", 100), 0
    status("customers", "STARTED")
    for number in range(start, config["rows"]):
        fault(number, config)
        record = row(number, config)
        if number == config.get("wrong_type_at"):
            record["name"] = {"not": "text"}
        emit({"type": "RECORD", "record": {"stream": "customers", "data": record, "emitted_at": 1}})
        since += 1
        if config.get("incremental", True) and (number + 1) % every == 0:
            send_state(number + 1, since + (1 if number >= config.get("lie_at", 1 << 60) else 0))
            sys.stdout.flush()
            time.sleep(config.get("pace", 0))
            since = 0
    if config.get("incremental", True):
        send_state(config["rows"], since)
    status("customers", "INCOMPLETE" if config.get("exit_code") else "COMPLETE")
    return int(config.get("exit_code", 0))


def fault(number: int, config: dict[str, Any]) -> None:
    if number == config.get("die_at"):
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    if number == config.get("silent_at"):
        sys.stdout.flush()
        time.sleep(3600)
    if number == config.get("control_at"):
        renewed = {"type": "CONNECTOR_CONFIG", "connectorConfig": {"config": {"token": "rotated"}}, "emitted_at": 1.0}
        emit({"type": "CONTROL", "control": renewed})
    if number == config.get("junk_at"):
        sys.stdout.write("this line is not of the protocol\n")


def send_state(position: int, count: int) -> None:
    stream = {"stream_descriptor": {"name": "customers"}, "stream_state": {"next": position}}
    state = {"type": "STREAM", "stream": stream, "sourceStats": {"recordCount": float(count)}}
    emit({"type": "STATE", "state": state})


def main(arguments: list[str]) -> int:
    given = dict(zip(arguments[1::2], arguments[2::2], strict=False))

    def load(name: str, otherwise: Any) -> Any:
        if name not in given:
            return otherwise
        return json.loads(Path(given[name]).read_text(encoding="utf-8"))

    config = load("--config", {})
    if arguments[0] == "read":
        return read(config, load("--state", []))
    if arguments[0] == "spec":
        emit({"type": "SPEC", "spec": {"connectionSpecification": {"type": "object"}}})
    if arguments[0] == "check":
        emit({"type": "CONNECTION_STATUS", "connectionStatus": {"status": "SUCCEEDED"}})
    if arguments[0] == "discover":
        emit({"type": "CATALOG", "catalog": catalog(config)})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
