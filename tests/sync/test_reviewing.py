"""The stewards' queue: what is asked, who decides, what a decision changes, and that none is made twice."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from threading import Barrier
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select

from audit.tables import audit_pending
from core.clock import Clock
from core.crypto import Keyring
from core.database import make_engine, reading, unit_of_work
from core.errors import Conflict, Denied, IngotError, Invalid, NotFound
from core.records import SourceRecord
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.resolve.unmerge import Unmerge
from merge.review_feed import ReviewFeed
from merge.review_items import Kind, State, items, open_item
from merge.review_queue import CLAIM_LASTS, decisions_in_force
from sync.asking import Asking
from sync.deciding import APART, CONFIRM, MERGE, SPLIT
from sync.wish import Asked
from tests.conftest import SteppableClock
from tests.merge.support import partition, person, record, record_id
from tests.sync.review_house import ReviewHouse, make_house

A, B, C, D = (record_id(name) for name in "abcd")
RIC, OTHER_RIC = ("id.cn.ric", "310101199001011234"), ("id.cn.ric", "330106198505123417")


@pytest.fixture
def house(engine: Engine, keyring: Keyring, clock: Clock) -> ReviewHouse:
    return make_house(engine, keyring, clock)


def homophones() -> list[SourceRecord]:
    """R8: one mobile number, two names that sound alike; only a person can tell."""
    return [person("a", "李友琴"), person("b", "李友勤")]


def told(house: ReviewHouse, action: str) -> list[dict[str, Any]]:
    with reading(house.engine) as connection:
        bodies = [orjson.loads(bytes(body)) for body in connection.execute(select(audit_pending.c.body)).scalars()]
    return [body for body in bodies if body["action"] == action]


def test_a_pair_that_only_a_person_can_judge_is_asked_once(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    assert (found.kind, found.state, set(found.subjects)) == (Kind.PAIR, State.OPEN, {A, B})
    assert (found.verdict, found.detail["rule"], found.between) == ("review", "R8", "new_new")
    house.take(homophones())
    house.take([person("c", "王强", phone="13700137000")])
    assert house.one() == found


def test_an_item_goes_with_its_reason_and_comes_back_with_it(house: ReviewHouse) -> None:
    house.take(homophones())
    first = house.one()
    house.take([person("b", "李友勤", phone="13500135000", days=1)])
    assert house.queue() == []
    with reading(house.engine) as connection:
        assert (items(connection, [first.item_id])[first.item_id].cause) == "reason_gone"
    house.take([person("b", "李友勤", days=2)])
    assert house.one().item_id == first.item_id
    house.take([], [B])
    assert house.queue() == []


def test_AT07_two_valid_identifiers_and_one_phone_are_a_conflict_to_look_at(house: ReviewHouse) -> None:
    house.take([person("a", "张三"), person("b", "李雷", phone="13500135000")])
    house.take(
        [
            record("a", ("person.full_name", "张三"), ("phone", "13800138000"), RIC, days=1),
            record("b", ("person.full_name", "张三"), ("phone", "13800138000"), OTHER_RIC, days=1),
        ]
    )
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A}), frozenset({B})}
    found = house.one()
    assert (found.kind, set(found.subjects)) == (Kind.CONFLICT, {A, B})
    assert (found.detail["veto"], found.detail["rule"], found.detail["reason"]) == (
        "different.id.cn.ric",
        "R2",
        "identifiers",
    )
    # A merge of the two is refused, whoever wants it: the log and the queue stay as they were.
    done = house.deciding.decide(house.hua, found.item_id, MERGE, reason_code="same_person")
    assert done["state"] == "proposed"
    with pytest.raises(Conflict) as caught:
        house.deciding.agree(house.ming, found.item_id, agrees=True)
    assert caught.value.code == "merge.identifiers"
    assert house.queue()[0].state is State.WAITING
    house.deciding.agree(house.ming, found.item_id, agrees=False)
    house.deciding.decide(house.hua, found.item_id, APART, reason_code="two_people")
    assert house.queue() == []


def test_the_queue_is_the_same_in_any_order(
    keyring: Keyring, clock: Clock, sqlite_template: Path, tmp_path: Path
) -> None:
    records = [*homophones(), person("c", "李友芹"), person("d", "李友琴")]
    seen = set()
    for number, order in enumerate(list(permutations(records))[::4]):
        path = tmp_path / f"{number}.db"
        shutil.copy(sqlite_template, path)
        engine = make_engine(f"sqlite:///{path}")
        own = make_house(engine, keyring, clock)
        for one in order:
            own.take([one])
        seen.add(
            tuple(
                (one.item_id, one.kind, one.subjects, one.weight, one.verdict, one.priority, tuple(one.detail.items()))
                for one in own.queue()
            )
        )
        engine.dispose()
    assert len(seen) == 1
    assert seen != {()}


def test_merge_lasts_and_tells_what_it_changed(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    done = house.deciding.decide(house.hua, found.item_id, MERGE, reason_code="same_person", note="同一人 13800138000")
    assert (done["state"], done["before"], done["after"]) == ("done", sorted([A, B]), [min(A, B)])
    assert house.queue() == []
    house.take([person("a", "李友琴", days=3)])
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A, B})}
    (entry,) = told(house, "review.decided")
    assert entry["details"]["after"] == [min(A, B)]
    assert entry["details"]["machine"] == "review"
    assert "同一人".encode() not in orjson.dumps(entry)
    shown = house.reviewing.show(house.hua, found.item_id)
    assert [one["machine"]["verdict"] for one in shown["decisions"]] == ["review"]
    with pytest.raises(Conflict) as caught:
        house.deciding.decide(house.ming, found.item_id, APART, reason_code="other")
    assert caught.value.code == "review.ended"


def test_not_a_match_is_never_asked_again_until_it_is_taken_back(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    done = house.deciding.decide(house.hua, found.item_id, APART, reason_code="two_people")
    house.take([person("b", "李友勤", days=4), person("c", "赵云", phone="13700137000")])
    assert house.queue() == []
    undone = house.deciding.undo(house.ming, done["id"])
    assert undone["state"] == "undone"
    assert house.one().item_id == found.item_id
    with pytest.raises(Conflict):
        house.deciding.undo(house.ming, done["id"])
    assert len(told(house, "review.undone")) == 1


def test_AT23_a_pair_kept_apart_says_by_whom(house: ReviewHouse) -> None:
    house.take([person("a", "张三"), person("b", "张三")])
    with unit_of_work(house.engine) as connection:
        Unmerge(house.resolver).detach(connection, [B], actor="user:u_hua", reason_code="namesake")
        item_id = open_item(connection, Kind.SPLIT, [A, B], {}, at=house.base.now())
    shown = house.reviewing.show(house.hua, item_id)
    said = shown["evidence"]["said"]
    assert [(one["kind"], one["by"], one["reason"]) for one in said] == [("cannot_link", "user:u_hua", "namesake")]


def test_undoing_a_merge_gives_both_customers_back(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    done = house.deciding.decide(house.hua, found.item_id, MERGE, reason_code="same_person")
    undone = house.deciding.undo(house.hua, done["id"])
    assert undone["after"] == sorted([A, B])
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A}), frozenset({B})}
    assert house.one().item_id == found.item_id


def test_a_claim_keeps_others_away_and_ends_by_itself(house: ReviewHouse, stepping: SteppableClock) -> None:
    house.take(homophones())
    found = house.one()
    house.reviewing.claim(house.hua, found.item_id)
    for act in (
        lambda: house.reviewing.claim(house.ming, found.item_id),
        lambda: house.deciding.decide(house.ming, found.item_id, APART, reason_code="x"),
        lambda: house.reviewing.release(house.ming, found.item_id),
    ):
        with pytest.raises(Conflict) as caught:
            act()
        assert caught.value.code == "review.claimed"
    assert [one.item_id for one in house.queue(held_by=house.hua.principal.actor)] == [found.item_id]
    stepping.step(seconds=CLAIM_LASTS.total_seconds() + 1)
    house.reviewing.claim(house.ming, found.item_id)
    house.reviewing.release(house.ming, found.item_id)
    house.deciding.decide(house.hua, found.item_id, APART, reason_code="x")


def test_two_stewards_never_decide_the_same_item(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    together = Barrier(8)

    def decide(number: int) -> str:
        who = house.hua if number % 2 else house.ming
        together.wait()
        try:
            house.deciding.decide(who, found.item_id, MERGE if number % 2 else APART, reason_code="race")
        except IngotError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide, range(8)))
    assert answers.count("done") == 1, answers
    assert {one for one in answers if one != "done"} <= {"review.ended", "review.changed", "database.busy"}
    assert len(told(house, "review.decided")) == 1


def test_two_stewards_never_claim_the_same_item(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    together = Barrier(6)

    def claim(number: int) -> str:
        who = Asked(Principal(f"u_{number}", roles=frozenset({"steward"})), house.hua.context)
        together.wait()
        try:
            house.reviewing.claim(who, found.item_id)
        except Conflict as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(claim, range(6)))
    assert sorted(answers) == ["done", *["review.claimed"] * 5]


def test_a_merge_of_verified_customers_needs_a_second_person(house: ReviewHouse) -> None:
    house.take([record("a", ("person.full_name", "李友琴"), ("phone", "13800138000"), RIC), homophones()[1]])
    found = house.one()
    shown = house.reviewing.show(house.hua, found.item_id)
    assert shown["impact"]["second_person"] == ["verified_identifier"]
    proposed = house.deciding.decide(house.hua, found.item_id, MERGE, reason_code="same_person")
    assert proposed["state"] == "proposed"
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A}), frozenset({B})}
    with pytest.raises(Denied) as caught:
        house.deciding.agree(house.hua, found.item_id, agrees=True)
    assert caught.value.code == "review.same_person"
    done = house.deciding.agree(house.ming, found.item_id, agrees=True)
    assert (done["state"], done["by"], done["second"]) == (
        "done",
        house.hua.principal.actor,
        house.ming.principal.actor,
    )
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A, B})}


def test_what_is_shown_is_masked_by_role_and_told_to_the_log(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    shown = house.reviewing.show(house.hua, found.item_id)
    rows = {row["attribute"]: row for row in shown["rows"]}
    assert rows["phone"]["relation"] == "equal"
    assert rows["person.full_name"]["relation"] in {"close", "different"}
    second = rows["person.full_name"]["cells"][1][0]
    assert [piece["text"] for piece in second["pieces"] if piece["differs"]] in (["勤"], ["琴"])
    assert shown["preview"]["contact_points"]["phone"][0]["value"] == "+8613800138000"
    (entry,) = told(house, "review.disclosed")
    assert entry["fields"]["clear"] == ["person.full_name", "phone"]
    assert sum(line["weight"] for line in shown["evidence"]["pairs"][0]["lines"]) == found.weight
    seller = Asked(Principal("u_chen", roles=frozenset({"sales"})), RequestContext("sales_follow_up", "", "r_1"))
    for act in (
        lambda: house.reviewing.show(seller, found.item_id),
        lambda: house.deciding.decide(seller, found.item_id, MERGE, reason_code="x"),
        lambda: house.reviewing.labels(seller),
    ):
        with pytest.raises(Denied):
            act()


def test_blind_hides_what_the_machine_says_until_it_is_decided(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    hidden = house.reviewing.show(house.hua, found.item_id, blind=True)
    assert (hidden["weight"], hidden["verdict"], hidden["blind"]) == (None, "", True)
    assert "evidence" not in hidden
    assert "rule" not in hidden["detail"]
    done = house.deciding.decide(house.hua, found.item_id, APART, reason_code="two_people", blind=True)
    assert (done["blind"], done["machine"]["verdict"]) == (True, "review")
    assert "evidence" in house.reviewing.show(house.hua, found.item_id, blind=True)


def test_putting_off_and_asking(house: ReviewHouse, stepping: SteppableClock) -> None:
    house.take(homophones())
    found = house.one()
    until = house.base.now() + timedelta(days=3)
    house.reviewing.defer(house.hua, found.item_id, until, reason_code="waits_for_papers")
    assert house.queue() == []
    assert house.queue(deferred="yes") != []
    stepping.step(days=4)
    assert house.one().item_id == found.item_id
    with pytest.raises(Invalid):
        house.reviewing.defer(house.hua, found.item_id, house.base.now(), reason_code="x")
    # The pool owns both: nobody is there to be asked.
    with pytest.raises(Conflict) as caught:
        Asking(house.base).ask(house.hua, found.item_id)
    assert caught.value.code == "review.no_owner"


def test_labels_are_what_was_decided(house: ReviewHouse) -> None:
    house.take([*homophones(), person("c", "王芳", phone="13700137000"), person("d", "王方", phone="13700137000")])
    first, second = house.queue()
    decided = {first.item_id: MERGE, second.item_id: APART}
    for one, action in decided.items():
        house.deciding.decide(house.hua, one, action, reason_code="looked_at")
    rows = house.reviewing.labels(house.hua)
    assert {(row["left_id"], row["right_id"]): row["match"] for row in rows} == {
        tuple(sorted(first.subjects)): 1,
        tuple(sorted(second.subjects)): 0,
    }
    assert told(house, "review.exported")[0]["details"] == {"labels": 2}


def test_of_very_many_decisions_the_newest_count(house: ReviewHouse, stepping: SteppableClock) -> None:
    house.take([*homophones(), person("c", "王芳", phone="13700137000"), person("d", "王方", phone="13700137000")])
    for one in house.queue():
        stepping.step(seconds=1)
        house.deciding.decide(house.hua, one.item_id, APART, reason_code="looked_at")
    with reading(house.engine) as connection:
        every, newest = decisions_in_force(connection), decisions_in_force(connection, 1)
    assert len(every) == 2
    assert newest == every[1:]


def test_one_in_a_hundred_merges_of_the_machine_is_looked_at_once(house: ReviewHouse) -> None:
    house.resolver.reviews = ReviewFeed(house.resolver.settings, sample=10_000)
    house.take([person("a", "张三"), person("b", "张三")])
    found = house.one()
    assert (found.kind, found.verdict) == (Kind.QA, "auto")
    house.deciding.decide(house.hua, found.item_id, CONFIRM, reason_code="looks_right")
    house.take([person("a", "张三", days=2)])
    assert house.queue() == []
    house.take([person("c", "张三", days=2)])
    drawn = house.queue()
    assert {one.kind for one in drawn} == {Kind.QA}
    house.deciding.decide(house.hua, drawn[0].item_id, SPLIT, reason_code="namesakes", records=[C])
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A, B}), frozenset({C})}


def test_two_customers_that_people_confirmed_are_never_merged_by_the_machine(house: ReviewHouse) -> None:
    with unit_of_work(house.engine) as connection:
        apply = house.resolver.apply
        apply(connection, [person("a", "张三", phone="13700137000"), person("b", "王伟", phone="13600136000")])
        apply(connection, [person("c", "张三", phone="13900139000"), person("d", "赵敏", phone="13500135000")])
        for left, right in ((A, B), (C, D)):
            Unmerge(house.resolver).merge(connection, [left, right], actor="user:s", reason_code="same_person")
        # Now both have the same number: AUTO by itself, but people have spoken of both.
        apply(connection, [person("a", "张三", days=2), person("c", "张三", days=2)])
        assert partition(connection) == {frozenset({A, B}), frozenset({C, D})}
    found = house.one()
    assert (found.between, found.verdict, found.detail["reason"]) == ("confirmed_confirmed", "auto", "confirmed")
    house.deciding.decide(house.hua, found.item_id, MERGE, reason_code="same_person")
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A, B, C, D})}


def test_unknown_items_and_actions_are_refused(house: ReviewHouse) -> None:
    house.take(homophones())
    found = house.one()
    with pytest.raises(NotFound):
        house.reviewing.claim(house.hua, "r_" + "0" * 32)
    with pytest.raises(Invalid):
        house.deciding.decide(house.hua, found.item_id, SPLIT, reason_code="x")
    with pytest.raises(Invalid):
        house.deciding.decide(house.hua, found.item_id, MERGE, reason_code="Not a code")
    with pytest.raises(Conflict):
        house.deciding.agree(house.ming, found.item_id, agrees=True)


def test_what_a_merge_would_move_is_counted_and_of_finance_nothing_is_told(house: ReviewHouse) -> None:
    house.take(homophones())
    order = record("o", ("transaction.number", "1"), ("transaction.amount", "9.50"), subject="a")
    call = record("t", ("interaction.channel", "phone"), ("interaction.direction", "in"), subject="a")
    house.take([order, call])
    shown = house.reviewing.show(house.hua, house.one().item_id)
    events = {one["id"]: one["events"] for one in shown["impact"]["goldens"]}
    assert events == {A: {"interactions": 1}, B: {}}
