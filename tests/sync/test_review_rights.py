"""What a steward may not do through the queue: reach beyond an item, see past their rights, or leave half undone."""

from datetime import timedelta
from threading import Thread
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text, update

from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.errors import Conflict, Denied, Invalid, NotFound
from core.records import SourceRecord
from governance.passwords import Passwords
from governance.people import People
from governance.policy.decision_point import DecisionPoint
from governance.policy.policy_set import load_policies
from merge.graph_store import constraints_at
from merge.resolve.graph import ConstraintKind
from merge.resolve.identifiers import golden_of
from merge.resolve.pinning import Pinning, Wish
from merge.resolve.surviving import Surviving
from merge.resolve.unmerge import Unmerge
from merge.review_items import Kind, open_item
from merge.tables import merge_constraint, merge_review
from sync.deciding import APART, MERGE, SPLIT, Deciding
from sync.merging import Proposed, merge_by_hand
from sync.review_base import ReviewBase
from sync.reviewing import Reviewing
from sync.rights import Rights
from sync.unmerging import UnmergeDesk, Unmerging
from tests.conftest import SteppableClock
from tests.merge.support import partition, person, record, record_id
from tests.sync.review_house import ReviewHouse, make_house

A, B, C, D = (record_id(name) for name in "abcd")
RIC = ("id.cn.ric", "310101199001011234")


@pytest.fixture
def house(engine: Engine, keyring: Keyring, clock: Clock) -> ReviewHouse:
    return make_house(engine, keyring, clock)


def homophones() -> list[SourceRecord]:
    return [person("a", "李友琴"), person("b", "李友勤")]


def groups(house: ReviewHouse) -> set[frozenset[str]]:
    with reading(house.engine) as connection:
        return partition(connection)


def test_only_records_of_the_customers_in_question_are_taken_out(house: ReviewHouse) -> None:
    house.take([person("a", "张三"), person("b", "张三")])
    house.take([person("c", "王芳", phone="13700137000"), person("d", "王芳", phone="13700137000")])
    before = groups(house)
    assert before == {frozenset({A, B}), frozenset({C, D})}
    with unit_of_work(house.engine) as connection:
        item_id = open_item(connection, Kind.QA, [A, B], {}, at=house.base.now())
    for records in ([D], [B, D], ["g_" + "0" * 32], ["\x00"]):
        with pytest.raises(Invalid) as caught:
            house.deciding.decide(house.hua, item_id, SPLIT, reason_code="two_people", records=records)
        assert caught.value.code == "review.records"
    assert groups(house) == before
    house.deciding.decide(house.hua, item_id, SPLIT, reason_code="two_people", records=[B])
    assert groups(house) == {frozenset({A}), frozenset({B}), frozenset({C, D})}


def standing(house: ReviewHouse) -> list[tuple[str, Any]]:
    with reading(house.engine) as connection:
        return [(one.kind.value, one.expires_at) for one in constraints_at(connection, [A, B])]


def test_taking_a_merge_back_lets_what_was_for_a_time_end_in_time(house: ReviewHouse, stepping: SteppableClock) -> None:
    house.take(homophones())
    asked = house.one()
    until = house.base.now() + timedelta(days=30)
    with unit_of_work(house.engine) as connection:
        Unmerge(house.resolver).merge(connection, [A, B], actor="user:u_hua", reason_code="x")
        Unmerge(house.resolver).detach(connection, [B], actor="user:u_hua", reason_code="x", expires_at=until)
        item_id = open_item(connection, Kind.PAIR, [A, B], {}, at=house.base.now(), about="again")
    assert asked.item_id != item_id
    assert standing(house) == [("cannot_link", until)]
    done = house.deciding.decide(house.hua, item_id, MERGE, reason_code="same_person")
    assert standing(house) == [("must_link", None)]
    house.deciding.undo(house.hua, done["id"])
    assert standing(house) == [("cannot_link", until)]
    stepping.step(days=31)
    with unit_of_work(house.engine) as connection:
        assert Unmerge(house.resolver).expire(connection) == 1
    assert standing(house) == [("review", None)]


