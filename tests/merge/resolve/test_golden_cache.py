"""What is kept at rest, the feed, items, and what happens when keys go."""

import pytest
from sqlalchemy import Engine, MetaData, delete, select

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.errors import NotFound
from merge.golden_store import changes_after, goldens, retired_keys
from merge.items import items_of
from merge.listing import count_goldens
from merge.policy_store import Policies
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import Resolver
from merge.resolve.rebuild import check_rebuild, rebuild
from merge.tables import merge_edge, merge_golden, merge_index, merge_key, merge_record
from tests.merge.support import feed, make_resolver, partition, person, record, record_id, snapshot

A, B = record_id("a"), record_id("b")


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_nothing_of_a_person_stands_in_clear(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(
            connection,
            [
                person("a", "欧阳修", phone="13912345678"),
                record(
                    "b", ("person.full_name", "欧阳修"), ("phone", "13912345678"), ("id.cn.ric", "11010519491231002X")
                ),
                record("o", ("transaction.amount", "98765.43"), ("transaction.product", "白银"), subject="a"),
            ],
        )
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                kept = b"|".join(
                    bytes(one) if isinstance(one, (bytes, memoryview)) else str(one).encode() for one in row
                )
                for canary in ("欧阳", "ouyang", "12345678", "19491231", "98765", "白银"):
                    assert canary.encode() not in kept, table.name


def test_the_cache_has_a_key_of_its_own_that_goes_when_a_member_changes(
    engine: Engine, resolver: Resolver, keyring: Keyring
) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        first = goldens(connection, [A])[A]
        resolver.apply(connection, [person("a", "张三丰")])
        second = goldens(connection, [A])[A]
        assert first.cache_key_id is not None
        assert second.cache_key_id is not None
        assert first.cache_key_id != second.cache_key_id
        assert (first.version, second.version) == (1, 2)
        # Not before the transaction has lasted: a rollback would leave a cache without a key.
        assert set(keyring.record_keys([first.cache_key_id], create=False)) == {first.cache_key_id}
    with unit_of_work(engine) as connection:
        assert retired_keys(connection) == [first.cache_key_id]
        assert resolver.sweep(connection) == 1
        assert keyring.record_keys([first.cache_key_id], create=False) == {}
        assert set(keyring.record_keys([second.cache_key_id], create=False)) == {second.cache_key_id}


def test_a_record_that_comes_again_unchanged_changes_nothing(engine: Engine, resolver: Resolver) -> None:
    records = [person("a", "张三"), person("b", "张三"), record("o", ("transaction.number", "1"), subject="a")]
    with unit_of_work(engine) as connection:
        resolver.apply(connection, records)
        before = feed(connection)
        outcome = resolver.apply(connection, records)
        assert (outcome.written, outcome.unchanged) == (0, 3)
        assert feed(connection) == before


def test_the_feed_names_attributes_and_no_values(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        resolver.apply(connection, [person("a", "张三", phone="13900139000")])
        resolver.apply(connection, [], [A])
        changes = changes_after(connection, 0, 10)
        assert [(change.kind, change.version, list(change.attributes)) for change in changes] == [
            ("created", 1, ["person.full_name", "phone"]),
            ("changed", 2, ["phone"]),
            ("removed", 3, []),
        ]
        assert changes_after(connection, changes[1].sequence, 10) == changes[2:]
        row = connection.execute(select(merge_golden)).one()
        assert (row.active, row.cache, row.cache_key_id) == (False, None, None)
        assert connection.execute(select(merge_record.c.sealed_values)).scalars().all() == [None]


def test_events_follow_their_customer_also_when_the_customer_comes_later(engine: Engine, resolver: Resolver) -> None:
    order = record("o", ("transaction.number", "7"), ("transaction.at", "2026-03-01T08:00:00+08:00"), subject="a")
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [order])
        assert partition(connection) == set()
        with pytest.raises(NotFound):
            golden_of(connection, record_id("o"))
        resolver.apply(connection, [person("a", "张三")])
        item = items_of(connection, A, ["transactions", "feedback"])[0]
        assert (item.record_id, item.occurred_at.isoformat()) == (record_id("o"), "2026-03-01T00:00:00+00:00")
        assert golden_of(connection, record_id("o")).golden_id == A
        resolver.apply(connection, [record("f", ("feedback.text", "太慢"), subject="a")])
        last = changes_after(connection, 0, 10)[-1]
        assert (last.kind, last.golden_id, list(last.attributes)) == ("changed", A, ["feedback.text"])
        assert count_goldens(connection) == 1
        assert len(items_of(connection, A, ["transactions", "feedback"])) == 2
        resolver.apply(connection, [], [record_id("o")])
        assert items_of(connection, A, ["transactions"]) == []
        assert check_rebuild(connection, resolver).identical


def test_a_customer_may_bring_events_of_its_own(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("person.full_name", "张三"), ("feedback.text", "很好"))])
        assert [item.section for item in items_of(connection, A, ["feedback"])] == ["feedback"]
        assert "feedback.text" in changes_after(connection, 0, 1)[0].attributes


