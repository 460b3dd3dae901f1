"""Keys and edges in step with the records; a key that outgrows the guard becomes a hub by a recorded step."""

import pytest
from sqlalchemy import Engine, select

from audit.tables import audit_pending
from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from merge.index_store import all_hubs, key_counts
from merge.packing import unpack_keys
from merge.record_store import rows_of
from merge.resolve.incremental import Resolver
from merge.tables import merge_edge
from tests.merge.support import make_resolver, partition, record, record_id

NUMBER = ("id.cn.uscc", "91310000MA1K000019")
NAMES = "abcd"


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock, key_cap=1, key_guard=3)


def test_a_key_that_outgrows_the_guard_takes_its_edges_away_and_stays_a_hub(engine: Engine, resolver: Resolver) -> None:
    holders = [record(name, NUMBER) for name in NAMES]
    with unit_of_work(engine) as connection:
        resolver.apply(connection, holders[:3])
        assert len(partition(connection)) == 1
        assert all_hubs(connection) == frozenset()
        resolver.apply(connection, holders[3:])
        assert connection.execute(select(merge_edge)).all() == []
        assert len(partition(connection)) == 4
        assert len(all_hubs(connection)) == 1
        told = b"".join(bytes(one) for one in connection.execute(select(audit_pending.c.body)).scalars())
        assert b'"hubs.changed"' in told
        assert b'"cause":"guard"' in told
        # The list is frozen: who leaves does not make the others match again before the next maintenance.
        resolver.apply(connection, [], [record_id("c"), record_id("d")])
        assert len(partition(connection)) == 2


def test_an_edge_stands_while_any_usable_key_speaks_for_it(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        shared = ("email", "ab@example.com")
        resolver.apply(connection, [record(name, NUMBER, shared) for name in "ab"])
        resolver.apply(connection, [record(name, NUMBER) for name in "cd"])
        assert frozenset({record_id("a"), record_id("b")}) in partition(connection)
        assert len(partition(connection)) == 3


def test_an_edit_replaces_keys_and_edges(engine: Engine, resolver: Resolver) -> None:
    def keys_of_a() -> set[int]:
        return {key for _, key in unpack_keys(rows_of(connection, [record_id("a")])[record_id("a")].keys)}

    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", NUMBER), record("b", NUMBER)])
        before = keys_of_a()
        resolver.apply(connection, [record("a", ("email", "a@example.com"))])
        after = keys_of_a()
        assert after
        assert not before & after
        assert set(key_counts(connection, before).values()) == {1}
        assert set(key_counts(connection, after).values()) == {1}
        assert len(partition(connection)) == 2