def test_who_lifted_a_decision_stays_told_when_it_is_taken_back_later(house: ReviewHouse) -> None:
    house.take(homophones())
    done = house.deciding.decide(house.hua, house.one().item_id, APART, reason_code="two_people")
    with unit_of_work(house.engine) as connection:
        Unmerge(house.resolver).lift(connection, A, B, actor="user:u_ming", reason_code="wrong")
    house.deciding.undo(house.hua, done["id"])
    table = merge_constraint.c
    with reading(house.engine) as connection:
        query = select(table.lifted_by).where(table.kind == ConstraintKind.CANNOT_LINK.value)
        assert connection.execute(query).scalars().all() == ["user:u_ming"]


def test_taking_a_merge_back_grants_no_consent_that_the_whole_refused(house: ReviewHouse) -> None:
    granted, denied = ("consent.marketing", "granted"), ("consent.marketing", "denied")
    one = record("a", ("person.full_name", "李友琴"), ("phone", "13800138000"), granted)
    other = record("b", ("person.full_name", "李友勤"), ("phone", "13800138000"), denied, source="form")
    house.take([one, other])
    done = house.deciding.decide(house.hua, house.one().item_id, MERGE, reason_code="same_person")
    house.deciding.undo(house.hua, done["id"])
    assert groups(house) == {frozenset({A}), frozenset({B})}
    with reading(house.engine) as connection:
        surviving = Surviving(
            house.base.foundation.keyring, house.base.foundation.clock, house.resolver.publisher.policies
        )
        told = surviving.now(connection, [A, B])
    assert {name: values.first("consent.marketing") for name, values in told.items()} == {A: "denied", B: "denied"}


WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def wait_for_one_who_waits(connection: Connection) -> None:
    while not connection.execute(WAITING).scalar():
        sleep(0.01)


def test_a_decision_waits_for_its_turn_before_it_holds_the_item(
    postgres_engine: Engine, keyring: Keyring, clock: Clock
) -> None:
    """Whoever resolves closes items: two who wait for each other are a deadlock, which ends one of them."""
    house = make_house(postgres_engine, keyring, clock)
    house.take(homophones())
    found = house.one()
    answers: list[str] = []

    def decide() -> None:
        answers.append(house.deciding.decide(house.hua, found.item_id, MERGE, reason_code="same_person")["state"])

    deciding = Thread(target=decide)
    with unit_of_work(house.engine) as connection:
        house.resolver.lock(connection)
        deciding.start()
        wait_for_one_who_waits(connection)
        connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        connection.execute(update(merge_review).where(merge_review.c.item_id == found.item_id).values(priority=1))
    deciding.join()
    assert answers == ["done"]


def test_what_is_taken_apart_is_what_there_is_when_its_turn_comes(
    postgres_engine: Engine, keyring: Keyring, clock: Clock
) -> None:
    house = make_house(postgres_engine, keyring, clock)
    house.take([person("a", "张三"), person("b", "张三")])
    house.take([person("c", "王芳", phone="13700137000"), person("d", "王芳", phone="13700137000")])
    steward = Unmerge(house.resolver)
    desk = UnmergeDesk(house.base.rights, steward, Pinning(house.resolver))
    wish = Unmerging(record_ids=(B,), reason_code="two_people")
    taking = Thread(target=lambda: desk.unmerge(house.hua, A, wish))
    with unit_of_work(house.engine) as connection:
        house.resolver.lock(connection)
        taking.start()
        wait_for_one_who_waits(connection)
        steward.merge(connection, [A, C], actor="user:u_ming", reason_code="same_person")
    taking.join()
    assert groups(house) == {frozenset({B}), frozenset({A, C, D})}


