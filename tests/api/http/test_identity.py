"""Pins, earlier times, unmerge modes, decisions and the survivorship policy at the HTTP door."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from core.database import unit_of_work
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.resolve.unmerge import Unmerge
from sync.wish import Asked
from tests.api.http.house import House

WANG = {"name": "王小明", "phone": "13800138000", "email": "wang@example.com"}
LI = {"name": "李四", "phone": "13900139000", "email": "li@example.com"}
NOBODY = "g_" + "0" * 32


def first(answer: httpx.Response, section: str, name: str) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["sections"][section][name][0]["value"]


def put(house: House, path: str, who: str, body: Any) -> httpx.Response:
    return house.client.put(path, headers=house.headers(who), json=body)


def delete(house: House, path: str, who: str) -> httpx.Response:
    return house.client.delete(path, headers=house.headers(who))


def now(house: House) -> str:
    return house.services.foundation.clock.now().isoformat()


def merged(house: House) -> tuple[str, str, str]:
    """Two customers that a steward merged: their ids and the event."""
    one, other = house.customer("d1", **WANG), house.customer("d2", **LI)
    with unit_of_work(house.services.engine) as connection:
        Unmerge(house.services.resolver).merge(connection, [one, other], actor="user:s", reason_code="same")
    history = house.get(f"/v1/golden/{one}/history", "steward").json()
    return one, other, history["events"][-1]["event_id"]


def test_AT18_pin_over_http(on_both: House) -> None:
    golden = on_both.customer("d1", **WANG)
    path = f"/v1/golden/{golden}/pins/occupation"
    body = {"value": "总监", "reason_code": "customer_said", "note": "他说的"}
    made = put(on_both, path, "steward", body)
    assert (made.status_code, made.json()["attribute"]) == (200, "occupation")
    assert "总监" not in made.text
    read = on_both.get(f"/v1/golden/{golden}/lineage", "steward")
    assert first(read, "profile", "occupation") == "总监"
    assert read.json()["sections"]["profile"]["occupation"][0]["source"] == "decision:pin"
    held = on_both.get(f"/v1/golden/{golden}/pins", "steward").json()["data"]
    assert [(one["attribute"], one["reason_code"], one["actor"][:5]) for one in held] == [
        ("occupation", "customer_said", "user:")
    ]
    assert on_both.audited("pin.set")[0]["details"]["attribute"] == "occupation"
    assert delete(on_both, path, "steward").status_code == 204
    assert "occupation" not in on_both.get(f"/v1/golden/{golden}", "steward").json()["sections"]["profile"]
    assert delete(on_both, path, "steward").status_code == 404


@pytest.mark.parametrize(
    ("who", "attribute", "change", "status"),
    [
        ("service", "person.full_name", {}, 403),
        ("steward", "consent.marketing", {}, 403),
        ("operations", "occupation", {}, 403),
        ("steward", "no.such", {}, 422),
        ("steward", "occupation", {"expires_at": "2020-01-01"}, 422),
        ("steward", "occupation", {"expires_at": "tomorrow"}, 422),
        ("steward", "occupation", {"kind": "wish"}, 422),
    ],
)
def test_what_may_not_be_pinned(house: House, who: str, attribute: str, change: dict[str, str], status: int) -> None:
    golden = house.customer("d1", **WANG)
    body = {"value": "x", "reason_code": "test", **change}
    assert put(house, f"/v1/golden/{golden}/pins/{attribute}", who, body).status_code == status


def test_as_of_is_decided_masked_and_audited_like_the_present(on_both: House) -> None:
    early = now(on_both)
    golden = on_both.customer("d1", **WANG)
    before = now(on_both)
    put(on_both, f"/v1/golden/{golden}/pins/occupation", "steward", {"value": "总监", "reason_code": "said"})
    after = now(on_both)
    path = f"/v1/golden/{golden}"
    past = on_both.client.get(path, headers=on_both.headers("steward"), params={"as_of": before})
    assert "occupation" not in past.json()["sections"]["profile"]
    assert past.json()["as_of"][:19] == before[:19]
    assert on_both.audited("golden.disclosed")[0]["details"]["as_of"] == past.json()["as_of"]
    then = on_both.client.get(f"{path}/lineage", headers=on_both.headers("steward"), params={"as_of": after})
    assert first(then, "profile", "occupation") == "总监"
    masked = on_both.client.get(path, headers=on_both.headers("downstream"), params={"as_of": before})
    assert masked.json()["sections"]["profile"]["person.full_name"][0]["level"] == "partial"
    assert on_both.audited("golden.disclosed")[0]["fields"]["masked"] == ["person.full_name"]
    for when, code in ((early, "golden.not_yet"), ("9999-01-01", "golden.as_of"), ("last week", "request.time")):
        refused = on_both.client.get(path, headers=on_both.headers("steward"), params={"as_of": when})
        assert refused.json()["code"] == code
    assert on_both.client.get(path, headers=on_both.headers("operations"), params={"as_of": before}).status_code == 403
    valid = on_both.client.get(path, headers=on_both.headers("steward"), params={"valid_at": early})
    assert valid.json()["code"] == "golden.not_yet"


def test_a_past_that_was_shared_needs_the_right_to_all_its_parts(house: House) -> None:
    one, other, _ = merged(house)
    with unit_of_work(house.services.engine) as connection:
        resolver = house.services.resolver
        for golden_id in (one,):
            resolver.owners.assign_by_hand(connection, golden_id, "user:sales", actor="user:s", reason_code="test")
    together = now(house)
    wish = {"mode": "explode", "reason_code": "not_same"}
    assert house.post(f"/v1/golden/{one}/unmerge", "steward", wish).status_code == 200
    with unit_of_work(house.services.engine) as connection:
        resolver.owners.assign_by_hand(connection, other, "user:another", actor="user:s", reason_code="test")
    path = f"/v1/golden/{one}"
    assert house.get(path, "sales").status_code == 200
    refused = house.client.get(path, headers=house.headers("sales"), params={"as_of": together})
    assert (refused.status_code, refused.json()["code"]) == (403, "golden.past_of_others")
    seen = house.client.get(path, headers=house.headers("steward"), params={"as_of": together})
    assert sorted(value["value"] for value in seen.json()["sections"]["contact_points"]["phone"]) == [
        "+8613800138000",
        "+8613900139000",
    ]
    assert set(house.audited("golden.disclosed")[0]["subjects"]) == {one, other}


def test_AT20_alias_over_http(house: House) -> None:
    one, other, _ = merged(house)
    answer = house.get(f"/v1/golden/{other}", "steward")
    assert (answer.status_code, answer.json()["canonical_id"]) == (200, one)
    feed = house.get("/v1/changes?limit=1000", "downstream").json()["data"]
    assert [(entry["golden_id"], entry["ids"]) for entry in feed if entry["kind"] == "merged"] == [
        (one, {"losers": [other]})
    ]


def test_AT22_undo_over_http_with_a_preview(on_both: House) -> None:
    one, other, event = merged(on_both)
    path = f"/v1/golden/{one}/unmerge"
    wish = {"mode": "undo", "event_id": event, "reason_code": "not_same", "preview": True}
    preview = on_both.post(path, "steward", wish)
    assert preview.status_code == 200, preview.text
    assert {part["id"]: part["records"] for part in preview.json()["parts"]} == {one: [one], other: [other]}
    assert on_both.get(f"/v1/golden/{other}", "steward").json()["canonical_id"] == one
    put(on_both, f"/v1/golden/{one}/pins/occupation", "steward", {"value": "总监", "reason_code": "said"})
    done = on_both.post(path, "steward", {**wish, "preview": False, "move_pins": []})
    assert [part["id"] for part in done.json()["parts"]] == [one, other]
    assert done.json()["parts"] == [
        {"id": one, "records": [one], "revived": False, "pins": ["occupation"], "events": 0},
        {"id": other, "records": [other], "revived": True, "pins": [], "events": 0},
    ]
    assert "canonical_id" not in on_both.get(f"/v1/golden/{other}", "steward").json()
    assert on_both.post(path, "steward", wish).json()["code"] == "unmerge.apart"
    assert on_both.post(path, "sales", wish).status_code in {403, 404}


def test_pins_are_offered_for_moving(house: House) -> None:
    one, other, _ = merged(house)
    put(house, f"/v1/golden/{one}/pins/occupation", "steward", {"value": "总监", "reason_code": "said"})
    wish = {"record_ids": [other], "reason_code": "not_same", "move_pins": ["occupation"]}
    assert house.post(f"/v1/golden/{one}/unmerge", "steward", wish).status_code == 200
    assert first(house.get(f"/v1/golden/{other}", "steward"), "profile", "occupation") == "总监"
    assert "occupation" not in house.get(f"/v1/golden/{one}", "steward").json()["sections"]["profile"]


def test_AT23_a_lifted_decision_goes_to_review_over_http(house: House) -> None:
    one = house.customer("d1", **WANG)
    other = house.customer("d2", **WANG)
    assert house.get(f"/v1/golden/{other}", "steward").json()["canonical_id"] == one
    ends = (house.services.foundation.clock.now() + timedelta(days=9)).isoformat()
    wish = {"record_id": other, "reason_code": "namesake", "expires_at": ends}
    assert house.post(f"/v1/golden/{one}/unmerge", "steward", wish).json()["golden_id"] == other
    (told,) = house.get(f"/v1/golden/{one}/decisions", "steward").json()["data"]
    assert (told["kind"], told["other"], told["reason_code"]) == ("cannot_link", other, "namesake")
    assert told["expires_at"][:10] == ends[:10]
    lift = {"other": other, "reason_code": "wrong"}
    assert house.post(f"/v1/golden/{one}/decisions/lift", "sales", lift).status_code in {403, 404}
    assert house.post(f"/v1/golden/{one}/decisions/lift", "steward", lift).json() == {"pairs": 1}
    (told,) = house.get(f"/v1/golden/{one}/decisions", "steward").json()["data"]
    assert told["kind"] == "review"
    assert house.post(f"/v1/golden/{one}/decisions/lift", "steward", lift).status_code == 404


def test_the_policy_counts_at_once_and_every_version_stays(on_both: House) -> None:
    one = on_both.customer("d1", **WANG)
    on_both.customer("d2", name="王小明", phone="13800138000", email="WANG2@example.com")
    before = on_both.get("/v1/survivorship", "steward").json()
    assert (before["in_force"], before["origin"]) == (1, "file")
    policy = {"attributes": {"email": ["min"]}}
    trial = on_both.post("/v1/survivorship/simulate", "admin", {"policy": {"attributes": {"email": ["max"]}}}).json()
    assert trial["golden_records"] == 1
    assert on_both.get("/v1/survivorship", "steward").json()["in_force"] == 1
    made = put(on_both, "/v1/survivorship", "admin", {"policy": policy, "reason_code": "agreed"})
    assert made.json() == {"version": 2}
    read = on_both.get(f"/v1/golden/{one}/lineage", "steward").json()
    lineage = read["sections"]["contact_points"]["email"][0]["lineage"]
    assert (lineage["policy"], "min" in lineage["strategy"]) == ("configured@2", True)
    on_both.settle()
    told = on_both.get("/v1/survivorship", "steward").json()
    assert [(entry["version"], entry["applied_at"] is None) for entry in told["versions"]] == [(1, False), (2, False)]
    assert on_both.get("/v1/survivorship?version=1", "steward").json()["content"] == {}
    assert on_both.services.rebuild.check().different == ()
    assert on_both.audited("survivorship.changed")[0]["details"] == {"version": 2, "before": 1, "reason_code": "agreed"}
    wrong = put(
        on_both, "/v1/survivorship", "admin", {"policy": {"attributes": {"email": ["guess"]}}, "reason_code": "x"}
    )
    assert wrong.json()["code"] == "survivorship.strategy"
    assert put(on_both, "/v1/survivorship", "steward", {"policy": {}, "reason_code": "x"}).status_code == 403
    assert on_both.get("/v1/survivorship?version=9", "steward").status_code == 404


def test_a_trial_of_a_policy_confirms_no_value_that_is_hidden(house: House) -> None:
    house.customer("d1", **WANG)
    one = house.customer("d2", name="王小明", phone="13800138000", email="WANG2@example.com")
    guess = {"attributes": {"email": ["expression: value == 'wang@example.com'"]}}
    told = house.post("/v1/survivorship/simulate", "admin", {"policy": guess}).json()
    assert (told["different"], told["examples"]) == (1, [])
    # Whoever sees the addresses of this customer learns nothing new.
    who = Principal("u_1", roles=frozenset({"admin", "steward"}))
    seen = house.services.survivorship.simulate(Asked(who, RequestContext("data_quality")), guess)
    canonical = house.get(f"/v1/golden/{one}", "steward").json()["id"]
    assert seen.examples == (canonical,)


def test_the_lineage_of_one_attribute_shows_what_lost(house: House) -> None:
    one = house.customer("d1", **WANG)
    house.customer("d2", name="王小明", phone="13800138000", email="other@example.com")
    told = house.get(f"/v1/golden/{one}/lineage/person.full_name", "steward").json()
    assert [(entry["value"], entry["level"]) for entry in told["candidates"]] == [("王小明", "clear")] * 2
    assert sum(entry["won"] for entry in told["candidates"]) == 1
    assert told["strategy"] == ["validated_first", "trust", "completeness"]
    assert house.audited("golden.disclosed")[0]["fields"] == {"clear": ["person.full_name"]}
    masked = house.get(f"/v1/golden/{one}/lineage/person.full_name", "downstream").json()
    assert "王小明" not in str(masked)
    assert {entry["level"] for entry in masked["candidates"]} == {"partial"}
    nothing = house.get(f"/v1/golden/{one}/lineage/person.income", "downstream").json()
    assert (nothing["values"], nothing["candidates"]) == ([], [])
    assert house.get(f"/v1/golden/{one}/lineage/transaction.amount", "steward").status_code == 422
    assert house.get(f"/v1/golden/{one}/lineage/no.such", "steward").status_code == 422
    assert house.get(f"/v1/golden/{NOBODY}/lineage/phone", "steward").status_code == 404
    assert house.get(f"/v1/golden/{one}/lineage/phone", "operations").status_code == 403
