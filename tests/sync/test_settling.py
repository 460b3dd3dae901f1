"""Pinned values and disputes decided in the queue itself: by the use cases there are, in one step, and taken back."""

import orjson
import pytest
from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.errors import Conflict, Denied
from core.records import SourceRecord
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.ownership.disputes import DISPUTED
from merge.ownership.store import collaborators, primaries
from merge.pin_store import pins_on
from merge.resolve.pinning import Pinning, Wish
from merge.resolve.unmerge import Unmerge
from merge.review_items import Kind, State, items
from sync.deciding import CONFIRM
from sync.settling import ASSIGN, UNPIN
from sync.wish import Asked
from tests.merge.support import record, record_id
from tests.sync.review_house import ReviewHouse, make_house
from tests.sync.test_reviewing import told

A, B = record_id("a"), record_id("b")


@pytest.fixture
def house(engine: Engine, keyring: Keyring, clock: Clock) -> ReviewHouse:
    return make_house(engine, keyring, clock)


def employed(as_what: str, days: int = 0) -> SourceRecord:
    return record("a", ("person.full_name", "李友琴"), ("phone", "13800138000"), ("occupation", as_what), days=days)


@pytest.fixture
def stale(house: ReviewHouse) -> str:
    """A pinned occupation whose source says something else since; the id of the item."""
    house.take([employed("医生")])
    with unit_of_work(house.engine) as connection:
        Pinning(house.resolver).put(connection, A, Wish("occupation", "教师", "customer_said"), actor="user:u_hua")
    house.take([employed("医生", 1)])
    house.take([employed("律师", 2)])
    found = house.one()
    assert found.kind is Kind.STALE_PIN
    return found.item_id


def pinned(house: ReviewHouse) -> list[str]:
    with reading(house.engine) as connection:
        return [one.attribute for one in pins_on(connection, [A], house.base.now())]


def test_a_pinned_value_is_shown_beside_that_of_the_sources(house: ReviewHouse, stale: str) -> None:
    shown = house.reviewing.show(house.hua, stale)["pin"]
    assert [one["value"] for one in shown["held"]] == ["教师"]
    assert [one["value"] for one in shown["sources"]] == ["律师"]
    assert (shown["attribute"], shown["by"], shown["stands"]) == ("occupation", "user:u_hua", True)
    assert "occupation" in told(house, "review.disclosed")[-1]["fields"]["clear"]


def test_a_pin_that_holds_stays_until_the_sources_say_something_new(house: ReviewHouse, stale: str) -> None:
    done = house.deciding.decide(house.hua, stale, CONFIRM, reason_code="customer_said")
    assert done["state"] == "done"
    assert (pinned(house), house.queue()) == (["occupation"], [])
    house.take([employed("律师", 3)])
    assert house.queue() == []
    house.take([employed("画家", 4)])
    assert house.one().item_id != stale


def test_a_pin_is_ended_in_the_queue_and_comes_back_with_undo(house: ReviewHouse, stale: str) -> None:
    done = house.deciding.decide(house.hua, stale, UNPIN, reason_code="wrong_data")
    assert pinned(house) == []
    (lifted,) = told(house, "pin.lifted")
    (decided,) = told(house, "review.decided")
    assert decided["details"]["action"] == UNPIN
    assert "教师".encode() not in orjson.dumps([lifted, decided], option=orjson.OPT_NON_STR_KEYS)
    house.deciding.undo(house.ming, done["id"])
    assert (pinned(house), house.one().item_id) == (["occupation"], stale)
    # Decided again, and lifted elsewhere: the restored pin answers to the same question.
    with unit_of_work(house.engine) as connection:
        Pinning(house.resolver).remove(connection, A, "occupation", actor="user:u_hua")
    assert house.queue() == []
    with pytest.raises(Conflict) as caught:
        house.deciding.decide(house.hua, stale, UNPIN, reason_code="wrong_data")
    assert caught.value.code == "review.ended"


