"""Asking the owner: who sees what was asked, who answers, what comes back to the steward, and what the log says."""

import orjson
import pytest
from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.errors import Conflict, Denied, Invalid, NotFound
from governance.policy.values import RequestContext
from governance.principals import Principal
from sync.asking import Asking
from sync.deciding import APART
from sync.disclose import Asked
from tests.merge.support import person, record_id
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
    with pytest.raises(Invalid):
        asking.answer(CHEN, waiting["id"], "same", comment="x" * 2001)
    with pytest.raises(NotFound):
        asking.show(CHEN, "q_" + "0" * 32)
    with pytest.raises(Denied):
        asking.ask(CHEN, item_id)
    # Without a purpose nobody sees personal data, and nobody is told that something waits.
    assert asking.count(Asked(CHEN.principal, RequestContext("", "", "r_1"))) == 0
