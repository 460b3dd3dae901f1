from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, select

from audit.tables import audit_pending
from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.errors import Conflict, IngotError, Invalid, NotFound
from merge.golden_store import goldens
from merge.pin_store import OnChange, PinKind
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import Resolver
from merge.resolve.pinning import Pinning, Wish
from merge.resolve.rebuild import check_rebuild
from merge.resolve.unmerge import Unmerge
from merge.review_items import Kind, live_about
from merge.survivorship.values import GoldenValues
from merge.tables import merge_pin
from tests.conftest import SteppableClock
from tests.merge.support import feed, make_resolver, person, record, record_id

A, B, C, D = (record_id(name) for name in "abcd")
STEWARD = "user:s"


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


def golden(connection: Connection, resolver: Resolver, any_id: str) -> GoldenValues:
    golden_id = golden_of(connection, any_id).golden_id
    return resolver.loader.open_goldens(list(goldens(connection, [golden_id]).values()))[golden_id]


def job(text: str, **more: str) -> Wish:
    return Wish("occupation", text, "customer_said", **more)  # type: ignore[arg-type]


def test_AT18_pin(engine: Engine, resolver: Resolver) -> None:
    pinning = Pinning(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("person.full_name", "张三"), ("occupation", "主管"))])
        pinning.put(connection, A, job("总监"), actor=STEWARD)
        assert golden(connection, resolver, A).first("occupation") == "总监"
        assert live_about(connection, [A], [Kind.STALE_PIN]) == {}
        resolver.apply(connection, [record("a", ("person.full_name", "张三"), ("occupation", "经理"), days=9)])
        assert golden(connection, resolver, A).first("occupation") == "总监"
        items = live_about(connection, [A], [Kind.STALE_PIN])
        assert [one.detail["attribute"] for one in items.values()] == ["occupation"]
        # The same once more asks nothing more.
        resolver.apply(connection, [record("a", ("person.full_name", "张三"), ("occupation", "经理"), days=10)])
        assert live_about(connection, [A], [Kind.STALE_PIN]).keys() == items.keys()
        lineage = golden(connection, resolver, A).attributes["occupation"][0].lineage
        assert (lineage.source, lineage.rule, lineage.losers) == ("decision:pin", "pin", (A,))
        assert check_rebuild(connection, resolver).identical
        pinning.remove(connection, A, "occupation", actor=STEWARD)
        assert golden(connection, resolver, A).first("occupation") == "经理"
        assert live_about(connection, [A], [Kind.STALE_PIN]) == {}
        assert check_rebuild(connection, resolver).identical


def test_a_pin_that_is_to_be_kept_asks_nobody(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("occupation", "主管"))])
        Pinning(resolver).put(connection, A, job("总监", on_source_change=OnChange.KEEP), actor=STEWARD)
        resolver.apply(connection, [record("a", ("occupation", "经理"), days=9)])
        assert golden(connection, resolver, A).first("occupation") == "总监"
        assert live_about(connection, [A], [Kind.STALE_PIN]) == {}


def test_a_source_that_comes_to_say_the_same_asks_nobody(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("occupation", "主管"))])
        Pinning(resolver).put(connection, A, job("总监"), actor=STEWARD)
        resolver.apply(connection, [record("a", ("occupation", "总监"), days=9)])
        assert live_about(connection, [A], [Kind.STALE_PIN]) == {}
        assert golden(connection, resolver, A).attributes["occupation"][0].lineage.losers == ()


def test_an_ignored_value_never_wins_and_a_phone_can_be_first(engine: Engine, resolver: Resolver) -> None:
    pinning = Pinning(resolver)
    both = record("a", ("person.full_name", "张三"), ("phone", "13800138000"), ("phone", "13900139000"))
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [both])
        pinning.put(connection, A, Wish("phone", "139 0013 9000", "customer_said"), actor=STEWARD)
        values = golden(connection, resolver, A).attributes["phone"]
        assert [(one.value, one.rank) for one in values] == [("+8613900139000", 1), ("+8613800138000", 2)]
        pinning.put(connection, A, Wish("phone", "+86 13800138000", "wrong_number", kind=PinKind.IGNORE), actor=STEWARD)
        assert golden(connection, resolver, A).all("phone") == ["+8613900139000"]
        pinning.remove(connection, A, "phone", actor=STEWARD)
        assert golden(connection, resolver, A).all("phone") == ["+8613900139000"]
        pinning.remove(connection, A, "phone", actor=STEWARD, kind=PinKind.IGNORE)
        assert sorted(golden(connection, resolver, A).all("phone")) == ["+8613800138000", "+8613900139000"]


def test_a_pinned_city_does_not_go_with_another_citys_street(engine: Engine, resolver: Resolver) -> None:
    crm = record("a", ("address.city", "杭州市"), ("address.street", "文三路"))
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [crm])
        Pinning(resolver).put(connection, A, Wish("address.city", "上海市", "moved"), actor=STEWARD)
        values = golden(connection, resolver, A)
        assert (values.first("address.city"), values.first("address.street")) == ("上海市", None)
        Pinning(resolver).put(connection, A, Wish("address.city", "杭州市", "moved_back"), actor=STEWARD)
        assert golden(connection, resolver, A).first("address.street") == "文三路"


