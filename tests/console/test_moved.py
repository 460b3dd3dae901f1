"""A stored secret does not follow a connection to another place."""

import pytest

from api.console.connect.moved import secret_elsewhere

_PIN = {"properties": {"pin": {"type": "string", "airbyte_secret": True}}}
SPEC = {
    "connectionSpecification": {
        "properties": {
            "host": {"type": "string"},
            "start": {"type": "string"},
            "credentials": {"type": "object", "oneOf": [_PIN]},
            "api_token": {"type": "string"},
        }
    }
}
STORED = {"host": "erp.example", "start": "2024", "credentials": {"pin": "471147"}, "api_token": "tttttt"}


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, False),
        ({"start": "2025"}, False),
        ({"host": "evil.example"}, True),
        ({"host": "evil.example", "api_token": "newnew"}, True),
        ({"host": "evil.example", "api_token": "newnew", "credentials": {"pin": "081508"}}, False),
        ({"host": "evil.example", "api_token": "", "credentials": {}}, False),
        ({"base_url": "https://evil.example"}, True),
        ({"port": 2525}, True),
    ],
)
def test_a_stored_secret_stays_where_it_was(changed: dict[str, object], *, refused: bool) -> None:
    assert secret_elsewhere(SPEC, STORED, {**STORED, **changed}) == refused
