from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.rules import Fact, Truth, both, either, evaluate, expression, negated

TRUTHS = st.sampled_from(list(Truth))


@given(TRUTHS, TRUTHS, TRUTHS)
def test_the_three_values_follow_kleene(a: Truth, b: Truth, c: Truth) -> None:
    assert both(a, b) is both(b, a)
    assert either(a, both(b, c)) is both(either(a, b), either(a, c))
    assert negated(negated(a)) is a
    assert negated(both(a, b)) is either(negated(a), negated(b))
    assert both(a, Truth.FALSE) is Truth.FALSE
    assert either(a, Truth.TRUE) is Truth.TRUE
    assert both(Truth.UNKNOWN, Truth.TRUE) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("op", "value", "fact", "outcome"),
    [
        ("eq", "华东", "华东", Truth.TRUE),
        ("ne", "华东", ["华东", "华北"], Truth.FALSE),
        ("in", ["上海市", "江苏省"], ["江苏省"], Truth.TRUE),
        ("in", ["上海市"], None, Truth.UNKNOWN),
        ("in", ["上海市"], [], Truth.UNKNOWN),
        ("not_in", ["上海市"], ["江苏省"], Truth.TRUE),
        ("startswith", "C", "C39", Truth.TRUE),
        ("endswith", "公司", "示例公司", Truth.TRUE),
        ("contains", "直营", ["华东直营"], Truth.FALSE),
        ("contains", "直营", ["直营", "vip"], Truth.TRUE),
        ("contains", "直营", "华东直营", Truth.TRUE),
        ("gt", 10, "9.5", Truth.FALSE),
        ("ge", 10, "10.0", Truth.TRUE),
        ("lt", 10, Decimal("9.99"), Truth.TRUE),
        ("le", "2026-01-31", "2026-01-31", Truth.TRUE),
        ("gt", "2026-01-01T00:00:00+08:00", datetime(2025, 12, 31, 17, tzinfo=UTC), Truth.TRUE),
        ("between", [1, 3], 3, Truth.TRUE),
        ("between", [1, 3], 4, Truth.FALSE),
        ("exists", None, "x", Truth.TRUE),
        ("exists", None, None, Truth.FALSE),
        ("missing", None, "", Truth.TRUE),
        ("eq", True, "true", Truth.TRUE),
        ("eq", 1, "1.0", Truth.TRUE),
    ],
)
def test_a_condition(op: str, value: object, fact: Fact, outcome: Truth) -> None:
    compiled = expression(None, {"1": {"attr": "x", "op": op, "value": value}})
    assert evaluate(compiled, {"x": fact}).truth is outcome


CONDITIONS = {number: {"attr": f"a{number}", "op": "eq", "value": "y"} for number in (1, 2, 3)}


@pytest.mark.parametrize(
    ("when", "held", "outcome"),
    [
        ("(1 AND 2) OR 3", {"a1": "y", "a2": "y"}, Truth.TRUE),
        ("(1 AND 2) OR 3", {"a1": "y"}, Truth.UNKNOWN),
        ("1 and 2 or 3", {"a1": "n", "a3": "y"}, Truth.TRUE),
        ("1 OR 2 AND 3", {"a1": "n", "a2": "y", "a3": "n"}, Truth.FALSE),
        ("NOT (1 OR 2)", {"a1": "n", "a2": "n"}, Truth.TRUE),
        ("NOT 1", {}, Truth.UNKNOWN),
        ("NOT NOT 1 AND NOT 2", {"a1": "y", "a2": "n"}, Truth.TRUE),
        (None, {"a1": "y", "a2": "y", "a3": "y"}, Truth.TRUE),
    ],
)
def test_conditions_are_joined(when: str | None, held: dict[str, Fact], outcome: Truth) -> None:
    compiled = expression(when, CONDITIONS)
    assert compiled.attributes == {"a1", "a2", "a3"}
    assert evaluate(compiled, held).truth is outcome


def test_no_condition_is_always_true() -> None:
    assert evaluate(expression(None, {}), {}).truth is Truth.TRUE


def test_an_evaluation_tells_outcomes_and_no_values() -> None:
    told = evaluate(expression("1 OR 2", CONDITIONS), {"a1": "y"})
    assert told.conditions == {"1": Truth.TRUE, "2": Truth.UNKNOWN, "3": Truth.UNKNOWN}


@pytest.mark.parametrize(
    ("when", "conditions", "code"),
    [
        ("1 AND", CONDITIONS, "rule.when"),
        ("(1", CONDITIONS, "rule.when"),
        ("1)", CONDITIONS, "rule.when"),
        ("1 2", CONDITIONS, "rule.when"),
        ("4", CONDITIONS, "rule.when"),
        ("1; 2", CONDITIONS, "rule.when"),
        ("(" * 60 + "1" + ")" * 60, CONDITIONS, "rule.when"),
        ("1" + " OR 1" * 1000, CONDITIONS, "rule.when"),
        (None, {"1": {"op": "eq"}}, "rule.condition"),
        (None, {"and": {"attr": "x", "value": "y"}}, "rule.condition"),
        (None, {"1": {"attr": "x", "op": "like", "value": "y"}}, "rule.operator"),
        (None, {"1": {"attr": "x", "op": "in", "value": "y"}}, "rule.condition"),
        (None, {"1": {"attr": "x", "op": "between", "value": [1]}}, "rule.condition"),
        (None, {"1": {"attr": "x", "op": "eq"}}, "rule.condition"),
    ],
)
def test_a_wrong_rule_is_refused(when: str | None, conditions: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        expression(when, conditions)
    assert caught.value.code == code


@pytest.mark.parametrize(("op", "value"), [("gt", 3), ("le", "2026-01-01"), ("eq", 5)])
def test_what_does_not_compare_is_an_error_and_not_false(op: str, value: object) -> None:
    compiled = expression(None, {"1": {"attr": "x", "op": op, "value": value}})
    with pytest.raises(Invalid) as caught:
        evaluate(compiled, {"x": "张三"})
    assert caught.value.code == "rule.value"
    assert "张三" not in str(caught.value)
