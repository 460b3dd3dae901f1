"""Values at and beyond every edge: refused or answered, never a fault of ours, and never told back."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access_matrix import Route, routes_of
from api.app import create_app
from api.console import cookies
from api.console.guard import csrf_of
from governance.roles import Role
from tests.security.conftest import Crowd

# What a client can put where a value belongs; percent-encoded as it travels.
EDGES = {
    "2^63": str(2**63),
    "-2^63-1": str(-(2**63) - 1),
    "2^64": str(2**64),
    "many digits": "9" * 5000,
    "not finite": "1e999",
    "NUL": "%00",
    "NUL inside": "a%00b",
    "surrogate": "%ED%A0%80",
    "no UTF-8": "%FF%FE",
    "overlong": "%C0%AF",
    "long": "a" * 20_000,
    "long wide": quote("客" * 3000),
    "dots": "..%2F..%2Fetc%2Fpasswd",
    "quote": "%27%20OR%201%3D1--",
    "format": "%25s%25n%7B0%7D%24%7B7*7%7D%7B%7B7*7%7D%7D",
    "empty": "",
    "line": "a%0D%0AX-Evil%3A%201",
    "list": "1,2,3",
    "other digits": quote("१२३"),
    "right to left": quote("\u202e"),
}
BODIES: dict[str, bytes] = {
    "empty": b"",
    "null": b"null",
    "number": b"1",
    "huge number": b"9" * 5000,
    "not finite": b"1e999",
    "NaN": b"NaN",
    "half a character": b'{"text": "\\ud800", "limit": 1}',
    "NUL": b'{"text": "\\u0000", "limit": 1}',
    "2^64": b'{"text": "a", "limit": 18446744073709551616}',
    "deep": b'{"text":' * 5000 + b"1" + b"}" * 5000,
    "deep list": b"[" * 60_000,
    "twice": b'{"text": "a", "text": ["b"]}',
    "no UTF-8": b'{"text": "\xff"}',
    "long": json.dumps({"text": "a" * 60_000}).encode(),
    "beyond": json.dumps({"text": "a" * 70_000}).encode(),
    "mark": b'\xef\xbb\xbf{"text": "a"}',
    "lookup": b'{"source": "form:contact", "key": 18446744073709551616}',
    "lookup NUL": b'{"source": "form:contact", "stream": "a\\u0000", "key": "a\\u0000"}',
    "lookup half": b'{"source": "form:contact", "stream": "contact", "key": ["\\udfff"]}',
    "record NUL": b'{"values": {"person.full_name": "a\\u0000b"}, "key": "\\u0000"}',
    "record half": b'{"values": {"person.full_name": "\\ud800"}}',
    "unmerge": b'{"record_id": "g_%s", "reason_code": "x", "note": "\\u0000\\ud800"}' % (b"0" * 32),
    "sync": b'{"connection": "a\\u0000"}',
}


# The console's pages come with every screen; they are asked in the full tier.
DOORS = pytest.mark.parametrize("door", ["api", pytest.param("console", marks=pytest.mark.full)])
KINDS = {
    "api": ("application/json", "multipart/form-data; boundary=x"),
    "console": ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
}


def door_of(route: Route) -> str:
    # The page that ends a session would end that of the test.
    return "none" if route.path == "/sign-out" else "api" if route.path.startswith("/v1") else "console"


def headers_of(route: Route, crowd: Crowd) -> dict[str, str]:
    """Those of somebody who has every role."""
    if hasattr(route.access, "anybody") or not route.path.startswith("/v1"):
        session = crowd.session(Role.DOWNSTREAM)
        cookie = {"cookie": f"{cookies.SESSION}={session}", "x-csrf-token": csrf_of(session)}
        return {**cookie, "origin": crowd.house.url}
    return {"authorization": f"Bearer {crowd.house.tokens['everybody']}", "x-purpose": "data_quality"}


def send(crowd: Crowd, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> httpx.Response:
    # Live pages do not end.
    request = crowd.house.client.build_request(method, path, headers=headers, content=body)
    answer = crowd.house.client.send(request, stream=True)
    try:
        if "event-stream" not in answer.headers.get("content-type", ""):
            answer.read()
    finally:
        answer.close()
    return answer


def edge_paths(crowd: Crowd) -> Iterator[tuple[Route, str, str]]:
    """Every route with every edge in each part of its path and in each parameter of its query."""
    app = create_app(crowd.house.services)
    queries = {
        (method, one.path): [field.alias for field in one.dependant.query_params]
        for one in app.routes
        if isinstance(one, APIRoute)
        for method in one.methods or ()
    }
    for route in routes_of(app):
        parts = [part for part in route.path.split("/") if part.startswith("{")]
        names = queries.get((route.method, route.path), [])
        plain = route.path
        for part in parts:
            plain = plain.replace(part, crowd.golden if "golden" in part else "contact" if "form" in part else "x")
        for edge, value in EDGES.items():
            for part in parts:
                yield route, edge, route.path.replace(part, value).replace("{", "").replace("}", "")
            for name in names:
                yield route, edge, f"{plain}?{name}={value}"


@DOORS
def test_no_value_in_an_address_makes_the_gateway_fail(crowd: Crowd, door: str) -> None:
    failed: list[str] = []
    count = 0
    headers: dict[str, str] = {}
    for route, edge, path in edge_paths(crowd):
        if door_of(route) != door:
            continue
        headers = headers or headers_of(route, crowd)
        answer = send(crowd, route.method, path, headers)
        count += 1
        if answer.status_code >= 500:
            failed.append(f"{route.method} {route.path} {edge}: {answer.status_code}")
    assert count > 200
    assert failed == []


@DOORS
def test_no_body_makes_the_gateway_fail(crowd: Crowd, door: str) -> None:
    failed: list[str] = []
    headers: dict[str, str] = {}
    for route in routes_of(create_app(crowd.house.services)):
        if route.method == "GET" or door_of(route) != door:
            continue
        headers = headers or headers_of(route, crowd)
        plain = route.path.replace("{golden_id}", crowd.golden).replace("{form}", "contact")
        path = plain.replace("{", "").replace("}", "")
        for (name, body), kind in product(BODIES.items(), KINDS[door]):
            answer = send(crowd, route.method, path, {**headers, "content-type": kind}, body)
            if answer.status_code >= 500:
                failed.append(f"{route.method} {route.path} {name} {kind}: {answer.status_code}")
    assert failed == []


HEADERS = (
    "x-purpose",
    "x-reason",
    "if-none-match",
    "idempotency-key",
    "accept",
    "authorization",
    "x-api-key",
    "cookie",
)


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_makes_the_gateway_fail(crowd: Crowd, name: str) -> None:
    values = [
        b"",
        b"\xff\xfe",
        b"a" * 8000,
        "客户".encode(),
        b"UTF-8''%00",
        b'"' * 50,
        b"Bearer \xff",
        b"W/*",
        b"*",
        b"=;=;",
    ]
    paths = [("GET", f"/v1/golden/{crowd.golden}", b""), ("GET", "/v1/golden", b""), ("GET", "/", b"")]
    paths.append(("POST", "/v1/records", b'{"values": {"person.full_name": "Li Na"}}'))
    failed: list[str] = []
    for (method, path, body), value in ((one, value) for one in paths for value in values):
        usual = {"authorization": f"Bearer {crowd.house.tokens['everybody']}", "x-purpose": "data_quality"}
        given_headers: Any = [(one, text.encode()) for one, text in usual.items() if one != name]
        given_headers += [(name, value), ("content-type", b"application/json")]
        request = httpx.Request(method, crowd.house.url + path, headers=given_headers, content=body)
        answer = crowd.house.client.send(request)
        if answer.status_code >= 500:
            failed.append(f"{method} {path} {value[:20]!r}: {answer.status_code}")
    assert failed == []


# Letters and digits that mean nothing anywhere, so that finding them in an answer proves that they were told back.
CANARY = st.from_regex(r"[1-9]{5}[g-z]{4}", fullmatch=True)
PLACES = (
    "path",
    "golden",
    "query",
    "query name",
    "cursor",
    "filter",
    "fields",
    "purpose",
    "token",
    "etag",
    "key",
    "body field",
    "body value",
    "body type",
    "search",
    "lookup",
    "unmerge",
    "connection",
    "form",
    "form field",
    "upload",
    "method",
)


def wrong_request(crowd: Crowd, place: str, text: str) -> httpx.Response:
    """A request that is wrong in one place, with the text there."""
    client = crowd.house.client
    headers = {"authorization": f"Bearer {crowd.house.tokens['everybody']}", "x-purpose": "data_quality"}
    gets = {
        "path": f"/v1/{text}",
        "golden": f"/v1/golden/{text}",
        "query": f"/v1/golden?limit={text}",
        "query name": f"/v1/golden?{text}=1",
        "cursor": f"/v1/golden?cursor={text}",
        "filter": f"/v1/golden?filter={text}",
        "fields": f"/v1/golden/{crowd.golden}?include={text}",
    }
    posts: dict[str, tuple[str, Any]] = {
        "body field": ("/v1/golden/search", {"text": "a", text: 1}),
        "body value": ("/v1/golden/search", {"text": "a", "limit": text}),
        "body type": ("/v1/records", {"values": {text: text}}),
        "search": ("/v1/golden/search", {"text": text * 40}),
        "lookup": ("/v1/golden/lookup", {"source": text, "key": text}),
        "unmerge": (f"/v1/golden/{crowd.golden}/unmerge", {"record_id": text, "reason_code": text, "note": text}),
        "connection": ("/v1/syncs", {"connection": text}),
        "form": (f"/v1/forms/{text}", {"a": text}),
        "key": ("/v1/records", {"values": {"person.full_name": text}, "key": text}),
    }
    if place in gets:
        return client.get(gets[place], headers=headers)
    if place == "key":
        headers["idempotency-key"] = text
    if place in posts:
        path, body = posts[place]
        return client.post(path, headers=headers, json=body)
    if place == "form field":
        return client.post("/v1/forms/contact", data={f"{text} {text}": text, "website": text})
    if place == "upload":
        return client.post("/v1/uploads", headers=headers, files={"file": (f"{text}.exe", text.encode())})
    if place == "method":
        return client.request(text.upper(), "/v1/golden", headers=headers)
    changed = {"purpose": "x-purpose", "token": "authorization", "etag": "x-reason"}[place]
    return client.get("/v1/golden", headers={**headers, changed: text if place != "etag" else text * 100})


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=CANARY)
def test_no_error_tells_back_what_was_sent(crowd: Crowd, place: str, text: str) -> None:
    answer = wrong_request(crowd, place, text)
    assert answer.status_code >= 400, place
    assert answer.status_code < 500
    told = answer.text + json.dumps(dict(answer.headers))
    assert text.lower() not in told.lower()
    if "problem" in answer.headers.get("content-type", ""):
        assert set(answer.json()) <= {"type", "title", "status", "detail", "code", "request_id", "errors"}
        assert len(answer.json()["detail"]) > 20
