"""The list of hubs changes by recorded steps alone; what it leaves is what a batch with the same list makes."""

import pytest
from sqlalchemy import Engine, update

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.records import SourceRecord
from merge.graph_store import edges_at
from merge.index_store import all_hubs, count_pairs
from merge.resolve.batch import graph_of
from merge.resolve.grouping import BROAD_CAP, BROAD_GUARD
from merge.resolve.incremental import Resolver
from merge.resolve.keying import BROAD, conjoined, origin_of, signed
from merge.resolve.maintenance import Maintainer, Plan
from merge.resolve.records import prepare
from merge.tables import merge_index, merge_key, merge_record, merge_shared
from tests.merge.support import make_resolver, partition, record, record_id

NUMBER = ("id.cn.uscc", "91310000MA1K000019")
SITE = ("website", "https://example.com")


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock, key_cap=2, key_guard=50)


def companies(count: int, *shared: tuple[str, str]) -> list[SourceRecord]:
    return [record(f"n{number}", *shared) for number in range(count)]


def test_the_list_is_frozen_until_maintenance(engine: Engine, resolver: Resolver) -> None:
    maintainer = Maintainer(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, companies(4, NUMBER))
        assert len(partition(connection)) == 1
        before = maintainer.standing(connection)
        plan = maintainer.plan(connection)
        assert (len(plan.new), plan.gone) == (1, ())
        for part in plan.slices():
            maintainer.apply(connection, part, actor="user:it")
        after = maintainer.standing(connection)
        assert len(partition(connection)) == 4
        assert (before.hubs, before.pairs, before.links) == (0, 6, 6)
        assert (after.hubs, after.pairs, after.links) == (1, 0, 0)
        assert not maintainer.plan(connection)
        # Two are left: few enough for the key to speak again, but not before the next step.
        resolver.apply(connection, [], [record_id("n2"), record_id("n3")])
        assert not maintainer.plan(connection)
        resolver.apply(connection, [], [record_id("n1")])
        assert maintainer.plan(connection) == Plan(gone=plan.new)
        for part in maintainer.plan(connection).slices():
            maintainer.apply(connection, part, actor="user:it")
        resolver.apply(connection, companies(2, NUMBER))
        assert len(partition(connection)) == 1


def test_hubs_of_two_kinds_are_conjoined(engine: Engine, resolver: Resolver) -> None:
    maintainer = Maintainer(resolver)
    only_number = [record(f"x{number}", NUMBER) for number in range(3)]
    only_site = [record(f"y{number}", ("organization.name", f"公司{number}"), SITE) for number in range(3)]
    both = companies(2, NUMBER, SITE)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [*only_number, *only_site, *both])
        assert len(partition(connection)) < 8
        for _ in range(3):
            for part in maintainer.plan(connection).slices():
                maintainer.apply(connection, part, actor="user:it")
        assert not maintainer.plan(connection)
        hubs = all_hubs(connection)
        assert len(hubs) == 2
        assert count_pairs(connection) == 1
        assert frozenset(one.record_id for one in both) in partition(connection)
        assert len(partition(connection)) == 7
        everybody = {one.record_id: prepare(one) for one in (*only_number, *only_site, *both)}
        graph = graph_of(everybody, resolver.settings, keyer=resolver.keyer, hubs=hubs)
        assert sorted(edges_at(connection, everybody)) == list(graph.edges)


def test_a_key_that_brings_strangers_together_is_listed_earlier(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    resolver = make_resolver(keyring, clock)
    born = ("person.birth_date", "1980-02-03")
    broad = {signed(keyring.blind("merge key", b"birth:19800203"))}
    with unit_of_work(engine) as connection:
        resolver.apply(connection, companies(BROAD_CAP, SITE, born))
        maintainer = Maintainer(resolver)
        assert not maintainer.plan(connection)
        resolver.apply(connection, companies(BROAD_CAP + 1, SITE, born))
        assert maintainer.plan(connection) == Plan(new=tuple(broad))
        resolver.apply(connection, companies(BROAD_GUARD, SITE, born))
        assert not all_hubs(connection)
        resolver.apply(connection, companies(BROAD_GUARD + 1, born))
        assert all_hubs(connection) == broad
        left = BROAD_CAP // 2
        resolver.apply(connection, [], [record_id(f"n{number}") for number in range(left + 1, BROAD_GUARD + 1)])
        assert not maintainer.plan(connection)
        resolver.apply(connection, [], [record_id(f"n{left}")])
        assert maintainer.plan(connection) == Plan(gone=tuple(broad))


def test_broad_hubs_are_conjoined_by_what_they_are_of(keyring: Keyring) -> None:
    born, street = origin_of("birth:19800203"), origin_of("street:5 high")
    named = origin_of("given.sound+birth.month_day:x|0203")
    assert all(one & BROAD for one in (born, street, named))
    assert list(conjoined([(born, 1), (street, 2)], {1, 2}).values()) == [(born | street) & ~BROAD]
    assert conjoined([(born, 1), (named, 2)], {1, 2}) == {}


def test_records_of_an_older_version_are_made_findable(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, companies(2, NUMBER))
        for table in (merge_key, merge_shared, merge_index):
            connection.execute(table.delete())
        connection.execute(update(merge_record).values(match_keys=None, shared=None, tokens=None))
        assert Maintainer(resolver).refill(connection, "", 500, actor="user:it")[0] == 2
        assert Maintainer(resolver).refill(connection, "", 500, actor="user:it") == (0, None)
        resolver.apply(connection, [record("z", NUMBER)])
        assert len(partition(connection)) == 1
