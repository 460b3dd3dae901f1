"""AT08: a contact under more names than one customer can bear is nobody's; what hung on it is open again."""

import json
from itertools import permutations

import pytest
from sqlalchemy import Connection, Engine, select

from audit.tables import audit_pending
from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from merge.graph_store import edges_at
from merge.index_store import borne_by_many
from merge.match.features import Features
from merge.resolve.incremental import Resolver
from merge.resolve.keying import name_code
from merge.standardise.record import standardise_value
from merge.tables import merge_generic, merge_shared
from tests.merge.support import make_resolver, partition, record, record_id

LANDLINE = ("phone", "010-88886666")
MOBILE = ("phone", "13800138000")
PEOPLE = {"a": "张三", "b": "李四", "c": "王五", "d": "赵六"}


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


def told(connection: Connection) -> list[dict[str, object]]:
    bodies = connection.execute(select(audit_pending.c.body).order_by(audit_pending.c.pid)).scalars()
    return [found for body in bodies if (found := json.loads(bytes(body)))["action"] == "contact.flagged"]


@pytest.mark.parametrize("phone", [LANDLINE, MOBILE])
@pytest.mark.parametrize("batches", [1, 2, 4])
def test_AT08_shared_phone(sqlite_engine: Engine, resolver: Resolver, phone: tuple[str, str], batches: int) -> None:
    people = [record(name, ("person.full_name", full), phone) for name, full in PEOPLE.items()]
    size = len(people) // batches
    for order in permutations(people):
        with sqlite_engine.connect() as connection, connection.begin() as transaction:
            reopened: list[tuple[str, str]] = []
            for start in range(0, len(order), size):
                before = {(one.left, one.right) for one in edges_at(connection, [one.record_id for one in people])}
                reopened += resolver.apply(connection, order[start : start + size]).reopened
            assert connection.execute(select(merge_generic)).all()
            assert len(partition(connection)) == len(people)
            assert edges_at(connection, [one.record_id for one in people]) == set()
            if batches > 1 and phone is MOBILE:
                # The pairs that rule R7 had put before a steward, all of which hung on this number.
                assert set(reopened) == before
                assert reopened
                event = told(connection)[-1]
                assert event["details"]["pairs"] == sorted(map(list, reopened))  # type: ignore[index]
                assert set(event["subjects"]) == {one.record_id for one in people}  # type: ignore[call-overload]
            transaction.rollback()


def test_AT08_the_rule_that_is_withdrawn_is_R7(engine: Engine, resolver: Resolver) -> None:
    people = [record(name, ("person.full_name", full), MOBILE) for name, full in PEOPLE.items()]
    with unit_of_work(engine) as connection:
        resolver.apply(connection, people[:3])
        assert {one.rule for one in edges_at(connection, [one.record_id for one in people])} == {"R7"}
        outcome = resolver.apply(connection, people[3:])
        assert len(outcome.reopened) == 3
        assert outcome.merged == ()
        # Who is gone counts no more: three names again, and the steward is asked again.
        outcome = resolver.apply(connection, [], [record_id("d")])
        assert connection.execute(select(merge_generic)).all() == []
        assert len(edges_at(connection, [one.record_id for one in people])) == 3
        assert [one["details"]["own"] for one in told(connection)] == [0, 1]  # type: ignore[index]


def test_a_merge_that_hung_on_a_number_of_many_is_undone(engine: Engine, resolver: Resolver) -> None:
    one = record("a", ("person.full_name", "张三"), MOBILE)
    same = record("e", ("person.full_name", "张三"), MOBILE, source="erp")
    rest = [record(name, ("person.full_name", full), MOBILE) for name, full in PEOPLE.items() if name != "a"]
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [one, same])
        assert len(partition(connection)) == 1
        resolver.apply(connection, rest)
        assert len(partition(connection)) == 5
        resolver.apply(connection, [], [record_id("d")])
        assert frozenset({record_id("a"), record_id("e")}) in partition(connection)


@pytest.mark.parametrize("names", [1, 3, 5])
def test_names_are_counted_however_many_records_bear_them(engine: Engine, names: int) -> None:
    rows = [(value, name, number) for value in (7, -8) for name in range(1, value % 5 + 2) for number in range(50)]
    rows += [(7, 0, 99), (9, 0, 1)]
    expected = {value for value in (7, -8, 9) if len({n for v, n, _ in rows if v == value and n}) > names}
    with unit_of_work(engine) as connection:
        connection.execute(merge_shared.insert(), [{"value": v, "name": n, "record": r} for v, n, r in rows])
        assert borne_by_many(connection, [7, -8, 9, 10], names) == expected
        assert borne_by_many(connection, [], names) == set()


@pytest.mark.parametrize(
    ("left", "right", "one"),
    [
        ("张三", "Zhang San", True),
        ("李友琴", "李友勤", True),
        ("张三", "张四", False),
        ("Anna Müller", "Anna Muller", True),
        ("Jon Smith", "John Smyth", True),
        ("John Smith", "Mary Smith", False),
    ],
)
def test_slips_and_scripts_of_one_name_count_once(left: str, right: str, *, one: bool) -> None:
    def code(name: str) -> str:
        value = standardise_value("person.full_name", name)
        parts = ("family", "given", "script", "family_pinyin", "given_pinyin")
        return name_code(Features({"name": (tuple(value.part(part) for part in parts),)}))

    assert (code(left) == code(right)) is one
    assert code(left)


def test_an_initial_names_nobody() -> None:
    assert name_code(Features({"name": (("smith", "j", "latin", "", ""),)})) == ""
