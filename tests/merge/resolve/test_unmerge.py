import pytest
from sqlalchemy import Connection, Engine, select

from audit.tables import audit_pending
from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.errors import Conflict, Invalid, NotFound
from core.records import SourceRecord
from merge.graph_store import constraints_at
from merge.items import items_of
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import Resolver
from merge.resolve.rebuild import check_rebuild
from merge.resolve.unmerge import Unmerge
from tests.merge.support import feed, make_resolver, partition, person, record, record_id

A, B, C, D = (record_id(name) for name in "abcd")


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


def two_customers(connection: Connection, resolver: Resolver) -> list[SourceRecord]:
    """A, B are g_A and C, D are g_C; C has an order. Then a steward merges them."""
    first = [person("a", "张三"), person("b", "张三")]
    resolver.apply(connection, [first[0]])
    resolver.apply(connection, [first[1]])
    second = [person("c", "李四", phone="13900139000"), person("d", "李四", phone="13900139000")]
    resolver.apply(connection, [second[0]])
    resolver.apply(connection, [second[1]])
    order = record("o", ("transaction.number", "1"), ("transaction.amount", "9.50"), subject="c")
    resolver.apply(connection, [order])
    assert partition(connection) == {frozenset({A, B}), frozenset({C, D})}
    Unmerge(resolver).merge(connection, [A, C], actor="user:s", reason_code="same_person")
    assert partition(connection) == {frozenset({A, B, C, D})}
    return [*first, *second, order]


def test_AT21_what_is_taken_out_gets_its_id_back_and_its_orders_go_with_it(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        two_customers(connection, resolver)
        assert golden_of(connection, C).golden_id == A
        assert [item.record_id for item in items_of(connection, A, ["transactions"])] == [record_id("o")]
        outcome = Unmerge(resolver).detach(connection, [C], actor="user:s", reason_code="other_person")
        assert partition(connection) == {frozenset({C}), frozenset({A, B, D})}
        assert golden_of(connection, C).golden_id == C
        assert golden_of(connection, D).golden_id == A
        assert [(part.golden_id, part.revived) for part in outcome.split[0].parts] == sorted([(A, False), (C, True)])
        assert items_of(connection, A, ["transactions"]) == []
        assert [item.record_id for item in items_of(connection, C, ["transactions"])] == [record_id("o")]
        assert golden_of(connection, record_id("o")).golden_id == C


def test_AT21_the_other_record_gets_its_first_publication(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        two_customers(connection, resolver)
        Unmerge(resolver).detach(connection, [D], actor="user:s", reason_code="other_person")
        assert partition(connection) == {frozenset({D}), frozenset({A, B, C})}
        assert (golden_of(connection, D).golden_id, golden_of(connection, C).golden_id) == (D, A)


def test_the_rest_stays_together_although_it_met_through_what_was_taken(engine: Engine, resolver: Resolver) -> None:
    owner, company = ("id.cn.ric", "11010519491231002X"), ("id.cn.uscc", "91310000MA1K000019")
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", owner), record("b", owner, company), record("c", company)])
        assert partition(connection) == {frozenset({A, B, C})}
        Unmerge(resolver).detach(connection, [B], actor="user:s", reason_code="wrong")
        assert partition(connection) == {frozenset({B}), frozenset({A, C})}


def test_AT23_the_next_sync_does_not_merge_again(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        records = [person("a", "张三"), person("b", "张三"), person("c", "张三")]
        resolver.apply(connection, records)
        assert partition(connection) == {frozenset({A, B, C})}
        Unmerge(resolver).detach(connection, [C], actor="user:s", reason_code="namesake", note="两位张三")
        apart = {frozenset({A, B}), frozenset({C})}
        assert partition(connection) == apart
        resolver.apply(connection, records)
        assert partition(connection) == apart
        later = [person(name, "张三", days=5) for name in "abc"]
        resolver.apply(connection, later)
        assert partition(connection) == apart
        assert {(one.kind, one.actor, one.reason_code) for one in constraints_at(connection, [C])} == {
            ("cannot_link", "user:s", "namesake")
        }
        assert check_rebuild(connection, resolver).identical
        # A record between them joins one side and never bridges.
        resolver.apply(connection, [person("e", "张三")])
        assert not any({A, C} <= group for group in partition(connection))


def test_a_decision_is_audited_with_its_actor_and_reason_and_no_free_text(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), person("b", "张三")])
        Unmerge(resolver).detach(connection, [B], actor="user:s", reason_code="namesake", note="两位张三")
        bodies = [bytes(body) for body in connection.execute(select(audit_pending.c.body)).scalars()]
        told = next(body for body in bodies if b'"golden.unmerged"' in body)
        assert b'"user:s"' in told
        assert b"namesake" in told
        assert not any("张".encode() in body for body in bodies)
        assert ("split", min(A, B)) in feed(connection)


def test_a_merge_by_hand_lasts_and_ends_an_earlier_decision(engine: Engine, resolver: Resolver) -> None:
    unmerge = Unmerge(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), person("b", "张三")])
        unmerge.detach(connection, [B], actor="user:s", reason_code="wrong")
        unmerge.merge(connection, [A, B], actor="user:t", reason_code="right")
        assert partition(connection) == {frozenset({A, B})}
        resolver.apply(connection, [person("b", "王五", phone="13700137000")])
        assert partition(connection) == {frozenset({A, B})}
        assert {one.kind for one in constraints_at(connection, [A, B])} == {"must_link"}


