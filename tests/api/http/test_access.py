import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request

from api.app import create_app
from api.auth import Needs, Public, access_of, check_every_route_declares
from api.headers import HEADERS
from api.visitor import reason_of
from core.errors import Invalid
from tests.api.http.house import House

PUBLIC = {"/healthz", "/readyz", "/openapi.json", "/v1/forms/{form}"}
CONSOLE_PUBLIC = {"/sign-in", "/sign-in/code", "/preferences", "/static/{digest}/{name:path}"}


def routes(house: House) -> list[APIRoute]:
    found = create_app(house.services).routes
    assert all(isinstance(one, APIRoute) for one in found)
    return [one for one in found if isinstance(one, APIRoute)]


def method_of(route: APIRoute) -> str:
    (method,) = route.methods or {""}
    return method


def test_every_route_declares_who_may_use_it(door: House) -> None:
    declared = {(one.path, method_of(one)): access_of(one) for one in routes(door)}
    assert len(declared) >= 20
    assert {path for (path, _), access in declared.items() if isinstance(access, Public)} == PUBLIC | CONSOLE_PUBLIC
    assert all(isinstance(access, Public | Needs) for access in declared.values())
    # No route reads a body behind the back of the one reader with a limit.
    assert [one.path for one in routes(door) if one.body_field is not None] == []


def test_a_route_that_declares_nothing_keeps_the_gateway_from_starting() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/open")
    def open_to_all() -> str:
        return "oops"

    with pytest.raises(Invalid) as refused:
        check_every_route_declares(app)
    assert refused.value.code == "api.route_open"
    assert "/open" in refused.value.message
    with pytest.raises(Invalid):
        check_every_route_declares(FastAPI())


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/openapi.json", "/v1/golden", "/nowhere", "/v1/forms/contact"]
)
def test_the_headers_of_every_answer(door: House, path: str) -> None:
    answer = door.client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["x-request-id"].startswith("r_")
    assert "server" not in answer.headers
    # Nobody may promise https over http (RFC 6797, 7.2); a proxy on this machine may say that it speaks it.
    assert "strict-transport-security" not in answer.headers
    behind = door.client.get(path, headers={"x-forwarded-proto": "https"})
    assert behind.headers["strict-transport-security"].startswith("max-age=")


def test_the_request_id_is_ours(door: House) -> None:
    answer = door.client.get("/healthz", headers={"x-request-id": "13800138000"})
    assert "13800138000" not in answer.headers["x-request-id"]


@pytest.mark.parametrize(
    "token",
    ["13800138000", "ingot_pat_" + "0" * 32 + "_" + "a" * 52, "ingot_key_" + "0" * 32 + "_" + "a" * 52],
)
def test_a_wrong_token_is_refused_and_audited_without_its_text(door: House, token: str) -> None:
    answer = door.client.get("/v1/syncs", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token.refused")
    told = door.audited("user.refused")
    assert told[0]["decision"] == "deny"
    assert token not in str(told)


def test_an_api_key_in_its_own_header(door: House) -> None:
    answer = door.client.get("/v1/changes", headers={"x-api-key": door.tokens["downstream"]})
    assert answer.status_code == 200
    assert door.client.get("/v1/changes", headers={"authorization": "Basic eDp5"}).status_code == 401


def test_a_token_that_is_tried_again_and_again_is_slowed_down(door: House) -> None:
    wrong = {"authorization": "Bearer ingot_pat_" + "1" * 32 + "_" + "a" * 52, "x-forwarded-for": "203.0.113.77"}
    before = len(door.audited("user.refused"))
    statuses = [door.client.get("/v1/syncs", headers=wrong).status_code for _ in range(40)]
    assert statuses == [401] * 30 + [429] * 10
    answer = door.client.get("/v1/syncs", headers=wrong)
    assert int(answer.headers["retry-after"]) >= 1
    assert len(door.audited("user.refused")) == before + 30
    # A flood is told once.
    assert len(door.audited("request.limited")) == 1
    # A good token from the same address is not locked out by it.
    good = door.headers("it", **{"x-forwarded-for": "203.0.113.77"})
    assert door.client.get("/v1/syncs", headers=good).status_code == 200


def test_a_purpose_is_needed_and_must_be_in_the_register(door: House) -> None:
    missing = door.get("/v1/golden", "sales", purpose="")
    assert (missing.status_code, missing.json()["code"]) == (403, "policy.purpose_missing")
    for wrong in ("13800138000", "x" * 300):
        unknown = door.get("/v1/golden", "sales", purpose=wrong)
        assert (unknown.status_code, unknown.json()["code"]) == (403, "policy.purpose_unknown")
        assert wrong not in unknown.text
    told = door.audited("disclosure.denied")
    assert [one["details"]["code"] for one in told[:3]] == [
        "policy.purpose_unknown",
        "policy.purpose_unknown",
        "policy.purpose_missing",
    ]
    assert "13800138000" not in str(told)
    other = door.get("/v1/golden", "downstream", purpose="marketing")
    assert (other.status_code, other.json()["code"]) == (403, "policy.purpose_fixed")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"customer called", "customer called"),
        ("客户来电".encode(), "客户来电"),
        (b"UTF-8''%E5%AE%A2%E6%88%B7", "客户"),
        (b"100% sure", "100% sure"),
    ],
)
def test_reasons_in_any_script(raw: bytes, text: str) -> None:
    assert reason_of(Request({"type": "http", "headers": [(b"x-reason", raw)]})) == text


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"UTF-8''%FF", b"a" * 501])
def test_reasons_that_cannot_be_read(raw: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        reason_of(Request({"type": "http", "headers": [(b"x-reason", raw)]}))
    assert refused.value.code == "request.reason"


def test_a_reason_opens_what_needs_one_and_is_sealed_in_the_log(house: House) -> None:
    golden = house.customer("reason-1", name="Zhao Min", phone="13700137000")
    masked = house.get(f"/v1/golden/{golden}", "privacy_officer").json()
    clear = house.get(f"/v1/golden/{golden}", "privacy_officer", **{"x-reason": "call of Zhao Min"}).json()
    phone = [one["sections"]["contact_points"]["phone"][0] for one in (masked, clear)]
    assert [one["level"] for one in phone] == ["partial", "clear"]
    told = house.audited("golden.disclosed")[0]
    assert "reason_sealed" in told["details"]
    assert "Zhao" not in str(told)


def test_the_document_names_every_route_and_how_to_prove_oneself(door: House) -> None:
    document = door.client.get("/openapi.json").json()
    paths = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert paths == {(one.path, method_of(one)) for one in routes(door) if one.include_in_schema}
    assert set(document["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    for path, methods in document["paths"].items():
        for told in methods.values():
            assert ("security" in told) == (path not in PUBLIC)
            assert set(told["responses"]) >= {"401", "403", "422", "429", "503"}
    named = set(document["components"]["schemas"])
    used = {ref.rsplit("/", 1)[1] for ref in _references(document["paths"])}
    assert used <= named


def _references(content: object) -> list[str]:
    if isinstance(content, dict):
        here = [content["$ref"]] if "$ref" in content else []
        return here + [one for inner in content.values() for one in _references(inner)]
    return [one for inner in content for one in _references(inner)] if isinstance(content, list) else []


def test_readiness_asks_the_database(on_both: House) -> None:
    assert on_both.client.get("/readyz").json() == {"status": "ready"}
    assert on_both.client.get("/healthz").json() == {"status": "ok"}


def test_head_is_no_way_around(door: House) -> None:
    assert isinstance(door.client.head("/v1/golden"), httpx.Response)
    assert door.client.head("/v1/golden").status_code == 405