def test_what_was_erased_contributes_nothing(engine: Engine, resolver: Resolver, keyring: Keyring) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), person("b", "张三")])
        keyring.destroy([B], "erasure")
        resolver.apply(connection, [person("a", "张三", days=2)])
        report = check_rebuild(connection, resolver)
        assert report.unreadable == 1
        resolver.apply(connection, [], [B])
        assert check_rebuild(connection, resolver).identical
        assert {one for members, _, _ in snapshot(connection, keyring) for one in members} == {A}


def test_a_rebuild_sees_what_was_changed_behind_its_back(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), record("b", ("email", "b@example.com"))])
        assert check_rebuild(connection, resolver).identical
        connection.execute(merge_golden.update().where(merge_golden.c.golden_id == B).values(digest=b"x" * 16))
        assert check_rebuild(connection, resolver).different == (B,)


def test_a_rebuild_mends_and_leaves_what_is_right(engine: Engine, resolver: Resolver, keyring: Keyring) -> None:
    order = record("o", ("transaction.number", "7"), subject="a")
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), person("b", "张三"), order])
        right, told = snapshot(connection, keyring), feed(connection)
        outcome = rebuild(connection, resolver, actor="user:it")
        assert (outcome.changed, outcome.merged, outcome.split) == ((), (), ())
        assert (snapshot(connection, keyring), feed(connection)) == (right, told)
        connection.execute(delete(merge_edge))
        connection.execute(delete(merge_key))
        connection.execute(delete(merge_index))
        connection.execute(merge_golden.update().values(digest=b"x" * 16))
        assert not check_rebuild(connection, resolver).identical
        rebuild(connection, resolver, actor="user:it")
        assert check_rebuild(connection, resolver).identical
        assert snapshot(connection, keyring) == right
        assert resolver.search.find(connection, "张三") == [min(A, B)]


def test_a_new_policy_reaches_all_golden_records_by_a_rebuild(
    engine: Engine, resolver: Resolver, keyring: Keyring, clock: Clock
) -> None:
    crm = person("a", "张三", source="crm")
    form = record("b", ("person.full_name", "張三"), ("phone", "13800138000"), source="form", days=1)
    policy = Policies({"version": 2, "attributes": {"name": ["recency"]}}, {})
    other = Resolver(keyring, clock, resolver.audit, resolver.settings, survivorship=policy)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [crm, form])
        assert len(partition(connection)) == 1
        assert not check_rebuild(connection, other).identical
        outcome = rebuild(connection, other, actor="user:it")
        assert outcome.changed == (min(A, B),)
        assert "configured@2" in next(iter(snapshot(connection, keyring)))[1].decode()
        assert "person.full_name" in changes_after(connection, 1, 10)[0].attributes
