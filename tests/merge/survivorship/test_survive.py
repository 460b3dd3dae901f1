from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.records import SourceRecord
from merge.policy_store import Policies
from merge.standardise.record import standardise_value
from merge.survivorship.candidates import trust_points
from merge.survivorship.policy import SurvivorshipPolicy, Trust, policy_from_settings
from merge.survivorship.survive import as_of, survive
from merge.survivorship.values import (
    changed_attributes,
    golden_bytes,
    golden_from_bytes,
)
from tests.merge.support import START, record

ERP, FORM = Trust(90, 40, 365), Trust(70, 30, 365)
POLICY = SurvivorshipPolicy(trust={"erp": ERP, "form": FORM, "crm": Trust(85, 35)})
ERP_ADDRESS, FORM_ADDRESS = "上海市黄浦区南京东路1号", "北京市朝阳区建国路88号"


def points(trust: Trust, days: int, *, invalid: bool = False) -> Decimal:
    milli = trust_points(trust, timedelta(days=days), invalid=invalid, downgrade_percent=50)
    return (Decimal(milli) / 1000).quantize(Decimal("0.01"))


def winner(records: Sequence[SourceRecord], name: str, policy: SurvivorshipPolicy = POLICY) -> str | None:
    return survive(records, policy, as_of(records)).first(name)


def addresses(erp_age: int) -> list[SourceRecord]:
    return [
        record("erp", ("address.full", ERP_ADDRESS), source="erp", days=1000 - erp_age),
        record("form", ("address.full", FORM_ADDRESS), source="form", days=990),
    ]


def test_AT12_decay() -> None:
    now = START + timedelta(days=1000)
    assert points(ERP, 200) == Decimal("62.60")
    assert points(FORM, 10) == Decimal("68.90")
    assert points(ERP, 100) == Decimal("76.30")
    assert survive(addresses(200), POLICY, now).first("address.full") == FORM_ADDRESS
    won = survive(addresses(100), POLICY, now).attributes["address.full"][0]
    assert won.value == ERP_ADDRESS
    assert (won.lineage.source, won.lineage.rule, won.lineage.trust) == ("erp", "trust", 76301)
    assert len(won.lineage.losers) == 1


def test_AT13_a_value_that_fails_its_check_loses_half_of_its_trust() -> None:
    assert points(FORM, 10, invalid=True) == Decimal("34.45")
    wrong = "上海市朝阳区建国路88号"  # 朝阳区 lies in Beijing and in Changchun
    records = [addresses(200)[0], record("form", ("address.full", wrong), source="form", days=990)]
    golden = survive(records, POLICY, START + timedelta(days=1000))
    assert golden.first("address.full") == ERP_ADDRESS
    alone = survive(records[1:], POLICY, START + timedelta(days=1000)).attributes["address.full"][0]
    assert (alone.value, alone.validity, alone.lineage.trust) == (wrong, "invalid", 34452)


def test_AT14_an_address_comes_from_one_record() -> None:
    crm = record("crm", ("address.city", "杭州市"), source="crm", days=0)
    form = record("form", ("address.postcode", "200000"), source="form", days=30)
    golden = survive([crm, form], POLICY, as_of([crm, form]))
    assert golden.first("address.city") == "杭州市"
    assert golden.first("address.postcode") is None


def test_AT16_a_copy_does_not_count_twice() -> None:
    policy = policy_from_settings(
        {"attributes": {"person.title": ["frequency", "recency"]}, "independence": {"b": "a"}}, {}
    )
    first = record("1", ("person.title", "经理"), source="a", days=0)
    copy = record("2", ("person.title", "经理"), source="b", days=1)
    other = record("3", ("person.title", "总监"), source="c", days=2)
    assert winner([first, copy, other], "person.title", policy) == "总监"
    independent = policy_from_settings({"attributes": {"person.title": ["frequency", "recency"]}}, {})
    assert winner([first, copy, other], "person.title", independent) == "经理"


