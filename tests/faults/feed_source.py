"""A protocol executable for tests that reads a file of lines, so that a source can grow between runs.

A line is ``{"stream": "customers" | "notes", "data": {...}}``. ``customers`` has the key ``id``, a later line of the
same id is an edit; ``notes`` has no key, two equal lines are two records. Where ``FILE.loose`` exists the schema of
``notes`` allows anything. config: file, every (lines a STATE), pace (seconds a STATE). Standard library only.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

STREAMS = ("customers", "notes")


def emit(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")


def status(stream: str, told: str) -> None:
    body = {"stream_descriptor": {"name": stream}, "status": told}
    emit({"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": 1.0, "stream_status": body}})


def catalog(config: dict[str, Any]) -> dict[str, Any]:
    modes = ["full_refresh", "incremental"]
    text: dict[str, Any] = {} if Path(config["file"] + ".loose").exists() else {"type": "string"}
    customer = {name: {"type": "string"} for name in ("name", "phone", "email")}
    keyed = {"id": {"type": "integer"}, **customer}
    return {
        "streams": [
            {
                "name": "customers",
                "json_schema": {"type": "object", "properties": keyed},
                "supported_sync_modes": modes,
                "source_defined_cursor": True,
                "source_defined_primary_key": [["id"]],
            },
            {
                "name": "notes",
                "json_schema": {"type": "object", "properties": {"text": text}},
                "supported_sync_modes": modes,
                "source_defined_cursor": True,
            },
        ]
    }


def read(config: dict[str, Any], states: list[dict[str, Any]]) -> int:
    told = {one["stream"]["stream_descriptor"]["name"]: one["stream"]["stream_state"]["next"] for one in states}
    lines = Path(config["file"]).read_text(encoding="utf-8").splitlines()
    every = config.get("every", 5)
    for stream in STREAMS:
        status(stream, "STARTED")
        start, since = told.get(stream, 0), 0
        for number, line in enumerate(lines[start:], start + 1):
            entry = json.loads(line)
            if entry["stream"] == stream:
                record = {"stream": stream, "data": entry["data"], "emitted_at": 1}
                emit({"type": "RECORD", "record": record})
                since += 1
            if number % every == 0 or number == len(lines):
                send_state(stream, number, since)
                since = 0
                sys.stdout.flush()
                time.sleep(config.get("pace", 0))
        status(stream, "COMPLETE")
    return 0


def send_state(stream: str, position: int, count: int) -> None:
    body = {"stream_descriptor": {"name": stream}, "stream_state": {"next": position}}
    state = {"type": "STREAM", "stream": body, "sourceStats": {"recordCount": float(count)}}
    emit({"type": "STATE", "state": state})


def main(arguments: list[str]) -> int:
    given = dict(zip(arguments[1::2], arguments[2::2], strict=False))

    def load(name: str, otherwise: Any) -> Any:
        return json.loads(Path(given[name]).read_text(encoding="utf-8")) if name in given else otherwise

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
