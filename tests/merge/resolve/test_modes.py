"""Ways to take golden records apart, and what stays between the parts (acceptance AT20 to AT23, AT32, AT33)."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, select

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.errors import Conflict, Invalid, NotFound
from core.records import SourceRecord
from merge.golden_store import events_of, goldens
from merge.graph_store import constraints_at
from merge.items import items_of
from merge.ownership.store import collaborators, held_in_vain, primaries
from merge.resolve.graph import ConstraintKind
from merge.resolve.holding import AutoUnmerge, unmerge_from_settings
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import Resolver
from merge.resolve.pinning import Pinning, Wish
from merge.resolve.rebuild import check_rebuild
from merge.resolve.stewarding import noting, take_back
from merge.resolve.unmerge import Unmerge
from merge.review_items import Kind, live_about
from merge.tables import merge_change
from tests.conftest import SteppableClock
from tests.merge.support import feed, make_resolver, partition, person, record, record_id

A, B, C, D, E = (record_id(name) for name in "abcde")
STEWARD = "user:s"
APART = {frozenset({A, B}), frozenset({C, D})}
ORDER, CALL = record_id("order"), record_id("call")


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


def four() -> list[SourceRecord]:
    """Two customers of two records each; an order and a call belong to C."""
    zhang = [person(name, "张三") for name in "ab"]
    li = [person(name, "李四", phone="13900139000") for name in "cd"]
    order = record("order", ("transaction.number", "1"), subject="c")
    call = record("call", ("interaction.channel", "phone"), subject="c")
    return [*zhang, *li, order, call]


def arrive(connection: Connection, resolver: Resolver) -> list[SourceRecord]:
    """One after the other, so that A and C are published first."""
    records = four()
    for one in records:
        resolver.apply(connection, [one])
    assert partition(connection) == APART
    return records


def merged(connection: Connection, resolver: Resolver) -> str:
    """The event of the merge of the two customers by hand."""
    Unmerge(resolver).merge(connection, [A, C], actor=STEWARD, reason_code="same_person")
    assert partition(connection) == {frozenset({A, B, C, D})}
    return str(events_of(connection, [A])[-1]["event_id"])


def homes(connection: Connection) -> dict[str, str]:
    return {name: golden_of(connection, record_id(name)).golden_id for name in "abcd"}


def test_AT21_unmerge(engine: Engine, resolver: Resolver) -> None:
    unmerge = Unmerge(resolver)
    with unit_of_work(engine) as connection:
        arrive(connection, resolver)
        merged(connection, resolver)
        unmerge.detach(connection, [C], actor=STEWARD, reason_code="other_person")
        assert homes(connection) == {"a": A, "b": A, "c": C, "d": A}
        assert [one.record_id for one in items_of(connection, C, ["transactions", "interactions"])] == [
            ORDER,
            CALL,
        ] or [one.record_id for one in items_of(connection, C, ["transactions", "interactions"])] == [CALL, ORDER]
        assert items_of(connection, A, ["transactions", "interactions"]) == []
        last = connection.execute(select(merge_change).order_by(merge_change.c.sequence.desc()).limit(1)).one()
        assert (last.kind, last.golden_id) == ("split", A)
        assert {part["id"]: part["records"] for part in last.ids["parts"]} == {A: sorted([A, B, D]), C: [C]}
    assert feed_kinds(engine).count("split") == 1


def feed_kinds(engine: Engine) -> list[str]:
    with unit_of_work(engine) as connection:
        return [kind for kind, _ in feed(connection)]


def test_AT21_unmerge_of_the_other_record(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        arrive(connection, resolver)
        merged(connection, resolver)
        Unmerge(resolver).detach(connection, [D], actor=STEWARD, reason_code="other_person")
        assert homes(connection) == {"a": A, "b": A, "c": A, "d": D}


def test_AT22_undo(engine: Engine, resolver: Resolver) -> None:
    unmerge, pinning = Unmerge(resolver), Pinning(resolver)
    with unit_of_work(engine) as connection:
        arrive(connection, resolver)
        resolver.owners.assign_by_hand(connection, A, "user:chen", actor=STEWARD, reason_code="test")
        pinning.put(connection, A, Wish("occupation", "总监", "said"), actor=STEWARD)
        pinning.put(connection, C, Wish("occupation", "经理", "said"), actor=STEWARD)
        owners = {name: one.holder for name, one in primaries(connection, [A, C]).items()}
        event = merged(connection, resolver)
        assert set(primaries(connection, [A, C])) == {A}
        before = feed(connection)
        unmerge.undo(connection, event, actor=STEWARD, reason_code="not_same")
        assert partition(connection) == APART
        assert homes(connection) == {"a": A, "b": A, "c": C, "d": C}
        assert {name: one.holder for name, one in primaries(connection, [A, C]).items()} == owners
        assert [one.attribute for one in pinning.held(connection, A)] == ["occupation"]
        assert [one.attribute for one in pinning.held(connection, C)] == ["occupation"]
        assert feed(connection)[len(before) :] == [("split", A)]
        assert check_rebuild(connection, resolver).identical
        with pytest.raises(Conflict) as caught:
            unmerge.undo(connection, event, actor=STEWARD, reason_code="again")
        assert caught.value.code == "unmerge.apart"
        with pytest.raises(NotFound):
            unmerge.undo(connection, "m_unheard", actor=STEWARD, reason_code="again")


def test_a_pool_that_a_merge_replaced_is_back_after_undo(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        arrive(connection, resolver)
        pool = primaries(connection, [A])[A].holder
        resolver.owners.assign_by_hand(connection, C, "user:dong", actor=STEWARD, reason_code="test")
        event = merged(connection, resolver)
        assert primaries(connection, [A])[A].holder == "user:dong"
        Unmerge(resolver).undo(connection, event, actor=STEWARD, reason_code="not_same")
        held = primaries(connection, [A, C])
        assert (held[A].holder, held[C].holder) == (pool, "user:dong")


def test_AT33_split_owners(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        arrive(connection, resolver)
        resolver.owners.assign_by_hand(connection, A, "user:chen", actor=STEWARD, reason_code="test")
        resolver.owners.assign_by_hand(connection, C, "user:dong", actor=STEWARD, reason_code="test")
        event = merged(connection, resolver)
        # AT32: the owner of the preferred one stays, the other may write, and somebody is asked.
        assert primaries(connection, [A])[A].holder == "user:chen"
        assert [(one.holder, one.permission, one.reason_code) for one in collaborators(connection, [A])] == [
            ("user:dong", "write", "disputed")
        ]
        assert len(live_about(connection, [A], [Kind.DISPUTE])) == 1
        Unmerge(resolver).undo(connection, event, actor=STEWARD, reason_code="not_same")
        held = primaries(connection, [A, C])
        assert (held[A].holder, held[C].holder) == ("user:chen", "user:dong")
        assert collaborators(connection, [A, C]) == []
        assert live_about(connection, [A, C], [Kind.DISPUTE]) == {}
        assert resolver.owners.broken(connection) == held_in_vain(connection) == []


def test_AT32_choosing_an_owner_ends_the_dispute(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        arrive(connection, resolver)
        resolver.owners.assign_by_hand(connection, A, "user:chen", actor=STEWARD, reason_code="test")
        resolver.owners.assign_by_hand(connection, C, "user:dong", actor=STEWARD, reason_code="test")
        merged(connection, resolver)
        resolver.owners.assign_by_hand(connection, A, "user:dong", actor=STEWARD, reason_code="chosen")
        assert primaries(connection, [A])[A].holder == "user:dong"
        assert collaborators(connection, [A]) == []
        assert live_about(connection, [A], [Kind.DISPUTE]) == {}


def test_explode_gives_every_record_its_own(engine: Engine, resolver: Resolver) -> None:
    unmerge = Unmerge(resolver)
    with unit_of_work(engine) as connection:
        records = arrive(connection, resolver)
        merged(connection, resolver)
        unmerge.explode(connection, D, actor=STEWARD, reason_code="mixed_up")
        assert homes(connection) == {"a": A, "b": B, "c": C, "d": D}
        resolver.apply(connection, records)
        assert len(partition(connection)) == 4
        with pytest.raises(Conflict) as caught:
            unmerge.explode(connection, D, actor=STEWARD, reason_code="mixed_up")
        assert caught.value.code == "unmerge.nothing_left"


def test_what_came_after_a_merge_stays_where_evidence_puts_it(engine: Engine, resolver: Resolver) -> None:
    with unit_of_work(engine) as connection:
        arrive(connection, resolver)
        event = merged(connection, resolver)
        resolver.apply(connection, [person("e", "李四", phone="13900139000")])
        assert golden_of(connection, E).golden_id == A
        Unmerge(resolver).undo(connection, event, actor=STEWARD, reason_code="not_same")
        assert partition(connection) == {frozenset({A, B}), frozenset({C, D, E})}


def test_AT23_no_re_merge_and_lifting_it_goes_to_review(engine: Engine, resolver: Resolver) -> None:
    unmerge = Unmerge(resolver)
    with unit_of_work(engine) as connection:
        records = [person(name, "张三") for name in "abc"]
        resolver.apply(connection, records)
        unmerge.detach(connection, [C], actor=STEWARD, reason_code="namesake")
        apart = {frozenset({A, B}), frozenset({C})}
        resolver.apply(connection, [person(name, "张三", days=5) for name in "abc"])
        assert partition(connection) == apart
        told = unmerge.decided(connection, C)
        assert [(one.kind, one.actor, one.pairs) for one in told] == [(ConstraintKind.CANNOT_LINK, STEWARD, 2)]
        assert unmerge.lift(connection, C, A, actor="user:t", reason_code="wrong") == 2
        assert partition(connection) == apart
        resolver.apply(connection, [person(name, "张三", days=6) for name in "abc"])
        assert partition(connection) == apart
        assert {one.kind for one in unmerge.decided(connection, C)} == {ConstraintKind.REVIEW}
        assert len(live_about(connection, [C], [Kind.PAIR])) == 1
        assert check_rebuild(connection, resolver).identical
        with pytest.raises(NotFound):
            unmerge.lift(connection, C, A, actor="user:t", reason_code="wrong")
        unmerge.merge(connection, [A, C], actor="user:t", reason_code="same")
        assert partition(connection) == {frozenset({A, B, C})}
        assert live_about(connection, [C], [Kind.PAIR]) == {}
        assert {one.kind for one in constraints_at(connection, [C])} == {ConstraintKind.MUST_LINK}


def test_a_decision_for_a_time_ends_in_review(engine: Engine, resolver: Resolver, stepping: SteppableClock) -> None:
    unmerge = Unmerge(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person(name, "张三") for name in "ab"])
        ends = stepping.at + timedelta(days=30)
        unmerge.detach(connection, [B], actor=STEWARD, reason_code="unsure", expires_at=ends)
        assert unmerge.expire(connection) == 0
        assert [one.expires_at for one in unmerge.decided(connection, A)] == [ends]
        stepping.step(days=31)
        assert unmerge.expire(connection) == 1
        assert partition(connection) == {frozenset({A}), frozenset({B})}
        assert [(one.kind, one.actor) for one in unmerge.decided(connection, A)] == [
            (ConstraintKind.REVIEW, "system:expiry")
        ]
        assert unmerge.expire(connection) == 0
        with pytest.raises(Invalid):
            unmerge.explode(connection, A, actor=STEWARD, reason_code="x", expires_at=ends)


def bridge() -> list[SourceRecord]:
    """A and C meet through B only."""
    owner, company = ("id.cn.ric", "11010519491231002X"), ("id.cn.uscc", "91310000MA1K000019")
    return [record("a", owner), record("b", owner, company), record("c", company)]


@pytest.mark.parametrize("confirmed", [False, True])
def test_evidence_that_vanishes_takes_apart_only_what_nobody_confirmed(
    engine: Engine, resolver: Resolver, confirmed: bool
) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, bridge())
        if confirmed:
            resolver.owners.assign_by_hand(connection, A, "user:chen", actor=STEWARD, reason_code="test")
        home = golden_of(connection, A).golden_id
        resolver.apply(connection, [], [B])
        if not confirmed:
            assert partition(connection) == {frozenset({A}), frozenset({C})}
            return
        assert partition(connection) == {frozenset({A, C})}
        (item,) = live_about(connection, [A], [Kind.SPLIT]).values()
        assert item.detail == {"golden_id": home, "parts": sorted([[A], [C]])}
        assert check_rebuild(connection, resolver).identical
        # The answer: they are two.
        Unmerge(resolver).detach(connection, [C], actor=STEWARD, reason_code="other_person")
        assert partition(connection) == {frozenset({A}), frozenset({C})}


def test_the_policy_says_what_waits_for_a_steward(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    first = make_resolver(keyring, clock)
    with unit_of_work(engine) as connection:
        first.apply(connection, bridge())
        review = Resolver(keyring, clock, first.audit, first.settings, auto_unmerge=AutoUnmerge.REVIEW)
        review.apply(connection, [], [B])
        assert partition(connection) == {frozenset({A, C})}
        # Two numbers that prove two persons are never held together.
        review.apply(
            connection,
            [
                record("a", ("id.cn.ric", "11010519491231002X"), days=1),
                record("c", ("id.cn.ric", "330106198505123417"), days=1),
            ],
        )
        assert partition(connection) == {frozenset({A}), frozenset({C})}


def test_a_merge_by_hand_is_never_taken_apart_by_evidence(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    auto = Resolver(
        keyring,
        clock,
        make_resolver(keyring, clock).audit,
        make_resolver(keyring, clock).settings,
        auto_unmerge=AutoUnmerge.AUTO,
    )
    with unit_of_work(engine) as connection:
        arrive(connection, auto)
        merged(connection, auto)
        auto.apply(connection, [person("c", "王五", phone="13700137000", days=3)])
        assert golden_of(connection, C).golden_id == A


def test_all_parts_refuse_what_the_whole_refused_until_it_is_confirmed_anew(engine: Engine, resolver: Resolver) -> None:
    name, no, yes = ("person.full_name", "张三"), ("consent.marketing", "denied"), ("consent.marketing", "granted")
    phone = ("phone", "13800138000")
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", name, phone, no), record("b", name, phone, yes, source="form")])
        assert value_of(connection, resolver, A) == "denied"
        Unmerge(resolver).detach(connection, [B], actor=STEWARD, reason_code="namesake")
        assert (value_of(connection, resolver, A), value_of(connection, resolver, B)) == ("denied", "denied")
        Pinning(resolver).remove(connection, B, "consent.marketing", actor="user:privacy")
        assert (value_of(connection, resolver, A), value_of(connection, resolver, B)) == ("denied", "granted")


def value_of(connection: Connection, resolver: Resolver, any_id: str) -> str | None:
    golden_id = golden_of(connection, any_id).golden_id
    opened = resolver.loader.open_goldens(list(goldens(connection, [golden_id]).values()))
    return opened[golden_id].first("consent.marketing")


def test_the_setting_names_one_of_three() -> None:
    assert unmerge_from_settings({}) is AutoUnmerge.CONFIRMED
    assert unmerge_from_settings({"automatic": "auto"}) is AutoUnmerge.AUTO
    for wrong in ({"automatic": "never"}, {"manual": "auto"}):
        with pytest.raises(Invalid) as caught:
            unmerge_from_settings(wrong)
        assert caught.value.code == "unmerge.setting"


def test_taking_one_decision_back_lifts_nobody_elses(engine: Engine, resolver: Resolver) -> None:
    unmerge = Unmerge(resolver)
    zhangs = [person(name, "张三") for name in "abc"]
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [*zhangs, person("d", "李四", phone="13900139000")])
        noting(connection, lambda: unmerge.detach(connection, [A], actor=STEWARD, reason_code="other_person"))
        _, second = noting(
            connection, lambda: unmerge.detach(connection, [B], actor=STEWARD, reason_code="other_person")
        )
        _, third = noting(
            connection, lambda: unmerge.merge(connection, [A, D], actor=STEWARD, reason_code="same_person")
        )
        assert partition(connection) == {frozenset({A, D}), frozenset({B}), frozenset({C})}
        take_back(connection, resolver, third, [A], actor=STEWARD)
        assert partition(connection) == {frozenset({one}) for one in (A, B, C, D)}
        take_back(connection, resolver, second, [B], actor=STEWARD)
        assert partition(connection) == {frozenset({A}), frozenset({B, C}), frozenset({D})}
        assert check_rebuild(connection, resolver).identical


def test_a_merge_is_undone_without_what_is_an_event_by_now(engine: Engine, resolver: Resolver) -> None:
    unmerge = Unmerge(resolver)
    with unit_of_work(engine) as connection:
        arrive(connection, resolver)
        event = merged(connection, resolver)
        resolver.apply(connection, [record("c", ("interaction.channel", "phone"), subject="a")])
        assert partition(connection) == {frozenset({A, B, D})}
        unmerge.undo(connection, event, actor=STEWARD, reason_code="other_person")
        assert partition(connection) == {frozenset({A, B}), frozenset({D})}