WORK = """
@id("own.work")
permit (
    principal in Role::"steward",
    action in [Action::"review", Action::"merge", Action::"unmerge"],
    resource
);
"""


def under(house: ReviewHouse, text: str) -> ReviewHouse:
    """The same house, with other rules."""
    base = house.base
    foundation, decisions = base.foundation, DecisionPoint(load_policies({"own.cedar": WORK + text}))
    rights = Rights(foundation, decisions, People(foundation.clock, foundation.audit, Passwords()))
    other = ReviewBase(foundation, decisions, rights, base.resolver)
    return ReviewHouse(house.engine, other, Reviewing(other), Deciding(other), house.hua, house.ming)


def test_free_text_masked_for_a_steward_hides_the_names_of_the_records_in_it(house: ReviewHouse) -> None:
    said = ("occupation", "何佩瑜的助理")
    one = record("a", ("person.full_name", "李友琴"), ("phone", "13800138000"), said)
    other = record("b", ("person.full_name", "何佩瑜"), ("phone", "13800138000"), said)
    house.take([one, other])
    with unit_of_work(house.engine) as connection:
        item_id = open_item(connection, Kind.PAIR, [A, B], {}, at=house.base.now(), about="test")
    partly = under(
        house,
        """
        @id("own.read") permit (principal in Role::"steward", action == Action::"read", resource);
        @id("own.view") permit (principal in Role::"steward", action == Action::"view", resource)
        when { context.level == Level::"partial" };
        """,
    )
    shown = partly.reviewing.show(house.hua, item_id)
    rows = {row["attribute"]: row for row in shown["rows"]}
    assert "何佩瑜" not in str(shown)
    assert rows["occupation"]["cells"][0][0]["level"] == "partial"
    assert shown["preview"]["profile"]["occupation"][0]["level"] == "partial"


