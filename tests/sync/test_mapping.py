from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.records import RecordRef
from sync.mapping import StreamMapping, SubjectLink, apply_mapping, mapping_from_json, parse_time, subject_reference

SEEN = datetime(2026, 5, 1, tzinfo=UTC)


def mapped(mapping: StreamMapping, data: dict[str, object]) -> list[tuple[str, str]]:
    record = apply_mapping(mapping, data, record_id="g_1", source="crm", stream="people", seen_at=SEEN)
    return [(value.attribute, value.value) for value in record.values]


def test_fields_lists_and_paths_become_values_and_blanks_do_not() -> None:
    mapping = StreamMapping(
        fields={
            "name": "person.full_name",
            "phones": "phone",
            "home.city": "address.city",
            "a.b": "need",
            "x": "ignore",
        },
        constants={"consent.marketing": "granted"},
    )
    data = {"name": " 张三 ", "phones": ["1", None, ""], "home": {"city": "上海"}, "a.b": 7, "x": "secret", "more": "y"}
    assert mapped(mapping, data) == [
        ("person.full_name", "张三"),
        ("phone", "1"),
        ("address.city", "上海"),
        ("need", "7"),
        ("consent.marketing", "granted"),
    ]


def test_several_telephones_in_one_cell_are_several_values() -> None:
    mapping = StreamMapping(fields={"tel": "phone", "mail": "email"})
    data: dict[str, object] = {"tel": "13800138000 / 0755-26543210", "mail": "a@x.example;b@y.example"}
    assert mapped(mapping, data) == [
        ("phone", "13800138000"),
        ("phone", "0755-26543210"),
        ("email", "a@x.example"),
        ("email", "b@y.example"),
    ]


def test_what_stands_in_a_column_of_contacts_is_what_it_is() -> None:
    mapping = StreamMapping(fields={"联系方式": "phone", "mail": "email"})
    data: dict[str, object] = {"联系方式": "13800138000，邮箱 a@x.example 微信：ann_lee88", "mail": "13900139000"}
    assert mapped(mapping, data) == [
        ("phone", "13800138000"),
        ("email", "a@x.example"),
        ("handle.wechat", "ann_lee88"),
        ("phone", "13900139000"),
    ]


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("张三", "person.full_name"),
        ("ELZBIETA GAJEWSKI", "person.full_name"),
        ("Maria de Sa", "person.full_name"),
        ("上海示例科技有限公司", "organization.name"),
        ("示例集团北京分公司", "organization.name"),
        ("Acme Trading SA", "organization.name"),
        ("Example Ltd.", "organization.name"),
        ("Ejemplo Textiles Sociedad Limitada", "organization.name"),
    ],
)
def test_a_column_of_people_and_companies_is_told_apart_by_value(name: str, attribute: str) -> None:
    assert mapped(StreamMapping(fields={"n": "party.name"}), {"n": name}) == [(attribute, name)]


def test_a_company_with_two_names_in_one_field_has_both() -> None:
    name = "上海示例科技有限公司 Shanghai Example Technology Co., Ltd"
    assert mapped(StreamMapping(fields={"n": "party.name"}), {"n": name}) == [
        ("organization.name", "上海示例科技有限公司"),
        ("organization.name", "Shanghai Example Technology Co., Ltd"),
    ]


def test_a_mapping_to_an_attribute_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        mapping_from_json({"fields": {"phone": "telefone"}})
    assert caught.value.code == "attribute.unknown"
    assert "telefone" in caught.value.message


@pytest.mark.parametrize(
    "content", [{"fields": ["a"]}, {"subject": {"stream": "customers"}}, {"constants": 3}, {"regions": {"a": "UK"}}]
)
def test_a_mapping_of_another_form_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        mapping_from_json(content)
    assert caught.value.code == "mapping.form"


def test_a_mapping_comes_back_from_its_stored_form() -> None:
    mapping = StreamMapping({"a": "phone"}, SubjectLink("customers", ("id", "uid")), "at", {"tags": "x"})
    assert mapping_from_json(mapping.to_json()) == mapping


def test_an_order_points_to_the_key_of_its_customer() -> None:
    mapping = StreamMapping(subject=SubjectLink("customers", ("customer_id",)))
    assert subject_reference(mapping, {"customer_id": 5}, "erp") == RecordRef("erp", "", "customers", "[5]")
    assert subject_reference(mapping, {"customer_id": "C5"}, "erp") == RecordRef("erp", "", "customers", "C5")
    for nobody in ({}, {"customer_id": None}, {"customer_id": ""}):
        assert subject_reference(mapping, nobody, "erp") is None


@pytest.mark.parametrize(
    ("given_time", "expected"),
    [
        ("2026-05-01T09:00:00+08:00", datetime(2026, 5, 1, 1, tzinfo=UTC)),
        ("2026-05-01", datetime(2026, 5, 1, tzinfo=UTC)),
        (1_777_000_000, datetime(2026, 4, 24, 3, 6, 40, tzinfo=UTC)),
        (1_777_000_000_000, datetime(2026, 4, 24, 3, 6, 40, tzinfo=UTC)),
        ("the day before", None),
        (True, None),
        (None, None),
    ],
)
def test_times_of_sources(given_time: object, expected: datetime | None) -> None:
    assert parse_time(given_time) == expected


@given(st.one_of(st.text(), st.floats(), st.integers(), st.lists(st.integers())))
def test_no_value_of_a_source_breaks_the_reading_of_times(value: object) -> None:
    found = parse_time(value)
    assert found is None or found.tzinfo is UTC


def test_telephones_are_read_as_of_the_country_that_a_mapping_names() -> None:
    fields = {"tel": "phone", "home": "phone", "land": "address.country"}
    mapping = mapping_from_json({"fields": fields, "regions": {"tel": "GB"}})
    assert mapping_from_json(mapping.to_json()) == mapping
    data: dict[str, object] = {"tel": "07700 900123", "home": "07700 900123", "land": ""}
    assert mapped(mapping, data)[:2] == [("phone", "+447700900123"), ("phone", "07700 900123")]
    assert mapped(mapping, data | {"tel": "0171 2345678", "land": "DE"})[0] == ("phone", "+491712345678")
    always = mapping_from_json(
        {"fields": {"tel": "phone"}, "regions": {"tel": "CN"}, "constants": {"address.country": "FR"}}
    )
    assert mapped(always, {"tel": "01 23 45 67 89"})[0] == ("phone", "+33123456789")
