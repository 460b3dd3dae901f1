"""Properties of what takes requests apart, without a server."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from api.cursors import LIFE, cursor_for, place_of
from api.form_post import browser_post, signed_post
from api.limits import client_of
from api.request_body import MAX_DEPTH, parse_json, read_body
from core.crypto import Keyring
from core.errors import IngotError, Invalid, TooMuch
from governance.policy.values import RequestContext
from governance.principals import Principal
from sync.wish import Asked
from tests.api.http.house import SECRET

NOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda name: name != "_delivery"
)
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def request(headers: dict[str, str], chunks: list[bytes]) -> tuple[Request, list[bytes]]:
    """A request whose body comes in chunks, and the chunks that nobody has asked for yet."""
    waiting = list(chunks)

    async def receive() -> Message:
        chunk = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw}, receive), waiting


@given(st.lists(st.binary(max_size=64), max_size=20), st.integers(0, 400))
def test_a_body_is_read_whole_or_not_beyond_its_limit(chunks: list[bytes], limit: int) -> None:
    asked, waiting = request({}, chunks)
    whole = b"".join(chunks)
    if len(whole) <= limit:
        assert asyncio.run(read_body(asked, limit)) == whole
        return
    with pytest.raises(TooMuch):
        asyncio.run(read_body(asked, limit))
    taken = chunks[: len(chunks) - len(waiting)]
    # Only the chunk that went over the limit was taken beyond it.
    assert sum(map(len, taken[:-1])) <= limit < sum(map(len, taken))


def test_a_body_that_says_it_is_too_long_is_not_read_at_all() -> None:
    asked, waiting = request({"content-length": str(10**7)}, [b"x"] * 3)
    with pytest.raises(TooMuch):
        asyncio.run(read_body(asked, 1000))
    assert len(waiting) == 3


@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_both_kinds_of_form_posts_give_back_what_was_typed(fields: dict[str, str]) -> None:
    plain = browser_post("application/x-www-form-urlencoded", urlencode(fields).encode())
    assert plain.content == fields
    assert plain.delivery is None


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), VALUES, min_size=1, max_size=8))
def test_multipart_posts_give_back_what_was_typed(fields: dict[str, str]) -> None:
    built = httpx.Request("POST", "http://x", files={name: (None, value.encode()) for name, value in fields.items()})
    assert browser_post(built.headers["content-type"], built.read()).content == fields


@given(
    st.binary(max_size=200), st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=X"])
)
def test_any_bytes_give_a_post_or_an_error_of_ours(body: bytes, kind: str) -> None:
    with contextlib.suppress(IngotError):
        assert isinstance(browser_post(kind, body).content, dict)


@given(st.binary(max_size=200))
def test_any_bytes_without_a_signature_are_refused(body: bytes) -> None:
    with pytest.raises(IngotError) as refused:
        signed_post(b"k" * 24, {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}, body)
    assert refused.value.code in {"form.signature", "form.encoding"}
    assert SECRET not in refused.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(VALUES, inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_json_is_read_as_it_is(content: Any) -> None:
    assert parse_json(json.dumps(content).encode()) == content


@given(st.integers(1, 60))
def test_json_has_a_bound_to_its_depth(depth: int) -> None:
    body = b"[" * depth + b"]" * depth
    if depth <= MAX_DEPTH:
        assert parse_json(body) is not None
        return
    with pytest.raises(Invalid) as refused:
        parse_json(body)
    assert refused.value.code == "request.depth"


def test_a_cursor_holds_for_what_it_was_made_for(keyring: Keyring) -> None:
    after = "g_" + "a" * 32
    mine = Asked(Principal("u_1", roles=frozenset({"sales"})), RequestContext("sales_follow_up"))
    cursor = cursor_for(keyring, mine, "golden", after, NOW)
    assert place_of(keyring, mine, "golden", cursor, NOW + LIFE) == after
    assert place_of(keyring, mine, "golden", "", NOW) == ""
    others = [
        (Asked(Principal("u_2", roles=frozenset({"sales"})), mine.context), "golden"),
        (Asked(Principal("u_1", roles=frozenset({"sales", "manager"})), mine.context), "golden"),
        (Asked(Principal("u_1", roles=frozenset({"sales"}), teams=frozenset({"t"})), mine.context), "golden"),
        (Asked(mine.principal, RequestContext("marketing")), "golden"),
        (mine, "other"),
    ]
    for asked, listing in others:
        with pytest.raises(Invalid):
            place_of(keyring, asked, listing, cursor, NOW)
    for broken in ("x", "é", cursor[:-1], cursor + "A", "A" * len(cursor), "====", cursor.swapcase()):
        with pytest.raises(Invalid) as refused:
            place_of(keyring, mine, "golden", broken, NOW)
        assert refused.value.code == "request.cursor"
    with pytest.raises(Invalid) as late:
        place_of(keyring, mine, "golden", cursor, NOW + LIFE + timedelta(seconds=1))
    assert late.value.code == "request.cursor"


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("nonsense", "unknown"),
    ],
)
def test_one_subscriber_is_one_client(host: str, counted: str) -> None:
    assert client_of(Request({"type": "http", "headers": [], "client": (host, 1)})) == counted
    assert client_of(Request({"type": "http", "headers": [], "client": None})) == "unknown"
