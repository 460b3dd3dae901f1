import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.database import reading
from tests.api.http.house import House, signed

ORDER = {
    "name": "Ada Moreau",
    "phone": "+33612345678",
    "number": "A-1",
    "amount": "12.50",
    "at": "2026-04-01T08:00:00Z",
}


def test_a_signed_webhook_is_taken(house: House) -> None:
    answer = house.webhook("shop", "msg_1", ORDER)
    assert answer.status_code == 202
    house.settle()
    golden = answer.json()["record_id"]
    found = house.get(f"/v1/golden/{golden}", "downstream").json()
    assert found["sections"]["contact_points"]["phone"][0]["value"] == "+33612345678"
    by_key = house.post("/v1/golden/lookup", "service", {"source": "form:shop", "stream": "shop", "key": "msg_1"})
    assert by_key.json()["id"] == golden


def test_an_exact_replay_is_answered_as_the_first_time_and_other_content_is_refused(on_both: House) -> None:
    body = json.dumps(ORDER).encode()
    headers = signed("msg_2", body)
    first = on_both.client.post("/v1/forms/shop", content=body, headers=headers)
    replay = on_both.client.post("/v1/forms/shop", content=body, headers=headers)
    assert (first.status_code, first.content) == (replay.status_code, replay.content) == (202, first.content)
    other = on_both.webhook("shop", "msg_2", {**ORDER, "amount": "99"})
    assert (other.status_code, other.json()["code"]) == (409, "delivery.reused")
    with reading(on_both.services.engine) as connection:
        assert len(list(on_both.services.loader.everything(connection))) == 1
    assert len(on_both.audited("form.received")) == 1


def test_one_delivery_that_arrives_many_times_at_once_is_stored_once(on_both: House) -> None:
    body = json.dumps(ORDER).encode()
    headers = signed("msg_many", body)

    def post(_: int) -> tuple[int, bytes]:
        answer = on_both.client.post("/v1/forms/shop", content=body, headers=headers)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(post, range(24)))
    assert len(answers) == 1
    assert {status for status, _ in answers} == {202}
    assert len(on_both.audited("form.received")) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook_signature": "v1,AAAA"},
        {"webhook_signature": "nonsense"},
        {"webhook_signature": ""},
        {"webhook_signature": "v2,AAAA"},
        {"webhook_id": "msg_other"},
        {"webhook_timestamp": "0"},
        {"webhook_timestamp": "soon"},
        {"webhook_id": ""},
    ],
)
def test_a_wrong_signature_is_refused_and_audited(door: House, changed: dict[str, str]) -> None:
    answer = door.webhook("shop", "msg_3", ORDER, **changed)
    assert (answer.status_code, answer.json()["code"]) == (401, "form.signature")
    told = door.audited("form.refused")[0]
    assert (told["object_id"], told["decision"], told["details"]["code"]) == ("form:shop", "deny", "form.signature")


@pytest.mark.parametrize("age", [301.0, 3600.0, -301.0])
def test_an_old_or_early_stamp_is_refused(door: House, age: float) -> None:
    body = json.dumps(ORDER).encode()
    answer = door.client.post("/v1/forms/shop", content=body, headers=signed("msg_4", body, age=age))
    assert answer.json()["code"] == "form.signature"


def test_a_signature_of_another_secret_or_body_is_refused(door: House) -> None:
    body = json.dumps(ORDER).encode()
    other = signed("msg_5", body, secret="whsec_" + "QUJD" * 12)
    assert door.client.post("/v1/forms/shop", content=body, headers=other).status_code == 401
    right = signed("msg_5", body)
    assert door.client.post("/v1/forms/shop", content=body + b" ", headers=right).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "code", "told"),
    [
        (b'{"name": "Ada", "phone', 400, "request.json", "line 1"),
        (b"", 400, "request.json", "JSON"),
        (b'{"amount": NaN}', 400, "request.json", "JSON"),
        (b"[1, 2]", 422, "form.not_object", "object"),
        (b'"Ada"', 422, "form.not_object", "object"),
        (b"{}", 422, "form.empty", "no fields"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, 422, "request.depth", "16"),
        (b"[" * 100_000 + b"]" * 100_000, 422, "request.depth", "16"),
        (b'{"name": {"deep": "' + b"a" * 20_001 + b'"}}', 422, "form.field_value", "'name'"),
        (b'{"13800138000": 1}', 422, "form.field_name", "number 1"),
        ('{"phone": "1", "name": "张三"}'.encode("gbk"), 422, "form.encoding", "'name'"),
        ('{"phone": "1", "姓名": "x"}'.encode("gbk"), 422, "form.encoding", "number 2"),
        (b"\xff\xfe", 422, "form.encoding", "cannot be told"),
    ],
)
def test_bad_content_gets_a_clear_answer(door: House, body: bytes, status: int, code: str, told: str) -> None:
    answer = door.webhook("shop", "msg_6", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert told in answer.json()["detail"]
    assert "13800138000" not in answer.text


def test_whole_numbers_of_any_size_are_kept(house: House) -> None:
    body = b'{"name": "Ada", "number": 123456789012345678901234567890}'
    first = house.webhook("shop", "big", body)
    assert first.status_code == 202
    other = house.webhook("shop", "big", body.replace(b"890}", b"891}"))
    assert other.json()["code"] == "delivery.reused"


def test_each_way_in_takes_its_own_form_only(door: House) -> None:
    assert door.form("shop", {"name": "a"}).json()["code"] == "request.content_type"
    assert door.webhook("contact", "msg_7", ORDER).json()["code"] == "request.content_type"


def test_a_webhook_that_is_too_large_is_refused_before_its_signature(door: House) -> None:
    answer = door.webhook("shop", "msg_8", b'{"a":"' + b"x" * 300_000 + b'"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
