"""Asking the owner: who sees what was asked, who answers, what comes back to the steward, and what the log says."""

import orjson
import pytest
from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.errors import Conflict, Denied, Invalid, NotFound
from core.records import SourceRecord
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.pin_store import pins_on
from merge.resolve.pinning import Pinning, Wish
from merge.resolve.unmerge import Unmerge
from sync.asking import Asking
from sync.deciding import APART
from sync.wish import Asked
from tests.merge.support import person, record, record_id
from tests.sync.review_house import ReviewHouse, make_house
from tests.sync.test_reviewing import told

A, B = record_id("a"), record_id("b")
NOTE, COMMENT = "郗望舒与李友勤是否同一人", "她们是姐妹 13800138000"


def seller(login: str, role: str = "sales", teams: frozenset[str] = frozenset()) -> Asked:
    principal = Principal(login, roles=frozenset({role}), teams=teams)
    return Asked(principal, RequestContext("sales_follow_up", "", f"r_{login}"))


CHEN, DONG = seller("chen"), seller("dong")


@pytest.fixture
def house(engine: Engine, keyring: Keyring, clock: Clock) -> ReviewHouse:
    return make_house(engine, keyring, clock)


def own(house: ReviewHouse, **holders: str) -> None:
    with unit_of_work(house.engine) as connection:
        for name, holder in holders.items():
            house.resolver.owners.assign_by_hand(
                connection, record_id(name), holder, actor="user:u_lin", reason_code="key_account"
            )


@pytest.fixture
def item_id(house: ReviewHouse) -> str:
    """A pair of which chen owns the one; the other lies in the pool."""
    house.take([person("a", "李友琴"), person("b", "李友勤")])
    own(house, a="user:chen")
    return house.one().item_id


def test_the_owner_answers_and_the_steward_reads_it_with_the_item(house: ReviewHouse, item_id: str) -> None:
    asking = Asking(house.base)
    assert (asking.count(CHEN), asking.mine(CHEN)) == (0, [])
    assert asking.ask(house.hua, item_id, note=NOTE) == ["user:chen"]
    assert house.queue() == []
    assert (asking.count(CHEN), asking.count(DONG)) == (1, 0)
    (waiting,) = asking.mine(CHEN)
    assert (waiting["item_id"], waiting["customer"], waiting["asked_by"]) == (item_id, A, house.hua.principal.actor)
    shown = asking.show(CHEN, waiting["id"])
    assert shown["note"] == NOTE
    # What lies in the pool a seller may see too.
    assert ({one["golden_id"] for one in shown["records"]}, shown["hidden"]) == ({A, B}, 0)
    done = asking.answer(CHEN, waiting["id"], "different", comment=COMMENT)
    assert (done["answer"], done["answered_by"]) == ("different", "user:chen")
    assert asking.count(CHEN) == 0
    # The item is back at once, and nothing was decided by it.
    assert house.one().item_id == item_id
    (seen,) = house.reviewing.show(house.hua, item_id)["questions"]
    assert (seen["answer"], seen["comment"], seen["note"]) == ("different", COMMENT, NOTE)
    with pytest.raises(Conflict) as caught:
        asking.answer(CHEN, waiting["id"], "same")
    assert caught.value.code == "review.answered"


def test_the_log_holds_the_answer_and_no_words(house: ReviewHouse, item_id: str) -> None:
    asking = Asking(house.base)
    asking.ask(house.hua, item_id, note=NOTE)
    (waiting,) = asking.mine(CHEN)
    asking.show(CHEN, waiting["id"])
    asking.answer(CHEN, waiting["id"], "unknown", comment=COMMENT)
    (entry,) = told(house, "review.answered")
    assert entry["details"] == {"question": waiting["id"], "answer": "unknown"}
    assert (entry["subjects"], entry["actor"]) == ([A], "user:chen")
    opened = [one for one in told(house, "review.disclosed") if one["details"].get("question") == waiting["id"]]
    assert opened[0]["fields"]["clear"] == ["person.full_name", "phone"]
    everything = orjson.dumps([told(house, action) for action in ("review.asked", "review.disclosed")] + [entry])
    assert NOTE.encode() not in everything
    assert COMMENT.encode() not in everything


