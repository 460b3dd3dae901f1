"""The stewards' queue over HTTP: found, claimed, decided, taken back; refused to others."""

from typing import Any

from tests.api.http.house import House


def asked_pair(house: House) -> dict[str, Any]:
    """One mobile number under two names that sound alike."""
    house.customer("d1", name="李友琴", phone="13800138000")
    house.customer("d2", name="李友勤", phone="13800138000")
    (found,) = house.get("/v1/review", "steward").json()["data"]
    return dict(found)


def test_from_the_list_to_a_decision_and_back(on_both: House) -> None:
    item = asked_pair(on_both)
    path = f"/v1/review/{item['id']}"
    assert (item["kind"], item["verdict"], item["state"]) == ("pair", "review", "open")
    shown = on_both.get(path, "steward").json()
    assert {row["attribute"] for row in shown["rows"]} >= {"person.full_name", "phone"}
    assert shown["evidence"]["between"]["holds"] is False
    assert "李" not in on_both.get(path + "?blind=true", "sales").text
    assert on_both.post(path + "/claim", "steward", None).json()["claimed_by"].startswith("user:")
    decided = on_both.post(path + "/decide", "steward", {"action": "merge", "reason_code": "same_person"})
    assert (decided.status_code, decided.json()["state"], len(decided.json()["before"])) == (200, "done", 2)
    again = on_both.post(path + "/decide", "steward", {"action": "apart", "reason_code": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "review.ended")
    labels = on_both.get("/v1/review/labels", "steward").json()["data"]
    assert labels == [{"left_id": item["subjects"][0], "right_id": item["subjects"][1], "match": 1}]
    undone = on_both.post(f"/v1/review/decisions/{decided.json()['id']}/undo", "steward", None)
    assert undone.json()["state"] == "undone", undone.text
    assert [one["id"] for one in on_both.get("/v1/review", "steward").json()["data"]] == [item["id"]]
    assert on_both.audited("review.decided")[0]["object_id"] == item["id"]


def test_pages_hold_every_item_once(house: House) -> None:
    pairs = (("李友琴", "李友勤", "13800138000"), ("王芳", "王方", "13911112222"), ("张伟", "张玮", "13755556666"))
    for number, (name, other, phone) in enumerate(pairs):
        for delivery, called in ((f"a{number}", name), (f"b{number}", other)):
            answer = house.form("contact", {"_delivery": delivery, "name": called, "phone": phone})
            assert answer.status_code == 202, answer.text
    house.settle()
    every = [one["id"] for one in house.get("/v1/review?limit=500", "steward").json()["data"]]
    cursor, paged = "", []
    while True:
        answer = house.get(f"/v1/review?limit=2&cursor={cursor}", "steward").json()
        paged += [one["id"] for one in answer["data"]]
        cursor = answer["next_cursor"] or ""
        if not answer["has_more"]:
            break
    assert paged == every
    assert len(set(paged)) == len(paged) >= 3


def test_others_are_refused_and_nonsense_is_told(house: House) -> None:
    item = asked_pair(house)
    path = f"/v1/review/{item['id']}"
    for who in ("sales", "service", "auditor", "it", "admin"):
        assert house.get("/v1/review", who).status_code == 403
        assert house.get(path, who).status_code == 403
        assert house.post(path + "/decide", who, {"action": "merge", "reason_code": "x"}).status_code == 403
    assert house.get("/v1/review/r_nonsense", "steward").status_code == 404
    assert house.get("/v1/review?kind=nothing", "steward").status_code == 422
    assert house.get("/v1/review?cursor=x", "steward").status_code == 422
    for body in (
        {"action": "delete", "reason_code": "x"},
        {"action": "merge"},
        {"action": "split", "reason_code": "x"},
    ):
        assert house.post(path + "/decide", "steward", body).status_code == 422
    late = {"until": "2020-01-01T00:00:00Z", "reason_code": "x"}
    assert house.post(path + "/defer", "steward", late).status_code == 422
