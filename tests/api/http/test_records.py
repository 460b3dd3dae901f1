import pytest

from core.database import unit_of_work
from tests.api.http.house import House

VALUES = {"person.full_name": "周杰", "phone": ["13312345678", "13312345679"]}


def test_a_record_entered_by_hand_becomes_a_golden_record(house: House) -> None:
    answer = house.post("/v1/records", "service", {"values": {**VALUES, "feedback.text": "很好"}})
    golden = answer.json()["record_id"]
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/golden/{golden}")
    house.settle()
    found = house.get(f"/v1/golden/{golden}", "service").json()
    assert len(found["sections"]["contact_points"]["phone"]) == 2
    assert found["items"]["feedback"][0]["values"]["feedback.text"] == "很好"
    told = house.audited("record.entered")[0]
    assert (told["actor"][:7], told["role"], told["subjects"]) == ("user:u_", "service", [golden])
    assert "周杰" not in str(told)


def test_a_key_corrects_and_an_idempotency_key_repeats(on_both: House) -> None:
    named = {"values": {"person.full_name": "周杰", "phone": "13312345678"}, "key": "C-1"}
    first = on_both.post("/v1/records", "steward", named).json()["record_id"]
    mended = {**named, "values": {**named["values"], "phone": "13387654321"}}  # type: ignore[dict-item]
    assert on_both.post("/v1/records", "steward", mended).json()["record_id"] == first
    on_both.settle()
    found = on_both.get(f"/v1/golden/{first}", "steward").json()
    assert [one["value"] for one in found["sections"]["contact_points"]["phone"]] == ["+8613387654321"]

    def once(who: str, values: object) -> tuple[int, object]:
        answer = on_both.post("/v1/records", who, {"values": values}, **{"idempotency-key": "k-1"})
        return answer.status_code, answer.json().get("record_id") or answer.json()["code"]

    status, record = once("steward", VALUES)
    assert status == 201
    assert once("steward", VALUES) == (201, record)
    assert once("steward", {"person.full_name": "别人"}) == (409, "delivery.reused")
    # Somebody else's key is another key.
    assert once("service", VALUES)[0] == 201
    assert once("service", VALUES)[1] != record


def test_a_key_of_somebody_elses_record_is_taken(on_both: House) -> None:
    named = {"values": {"person.full_name": "周杰", "phone": "13312345678"}, "key": "C-2"}
    record = on_both.post("/v1/records", "steward", named).json()["record_id"]
    theirs = {**named, "values": {"person.full_name": "周杰", "phone": "13399999999"}}
    before = on_both.post("/v1/records", "service", theirs)
    assert (before.status_code, before.json()["code"]) == (409, "record.key_taken")
    on_both.settle()
    with unit_of_work(on_both.services.engine) as connection:
        on_both.services.resolver.owners.assign_by_hand(
            connection, record, "user:nobody", actor="system", reason_code="test"
        )
    after = on_both.post("/v1/records", "sales", theirs)
    assert (after.status_code, after.json()["code"]) == (409, "record.key_taken")
    found = on_both.get(f"/v1/golden/{record}", "steward").json()
    assert [one["value"] for one in found["sections"]["contact_points"]["phone"]] == ["+8613312345678"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ({"values": {}}, {}, 422, "request.invalid"),
        ({"values": {"phone": 1}}, {}, 422, "request.invalid"),
        ({"values": {"phone": ""}}, {}, 422, "record.value"),
        ({"values": {"phone": []}}, {}, 422, "record.value"),
        ({"values": {"phone": ["1"] * 21}}, {}, 422, "record.value"),
        ({"values": {"phone": "1" * 4001}}, {}, 422, "record.value"),
        ({"values": {"shoe_size": "43"}}, {}, 422, "attribute.unknown"),
        ({"values": {"13800138000": "43"}}, {}, 422, "attribute.unknown"),
        ({"values": {"id.x13800138000": "43"}}, {}, 422, "attribute.unknown"),
        ({"values": {"phone": "1"}, "stream": "Zhang San"}, {}, 422, "request.invalid"),
        ({"values": {"phone": "1"}, "owner": "me"}, {}, 422, "request.invalid"),
        ({"values": {"phone": "1"}, "key": "k"}, {"idempotency-key": "k"}, 422, "record.two_keys"),
        ({"values": {"phone": "1"}}, {"idempotency-key": "two words"}, 422, "record.idempotency_key"),
        ({"values": {"transaction.amount": "5"}}, {}, 403, "policy.class_denied"),
        ({"values": {"consent.marketing": "yes"}}, {}, 403, "policy.class_denied"),
    ],
)
def test_what_cannot_be_entered(
    door: House, body: dict[str, object], headers: dict[str, str], status: int, code: str
) -> None:
    answer = door.post("/v1/records", "service", body, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "13800138000" not in answer.text
    assert "Zhang" not in answer.text


def test_a_refused_class_is_in_the_log(door: House) -> None:
    door.post("/v1/records", "service", {"values": {"transaction.amount": "5"}})
    told = door.audited("disclosure.denied")[0]
    assert (told["details"]["code"], told["details"]["wanted"]) == ("policy.class_denied", "record.entered")


def test_who_may_not_enter_records(door: House) -> None:
    for who in ("auditor", "it", "downstream"):
        assert door.post("/v1/records", who, {"values": VALUES}).status_code == 403


def test_open_families_join_the_mapping(house: House) -> None:
    answer = house.post("/v1/records", "steward", {"values": {"id.passport": "E12345678", "person.full_name": "周杰"}})
    house.settle()
    found = house.get(f"/v1/golden/{answer.json()['record_id']}", "steward").json()
    assert found["sections"]["identifiers"]["id.passport"][0]["value"]