def test_a_customer_of_somebody_else_is_not_shown_to_the_owner(house: ReviewHouse, item_id: str) -> None:
    own(house, b="user:dong")
    asking = Asking(house.base)
    assert asking.ask(house.hua, item_id) == ["user:chen", "user:dong"]
    (mine,) = asking.mine(CHEN)
    shown = asking.show(CHEN, mine["id"])
    assert ({one["golden_id"] for one in shown["records"]}, shown["hidden"]) == ({A}, 1)
    assert "李友勤" not in orjson.dumps(shown, default=str).decode()
    (theirs,) = asking.mine(DONG)
    with pytest.raises(NotFound) as caught:
        asking.show(CHEN, theirs["id"])
    assert caught.value.code == "review.question_unknown"
    with pytest.raises(NotFound):
        asking.answer(CHEN, theirs["id"], "same")


def test_who_no_longer_owns_it_is_not_asked_any_more(house: ReviewHouse, item_id: str) -> None:
    asking = Asking(house.base)
    asking.ask(house.hua, item_id)
    (waiting,) = asking.mine(CHEN)
    own(house, a="user:dong")
    assert asking.mine(CHEN) == []
    with pytest.raises(NotFound):
        asking.answer(CHEN, waiting["id"], "same")
    asking.ask(house.hua, item_id, note=NOTE)
    assert [one["customer"] for one in asking.mine(DONG)] == [A]


def test_a_team_is_asked_through_its_manager(house: ReviewHouse, item_id: str) -> None:
    own(house, a="team:east")
    asking = Asking(house.base)
    assert asking.ask(house.hua, item_id) == ["team:east"]
    manager = seller("lin", "manager", frozenset({"east"}))
    (waiting,) = asking.mine(manager)
    assert asking.answer(manager, waiting["id"], "same")["answer"] == "same"
    assert asking.mine(seller("fei", "manager", frozenset({"south"}))) == []


def test_what_was_decided_meanwhile_is_not_asked_any_more(house: ReviewHouse, item_id: str) -> None:
    asking = Asking(house.base)
    asking.ask(house.hua, item_id)
    (waiting,) = asking.mine(CHEN)
    house.deciding.decide(house.hua, item_id, APART, reason_code="two_people")
    assert asking.mine(CHEN) == []
    with pytest.raises(Conflict) as caught:
        asking.answer(CHEN, waiting["id"], "same")
    assert caught.value.code == "review.ended"


def test_what_is_refused(house: ReviewHouse, item_id: str) -> None:
    asking = Asking(house.base)
    asking.ask(house.hua, item_id)
    asking.ask(house.hua, item_id)
    (waiting,) = asking.mine(CHEN)
    with pytest.raises(Invalid):
        asking.answer(CHEN, waiting["id"], "perhaps")
    with pytest.raises(Invalid) as caught:
        asking.answer(CHEN, waiting["id"], "holds")
    assert (caught.value.code, "same, different, unknown" in caught.value.message) == ("review.answer", True)
    with pytest.raises(Invalid):
        asking.answer(CHEN, waiting["id"], "same", comment="x" * 2001)
    with pytest.raises(Invalid):
        asking.answer(CHEN, waiting["id"], "same", reason_code="She told me")
    with pytest.raises(NotFound):
        asking.show(CHEN, "q_" + "0" * 32)
    with pytest.raises(Denied):
        asking.ask(CHEN, item_id)
    # Without a purpose nobody sees personal data, and nobody is told that something waits.
    assert asking.count(Asked(CHEN.principal, RequestContext("", "", "r_1"))) == 0