def test_AT07_different_verified_identifiers_are_merged_neither_by_evidence_nor_by_hand(
    engine: Engine, resolver: Resolver
) -> None:
    one = record("a", ("person.full_name", "张三"), ("phone", "13800138000"), ("id.cn.ric", "310101199001011234"))
    other = record("b", ("person.full_name", "张三"), ("phone", "13800138000"), ("id.cn.ric", "330106198505123417"))
    between = [person(name, "张三") for name in "cd"]
    apart = {frozenset({A}), frozenset({B})}
    with unit_of_work(engine) as connection:
        outcome = resolver.apply(connection, [one, other])
        assert partition(connection) == apart
        resolver.apply(connection, between)
        assert not any({A, B} <= group for group in partition(connection))
        resolver.apply(connection, [], [C, D])
        assert partition(connection) == apart
        assert outcome.merged == ()
    with pytest.raises(Conflict) as caught, unit_of_work(engine) as connection:
        Unmerge(resolver).merge(connection, [A, B], actor="user:s", reason_code="x")
    assert caught.value.code == "merge.identifiers"
    with unit_of_work(engine) as connection:
        assert constraints_at(connection, [A, B]) == []
        with pytest.raises(NotFound):
            Unmerge(resolver).merge(connection, [A, record_id("z")], actor="user:s", reason_code="x")
        with pytest.raises(Invalid):
            Unmerge(resolver).merge(connection, [A, A], actor="user:s", reason_code="x")


def test_what_cannot_be_taken_out_is_refused(engine: Engine, resolver: Resolver) -> None:
    unmerge = Unmerge(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), person("b", "张三"), record("c", ("email", "c@example.com"))])
        for records, kind, code in (
            ([], Invalid, "unmerge.records"),
            ([A, C], Invalid, "unmerge.records"),
            ([A, B], Conflict, "unmerge.nothing_left"),
            ([A, record_id("z")], NotFound, "unmerge.unknown"),
        ):
            with pytest.raises(kind) as caught:
                unmerge.detach(connection, records, actor="user:s", reason_code="x")
            assert caught.value.code == code
        with pytest.raises(Invalid) as reason:
            unmerge.detach(connection, [A], actor="user:s", reason_code="It is 张三!")
        assert reason.value.code == "merge.reason"
