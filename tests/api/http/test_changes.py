import json

from tests.api.http.house import House


def test_the_feed_is_followed_to_its_end_and_on(on_both: House) -> None:
    first = on_both.customer("d1", name="王小明", phone="13800138000")
    second = on_both.customer("d2", name="李雷", phone="13912345678")
    page = on_both.get("/v1/changes?limit=1", "downstream").json()
    assert ([one["golden_id"] for one in page["data"]], page["has_more"]) == ([first], True)
    rest = on_both.get(f"/v1/changes?after={page['next_cursor']}", "downstream").json()
    assert ([one["golden_id"] for one in rest["data"]], rest["has_more"]) == ([second], False)
    end = on_both.get(f"/v1/changes?after={rest['next_cursor']}", "downstream").json()
    assert end == {"data": [], "next_cursor": rest["next_cursor"], "has_more": False}
    on_both.customer("d3", name="王小明", phone="13800138000")
    more = on_both.get(f"/v1/changes?after={rest['next_cursor']}", "downstream").json()
    assert {one["golden_id"] for one in more["data"]} == {first}
    told = on_both.audited("changes.disclosed")
    assert (told[0]["subjects"], told[0]["count"]) == ([first], 1)


def test_the_feed_names_no_attribute_of_a_class_that_the_caller_does_not_see(house: House) -> None:
    house.form("contact", {"_delivery": "d1", "name": "王小明", "phone": "13800138000", "company": "东方贸易有限公司"})
    house.settle()
    found = house.get("/v1/changes", "downstream").json()
    assert found["data"][0]["attributes"] == ["person.full_name", "phone"]
    assert "organization" not in json.dumps(found)


def test_who_may_not_follow(door: House) -> None:
    for who in ("sales", "service", "auditor"):
        assert door.get("/v1/changes", who).status_code == 403


def test_an_export_is_one_line_a_golden_record_masked_as_always(house: House) -> None:
    made = {house.customer(f"d{number}", name=f"人{number}", phone=f"1370013{number:04}") for number in range(3)}
    answer = house.post("/v1/exports", "downstream", {"format": "ndjson"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert {one["id"] for one in lines} == made
    assert {one["sections"]["profile"]["person.full_name"][0]["level"] for one in lines} == {"partial"}
    assert set(house.audited("golden.exported")[0]["subjects"]) == made


def test_an_export_walks_every_page(on_both: House) -> None:
    from sync import disclose  # noqa: PLC0415  its page is made small for this test

    for number in range(5):
        on_both.form("contact", {"_delivery": f"d{number}", "name": f"人{number}", "phone": f"1370013{number:04}"})
    on_both.settle()
    whole, disclose._EXPORT_PAGE = disclose._EXPORT_PAGE, 2
    try:
        lines = on_both.post("/v1/exports", "downstream", {}).text.splitlines()
    finally:
        disclose._EXPORT_PAGE = whole
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 5
    assert [one["count"] for one in on_both.audited("golden.exported")] == [1, 2, 2]


def test_an_export_that_is_refused_is_an_answer_and_not_a_broken_stream(door: House) -> None:
    refused = door.post("/v1/exports", "service", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "policy.denied")
    assert door.post("/v1/exports", "downstream", {"format": "parquet"}).status_code == 422
    empty = door.post("/v1/exports", "downstream", {})
    assert (empty.status_code, empty.text) == (200, "")
