"""The lines by what pairs are of and by what people said: pure, and inside groups."""

from hypothesis import given
from hypothesis import strategies as st

from merge.match.model import Model
from merge.match_lines import Move, lines_of, moved, told, under
from merge.resolve.bands import ORGANIZATION, PERSON, Band, Bands, entity_of
from merge.resolve.clusters import Reason, cluster
from merge.resolve.grouping import MatchSettings
from tests.merge.support import record

WEIGHTS = st.integers(-4000, 9000)


def test_what_a_record_is_of() -> None:
    company = record("a", ("organization.name", "上海晨光文具股份有限公司"), ("phone", "02160000000"))
    contact = record("b", ("organization.name", "上海晨光文具股份有限公司"), ("person.full_name", "王芳"))
    nobody = record("c", ("phone", "13800138000"))
    assert [entity_of(one, []) for one in (company, contact, nobody)] == [ORGANIZATION, PERSON, PERSON]
    assert entity_of(contact, ["id.cn.uscc"]) == ORGANIZATION
    assert entity_of(contact, ["id.cn.ric"]) == PERSON


@given(st.lists(WEIGHTS, max_size=20), WEIGHTS, WEIGHTS)
def test_held_are_those_that_reach_the_other_line_alone(weights: list[int], person: int, organization: int) -> None:
    bands = Bands(Band(person, -4000), Band(organization, -4000), 9000)
    pairs = [(f"o{at}", f"p{at}", weight) for at, weight in enumerate(weights)]
    entities = {name: ORGANIZATION for left, right, weight in pairs if weight % 2 for name in (left, right)}
    held = bands.held(pairs, entities)
    for left, right, weight in pairs:
        own = organization if weight % 2 else person
        assert ((left, right) in held) == (bands.least_auto <= weight < own)


def test_a_held_pair_joins_nothing_by_itself_and_counts_in_the_mean() -> None:
    pairs = [("a", "b", 4000), ("b", "c", 6000), ("a", "c", 4000)]
    assert cluster(pairs, cut=-1000, bridge=3500).groups == (("a", "b", "c"),)
    apart = cluster(pairs, cut=-1000, bridge=3500, held=[("a", "b"), ("a", "c")])
    assert apart.groups == (("a",), ("b", "c"))


def test_a_confirmed_customer_asks_for_more() -> None:
    pairs = [("a", "b", 0), ("b", "c", 4000), ("a", "c", 4000)]
    asked = cluster(pairs, cut=-1000, bridge=3500, must_link=[("a", "b")], confirmed=5000)
    assert asked.groups == (("a", "b"), ("c",))
    assert {one.reason for one in asked.refused} == {Reason.CONFIRMED}
    sure = cluster([*pairs[:2], ("a", "c", 5000)], cut=-1000, bridge=3500, must_link=[("a", "b")], confirmed=5000)
    assert sure.groups == (("a", "b", "c"),)


def test_lines_are_told_by_type_and_case() -> None:
    shipped = MatchSettings(Model())
    assert lines_of(shipped).as_json().keys() == {"auto", "review", "cut"}
    lines = moved(lines_of(shipped), Move(organization_auto=0.97, organization_review=0.8, confirmed=0.99))
    settings = under(shipped, lines)
    assert (lines_of(settings), settings.bridge) == (lines, shipped.bridge)
    bands = told(lines)["bands"]
    assert isinstance(bands, dict)
    shown = {
        (entity, case): tuple(line and line["probability"] for line in found.values())
        for entity, cases in bands.items()
        for case, found in cases.items()
    }
    assert shown == {
        ("person", "new_new"): (0.92, 0.75),
        ("person", "new_confirmed"): (0.99, 0.75),
        ("person", "confirmed_confirmed"): (None, 0.75),
        ("organization", "new_new"): (0.97, 0.8),
        ("organization", "new_confirmed"): (0.99, 0.8),
        ("organization", "confirmed_confirmed"): (None, 0.8),
    }