def test_an_item_about_customers_whom_a_steward_may_not_read_is_not_shown(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    blind = under(
        house,
        """
        @id("own.read") permit (principal in Role::"steward", action == Action::"read", resource)
        when { resource has owner && resource.owner == principal };
        """,
    )
    with pytest.raises(NotFound) as caught:
        blind.reviewing.show(house.hua, found.item_id)
    assert caught.value.code == "golden.unknown"


def test_blind_neither_a_claim_nor_an_earlier_decision_tells_what_the_machine_says(house: ReviewHouse) -> None:
    house.take([record("a", ("person.full_name", "李友琴"), ("phone", "13800138000"), RIC), homophones()[1]])
    found = house.one()
    assert found.verdict != ""
    claimed = house.reviewing.claim(house.ming, found.item_id)
    house.reviewing.release(house.ming, found.item_id)
    house.deciding.decide(house.hua, found.item_id, MERGE, reason_code="same_person")
    hidden = house.reviewing.show(house.ming, found.item_id, blind=True)
    (proposed,) = hidden["decisions"]
    assert (proposed["action"], proposed["machine"]) == ("merge", {"verdict": "", "weight": None})
    for told in (claimed, hidden):
        assert (told["verdict"], told["weight"]) == ("", None)
        assert not {"rule", "veto", "mean"} & told["detail"].keys()
    (seen,) = house.reviewing.show(house.ming, found.item_id)["decisions"]
    assert seen["machine"] == {"verdict": found.verdict, "weight": found.weight}


def test_pins_go_along_only_where_one_may_set_them(house: ReviewHouse) -> None:
    house.take([person("a", "张三"), person("b", "张三")])
    pinning = Pinning(house.resolver)
    with unit_of_work(house.engine) as connection:
        pinning.put(connection, A, Wish("person.income", "90000", "said"), actor="user:u_1")
        pinning.put(connection, A, Wish("occupation", "总监", "said"), actor="user:u_1")
        pinning.put(connection, A, Wish("person.title", "博士", "said"), actor="user:u_1")
    desk = UnmergeDesk(house.base.rights, Unmerge(house.resolver), pinning)
    kept = golden_of_a(house)
    other = B if kept == A else A
    # A steward sees nothing of income, so what is pinned and what is not is refused alike.
    refused = []
    for name in ("person.income", "text.illness"):
        wish = Unmerging(record_ids=(other,), reason_code="two_people", move_pins=(name,))
        with pytest.raises(Denied) as caught:
            desk.unmerge(house.hua, A, wish)
        refused.append(caught.value.code)
    assert refused == ["policy.denied"] * 2
    assert groups(house) == {frozenset({A, B})}
    desk.unmerge(house.hua, kept, Unmerging(record_ids=(other,), reason_code="two_people", move_pins=("occupation",)))
    with reading(house.engine) as connection:
        assert [one.attribute for one in pinning.held(connection, other)] == ["occupation"]


def golden_of_a(house: ReviewHouse) -> str:
    with reading(house.engine) as connection:
        return golden_of(connection, A).golden_id


def by_hand(house: ReviewHouse) -> Any:
    with unit_of_work(house.engine) as connection:
        return merge_by_hand(connection, house.base, house.hua, [A, C], reason_code="same_person")


def test_a_merge_by_hand_gets_no_further_alone_than_the_queue(house: ReviewHouse) -> None:
    house.take([record("a", ("person.full_name", "张三"), RIC), person("c", "王芳", phone="13700137000")])
    proposed = by_hand(house)
    assert isinstance(proposed, Proposed)
    assert proposed.because == ("verified_identifier",)
    assert groups(house) == {frozenset({A}), frozenset({C})}
    with pytest.raises(Conflict) as caught:
        by_hand(house)
    assert caught.value.code == "review.waiting"
    # Refused, it is gone: nobody but the one who proposed it asked.
    house.deciding.agree(house.ming, proposed.item_id, agrees=False)
    assert house.queue() == []
    assert by_hand(house) == proposed
    with pytest.raises(Denied):
        house.deciding.agree(house.hua, proposed.item_id, agrees=True)
    done = house.deciding.agree(house.ming, proposed.item_id, agrees=True)
    assert groups(house) == {frozenset({A, C})}
    house.deciding.undo(house.ming, done["id"])
    assert groups(house) == {frozenset({A}), frozenset({C})}
    assert house.queue() == []
    # What was decided before can be proposed again.
    assert by_hand(house) == proposed


def test_customers_whom_one_may_not_read_are_not_named_among_decisions(house: ReviewHouse) -> None:
    house.take([person("a", "张三"), person("b", "张三")])
    kept = golden_of_a(house)
    other = B if kept == A else A
    with unit_of_work(house.engine) as connection:
        Unmerge(house.resolver).detach(connection, [other], actor="user:u_ming", reason_code="namesake")
        owners = house.resolver.owners
        owners.assign_by_hand(connection, kept, "user:u_hua", actor="user:u_ming", reason_code="test")
        owners.assign_by_hand(connection, other, "user:u_ming", actor="user:u_ming", reason_code="test")
    mine = under(
        house,
        """
        @id("own.read") permit (principal in Role::"steward", action == Action::"read", resource)
        when { resource has owner && resource.owner == principal };
        """,
    )
    for own, seen in ((house, [other]), (mine, [])):
        desk = UnmergeDesk(own.base.rights, Unmerge(own.resolver), Pinning(own.resolver))
        assert [one["other"] for one in desk.decisions(house.hua, kept)] == seen


def test_what_is_no_id_of_a_merge_undoes_nothing(house: ReviewHouse) -> None:
    house.take(homophones())
    desk = UnmergeDesk(house.base.rights, Unmerge(house.resolver), Pinning(house.resolver))
    for event_id in ("", "\x00", "m_nothing", "m_" + "0" * 32):
        with pytest.raises(NotFound) as caught:
            desk.preview(house.hua, A, Unmerging(mode="undo", event_id=event_id))
        assert caught.value.code == "unmerge.event"
