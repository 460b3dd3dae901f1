from tests.api.http.house import House


def test_a_household_is_told_to_who_may_read_it(on_both: House) -> None:
    home = {"phone": "13800138000"}
    mother = on_both.customer("d1", name="王芳", **home)
    son = on_both.customer("d2", name="王小明", **home)
    path = f"/v1/golden/{mother}/relations"
    found = on_both.get(path, "steward").json()
    assert found == {"id": mother, "relations": [{"is": "household", "golden_id": son}]}
    refused = on_both.get(path, "auditor")
    assert refused.status_code == 403
    on_both.settle()
    event = on_both.audited("golden.disclosed")[-1]
    assert event["details"]["part"] == "relations"
    assert set(event["subjects"]) == {mother, son}
    assert on_both.get("/v1/golden/g_00000000000000000000000000000000/relations", "steward").status_code == 404
