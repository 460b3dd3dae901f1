"""The worked examples from the records to the golden record that is kept, on both databases (AT01 to AT06, AT09, AT10,
AT12 to AT14, AT16): weights, verdicts, what a steward is asked, and the values that survive."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.records import SourceRecord
from merge.golden_store import goldens
from merge.graph_store import edges_at
from merge.match.score import probability
from merge.policy_store import Policies
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import Resolver
from merge.review_items import Kind, live_about
from merge.survivorship.values import GoldenValue, GoldenValues
from tests.merge.support import make_resolver, partition, person, record, record_id

A, B = record_id("a"), record_id("b")
NAME, ADDRESS = "person.full_name", "address.full"
SAME_PERSON = ("id.cn.ric", "11010519491231002X")
ERP_ADDRESS, FORM_ADDRESS = "上海市黄浦区南京东路1号", "北京市朝阳区建国路88号"


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


def with_policy(resolver: Resolver, given: Mapping[str, Any]) -> Resolver:
    """One that survives by other settings."""
    return Resolver(
        resolver.keyring, resolver.clock, resolver.audit, resolver.settings, survivorship=Policies(given, {})
    )


def golden(connection: Connection, resolver: Resolver, any_id: str) -> GoldenValues:
    golden_id = golden_of(connection, any_id).golden_id
    return resolver.loader.open_goldens(list(goldens(connection, [golden_id]).values()))[golden_id]


def survived(engine: Engine, resolver: Resolver, records: Sequence[SourceRecord], name: str) -> Sequence[GoldenValue]:
    """Values of an attribute of the one golden record that the records come to, one after the other."""
    with unit_of_work(engine) as connection:
        for one in records:
            resolver.apply(connection, [one])
        assert len(partition(connection)) == 1
        return golden(connection, resolver, records[0].record_id).attributes.get(name, ())


def judged(engine: Engine, resolver: Resolver, ours: SourceRecord, theirs: SourceRecord) -> tuple[str, str, float, int]:
    """Verdict, rule and probability of the pair that is kept, and how many customers the two are.

    A steward is asked exactly where the verdict says so.
    """
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [ours])
        resolver.apply(connection, [theirs])
        (edge,) = edges_at(connection, [A, B])
        customers = len(partition(connection))
        asked = live_about(connection, [A, B], [Kind.PAIR])
        assert len(asked) == (1 if edge.verdict == "review" else 0)
        assert all(set(one.subjects) == {A, B} and one.weight == edge.weight for one in asked.values())
        resolver.apply(connection, [], [A, B])
        return edge.verdict, edge.rule, round(probability(edge.weight), 2), customers


def test_AT01_phone_is_one_value_however_it_is_written(engine: Engine, resolver: Resolver) -> None:
    written = ["138 0013 8000", "+86-138-0013-8000", "0086 13800138000", "１３８００１３８０００", "86 13800138000"]
    records = [person(f"r{number}", "张三", phone=phone) for number, phone in enumerate(written)]
    wrong = record("w", (NAME, "张三"), SAME_PERSON, ("phone", "1380013800"), ("phone", "13800138000"))
    landline = record("l", SAME_PERSON, ("phone", "010-8888 6666 转 601"))
    values = survived(engine, resolver, [*records, wrong, landline], "phone")
    assert {(one.value, one.validity) for one in values} == {
        ("+8613800138000", "valid"),
        ("+861088886666;ext=601", "valid"),
        ("1380013800", "invalid"),
    }
    assert values[-1].value == "1380013800"


def test_AT02_name_is_shown_as_the_source_that_wins_wrote_it(engine: Engine, resolver: Resolver) -> None:
    forms = {"form": "张三", "email": "　张 三　", "crm": "張三 先生", "social": "张三（总经理）"}
    records = [person(source, name, source=source) for source, name in forms.items()]
    (value,) = survived(engine, resolver, records, NAME)
    assert (value.value, value.lineage.source) == ("張三 先生", "crm")
    # They are one form: nobody lost.
    assert value.lineage.losers == ()


def test_AT03_both_forms_of_one_identity_number_are_one_customer(engine: Engine, resolver: Resolver) -> None:
    old, new = record("a", ("id.cn.ric", "110105491231002")), record("b", ("id.cn.ric", "11010519491231002x"))
    assert judged(engine, resolver, old, new) == ("auto", "R1", 1.0, 1)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [old, new, record("c", ("id.cn.ric", "110105194912310021"))])
        values, wrong = golden(connection, resolver, A), golden(connection, resolver, record_id("c"))
        assert values.all("id.cn.ric") == ["11010519491231002X"]
        assert (values.first("person.birth_date"), values.first("person.sex")) == ("1949-12-31", "F")
        assert [(one.value, one.validity) for one in wrong.attributes["id.cn.ric"]] == [
            ("110105194912310021", "invalid")
        ]
        assert wrong.first("person.birth_date") is None


def test_AT05_address_in_numerals_is_one_address_and_never_another_citys(engine: Engine, resolver: Resolver) -> None:
    def at(name: str, address: str) -> SourceRecord:
        return record(name, (NAME, "张三"), (ADDRESS, address))

    one, same = at("a", "北京市朝阳区建国路88号院3号楼1201室"), at("b", "北京朝阳建国路八十八号院三号楼1201")
    other = at("b", "长春市朝阳区建国路88号院3号楼1201室")
    assert judged(engine, resolver, one, same) == ("review", "R6", 0.80, 2)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [one, other])
        assert {edge for edge in edges_at(connection, [A, B]) if edge.rule == "R6" or edge.verdict != "no"} == set()
        assert live_about(connection, [A, B], [Kind.PAIR]) == {}


@pytest.mark.parametrize(
    ("other", "expected"), [("LI Youqin", ("auto", "R4", 0.93, 1)), ("李友勤", ("review", "R8", 0.80, 2))]
)
def test_AT06_pinyin_merges_and_a_homophone_is_asked(
    engine: Engine, resolver: Resolver, other: str, expected: tuple[str, str, float, int]
) -> None:
    assert judged(engine, resolver, person("a", "李友琴"), person("b", other)) == expected


def test_AT09_polyphone_surname_merges_by_its_own_reading_alone(engine: Engine, resolver: Resolver) -> None:
    email = ("email", "x@example.com")
    ours = record("a", (NAME, "单雄信"), email)
    verdict, rule, least, customers = judged(engine, resolver, ours, record("b", (NAME, "Shan Xiongxin"), email))
    # What a rule supports is the least that a pair is worth.
    assert (verdict, rule, customers, least >= 0.96) == ("auto", "R3", 1, True)
    asked = judged(engine, resolver, ours, record("b", (NAME, "Dan Xiongxin"), email))
    assert asked == ("review", "R9", 0.78, 2)


def test_AT10_minority_name_is_one_whatever_dot_is_typed(engine: Engine, resolver: Resolver) -> None:
    names = ["阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉 买买提"]
    (value,) = survived(engine, resolver, [person(f"r{at}", name) for at, name in enumerate(names)], NAME)
    assert value.value in names
    assert value.lineage.losers == ()


def three(*, erp_age: int, form_address: str = FORM_ADDRESS) -> list[SourceRecord]:
    """An ERP's and a form's address of one person; what was heard last, from a third, is of day 1000."""
    return [
        record("erp", SAME_PERSON, (ADDRESS, ERP_ADDRESS), source="erp", days=1000 - erp_age),
        record("form", SAME_PERSON, (ADDRESS, form_address), source="form", days=990),
        record("crm", SAME_PERSON, source="crm", days=1000),
    ]


@pytest.mark.parametrize(
    ("erp_age", "shown", "trust"), [(200, FORM_ADDRESS, 68.90), (100, ERP_ADDRESS, 76.30)], ids=["form", "erp"]
)
def test_AT12_decay_of_trust_decides(
    engine: Engine, resolver: Resolver, erp_age: int, shown: str, trust: float
) -> None:
    (value,) = survived(engine, resolver, three(erp_age=erp_age), ADDRESS)
    assert (value.value, value.lineage.rule) == (shown, "trust")
    assert round(value.lineage.trust / 1000, 2) == trust
    assert value.lineage.losers == (record_id("erp" if shown == FORM_ADDRESS else "form"),)


def test_AT13_validation_by_the_division_costs_half_of_the_trust(engine: Engine, resolver: Resolver) -> None:
    # 朝阳区 lies in Beijing and in Changchun, not in Shanghai.
    wrong = "上海市朝阳区建国路88号"
    (value,) = survived(engine, resolver, three(erp_age=200, form_address=wrong), ADDRESS)
    assert (value.value, round(value.lineage.trust / 1000, 2)) == (ERP_ADDRESS, 62.60)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [], [record_id("erp")])
        (value,) = golden(connection, resolver, record_id("form")).attributes[ADDRESS]
        assert (value.value, value.validity) == (wrong, "invalid")
        assert round(value.lineage.trust / 1000, 2) == 34.45


@pytest.mark.parametrize("own", [None, "310000"])
def test_AT14_coupled_values_come_from_one_record(engine: Engine, resolver: Resolver, own: str | None) -> None:
    crm_values = [SAME_PERSON, ("address.city", "杭州市"), *([("address.postcode", own)] if own else [])]
    crm = record("crm", *crm_values, source="crm", days=0)
    form = record("form", SAME_PERSON, ("address.postcode", "200000"), source="form", days=30)
    (city,) = survived(engine, resolver, [crm, form], "address.city")
    assert city.value == "杭州市"
    with unit_of_work(engine) as connection:
        assert golden(connection, resolver, record_id("crm")).first("address.postcode") == own


@pytest.mark.parametrize(("copies", "name", "rule"), [({"b": "a"}, "王方", "recency"), ({}, "王芳", "frequency")])
def test_AT16_independence_makes_a_copy_count_once(
    engine: Engine, resolver: Resolver, copies: Mapping[str, str], name: str, rule: str
) -> None:
    policy = {"attributes": {"name": ["frequency", "recency"]}, "independence": copies}
    records = [
        record(source, SAME_PERSON, (NAME, said), source=source, days=day)
        for day, (source, said) in enumerate([("a", "王芳"), ("b", "王芳"), ("c", "王方")])
    ]
    (value,) = survived(engine, with_policy(resolver, policy), records, NAME)
    assert (value.value, value.lineage.rule) == (name, rule)
