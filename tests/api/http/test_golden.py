from typing import Any

import pytest

from tests.api.http.house import House

WANG = {"name": "王小明", "phone": "13800138000", "email": "wang@example.com"}


def names(found: dict[str, Any]) -> set[str]:
    return {name for attributes in found["sections"].values() for name in attributes}


def test_AT_S4_12_each_role_sees_its_own(house: House) -> None:
    """Sales and service see no finance class; a key sees what its scopes say, masked where they say partial."""
    order = {"name": "Ada Moreau", "phone": "+33612345678", "number": "A-1", "amount": "12.50"}
    golden = house.webhook("shop", "msg_1", order).json()["record_id"]
    house.settle()
    seen = {who: house.get(f"/v1/golden/{golden}", who) for who in ("sales", "service", "downstream", "operations")}
    assert {who: answer.status_code for who, answer in seen.items()} == {
        "sales": 200,
        "service": 200,
        "downstream": 200,
        "operations": 403,
    }
    for who in ("sales", "service", "downstream"):
        assert "transaction" not in seen[who].text
        assert "12.50" not in seen[who].text
        assert "phone" in names(seen[who].json())
    name = seen["downstream"].json()["sections"]["profile"]["person.full_name"][0]
    assert (name["level"], "Moreau" in name["value"]) == ("partial", False)
    # Whoever may read no golden record at all is told why; an auditor has no purpose that opens one.
    assert house.get(f"/v1/golden/{golden}", "auditor", purpose="audit").status_code == 403


def test_what_an_answer_shows_is_what_the_log_says(house: House) -> None:
    golden = house.customer("d1", **WANG)
    found = house.get(f"/v1/golden/{golden}", "downstream").json()
    told = house.audited("golden.disclosed")[0]
    levels = {name: one[0]["level"] for section in found["sections"].values() for name, one in section.items()}
    assert told["fields"]["clear"] == sorted(name for name, level in levels.items() if level == "clear")
    assert told["fields"]["masked"] == sorted(name for name, level in levels.items() if level != "clear")
    assert (told["subjects"], told["purpose"], told["actor"][:6]) == ([golden], "integration", "token:")
    assert told["request_id"].startswith("r_")