def test_pins_go_with_their_golden_id_through_merge_and_back(engine: Engine, resolver: Resolver) -> None:
    pinning, unmerge = Pinning(resolver), Unmerge(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        resolver.apply(connection, [person("c", "李四", phone="13900139000")])
        pinning.put(connection, A, job("总监"), actor=STEWARD)
        pinning.put(connection, C, Wish("person.title", "博士", "customer_said"), actor=STEWARD)
        unmerge.merge(connection, [A, C], actor=STEWARD, reason_code="same_person")
        values = golden(connection, resolver, A)
        assert (values.first("occupation"), values.first("person.title")) == ("总监", "博士")
        unmerge.detach(connection, [C], actor=STEWARD, reason_code="other_person")
        assert golden(connection, resolver, A).first("person.title") is None
        assert golden(connection, resolver, C).first("person.title") == "博士"
        pinning.move(connection, C, ["person.title"], A, actor=STEWARD)
        assert golden(connection, resolver, A).first("person.title") == "博士"
        assert golden(connection, resolver, C).first("person.title") is None
        assert check_rebuild(connection, resolver).identical


def test_a_pin_outlives_the_record_it_was_set_on_at_its_source(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        resolver.apply(connection, [person("b", "张三")])
        Pinning(resolver).put(connection, A, job("总监"), actor=STEWARD)
        resolver.apply(connection, [], [A])
        assert golden(connection, resolver, B).first("occupation") == "总监"
        assert check_rebuild(connection, resolver).identical


def test_a_pin_ends_in_time_and_with_the_key_of_its_record(
    engine: Engine, resolver: Resolver, stepping: SteppableClock
) -> None:
    pinning = Pinning(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("occupation", "主管")), record("b", ("occupation", "医生"))])
        ends = stepping.at + timedelta(days=1)
        pinning.put(connection, A, job("总监", expires_at=ends), actor=STEWARD)  # type: ignore[arg-type]
        pinning.put(connection, B, job("教师"), actor=STEWARD)
        assert pinning.expire(connection) == []
        stepping.step(days=2)
        assert pinning.expire(connection) == [A]
        assert golden(connection, resolver, A).first("occupation") == "主管"
        assert pinning.expire(connection) == []
        resolver.keyring.destroy([B], "erased")
        assert resolver.publisher.pins.open(pinning.held(connection, B)) == {}
        with pytest.raises(Conflict) as caught:
            pinning.put(connection, B, job("教师"), actor=STEWARD)
        assert caught.value.code == "pin.key"


def test_pins_are_sealed_at_rest_and_audited_without_values(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("occupation", "主管"))])
        Pinning(resolver).put(connection, A, job("总监", note="他自己说的"), actor=STEWARD)
        rows = connection.execute(select(merge_pin)).all()
        assert not any("总监".encode() in str(tuple(row)).encode() for row in rows)
        assert not any("总监".encode() in bytes(row.sealed_value) for row in rows)
        bodies = [bytes(body) for body in connection.execute(select(audit_pending.c.body)).scalars()]
        told = next(body for body in bodies if b'"pin.set"' in body)
        assert b"customer_said" in told
        assert not any("总".encode() in body or "他".encode() in body for body in bodies)
        assert feed(connection)[-1] == ("changed", A)


@pytest.mark.parametrize(
    ("wish", "kind", "code"),
    [
        (Wish("no.such", "x", "y"), Invalid, "attribute.unknown"),
        (Wish("transaction.amount", "1", "y"), Invalid, "pin.attribute"),
        (Wish("occupation", "N/A", "y"), Invalid, "pin.value"),
        (Wish("occupation", "", "y"), Invalid, "pin.value"),
        (Wish("occupation", "教师", "Because!"), Invalid, "merge.reason"),
        (Wish("text." + "x" * 116, "教师", "y"), Invalid, "pin.attribute"),
        (Wish("text.a\x00b", "教师", "y"), Invalid, "pin.attribute"),
    ],
)
def test_what_cannot_be_pinned_is_refused(
    engine: Engine, resolver: Resolver, wish: Wish, kind: type[IngotError], code: str
) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("occupation", "主管"))])
        with pytest.raises(kind) as caught:
            Pinning(resolver).put(connection, A, wish, actor=STEWARD)
        assert caught.value.code == code
        with pytest.raises(NotFound):
            Pinning(resolver).remove(connection, A, "phone", actor=STEWARD)
        late = Wish("occupation", "教师", "y", expires_at=resolver.clock.now())
        with pytest.raises(Invalid) as expiry:
            Pinning(resolver).put(connection, A, late, actor=STEWARD)
        assert expiry.value.code == "merge.expiry"