def test_AT19_consent_is_the_most_restrictive_of_the_newest_of_each_source() -> None:
    records = [
        record("form", ("consent.marketing", "granted"), source="form", days=1),
        record("mail", ("consent.marketing", "denied"), source="email", days=3),
        record("crm", ("consent.marketing", "granted"), source="crm", days=-30),
    ]
    golden = survive(records, POLICY, as_of(records)).attributes["consent.marketing"][0]
    assert golden.value == "denied"
    assert {golden.lineage.record_id, *golden.lineage.losers} == {one.record_id for one in records}
    renewed = [*records, record("mail2", ("consent.marketing", "granted"), source="email", days=4)]
    assert winner(renewed, "consent.marketing") == "granted"
    unclear = [*renewed, record("x", ("consent.marketing", "perhaps"), source="x", days=0)]
    assert winner(unclear, "consent.marketing") == "perhaps"


def test_phones_are_united_by_their_standard_form_and_ranked() -> None:
    one = record("1", ("phone", "138 0013 8000"), ("phone", "1380013800"), source="form", days=0)
    other = record("2", ("phone", "+86 13800138000"), ("phone", "13900139000"), source="erp", days=1)
    golden = survive([one, other], POLICY, as_of([one, other]))
    assert golden.all("phone") == ["+8613800138000", "+8613900139000", "1380013800"]
    first, _, last = golden.attributes["phone"]
    assert (first.rank, first.lineage.source, first.lineage.losers) == (1, "erp", (one.record_id,))
    assert (last.rank, last.validity) == (3, "invalid")


def test_birth_date_and_sex_come_from_a_valid_resident_number() -> None:
    one = record("1", ("id.cn.ric", "11010519491231002X"), source="form")
    other = record("2", ("person.birth_date", "1950-01-01"), ("person.sex", "M"), source="erp", days=1)
    assert winner([one, other], "person.birth_date") == "1949-12-31"
    assert winner([one, other], "person.sex") == standardise_value("person.sex", "F").normal
    wrong = record("1", ("id.cn.ric", "110105194912310021"), source="form")
    assert winner([wrong, other], "person.birth_date") == "1950-01-01"


def test_the_name_of_a_company_comes_from_the_record_with_its_credit_code() -> None:
    form = record(
        "1", ("organization.name", "上海示例科技有限公司"), ("id.cn.uscc", "91310000MA1K000019"), source="form"
    )
    erp = record("2", ("organization.name", "示例公司"), source="erp", days=9)
    assert winner([form, erp], "organization.name") == "上海示例科技有限公司"


def test_a_name_stays_whole() -> None:
    one = record("1", ("person.family_name", "张"), ("person.given_name", "三"), source="erp")
    other = record("2", ("person.full_name", "张三丰"), source="form")
    golden = survive([one, other], POLICY, as_of([one, other]))
    assert golden.first("person.full_name") == "张三丰"
    assert golden.first("person.family_name") is None


def test_what_only_says_that_there_is_nothing_never_wins() -> None:
    one = record("1", ("occupation", "N/A"), source="erp", days=9)
    other = record("2", ("occupation", "教师"), source="form")
    assert winner([one, other], "occupation") == "教师"
    assert winner([one], "occupation") is None


