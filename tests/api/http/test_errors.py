from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection

from api.errors import PROBLEM, STATUS_OF_CODE, STATUSES, problem, status_of
from core.errors import IngotError, Invalid, NotFound, TooMuch, Unauthenticated, Unavailable
from sync.runs import Runs
from tests.api.http.house import House


def every_class(kind: type[IngotError] = IngotError) -> Iterator[type[IngotError]]:
    yield kind
    for inner in kind.__subclasses__():
        yield from every_class(inner)


def test_every_class_of_errors_has_a_status_of_its_own() -> None:
    listed = [kind for kind, _, _ in STATUSES]
    assert [kind for kind in every_class() if kind.__module__ == "core.errors" and kind not in listed] == []
    for kind in every_class():
        error = kind.__new__(kind)
        error.code = "area.what"
        status, title = status_of(error)
        assert 400 <= status < 600
        assert title
    # A class never hides behind its base: the base stands last.
    assert listed[-1] is IngotError


@pytest.mark.parametrize(("code", "status"), sorted(STATUS_OF_CODE.items()))
def test_codes_for_which_http_has_a_closer_word(code: str, status: int) -> None:
    assert status_of(Invalid(code, "A sentence."))[0] == status


def test_the_form_of_a_problem() -> None:
    answer = problem(Invalid("request.invalid", "What to do.", errors=[{"name": "limit", "code": "int_type"}]), "r_1")
    assert answer.media_type == PROBLEM
    assert orjson.loads(answer.body) == {
        "type": "urn:ingot:problem:request.invalid",
        "title": "The request cannot be used",
        "status": 422,
        "detail": "What to do.",
        "code": "request.invalid",
        "request_id": "r_1",
        "errors": [{"name": "limit", "code": "int_type"}],
    }


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (Unauthenticated("token.missing", "."), "www-authenticate", 'Bearer realm="ingot"'),
        (TooMuch("request.rate", ".", retry_after=17), "retry-after", "17"),
        (Unavailable("database.locked", "."), "retry-after", "5"),
    ],
)
def test_headers_that_a_status_asks_for(error: IngotError, header: str, value: str) -> None:
    assert problem(error, "").headers[header] == value


def test_what_is_not_known_of_details_does_not_leave() -> None:
    body = orjson.loads(problem(NotFound("run.unknown", ".", run="secret"), "").body)
    assert "secret" not in str(body)


def test_a_fault_of_the_program_is_one_sentence_and_one_type_in_the_log(door: House) -> None:
    class Broken(Runs):
        def history(
            self, connection: Connection, name: str | None = None, limit: int = 50, state: str | None = None
        ) -> list[dict[str, Any]]:
            raise RuntimeError(f"Zhang San 13800138000 {connection} {name} {limit} {state}")

    plain = door.services.runs
    door.services.runs = Broken(door.services.foundation.audit, door.services.foundation.clock)
    try:
        answer = door.get("/v1/syncs", "it")
    finally:
        door.services.runs = plain
    assert (answer.status_code, answer.json()["code"]) == (500, "request.broke")
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["x-content-type-options"] == "nosniff"
    log = (door.services.settings.logs / "ingot.log").read_text(encoding="utf-8")
    line = orjson.loads(log.splitlines()[-1])
    assert (line["error_type"], line["request_id"]) == ("RuntimeError", answer.json()["request_id"])
    assert "Zhang" not in answer.text + log


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/13800138000", 404, "request.path_unknown"),
        ("GET", "/v1/golden/", 404, "request.path_unknown"),
        ("DELETE", "/v1/golden", 405, "request.method"),
        ("GET", "/v1/golden?limit=13800138000", 422, "request.invalid"),
        ("GET", "/v1/golden?limit=zhangsan", 422, "request.invalid"),
        ("GET", "/v1/golden?phone=zhangsan", 422, "request.parameter_unknown"),
        ("GET", "/v1/golden?filter=zhangsan", 422, "request.filter"),
        ("GET", "/v1/golden?filter=phone:13800138000", 422, "request.filter"),
        ("GET", "/v1/golden?fields=zhangsan", 422, "golden.field_unknown"),
        ("GET", "/v1/golden?cursor=zhangsan", 422, "request.cursor"),
        ("GET", "/v1/golden/zhangsan", 404, "golden.unknown"),
        ("GET", "/v1/golden/zhangsan/history", 404, "golden.unknown"),
        ("GET", "/v1/golden/g_00000000000000000000000000000000", 404, "golden.unknown"),
        ("GET", "/v1/golden/g_00000000000000000000000000000000?include=zhangsan", 422, "golden.section_unknown"),
    ],
)
def test_what_is_asked_wrongly_is_answered_without_repeating_it(
    door: House, method: str, path: str, status: int, code: str
) -> None:
    answer = door.client.request(method, path, headers=door.headers("service"))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == PROBLEM
    assert "13800138000" not in answer.text
    assert "zhangsan" not in answer.text


@pytest.mark.parametrize("index", ["-1", str(2**53), str(2**63), str(2**64), "1" * 40, "1e3", "x"])
def test_numbers_beyond_what_databases_hold_are_refused(door: House, index: str) -> None:
    assert door.get(f"/v1/audit/{index}/proof", "auditor").status_code == 422
    assert door.get(f"/v1/changes?after={index}", "downstream").status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/v1/uploads", "GET, POST"),
        ("GET", "/v1/exports", "POST"),
        ("OPTIONS", "/v1/golden/search", "POST"),
        ("DELETE", "/v1/golden/g_1", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(house: House, method: str, path: str, allow: str) -> None:
    answer = house.client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