def test_an_entity_tag_saves_the_answer_and_differs_between_views(house: House) -> None:
    golden = house.customer("d1", **WANG)
    path = f"/v1/golden/{golden}"
    first = house.get(path, "service")
    etag = first.headers["etag"]
    same = house.get(path, "service", **{"if-none-match": f'"other", W/{etag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    assert house.get(path, "service", **{"if-none-match": '"other"'}).status_code == 200
    assert house.get(path, "downstream", **{"if-none-match": etag}).status_code == 200
    # Also an answer of 304 told somebody something.
    assert len(house.audited("golden.disclosed")) == 4
    house.customer("d2", **WANG, company="东方贸易有限公司")
    changed = house.get(path, "service", **{"if-none-match": etag})
    assert (changed.status_code, changed.headers["etag"] != etag) == (200, True)


def test_an_id_that_was_merged_away_leads_on(on_both: House) -> None:
    first, second = on_both.customer("d1", **WANG), on_both.customer("d2", **WANG)
    answers = {one: on_both.get(f"/v1/golden/{one}", "service") for one in (first, second)}
    assert {answer.json()["id"] for answer in answers.values()} == {first}
    assert "content-location" not in answers[first].headers
    assert answers[second].headers["content-location"] == f"/v1/golden/{first}"
    assert answers[second].json()["canonical_id"] == first


def test_sections_can_be_chosen(house: House) -> None:
    golden = house.customer("d1", **WANG)
    found = house.get(f"/v1/golden/{golden}?include=profile,needs", "service").json()
    assert names(found) == {"person.full_name"}


def test_pages_hold_every_golden_record_once(on_both: House) -> None:
    made = sorted(
        on_both.form(
            "contact", {"_delivery": f"p{number}", "name": f"人{number}", "phone": f"1370013{number:04}"}
        ).json()["record_id"]
        for number in range(7)
    )
    on_both.settle()
    seen: list[str] = []
    cursor = ""
    sizes = []
    while True:
        found = on_both.get(f"/v1/golden?limit=3{cursor}", "service").json()
        seen.extend(one["id"] for one in found["data"])
        sizes.append(len(found["data"]))
        assert found["has_more"] == (found["next_cursor"] is not None)
        if not found["has_more"]:
            break
        cursor = f"&cursor={found['next_cursor']}"
    assert (seen, sizes) == (made, [3, 3, 1])
    exact = on_both.get("/v1/golden?limit=7", "service").json()
    assert (len(exact["data"]), exact["has_more"], exact["next_cursor"]) == (7, False, None)


def test_a_cursor_is_good_for_one_caller_and_one_purpose_only(house: House) -> None:
    for number in range(2):
        house.customer(f"c{number}", name=f"人{number}", phone=f"1370013{number:04}")
    cursor = house.get("/v1/golden?limit=1", "service").json()["next_cursor"]
    assert house.get(f"/v1/golden?cursor={cursor}", "service").status_code == 200
    for who, purpose in (("sales", None), ("downstream", "")):
        answer = house.get(f"/v1/golden?cursor={cursor}", who, purpose)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.cursor")
    changed = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    assert house.get(f"/v1/golden?cursor={changed}", "service").status_code == 422


def test_a_search_finds_what_the_caller_may_see_in_clear(on_both: House) -> None:
    golden = on_both.customer("d1", **WANG)

    def found(who: str, text: str) -> list[str]:
        answer = on_both.post("/v1/golden/search", who, {"text": text})
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["data"]]

    assert found("service", "138 0013 8000") == [golden]
    assert found("service", "小明") == [golden]
    assert found("sales", "wang@example.com") == [golden]
    assert found("service", "13900000000") == []
    assert on_both.post("/v1/golden/search", "downstream", {"text": "小明"}).status_code == 403
    assert "小明" not in str(on_both.audited("golden.searched"))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"text": "x", "limit": 0}, "limit"),
        ({"text": "x", "limit": "many"}, "limit"),
        ({"text": "x", "fields": 1}, "fields"),
        ({"text": "x", "13800138000": 1}, "not repeated"),
        ([], "body"),
    ],
)
def test_bodies_of_the_wrong_form_are_told_by_name(door: House, body: Any, told: str) -> None:
    answer = door.post("/v1/golden/search", "service", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert told in answer.json()["detail"]
    assert answer.json()["errors"]
    assert "13800138000" not in answer.text
    assert "many" not in answer.text


def test_a_body_that_is_no_json(door: House) -> None:
    headers = door.headers("service", **{"content-type": "application/json"})
    broken = door.client.post("/v1/golden/search", content=b'{"text": "Zhang', headers=headers)
    assert (broken.status_code, broken.json()["code"]) == (400, "request.json")
    assert "Zhang" not in broken.text
    large = door.client.post("/v1/golden/search", content=b'"' + b"x" * 70_000 + b'"', headers=headers)
    assert (large.status_code, large.json()["code"]) == (413, "request.too_large")
    headers["content-type"] = "text/plain"
    assert door.client.post("/v1/golden/search", content=b"{}", headers=headers).status_code == 415


def test_a_lookup_by_the_key_of_a_source(house: House) -> None:
    golden = house.customer("delivery 1".replace(" ", "-"), **WANG)
    body = {"source": "form:contact", "key": "delivery-1"}
    answer = house.post("/v1/golden/lookup", "service", body)
    assert (answer.json()["id"], answer.headers["content-location"]) == (golden, f"/v1/golden/{golden}")
    for wrong in ({**body, "key": "other"}, {**body, "source": "form:other"}, {**body, "stream": "other"}):
        missing = house.post("/v1/golden/lookup", "service", wrong)
        assert (missing.status_code, missing.json()["code"]) == (404, "golden.unknown")
    assert house.post("/v1/golden/lookup", "service", {**body, "key": ["a", 1]}).status_code == 404


def test_lineage_says_where_each_value_is_from(house: House) -> None:
    golden = house.customer("d1", **WANG)
    found = house.get(f"/v1/golden/{golden}/lineage", "steward").json()
    for attributes in found["sections"].values():
        for values in attributes.values():
            assert values[0]["lineage"]["record_id"] == golden
            assert values[0]["lineage"]["strategy"]


def test_unmerge_takes_a_record_out_for_good(on_both: House) -> None:
    first, second = on_both.customer("d1", **WANG), on_both.customer("d2", **WANG)
    body = {"record_id": second, "reason_code": "not_same_person"}
    path = f"/v1/golden/{first}/unmerge"
    for who, status, code in (("service", 403, "policy.denied"), ("auditor", 403, "policy.purpose_missing")):
        refused = on_both.post(path, who, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    done = on_both.post(path, "steward", body)
    parts = {part["id"]: part["records"] for part in done.json().pop("parts")}
    assert parts == {first: [first], second: [second]}
    assert {name: done.json()[name] for name in ("record_id", "golden_id", "rest")} == {
        "record_id": second,
        "golden_id": second,
        "rest": first,
    }
    on_both.settle()
    assert on_both.get(f"/v1/golden/{second}", "service").json()["id"] == second
    assert on_both.get(f"/v1/golden/{first}", "service").json()["members"] == 1
    history = on_both.get(f"/v1/golden/{first}/history", "service").json()
    assert [one["kind"] for one in history["events"]] == ["split"]
    assert history["owners"][0]["holder"] == "pool:unassigned"
    again = on_both.post(path, "steward", body)
    assert (again.status_code, again.json()["code"]) == (404, "unmerge.unknown")
    last = on_both.post(path, "steward", {**body, "record_id": first})
    assert (last.status_code, last.json()["code"]) == (409, "unmerge.nothing_left")
    assert on_both.audited("golden.unmerged")[0]["details"]["reason_code"] == "not_same_person"
    assert on_both.audited("disclosure.denied")[-1]["details"]["code"] == "policy.denied"


def test_the_log_of_one_golden_record(house: House) -> None:
    golden, other = house.customer("d1", **WANG), house.customer("d2", name="李雷", phone="13912345678")
    house.get(f"/v1/golden/{golden}", "service")
    house.services.sequencer.sequence_all()
    assert house.get(f"/v1/golden/{golden}/audit", "service").status_code == 403
    page = house.get(f"/v1/golden/{golden}/audit?limit=2", "auditor").json()
    rest = house.get(f"/v1/golden/{golden}/audit?cursor={page['next_cursor']}", "auditor").json()
    actions = [one["action"] for one in page["data"] + rest["data"]]
    assert actions[0] == "golden.disclosed"
    assert {"form.received", "golden.created"} <= set(actions)
    assert other not in str([one for one in page["data"] if one["action"] == "golden.disclosed"])


@pytest.mark.parametrize("part", ["", "/history", "/pins", "/lineage/phone"])
def test_a_refused_read_is_found_by_the_customer_that_was_tried(on_both: House, part: str) -> None:
    """Who tried to see somebody without the right is what a subject's report must tell."""
    golden = on_both.customer("d1", **WANG)
    assert on_both.get(f"/v1/golden/{golden}{part}", "it").status_code in {403, 404}
    told = on_both.audited("disclosure.denied")[0]
    assert (told["object_id"], told["subjects"]) == (golden, [golden])


def test_an_id_that_leads_nowhere_is_not_written_down(house: House) -> None:
    for part in ("", "/lineage/phone"):
        assert house.get(f"/v1/golden/g_{'0' * 32}{part}", "service").status_code == 404
        assert "object_id" not in house.audited("disclosure.denied")[0]
