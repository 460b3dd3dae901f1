#!/usr/bin/env python3
"""A source of made-up customers in the Airbyte protocol, for benchmarks. Deterministic; standard library only.

A record is about 600 bytes of JSON: 20 fields, one of them a nested address. The same number gives the same record.

config: ``records`` (how many), ``checkpoint`` (records a STATE), ``keyed`` (false: no primary key).
"""

import json
import sys
from pathlib import Path
from typing import Any

_GIVEN = ("Wei", "Anna", "Jörg", "Mei", "Oluwaseun", "Sofía", "John", "Priya", "伟", "芳", "秀英", "Haruto")
_FAMILY = ("Zhang", "Okafor", "Müller", "García", "Smith", "王", "李", "Tanaka", "Iyer", "O'Brien", "Kowalska")
_CITIES = ("Shanghai", "Lagos", "Köln", "Sevilla", "Leeds", "杭州", "成都", "Osaka", "Chennai", "Cork", "Gdańsk")
_STREETS = ("Harbour Road", "人民路", "Lindenallee", "Calle Mayor", "Station Street", "Marine Drive")
_TITLES = ("Buyer", "Head of Purchasing", "Chief Technology Officer", "Accountant", "Owner")
_TEXT = {"type": ["null", "string"]}
_WHOLE = {"type": "integer"}
_TIME = {"type": "string", "format": "date-time"}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": _WHOLE,
        **dict.fromkeys(("uid", "given_name", "family_name", "full_name", "email", "mobile", "gender"), _TEXT),
        **dict.fromkeys(("birth_date", "title", "company", "language", "nationality", "blood_type"), _TEXT),
        "height": {"type": "number"},
        "weight": _WHOLE,
        "subscribed": {"type": "boolean"},
        **dict.fromkeys(("created_at", "updated_at"), _TIME),
        "address": {
            "type": "object",
            "properties": dict.fromkeys(("street", "city", "province", "postal_code", "country_code"), _TEXT),
        },
    },
}


def customer(number: int) -> str:
    """The record of that number, counted from 0, as JSON text.

    Written as text at once: a source that costs little leaves the machine to the hosts that are to be compared.
    """
    given = _GIVEN[number % len(_GIVEN)]
    family = _FAMILY[number * 7 % len(_FAMILY)]
    city = _CITIES[number * 5 % len(_CITIES)]
    month, day = number % 12 + 1, number % 28 + 1
    time = f"{day:02d}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}+00:00"
    return (
        f'{{"id":{number + 1},"uid":"{number * 2654435761 % 2**32:08x}-4c1f-4b6e-9d53-{number:012x}",'
        f'"given_name":"{given}","family_name":"{family}","full_name":"{given} {family}",'
        f'"email":"customer.{number}@mail{number % 977}.example.com",'
        f'"mobile":"+86 138 {number // 10000 % 10000:04d} {number % 10000:04d}",'
        f'"gender":"{"male" if number % 2 else "female"}","birth_date":"{1950 + number % 55}-{month:02d}-{day:02d}",'
        f'"title":"{_TITLES[number % len(_TITLES)]}","company":"{family} & Partners Trading {number % 4999} Ltd.",'
        f'"language":"{"Chinese" if number % 3 else "English"}","nationality":"{"German" if number % 5 else "Thai"}",'
        f'"blood_type":"{"O+" if number % 4 else "AB-"}","height":1.{number % 50 + 50},"weight":{45 + number % 60},'
        f'"subscribed":{"false" if number % 6 else "true"},'
        f'"created_at":"2024-{month:02d}-{time}","updated_at":"2026-{month:02d}-{time}",'
        f'"address":{{"street":"{number % 1999 + 1} {_STREETS[number % len(_STREETS)]}","city":"{city}",'
        f'"province":"Province of {city}","postal_code":"{number * 37 % 1000000:06d}",'
        f'"country_code":"{"CN" if number % 3 else "DE"}"}}}}'
    )


def catalog(keyed: bool) -> dict[str, Any]:
    """The catalogue: one stream, ``customers``."""
    stream: dict[str, Any] = {
        "name": "customers",
        "json_schema": _SCHEMA,
        "supported_sync_modes": ["full_refresh", "incremental"],
        "source_defined_cursor": True,
        "default_cursor_field": ["id"],
    }
    if keyed:
        stream["source_defined_primary_key"] = [["id"]]
    return {"streams": [stream]}


def _emit(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")


def _status(status: str) -> None:
    said = {"stream_descriptor": {"name": "customers"}, "status": status}
    _emit({"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": 1.0, "stream_status": said}})


def _state(done: int, count: int) -> None:
    stream = {"stream_descriptor": {"name": "customers"}, "stream_state": {"id": done}}
    _emit({"type": "STATE", "state": {"type": "STREAM", "stream": stream, "sourceStats": {"recordCount": count}}})
    sys.stdout.flush()


def read(config: dict[str, Any], state: list[dict[str, Any]]) -> None:
    """Send the records behind the state, with a STATE every ``checkpoint`` and at the end."""
    start = state[0]["stream"]["stream_state"]["id"] if state else 0
    records, checkpoint = config.get("records", 1000), config.get("checkpoint", 1000)
    _status("STARTED")
    told = start
    for number in range(start, records):
        data = customer(number)
        sys.stdout.write(
            f'{{"type":"RECORD","record":{{"stream":"customers","emitted_at":1767225600000,"data":{data}}}}}\n'
        )
        if (number + 1) % checkpoint == 0:
            _state(number + 1, number + 1 - told)
            told = number + 1
    _state(max(records, start), max(records, start) - told)
    _status("COMPLETE")


def main(arguments: list[str]) -> None:
    """Answer ``spec``, ``check``, ``discover`` or ``read`` on standard output."""
    given = dict(zip(arguments[1::2], arguments[2::2], strict=False))
    files = {name: json.loads(Path(path).read_text(encoding="utf-8")) for name, path in given.items()}
    config = files.get("--config", {})
    verb = arguments[0]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if verb == "read":
        read(config, files.get("--state", []))
    elif verb == "spec":
        numbers = dict.fromkeys(("records", "checkpoint"), _WHOLE)
        specification = {"type": "object", "properties": {**numbers, "keyed": {"type": "boolean"}}}
        _emit({"type": "SPEC", "spec": {"connectionSpecification": specification}})
    elif verb == "check":
        _emit({"type": "CONNECTION_STATUS", "connectionStatus": {"status": "SUCCEEDED"}})
    elif verb == "discover":
        _emit({"type": "CATALOG", "catalog": catalog(config.get("keyed", True))})


if __name__ == "__main__":
    main(sys.argv[1:])
