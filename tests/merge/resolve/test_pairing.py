"""A key that too many records hold stops speaking for its pairs, and speaks again when it is rare again."""

import pytest
from sqlalchemy import Engine, select

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from merge.record_store import key_counts, keys_of
from merge.resolve.incremental import Resolver
from merge.tables import merge_edge
from tests.merge.support import make_resolver, partition, record, record_id

NUMBER = ("id.cn.uscc", "91310000MA1K000019")
NAMES = "abcd"


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock, key_cap=3)


def test_a_key_that_becomes_generic_takes_its_edges_away_and_gives_them_back(
    engine: Engine, resolver: Resolver
) -> None:
    holders = [record(name, NUMBER) for name in NAMES]
    with unit_of_work(engine) as connection:
        resolver.apply(connection, holders[:3])
        assert len(partition(connection)) == 1
        resolver.apply(connection, holders[3:])
        assert connection.execute(select(merge_edge)).all() == []
        assert len(partition(connection)) == 4
        resolver.apply(connection, [record("d", ("email", "d@example.com"))])
        assert len(connection.execute(select(merge_edge)).all()) == 3
        assert len(partition(connection)) == 2
        resolver.apply(connection, holders[3:])
        assert len(partition(connection)) == 4
        resolver.apply(connection, [], [record_id("d")])
        assert partition(connection) == {frozenset(record_id(name) for name in "abc")}


def test_an_edge_stands_while_any_usable_key_speaks_for_it(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        shared = ("email", "ab@example.com")
        resolver.apply(connection, [record(name, NUMBER, shared) for name in "ab"])
        resolver.apply(connection, [record(name, NUMBER) for name in "cd"])
        assert frozenset({record_id("a"), record_id("b")}) in partition(connection)
        assert len(partition(connection)) == 3


def test_an_edit_replaces_keys_and_edges(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", NUMBER), record("b", NUMBER)])
        before = keys_of(connection, [record_id("a")])[record_id("a")]
        resolver.apply(connection, [record("a", ("email", "a@example.com"))])
        after = keys_of(connection, [record_id("a")])[record_id("a")]
        assert not before & after
        assert set(key_counts(connection, before).values()) == {1}
        assert len(partition(connection)) == 2
        assert b"example" not in b"".join(after)