def test_events_of_a_customer_are_no_golden_values() -> None:
    one = record("1", ("person.full_name", "张三"), ("transaction.amount", "12.50"))
    assert set(survive([one], POLICY, START).attributes) == {"person.full_name"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"strategy": 1}, "survivorship.setting"),
        ({"version": "new"}, "survivorship.setting"),
        ({"attributes": {"phone": ["guess"]}}, "survivorship.strategy"),
        ({"attributes": {"no.such": ["trust"]}}, "attribute.unknown"),
        ({"trust": {"erp": {"max": 40, "min": 90}}}, "survivorship.trust"),
        ({"trust": {"erp": {"max": 40}}}, "survivorship.trust"),
        # What one of the databases could not keep, or what would turn trust round.
        ({"name": "x" * 81}, "survivorship.setting"),
        ({"name": "a\x00b"}, "survivorship.setting"),
        ({"version": 2**31}, "survivorship.setting"),
        ({"version": 0}, "survivorship.setting"),
        ({"downgrade_percent": 101}, "survivorship.setting"),
        ({"downgrade_percent": -1}, "survivorship.setting"),
    ],
)
def test_a_wrong_setting_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        policy_from_settings(given, {})
    assert caught.value.code == code


def test_settings_lie_over_the_shipped_policy() -> None:
    policy = policy_from_settings(
        {"version": 3, "trust": {"shop": {"max": 99, "min": 98}}, "priority": ["shop"]}, {"shop": "form", "main": "erp"}
    )
    assert policy.reference == "configured@3"
    assert policy.trust_of("shop") == Trust(99, 98)
    assert policy.trust_of("main") == policy.trust["erp"]
    assert policy.rank_of("shop") < policy.rank_of("main")


def test_the_largest_and_the_smallest_of_any_numbers() -> None:
    policy = policy_from_settings({"attributes": {"occupation": ["max"], "value_tier": ["min"]}}, {})
    huge, long = "9e999999999", "1" + "0" * 40
    records = [
        record("1", ("occupation", huge), ("value_tier", long + "2")),
        record("2", ("occupation", "7"), ("value_tier", long + "1")),
    ]
    golden = survive(records, policy, as_of(records))
    assert (golden.first("occupation"), golden.first("value_tier")) == (huge, long + "1")


TEXTS = {
    "person.full_name": ["张三", "張三", "Zhang San"],
    "phone": ["13800138000", "+8613900139000", "1380013800"],
    "address.full": [ERP_ADDRESS, FORM_ADDRESS],
    "address.city": ["上海市", "北京"],
    "consent.marketing": ["granted", "denied"],
    "organization.name": ["示例公司", "示例科技"],
    "occupation": ["教师", "医生"],
}


@st.composite
def some_records(draw: st.DrawFn) -> list[SourceRecord]:
    found = []
    for number in range(draw(st.integers(1, 5))):
        values = [(name, draw(st.sampled_from(texts))) for name, texts in TEXTS.items() if draw(st.booleans())]
        source = draw(st.sampled_from(["erp", "crm", "form", "unheard"]))
        found.append(record(f"r{number}", *values, source=source, days=draw(st.integers(0, 3)) * 200))
    return found


@given(records=some_records(), data=st.data())
def test_the_order_of_the_records_changes_no_byte(records: list[SourceRecord], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(records))
    assert golden_bytes(survive(records, POLICY, as_of(records))) == golden_bytes(
        survive(shuffled, POLICY, as_of(shuffled))
    )


@given(records=some_records())
def test_every_value_can_be_traced_and_the_bytes_read_back(records: list[SourceRecord]) -> None:
    golden = survive(records, POLICY, as_of(records))
    assert golden_from_bytes(golden_bytes(golden)) == golden
    by_id = {one.record_id: one for one in records}
    for value in golden:
        source = by_id[value.lineage.record_id]
        normals = {standardise_value(value.attribute, raw).normal for raw in source.all(value.attribute)}
        assert standardise_value(value.attribute, value.value).normal in normals
        assert value.lineage.source == source.source
        assert value.lineage.record_id not in value.lineage.losers
    assert changed_attributes(golden, golden) == []
    assert changed_attributes(None, golden) == sorted(golden.attributes)


def test_a_policy_with_a_number_that_json_cannot_keep_is_refused() -> None:
    with pytest.raises(Invalid) as told:
        Policies({}, {}).trial({"name": -(10**30)})
    assert told.value.code == "survivorship.setting"
