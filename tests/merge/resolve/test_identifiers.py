import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from audit.tables import audit_pending
from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.errors import NotFound
from merge.golden_store import events_of
from merge.resolve.identifiers import golden_of, preferred_id
from merge.resolve.transitions import transitions
from merge.tables import merge_change
from tests.merge.support import feed, make_resolver, partition, person, record, record_id

G1, G2, G3 = (record_id(name) for name in ("g1", "g2", "g3"))


def test_AT20_alias(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    resolver = make_resolver(keyring, clock)
    with unit_of_work(engine) as connection:
        # Three customers that nothing connects, published in this order.
        resolver.apply(connection, [record("g1", ("person.full_name", "张三"))])
        resolver.apply(connection, [record("g2", ("person.full_name", "张三"), ("email", "info@example.com"))])
        resolver.apply(connection, [record("g3", ("email", "info@example.com"))])
        assert len(partition(connection)) == 3
        # Now each of them tells the same name and telephone number.
        outcome = resolver.apply(connection, [person(name, "张三") for name in ("g3", "g1", "g2")])
        assert [one.losers for one in outcome.merged] == [tuple(sorted([G2, G3]))]
        assert golden_of(connection, G1).canonical
        for loser in (G2, G3):
            answer = golden_of(connection, loser)
            assert (answer.golden_id, answer.canonical) == (G1, False)
        assert [entry for entry in feed(connection) if entry[0] == "merged"] == [("merged", G1)]
        ids = connection.execute(select(merge_change.c.ids).where(merge_change.c.kind == "merged")).scalar_one()
        assert ids == {"losers": sorted([G2, G3])}
        bodies = [bytes(body) for body in connection.execute(select(audit_pending.c.body)).scalars()]
        merges = [body for body in bodies if b'"golden.merged"' in body]
        assert len(merges) == 1
        assert all(one.encode() in merges[0] for one in (G1, G2, G3))
        assert [event["kind"] for event in events_of(connection, [G1])] == ["merged"]
        # A record that joins later never changes the id, whatever its own id is.
        resolver.apply(connection, [person("new", "张三")])
        assert golden_of(connection, record_id("new")).golden_id == G1


def test_the_id_of_a_removed_record_leads_on(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    resolver = make_resolver(keyring, clock)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("g1", "张三")])
        resolver.apply(connection, [person("g2", "张三"), person("g3", "张三")])
        resolver.apply(connection, [], [G3])
        assert golden_of(connection, G3).golden_id == G1
        outcome = resolver.apply(connection, [], [G1])
        assert [(one.winner, one.losers) for one in outcome.merged] == [(G2, (G1,))]
        assert {golden_of(connection, one).golden_id for one in (G1, G2, G3)} == {G2}
        outcome = resolver.apply(connection, [], [G2])
        assert outcome.removed == (G2,)
        for gone in (G1, G2, G3):
            with pytest.raises(NotFound) as caught:
                golden_of(connection, gone)
            assert caught.value.code == "golden.gone"
        resolver.apply(connection, [person("g2", "张三")])
        assert {golden_of(connection, one).golden_id for one in (G1, G2, G3)} == {G2}
        with pytest.raises(NotFound) as caught:
            golden_of(connection, record_id("never"))
        assert caught.value.code == "golden.unknown"


def test_of_one_batch_the_smallest_id_is_published(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    resolver = make_resolver(keyring, clock)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person(name, "张三") for name in ("g3", "g1", "g2")])
        assert golden_of(connection, G1).golden_id == min(G1, G2, G3)


@given(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1), st.data())
def test_a_record_that_joins_never_changes_the_preferred_id(members: list[str], data: st.DataObject) -> None:
    seen = {name: data.draw(st.integers(1, 3)) for name in "abcdefz"}
    published = {name: number for number, name in enumerate(data.draw(st.permutations("abcdef"))) if name in members}
    assert preferred_id([*members, "z"], published, seen) == preferred_id(members, published, seen)


def test_what_moves_between_golden_records_is_a_split_of_the_one() -> None:
    found = transitions({"a": ["a", "b"], "c": ["c"]}, {"a": ["a"], "c": ["b", "c"]}, edited=[], published=["a", "c"])
    assert [(one.golden_id, [part.golden_id for part in one.parts]) for one in found.split] == [("a", ["a", "c"])]
    assert (found.created, found.changed, found.merged, found.removed) == ((), (), (), ())
