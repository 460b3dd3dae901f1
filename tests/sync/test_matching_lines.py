"""Moving the lines: proposed from decisions, foretold, taken in a step of its own; decisions of people stay."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.errors import Conflict, Denied, Invalid
from core.records import SourceRecord
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.graph_store import edges_at
from merge.match.score import probability
from merge.match_lines import ENOUGH, MatchLines, Move, agreement, moved, proposed, under
from merge.match_versions import newest, versions
from merge.resolve.incremental import Resolver
from merge.resolve.rebuild import check_rebuild
from merge.review_kinds import Kind
from sync.deciding import APART, MERGE, Deciding
from sync.matching_lines import MatchingLines
from sync.wish import Asked
from tests.merge.support import partition, person, record, record_id
from tests.sync.review_house import ReviewHouse, make_house
from tests.sync.test_reviewing import told

A, B, C, D = (record_id(name) for name in "abcd")
NOW = MatchLines(3524, 1585, -1000)
MANAGER = Asked(Principal("u_lin", roles=frozenset({"manager"})), RequestContext("", "", "r_1"))


@pytest.fixture
def house(engine: Engine, keyring: Keyring, clock: Clock) -> ReviewHouse:
    return make_house(engine, keyring, clock)


def test_lower_lines_merge_what_was_asked_and_leave_decisions_alone(house: ReviewHouse) -> None:
    pairs = (("a", "李友琴", "13800138000"), ("b", "李友勤", "13800138000"))
    others = (("c", "王芳", "13911112222"), ("d", "王方", "13911112222"))
    house.take([person(name, full, phone=phone) for name, full, phone in (*pairs, *others)])
    first = next(one for one in house.queue() if set(one.subjects) == {A, B})
    house.deciding.decide(house.hua, first.item_id, APART, reason_code="two_people")
    service = MatchingLines(house.base)
    shown = service.show(MANAGER, Move(auto=0.79))
    assert shown["would_change"] == {
        "merged": 1,
        "split": 0,
        "asked": 0,
        "unasked": 0,
        "agree_before": 1,
        "agree_after": 0,
        "decided": 1,
    }
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({one}) for one in (A, B, C, D)}
        assert newest(connection) == (0, None)
    done = service.take(MANAGER, Move(auto=0.79), reason_code="calibrated")
    assert (done["version"], done["changed"]) == (1, {"merged": 1, "split": 0})
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A}), frozenset({B}), frozenset({C, D})}
        assert {edge.verdict for edge in edges_at(connection, [A, B, C, D])} == {"auto"}
    (entry,) = told(house, "matching.changed")
    assert (entry["details"]["version"], entry["details"]["foretold"]["merged"]) == (1, 1)


def test_other_processes_stop_until_they_know_the_new_lines(house: ReviewHouse) -> None:
    house.take([person("a", "李友琴"), person("b", "李友勤")])
    MatchingLines(house.base).take(MANAGER, Move(auto=0.79), reason_code="calibrated")
    with pytest.raises(Conflict) as caught:
        house.take([person("c", "赵云")])
    assert caught.value.code == "matching.version"
    old = house.resolver
    with unit_of_work(house.engine) as connection:
        version, lines = newest(connection)
        assert lines is not None
        fresh = Resolver(old.keyring, old.clock, old.audit, under(old.settings, lines), version=version)
        fresh.apply(connection, [person("c", "赵云", phone="13600136000")])
        assert partition(connection) == {frozenset({A, B}), frozenset({C})}
        assert check_rebuild(connection, fresh).identical


def test_who_may_and_what_is_refused(house: ReviewHouse) -> None:
    service = MatchingLines(house.base)
    assert service.show(house.hua)["proposed"] is None
    with pytest.raises(Denied):
        service.take(house.hua, Move(auto=0.95), reason_code="x")
    with pytest.raises(Conflict):
        service.take(MANAGER, Move(), reason_code="x")
    for wrong in (
        Move(auto=0.3),
        Move(auto=0.6),
        Move(review=0.99),
        Move(cut=10**6),
        Move(organization_auto=0.6),
        Move(confirmed=0.9),
    ):
        with pytest.raises(Invalid):
            service.show(MANAGER, wrong)


@given(st.lists(st.tuples(st.integers(1585, 9000), st.booleans()), max_size=60))
def test_what_is_proposed_is_better_than_what_there_is(decided: list[tuple[int, bool]]) -> None:
    found = proposed(NOW, decided)
    if found is None:
        return
    assert len(decided) >= ENOUGH
    assert agreement(found, decided) > agreement(NOW, decided)
    assert found.review <= found.auto
    assert (found.review, found.cut) == (NOW.review, NOW.cut)


def test_many_decisions_propose_a_line() -> None:
    decided = [(2500 + at, True) for at in range(ENOUGH)]
    found = proposed(NOW, decided)
    assert found is not None
    assert found.auto == 2500
    assert moved(NOW, Move(auto=0.95)).auto > NOW.auto
    assert MERGE != APART


def anew(house: ReviewHouse) -> Resolver:
    """A resolver of a process that began under the newest lines."""
    old = house.resolver
    with reading(house.engine) as connection:
        version, lines = newest(connection)
    assert lines is not None
    return Resolver(old.keyring, old.clock, old.audit, under(old.settings, lines), version=version)


def company(name: str) -> SourceRecord:
    return record(name, ("organization.name", "晨光有限公司"), ("phone", "02161234567"))


def test_organizations_have_lines_of_their_own(house: ReviewHouse) -> None:
    people = [person("a", "王芳", phone="13911112222"), person("b", "王芳", phone="13911112222")]
    house.take([*people, company("c"), company("d")])
    together = {frozenset({A, B}), frozenset({C, D})}
    with reading(house.engine) as connection:
        assert partition(connection) == together
        (weight,) = (edge.weight for edge in edges_at(connection, [C]))
    stricter = Move(organization_auto=min(0.9999, probability(weight) + 0.001))
    service = MatchingLines(house.base)
    assert service.show(MANAGER, stricter)["would_change"]["split"] == 1
    done = service.take(MANAGER, stricter, reason_code="branches")
    assert done["changed"]["split"] == 1
    with reading(house.engine) as connection:
        assert partition(connection) == {frozenset({A, B}), frozenset({C}), frozenset({D})}
    found = house.one()
    assert (set(found.subjects), found.kind, found.detail["reason"]) == ({C, D}, Kind.PAIR, "band")
    fresh = anew(house)
    with unit_of_work(house.engine) as connection:
        fresh.apply(connection, [person("e", "赵云", phone="13600136000")])
        assert check_rebuild(connection, fresh).identical
    # A person decides, and that stands.
    Deciding(replace(house.base, resolver=fresh)).decide(house.hua, found.item_id, MERGE, reason_code="same_company")
    with reading(house.engine) as connection:
        assert partition(connection) >= together


def test_decisions_propose_a_line_that_is_shown_taken_and_used_from_then_on(house: ReviewHouse) -> None:
    """The whole way: twenty decisions as labels, the proposal with its impact, its adoption, the next record by it."""
    # No name twice: twenty of one name would be asked about among themselves.
    families = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
    assert len(set(families)) == ENOUGH
    for at, family in enumerate(families):
        phone = f"1380013{at:04}"
        house.take([person(f"a{at}", f"{family}友琴", phone=phone), person(f"b{at}", f"{family}友勤", phone=phone)])
    service = MatchingLines(house.base)
    waiting = [one for one in house.queue() if one.detail["rule"] == "R8"]
    assert len(waiting) == ENOUGH
    apart, *same = waiting
    for one in same:
        house.deciding.decide(house.hua, one.item_id, MERGE, reason_code="same_person")
    with pytest.raises(Conflict) as caught:
        service.take(MANAGER, Move(proposed=True), reason_code="calibrated")
    assert caught.value.code == "matching.none"
    house.deciding.decide(house.hua, apart.item_id, APART, reason_code="two_people")
    assert sum(row["match"] for row in house.reviewing.labels(house.hua)) == ENOUGH - 1
    # Nothing moved by itself: the next such pair is asked about as before.
    house.take([person("c", "王芳", phone="13911112222"), person("d", "王方", phone="13911112222")])
    (asked,) = house.queue()
    before = service.show(MANAGER, Move(proposed=True))
    assert (before["version"], before["decided"], before["agree"], before["would_agree"]) == (0, 20, 1, 19)
    assert before["wanted"] == before["proposed"]
    assert before["would_change"]["merged"] == 1
    assert service.show(MANAGER)["would_change"] is None
    done = service.take(MANAGER, Move(proposed=True), reason_code="calibrated")
    assert (done["version"], done["changed"]) == (1, {"merged": 1, "split": 0})
    with reading(house.engine) as connection:
        found = partition(connection)
        (said,) = versions(connection)
    assert frozenset(asked.subjects) in found
    # What people said stands: together and apart.
    assert {frozenset(one.subjects) for one in same} <= found
    assert {frozenset({one}) for one in apart.subjects} <= found
    assert (said["actor"], said["reason_code"], said["shown"]["decided"]) == ("user:u_lin", "calibrated", 20)
    fresh = anew(house)
    with unit_of_work(house.engine) as connection:
        fresh.apply(connection, [person("e", "赵云", phone="13600136000"), person("f", "赵芸", phone="13600136000")])
        assert frozenset({record_id("e"), record_id("f")}) in partition(connection)
        assert check_rebuild(connection, fresh).identical
    assert len(told(house, "matching.changed")) == 1


# Surnames that are all about as rare.
FAMILIES = (
    "柏水窦章云葛奚郎鲁昌苗凤花俞柳酆鲍史费廉岑雷贺倪汤滕殷毕郝邬安常乐时傅皮卞齐伍元卜顾孟平和穆萧尹湛祁毛禹狄米贝明"
)
GIVEN = "明远志强建国晓东文博雅静海燕春梅秋菊振华立新永康德胜"


def pairs_of(kind: str, begin: int, count: int) -> list[SourceRecord]:
    """Records two by two: of one name and city with two mobiles, or of one name whose birth date has a slip."""
    made = []
    for at in range(begin, begin + count):
        full = ("person.full_name", FAMILIES[at] + GIVEN[at % 13 * 2 : at % 13 * 2 + 2])
        for side in (0, 1):
            other = (
                [("address.city", "上海市"), ("phone", f"13{8 + side}{at:04}{5000 + 7 * at + 1234 * side:04}")]
                if kind == "namesake"
                else [("person.birth_date", f"{1950 + at}-0{1 + at % 9}-1{4 + side}")]
            )
            made.append(record(f"{kind}{at}.{side}", full, *other))
    return made


def test_what_decisions_teach_the_weights_is_shown_taken_undone_and_never_silent(house: ReviewHouse) -> None:
    house.take([*pairs_of("namesake", 0, 25), *pairs_of("slip", 25, 25)])
    waiting = house.queue()
    assert len(waiting) == 50
    service = MatchingLines(house.base)
    with pytest.raises(Conflict) as caught:
        service.show(MANAGER, Move(weights="taught"))
    assert caught.value.code == "matching.none"
    slips = {record_id(f"slip{at}.0") for at in range(25, 50)}
    for one in waiting:
        action = APART if slips.isdisjoint(one.subjects) else MERGE
        house.deciding.decide(house.hua, one.item_id, action, reason_code="looked_at")
    # Two more of each kind that nobody decided: they are asked about.
    house.take([*pairs_of("namesake", 50, 2), *pairs_of("slip", 52, 2)])
    assert len(house.queue()) == 4
    with reading(house.engine) as connection:
        decided = partition(connection)

    shown = service.show(MANAGER, Move(weights="taught"))
    assert shown["lines"]["weights"] == []
    taught = {one["family"]: one for one in shown["wanted"]["weights"]}
    assert taught["birth"]["agreement"] > 0 > taught["locality"]["agreement"]
    assert (shown["would_change"]["unasked"], shown["would_change"]["split"]) == (2, 0)
    with reading(house.engine) as connection:
        assert (partition(connection), newest(connection)) == (decided, (0, None))

    done = service.take(MANAGER, Move(weights="taught"), reason_code="calibrated")
    assert done["changed"]["split"] == 0
    assert done["lines"]["weights"] == shown["wanted"]["weights"]
    with reading(house.engine) as connection:
        # What people said stands as it stood.
        assert {group for group in decided if len(group) == 2} <= partition(connection)
    fresh = anew(house)
    assert fresh.settings.shifts
    namesakes = [one for one in house.queue() if one.detail.get("reason") != "band"]
    assert all(record_id("namesake50.0") not in one.subjects for one in namesakes)
    with unit_of_work(house.engine) as connection:
        fresh.apply(connection, pairs_of("slip", 54, 1))
        assert check_rebuild(connection, fresh).identical
    (entry,) = told(house, "matching.changed")
    assert [*map(tuple, entry["details"]["lines"]["shifts"])] == [*fresh.settings.shifts]

    back = MatchingLines(replace(house.base, resolver=fresh)).take(MANAGER, Move(weights="shipped"), reason_code="back")
    assert (back["version"], back["lines"]["weights"]) == (2, [])
    last = anew(house)
    with reading(house.engine) as connection:
        assert check_rebuild(connection, last).identical
        assert {group for group in decided if len(group) == 2} <= partition(connection)
    with pytest.raises(Invalid):
        service.show(MANAGER, Move(weights="guess"))
