from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.errors import Conflict, Invalid, NotFound
from merge.ownership.rules import policy_from_settings
from merge.ownership.store import close_assignments, decisions_of, open_assignments, primaries
from merge.resolve.incremental import Resolver
from merge.resolve.unmerge import Unmerge
from merge.tables import merge_owner
from tests.conftest import SteppableClock
from tests.merge.support import make_resolver, person, record, record_id

RULES = policy_from_settings(
    {
        "fallback": "pool:sea",
        "rules": [
            {
                "rule": "east",
                "conditions": {1: {"attr": "address.province", "op": "in", "value": ["江苏省"]}},
                "balance": {"method": "round_robin", "holders": ["user:chen", "user:dong"]},
            }
        ],
    }
)
HOME = ("address.full", "江苏省苏州市姑苏区人民路1号")


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock, ownership=RULES)


def holders(connection: Connection, *names: str) -> list[str]:
    held = primaries(connection, [record_id(name) for name in names])
    return [held[record_id(name)].holder if record_id(name) in held else "" for name in names]


def test_new_customers_get_an_owner_by_region_or_go_to_the_pool(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(
            connection,
            [
                record("a", ("person.full_name", "王小明"), HOME),
                record("b", ("person.full_name", "李四"), ("address.province", "江苏")),
                record("c", ("person.full_name", "赵六")),
            ],
        )
        assert sorted(holders(connection, "a", "b", "c")) == ["pool:sea", "user:chen", "user:dong"]
        decision = decisions_of(connection, record_id("a"))[0]
        assert decision["rule_ref"] == "east@1"
        assert decision["evaluated"] == {"east@1": {"1": "true"}}
        assert "苏州" not in str({**decision, "inputs": b""})
        assert resolver.owners.broken(connection) == []


def test_who_stands_in_a_pool_is_looked_at_again_and_an_owner_stays(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("person.full_name", "王小明"))])
        assert holders(connection, "a") == ["pool:sea"]
        resolver.apply(connection, [record("a", ("person.full_name", "王小明"), HOME)])
        owner = holders(connection, "a")
        assert owner == ["user:chen"]
        resolver.apply(connection, [record("a", ("person.full_name", "王小明"), ("address.province", "北京"))])
        assert holders(connection, "a") == owner
        causes = [(one.holder, one.end_cause) for one in resolver.owners.history(connection, record_id("a"))]
        assert causes == [("pool:sea", "rule"), ("user:chen", None)]


def test_a_merge_keeps_the_owner_an_owner_beats_a_pool_and_a_split_gives_back(
    engine: Engine, resolver: Resolver, stepping: SteppableClock
) -> None:
    unmerge = Unmerge(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("person.full_name", "王小明"))])
        resolver.apply(connection, [record("b", ("person.full_name", "李四"), HOME)])
        assert holders(connection, "a", "b") == ["pool:sea", "user:chen"]
        stepping.step(days=1)
        unmerge.merge(connection, [record_id("a"), record_id("b")], actor="user:s", reason_code="same")
        assert holders(connection, "a", "b") == ["user:chen", ""]
        stepping.step(days=1)
        unmerge.detach(connection, [record_id("b")], actor="user:s", reason_code="wrong")
        assert holders(connection, "a", "b") == ["pool:sea", "user:chen"]
        assert resolver.owners.broken(connection) == []
        resolver.apply(connection, [], [record_id("a")])
        assert holders(connection, "a", "b") == ["", "user:chen"]
        assert resolver.owners.broken(connection) == []


def test_an_assignment_by_hand_is_recorded_with_its_reason(
    engine: Engine, resolver: Resolver, keyring: Keyring
) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        made = resolver.owners.assign_by_hand(
            connection, record_id("a"), "user:wu", actor="user:boss", reason_code="request", note="张三 asked for it"
        )
        assert holders(connection, "a") == ["user:wu"]
        assert made.locked_until is not None
        decision = decisions_of(connection, record_id("a"))[-1]
        key = keyring.record_keys([record_id("a")], create=False)[record_id("a")]
        assert key.open("owner.note", decision["note"]).decode() == "张三 asked for it"
        assert "张三".encode() not in decision["note"]
        with pytest.raises(Conflict):
            resolver.owners.assign_by_hand(connection, record_id("a"), "user:wu", actor="user:boss", reason_code="x")
        with pytest.raises(Invalid):
            resolver.owners.assign_by_hand(connection, record_id("a"), "wu", actor="user:boss", reason_code="x")
        with pytest.raises(NotFound):
            resolver.owners.assign_by_hand(connection, record_id("z"), "user:wu", actor="user:boss", reason_code="x")


def test_rules_leave_alone_what_was_put_into_a_pool_by_hand(
    engine: Engine, resolver: Resolver, stepping: SteppableClock
) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("person.full_name", "王小明"))])
        resolver.owners.assign_by_hand(connection, record_id("a"), "pool:vip", actor="user:boss", reason_code="vip")
        resolver.apply(connection, [record("a", ("person.full_name", "王小明"), HOME)])
        assert holders(connection, "a") == ["pool:vip"]
        stepping.step(days=91)
        resolver.apply(connection, [record("a", ("person.full_name", "王小明"), HOME, ("address.city", "苏州"))])
        assert holders(connection, "a") == ["user:chen"]


def test_the_health_check_sees_a_golden_record_that_nobody_holds(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        held = primaries(connection, [record_id("a")])
        close_assignments(connection, held.values(), "manual", resolver.clock.now())
        assert resolver.owners.broken(connection) == [record_id("a")]


def test_the_database_refuses_a_second_primary_holder(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        held = primaries(connection, [record_id("a")])[record_id("a")]
    second = replace(held, assignment_id="a_2")
    with engine.connect() as connection, pytest.raises(IntegrityError):
        open_assignments(connection, [second], held.valid_from)


def test_a_closed_assignment_is_never_closed_again(
    engine: Engine, resolver: Resolver, stepping: SteppableClock
) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        held = primaries(connection, [record_id("a")]).values()
        close_assignments(connection, held, "manual", stepping.now())
        stepping.step(days=1)
        close_assignments(connection, held, "rule", stepping.now())
        assert connection.execute(select(merge_owner.c.end_cause)).scalars().all() == ["manual"]