def test_a_reason_comes_back_to_the_steward(house: ReviewHouse, item_id: str) -> None:
    asking = Asking(house.base)
    asking.ask(house.hua, item_id)
    (waiting,) = asking.mine(CHEN)
    assert (waiting["answer"], waiting["reason_code"]) == (None, None)
    assert asking.headlines(CHEN) == [(waiting["id"], "pair")]
    assert asking.headlines(DONG) == []
    asking.answer(CHEN, waiting["id"], "different", reason_code="namesakes")
    (seen,) = house.reviewing.show(house.hua, item_id)["questions"]
    assert (seen["answer"], seen["reason_code"]) == ("different", "namesakes")
    assert asking.headlines(CHEN) == []
    (entry,) = told(house, "review.answered")
    assert entry["details"]["reason_code"] == "namesakes"


def test_who_does_not_know_gives_no_reason(house: ReviewHouse, item_id: str) -> None:
    asking = Asking(house.base)
    asking.ask(house.hua, item_id)
    (waiting,) = asking.mine(CHEN)
    assert asking.answer(CHEN, waiting["id"], "unknown", reason_code="namesakes")["reason_code"] is None


def test_of_a_pinned_value_the_owner_sees_both_and_says_whether_it_holds(house: ReviewHouse) -> None:
    def employed(as_what: str, days: int) -> SourceRecord:
        return record("a", ("person.full_name", "李友琴"), ("occupation", as_what), days=days)

    house.take([employed("医生", 0)])
    own(house, a="user:chen")
    with unit_of_work(house.engine) as connection:
        Pinning(house.resolver).put(connection, A, Wish("occupation", "教师", "customer_said"), actor="user:u_hua")
    house.take([employed("医生", 1)])
    house.take([employed("律师", 2)])
    stale = house.one().item_id
    asking = Asking(house.base)
    assert asking.ask(house.hua, stale) == ["user:chen"]
    (waiting,) = asking.mine(CHEN)
    shown = asking.show(CHEN, waiting["id"])
    assert shown["answers"] == ["holds", "changed", "unknown"]
    assert [one["value"] for one in shown["pin"]["held"]] == ["教师"]
    assert [one["value"] for one in shown["pin"]["sources"]] == ["律师"]
    assert "occupation" in told(house, "review.disclosed")[-1]["fields"]["clear"]
    with pytest.raises(Invalid):
        asking.answer(CHEN, waiting["id"], "same")
    asking.answer(CHEN, waiting["id"], "changed", reason_code="source_is_right")
    (seen,) = house.reviewing.show(house.hua, stale)["questions"]
    assert (seen["answer"], seen["reason_code"]) == ("changed", "source_is_right")
    # The owner decides nothing: the value holds until a steward says otherwise.
    with reading(house.engine) as connection:
        assert [one.attribute for one in pins_on(connection, [A], house.base.now())] == ["occupation"]


def test_of_two_owners_the_one_who_has_it_says_whose_it_is(house: ReviewHouse) -> None:
    house.take([record("a", ("person.full_name", "王芳")), record("b", ("person.full_name", "赵敏"))])
    own(house, a="user:chen", b="user:dong")
    with unit_of_work(house.engine) as connection:
        Unmerge(house.resolver).merge(connection, [A, B], actor="user:u_hua", reason_code="same_person")
    disputed, asking = house.one().item_id, Asking(house.base)
    (holder,) = asking.ask(house.hua, disputed)
    owner = {"user:chen": CHEN, "user:dong": DONG}[holder]
    (waiting,) = asking.mine(owner)
    shown = asking.show(owner, waiting["id"])
    assert shown["answers"] == ["mine", "others", "unknown"]
    assert {shown["dispute"]["holder"], shown["dispute"]["other"]} == {"user:chen", "user:dong"}
    assert asking.answer(owner, waiting["id"], "others", reason_code="owners_agreed")["answer"] == "others"
