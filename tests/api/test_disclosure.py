"""One way out: what each role sees, what it can find, and what the log says of it afterwards."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from api.wiring import Services
from audit.actions import Action
from audit.log import Query
from core.database import reading, unit_of_work
from core.errors import Denied, NotFound
from governance.policy.values import RequestContext
from sync.entry import Entry
from sync.mapping import StreamMapping
from sync.wish import Asked

FIELDS = (
    "person.full_name",
    "person.birth_date",
    "phone",
    "email",
    "id.cn.ric",
    "address.province",
    "address.full",
    "need",
    "transaction.number",
    "transaction.amount",
    "feedback.text",
)
ZHANG = {
    "person.full_name": "张三丰",
    "person.birth_date": "1949-12-31",
    "phone": "13800138000",
    "email": "zhangsan@example.com",
    "id.cn.ric": "11010519491231002X",
    "address.province": "上海市",
    "address.full": "上海市浦东新区世纪大道88号",
    "need": "门店收银",
    "transaction.number": "SO-1",
    "transaction.amount": "1999.50",
    "feedback.text": "张三丰来电,请回 13800138000",
}
OUYANG = {"person.full_name": "欧阳修", "phone": "13900139000", "address.province": "广东省"}
PURPOSES = {
    "sales": "sales_follow_up",
    "service": "customer_service",
    "analyst": "analytics",
    "privacy_officer": "privacy_request",
    "steward": "data_quality",
    "operations": "operations",
}


@pytest.fixture
def people(services: Services) -> Mapping[str, Asked]:
    """A person of each role; chen and dong are sellers."""
    logins = {"chen": "sales", "dong": "sales", **{role: role for role in PURPOSES if role != "sales"}, "it": "it"}
    found: dict[str, Asked] = {}
    with unit_of_work(services.engine) as connection:
        for login, role in logins.items():
            user = services.people.create_user(
                connection, login=login, display_name=login, roles=[role], actor="system"
            )
            context = RequestContext(PURPOSES.get(role, "operations"), "", f"req_{login}")
            found[login] = Asked(user.principal(), context)
    return found


@pytest.fixture
def customers(services: Services, people: Mapping[str, Asked]) -> dict[str, str]:
    """Two customers, resolved: 张三丰 of chen, 欧阳修 of dong. Name to golden id."""
    mapping = StreamMapping(fields={name: name for name in FIELDS})
    with unit_of_work(services.engine) as connection:
        services.mappings.set(connection, "crm", "people", mapping, actor="system")
    ids = {}
    for key, content in (("1", ZHANG), ("2", OUYANG)):
        entry = Entry("crm", "people", key, content)
        taken = services.entries.take(entry, actor="system", action=Action.RECORD_ENTERED, delivery=False)
        ids[content["person.full_name"]] = taken.record_id
    assert services.worker.run_one()
    return ids


def shown(services: Services, asked: Asked, golden_id: str) -> str:
    return orjson.dumps(services.disclosure.golden(asked, golden_id).body).decode()


def events(services: Services, action: Action) -> list[dict[str, Any]]:
    services.sequencer.sequence_all()
    with reading(services.engine) as connection:
        found = services.foundation.audit.search(connection, Query(action=action.value))
    return [orjson.loads(entry.body or b"{}") for entry in found]


def test_sales_sees_no_finance_class_and_service_no_transactions(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    for login in ("chen", "service"):
        seen = shown(services, people[login], customers["张三丰"])
        assert "1999.50" not in seen
        assert "SO-1" not in seen
        assert "transactions" not in seen
        assert "13800138000" in seen.replace("+86", "")
    assert "张三丰来电" in shown(services, people["service"], customers["张三丰"])


def test_the_privacy_officer_needs_a_reason_to_see_in_clear(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    officer = people["privacy_officer"]
    masked = shown(services, officer, customers["张三丰"])
    assert "11010519491231002X" not in masked
    assert "110105********002X" in masked
    assert "张三丰" not in masked
    reason = RequestContext("privacy_request", "request of the subject", "req_2")
    clear = shown(services, Asked(officer.principal, reason), customers["张三丰"])
    assert "11010519491231002X" in clear
    assert "1999.50" in clear


def test_AT42_the_analyst_sees_masks_only(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    seen = shown(services, people["analyst"], customers["张三丰"])
    for mask in ("张**", "138****8000", "z***@example.com"):
        assert mask in seen
    for value in ("张三丰", "13800138000", "zhangsan@example.com", "11010519491231002X", "世纪大道88号"):
        assert value not in seen


def test_sellers_see_their_own_customers_and_those_of_others_do_not_exist(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    assert "欧阳修" in shown(services, people["dong"], customers["欧阳修"])
    with pytest.raises(NotFound) as caught:
        services.disclosure.golden(people["chen"], customers["欧阳修"])
    assert caught.value.code == "golden.unknown"
    assert [row["id"] for row in services.disclosure.page(people["chen"])] == [customers["张三丰"]]
    assert services.disclosure.search(people["chen"], "欧阳修") == []


def test_it_sees_no_customer_at_all(services: Services, people: Mapping[str, Asked], customers: dict[str, str]) -> None:
    for attempt in (
        lambda: services.disclosure.golden(people["it"], customers["张三丰"]),
        lambda: services.disclosure.page(people["it"]),
        lambda: services.disclosure.search(people["it"], "张三丰"),
        lambda: list(services.disclosure.export(people["it"])),
    ):
        with pytest.raises(Denied):
            attempt()
    assert {event["decision"] for event in events(services, Action.DISCLOSURE_DENIED)} == {"deny"}


def test_without_a_purpose_nothing_is_shown(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    nameless = Asked(people["chen"].principal, RequestContext("", "", "req_3"))
    with pytest.raises(Denied) as caught:
        services.disclosure.golden(nameless, customers["张三丰"])
    assert caught.value.code == "policy.purpose_missing"


def test_a_search_does_not_confirm_what_a_mask_hides(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    by_id = [row["id"] for row in services.disclosure.search(people["steward"], "11010519491231002x")]
    assert by_id == [customers["张三丰"]]
    assert services.disclosure.search(people["privacy_officer"], "11010519491231002X") == []
    assert services.disclosure.search(people["chen"], "11010519491231002X") == []
    assert len(services.disclosure.search(people["chen"], "三丰")) == 1
    assert len(services.disclosure.search(people["chen"], "138 0013 8000")) == 1


def test_a_disclosure_is_in_the_log_with_every_field_it_showed(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    answer = services.disclosure.golden(people["analyst"], customers["张三丰"]).body
    event = events(services, Action.GOLDEN_DISCLOSED)[0]
    assert event["subjects"] == [customers["张三丰"]]
    assert (event["purpose"], event["actor"]) == ("analytics", people["analyst"].principal.actor)
    named = {
        name: {value["level"] for value in values}
        for held in answer["sections"].values()
        for name, values in held.items()
    }
    assert set(event["fields"].get("masked", ())) >= {name for name, levels in named.items() if levels == {"partial"}}
    assert "clear" not in event["fields"]
    assert set(event["fields"]["omitted"]) & {"transaction.amount", "need", "feedback.text"}
    body = orjson.dumps(event).decode()
    assert not [value for value in ZHANG.values() if value in body]


def test_an_export_page_is_logged_with_its_subjects(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    rows = list(services.disclosure.export(people["analyst"]))
    assert sorted(row["id"] for row in rows) == sorted(customers.values())
    event = events(services, Action.GOLDEN_EXPORTED)[0]
    assert sorted(event["subjects"]) == sorted(customers.values())


def test_equal_answers_have_equal_tags_and_others_other_ones(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    tag = services.disclosure.golden(people["chen"], customers["张三丰"]).etag
    assert tag == services.disclosure.golden(people["chen"], customers["张三丰"]).etag
    assert tag != services.disclosure.golden(people["analyst"], customers["张三丰"]).etag


def test_free_text_at_level_partial_shows_nobody(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    seen = shown(services, people["operations"], customers["张三丰"])
    assert "13800138000" not in seen
    assert "张三丰" not in seen


def test_rebuilding_gives_identical_bytes(services: Services, customers: dict[str, str]) -> None:
    result = services.rebuild.check()
    assert (result.records, result.golden_records, result.different) == (2, 2, ())


def test_a_seller_finds_all_their_own_among_many_of_others(
    services: Services, people: Mapping[str, Asked], customers: dict[str, str]
) -> None:
    for number in range(60):
        province = "上海市" if number % 6 == 0 else "广东省"
        content = {"person.full_name": f"张{chr(0x4E00 + number)}", "address.province": province}
        entry = Entry("crm", "people", f"many-{number}", content)
        services.entries.take(entry, actor="system", action=Action.RECORD_ENTERED, delivery=False)
    assert services.worker.run_one()
    mine = services.disclosure.search(people["chen"], "张", limit=20)
    assert len(mine) == 11
    assert {row["owner"] for row in mine} == {"user:chen"}
