"""What pages of review, clusters and quality are drawn from: figures that add up and places inside the drawing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.console.bars import HIGH, WIDE, chart
from api.console.cluster_graph import MOST, SIDE, drawing
from api.console.formats import percent, signed_bits
from api.console.review_words import BAND_KINDS, BANDS, BETWEEN, DECISIONS, FORBIDS, KINDS, QUESTIONS, REASONS, STATES
from api.console.waterfall import WIDE as FULL
from api.console.waterfall import waterfall
from api.review_lists import BANDS as KNOWN_BANDS
from api.review_lists import BETWEEN as KNOWN_BETWEEN
from merge.reason_codes import check_reason_code
from merge.resolve.clusters import Reason
from merge.review_kinds import Kind, State
from merge.review_wanted import BELOW_ITS_LINE
from sync.deciding import ACTIONS
from sync.side_by_side import differing, relation_of

LINES = {"cut": -1000, "bridge": 3524, "review": 1585, "auto": 3524}


def pair_of(weights: list[int]) -> dict[str, Any]:
    return {"lines": [{"weight": one, "says": {"en": "x", "zh": "x"}} for one in weights]}


@given(st.lists(st.integers(-25000, 25000), min_size=1, max_size=12))
def test_a_waterfall_ends_at_the_sum_and_stays_inside(weights: list[int]) -> None:
    found = waterfall(pair_of(weights), LINES)
    assert found.total == sum(weights)
    assert all(0 <= step.start <= FULL and step.width >= 4 for step in found.steps)
    assert all(step.start + step.width <= FULL + 4 for step in found.steps)
    assert 0 <= found.zero <= FULL
    assert found.review <= found.auto
    assert [step.kind for step in found.steps] == [
        "for" if one > 0 else "against" if one < 0 else "even" for one in weights
    ]


def evidence(count: int, pairs: list[tuple[int, int]]) -> dict[str, Any]:
    return {
        "records": [{"id": f"g_{at:03}", "source": "crm"} for at in range(count)],
        "pairs": [
            {
                "left": f"g_{left:03}",
                "right": f"g_{right:03}",
                "weight": 5000,
                "probability": 0.97,
                "verdict": "auto",
                "rule": None,
            }
            for left, right in pairs
        ],
        "said": [],
    }


def test_a_drawing_is_the_same_for_the_same_records_and_inside_its_frame() -> None:
    found = drawing(evidence(5, [(0, 1), (1, 2), (2, 0), (2, 3)]))
    assert found == drawing(evidence(5, [(0, 1), (1, 2), (2, 0), (2, 3)]))
    assert [node.number for node in found.nodes] == [1, 2, 3, 4, 5]
    assert all(16 <= node.x <= SIDE - 16 and 16 <= node.y <= SIDE - 16 for node in found.nodes)
    assert [(line.left.number, line.right.number) for line in found.bridges] == [(3, 4)]


def test_of_many_records_the_strongest_are_drawn() -> None:
    found = drawing(evidence(MOST + 7, [(MOST + 5, MOST + 6)]))
    assert (len(found.nodes), found.hidden) == (MOST, 7)
    assert {f"g_{MOST + 5:03}", f"g_{MOST + 6:03}"} <= {node.record_id for node in found.nodes}
    alone = drawing(evidence(1, []))
    assert (alone.nodes[0].x, alone.nodes[0].y, alone.lines) == (SIDE // 2, SIDE // 2, ())


@given(st.lists(st.lists(st.integers(0, 500), min_size=5, max_size=5), min_size=1, max_size=52))
def test_bars_stand_on_the_ground_and_what_happened_is_seen(series: list[list[int]]) -> None:
    found = chart(series)
    for group, counts in zip(found.groups, series, strict=True):
        assert [bar.count for bar in group] == counts
        for bar in group:
            assert bar.y + bar.height == HIGH
            assert (bar.height > 0) is (bar.count > 0)
            assert bar.x >= 0
            assert bar.x + bar.width <= WIDE + 8


def test_characters_that_differ_are_marked_by_character() -> None:
    assert differing("李友琴", "李友勤") == (("李友", False), ("勤", True))
    assert differing("13800138000", "+8613800138000") == (("+86", True), ("13800138000", False))
    # The same says nothing, and what has nothing in common is not marked letter by letter.
    assert differing("王伟", "王伟") == ()
    assert differing("the_gardener", "次仁曲珍") == ()


@given(st.text(max_size=40), st.text(max_size=40))
def test_pieces_are_the_whole_text(base: str, text: str) -> None:
    pieces = differing(base, text)
    assert not pieces or "".join(piece for piece, _ in pieces) == text


def test_how_records_compare() -> None:
    assert relation_of([{"a"}, {"a", "b"}]) == "equal"
    assert relation_of([{"zhang wei"}, {"zhang wie"}]) == "close"
    assert relation_of([{"a"}, {"zzz"}]) == "different"
    assert relation_of([{"a"}, set()]) == "alone"


def test_everything_that_the_queue_can_hold_has_a_word() -> None:
    assert set(QUESTIONS) == set(KINDS) == {kind.value for kind in Kind}
    assert set(BANDS) == set(BAND_KINDS) == {*KNOWN_BANDS, ""}
    assert set(BETWEEN) == {*KNOWN_BETWEEN, ""}
    assert set(STATES) == {state.value for state in State}
    assert {action for some in ACTIONS.values() for action in some} <= set(DECISIONS)
    assert set(FORBIDS) == {*(reason.value for reason in Reason), BELOW_ITS_LINE} - {Reason.CANNOT_LINK.value}
    for code in REASONS:
        check_reason_code(code)


def test_figures_are_told_without_claiming_too_much() -> None:
    assert (signed_bits(11782, "en"), signed_bits(-400, "zh")) == ("+11.8", "-0.4")
    assert (percent(0.9999, "en"), percent(1.0, "en"), percent(0.78, "zh"), percent(0.0, "en")) == (
        "99.9%",
        "100%",
        "78%",
        "0%",
    )
