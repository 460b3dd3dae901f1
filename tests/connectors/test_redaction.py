"""Secrets of one connection never show, in whatever form a source prints them."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.redaction import MASK, Redactor, secrets_of

SPEC: dict[str, Any] = {
    "connectionSpecification": {
        "type": "object",
        "properties": {
            "host": {"type": "string"},
            "credentials": {
                "oneOf": [
                    {"properties": {"auth_type": {"const": "key"}, "pin": {"type": "string", "airbyte_secret": True}}},
                    {"properties": {"user": {"type": "string"}}},
                ]
            },
            "keys": {"type": "array", "items": {"type": "string", "airbyte_secret": True}},
        },
    }
}


def test_secrets_are_what_the_specification_marks_and_what_looks_secret() -> None:
    config = {
        "host": "db.example",
        "credentials": {"auth_type": "key", "pin": "pin-4711"},
        "keys": ["key-one", "key-two"],
        "nested": {"refresh_token": "tok-1", "口令": "芝麻开门吧"},
        "client_secret": 123456,
    }
    assert secrets_of(config, SPEC) == {"pin-4711", "key-one", "key-two", "tok-1", "芝麻开门吧", "123456"}


def test_without_a_specification_every_text_counts() -> None:
    assert secrets_of({"a": "value", "b": ["other"], "c": True}, None) == {"value", "other"}


@given(
    st.text("abcXYZ密钥@:/+ ", min_size=4, max_size=40),
    st.text("0123456789", max_size=9),
    st.text("0123456789", max_size=9),
)
def test_a_secret_never_comes_through(secret: str, before: str, after: str) -> None:
    assert Redactor({"token": secret}, SPEC)(f"{before}{secret}{after}") == f"{before}{MASK}{after}"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40))
def test_escaped_and_encoded_forms_are_found(secret: str) -> None:
    redactor = Redactor({"token": secret}, SPEC)
    for form in (json.dumps(secret)[1:-1], quote(secret, safe=""), repr(secret)[1:-1]):
        assert redactor(f"<{form}>") == f"<{MASK}>"


def test_short_secrets_do_not_wreck_the_text() -> None:
    assert Redactor({"token": "t"}, SPEC)("AttributeError at host") == "AttributeError at host"


def test_a_longer_secret_goes_before_a_shorter_one_within() -> None:
    assert Redactor({"password": "open", "token": "open sesame"}, SPEC)("open sesame!") == f"{MASK}!"


@pytest.mark.parametrize("url", ["postgresql://u:p%40ss-word@h/db", "postgresql://u:p@ss-word@h/db"])
def test_the_password_of_a_url_is_hidden_alone_too(url: str) -> None:
    redactor = Redactor({"url": url}, {"properties": {"url": {"airbyte_secret": True}}})
    assert redactor("failed for p@ss-word") == f"failed for {MASK}"


def test_lines_of_a_private_key_are_hidden_each() -> None:
    redactor = Redactor({"private_key": "-----BEGIN-----\nMIIEvQIBADAN\n-----END-----"}, SPEC)
    assert redactor("bad key near MIIEvQIBADAN") == f"bad key near {MASK}"


def test_a_rotated_token_is_learnt_whatever_its_field_is_called() -> None:
    redactor = Redactor({"host": "db.example", "session": "first-one"}, SPEC)
    redactor.learn({"host": "db.example", "session": "second-one"})
    assert redactor("second-one at db.example") == f"{MASK} at db.example"