def test_a_word_said_after_a_decision_goes_before_its_undo(house: ReviewHouse, stale: str) -> None:
    done = house.deciding.decide(house.hua, stale, UNPIN, reason_code="wrong_data")
    with unit_of_work(house.engine) as connection:
        Pinning(house.resolver).put(connection, A, Wish("occupation", "厨师", "customer_said"), actor="user:u_ming")
    with pytest.raises(Conflict) as caught:
        house.deciding.undo(house.ming, done["id"])
    assert caught.value.code == "pin.changed"
    with reading(house.engine) as connection:
        assert items(connection, [stale])[stale].state is State.DECIDED


@pytest.fixture
def dispute(house: ReviewHouse) -> str:
    """Two customers of two owners, merged by hand; the id of the item."""
    house.take([record("a", ("person.full_name", "王芳")), record("b", ("person.full_name", "赵敏"))])
    owners = house.resolver.owners
    with unit_of_work(house.engine) as connection:
        for golden_id, holder in ((A, "user:chen"), (B, "user:dong")):
            owners.assign_by_hand(connection, golden_id, holder, actor="user:u_lin", reason_code="key_account")
        Unmerge(house.resolver).merge(connection, [A, B], actor="user:u_hua", reason_code="same_person")
    found = house.one()
    assert found.kind is Kind.DISPUTE
    return found.item_id


def owned(house: ReviewHouse) -> tuple[str, list[str]]:
    with reading(house.engine) as connection:
        found = primaries(connection, [A, B])
        (one,) = found.values()
        return one.holder, [row.holder for row in collaborators(connection, list(found)) if row.reason_code == DISPUTED]


def test_an_owner_is_chosen_in_the_queue_and_the_choice_taken_back(house: ReviewHouse, dispute: str) -> None:
    before = owned(house)
    shown = house.reviewing.show(house.hua, dispute)["dispute"]
    assert (shown["holder"], [shown["other"]], shown["stands"]) == (*before, True)
    done = house.deciding.decide(house.hua, dispute, ASSIGN, reason_code="key_account")
    assert owned(house) == (before[1][0], [])
    assert house.queue() == []
    assert told(house, "owner.assigned")[-1]["details"]["holder"] == before[1][0]
    house.deciding.undo(house.ming, done["id"])
    assert owned(house) == before
    assert house.one().item_id == dispute
    with reading(house.engine) as connection:
        assert house.resolver.owners.broken(connection) == []
    # What stands again is the same question: an owner set elsewhere answers it.
    with unit_of_work(house.engine) as connection:
        owners = house.resolver.owners
        owners.assign_by_hand(connection, A, "user:fei", actor="user:u_lin", reason_code="key_account")
    assert house.queue() == []


def test_the_owner_stays_and_the_other_has_no_part_any_more(house: ReviewHouse, dispute: str) -> None:
    holder, _ = owned(house)
    done = house.deciding.decide(house.hua, dispute, CONFIRM, reason_code="key_account")
    assert owned(house) == (holder, [])
    with unit_of_work(house.engine) as connection:
        house.resolver.owners.assign_by_hand(connection, A, "user:fei", actor="user:u_lin", reason_code="key_account")
    house.deciding.undo(house.hua, done["id"])
    assert owned(house)[1] != []


def test_a_choice_is_not_taken_back_over_a_later_one(house: ReviewHouse, dispute: str) -> None:
    done = house.deciding.decide(house.hua, dispute, ASSIGN, reason_code="key_account")
    with unit_of_work(house.engine) as connection:
        house.resolver.owners.assign_by_hand(connection, A, "user:fei", actor="user:u_lin", reason_code="key_account")
    with pytest.raises(Conflict) as caught:
        house.deciding.undo(house.hua, done["id"])
    assert caught.value.code == "owner.changed"


def test_who_may_not_set_values_or_owners_decides_nothing(house: ReviewHouse, stale: str) -> None:
    judge = Asked(Principal("u_x", roles=frozenset({"service"})), RequestContext("customer_service", "", "r_1"))
    with pytest.raises(Denied):
        house.deciding.decide(judge, stale, UNPIN, reason_code="x")
    assert pinned(house) == ["occupation"]


def test_what_was_settled_is_no_label_of_a_pair(house: ReviewHouse, dispute: str) -> None:
    house.deciding.decide(house.hua, dispute, CONFIRM, reason_code="key_account")
    assert house.reviewing.labels(house.hua) == []
