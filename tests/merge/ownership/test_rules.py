from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from merge.ownership.balancing import smooth_weighted
from merge.ownership.rules import ERROR_POOL, OwnershipPolicy, decide, policy_from_settings

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ACCOUNT: dict[str, Any] = {
    "rule": "named-shili",
    "stage": "named_account",
    "priority": 200,
    "conditions": {1: {"attr": "organization.name", "op": "contains", "value": "示例集团"}},
    "assign": "user:wu",
}
EAST: dict[str, Any] = {
    "rule": "east",
    "version": 7,
    "stage": "territory",
    "priority": 120,
    "when": "1 AND 2",
    "conditions": {
        1: {"attr": "address.province", "op": "in", "value": ["上海市", "江苏省", "浙江省"]},
        2: {"attr": "organization.industry", "op": "startswith", "value": "C"},
    },
    "balance": {"method": "weighted", "weights": {"user:chen": 2, "user:dong": 1}},
}


def policy(*rules: dict[str, Any], fallback: str = "pool:sea") -> OwnershipPolicy:
    return policy_from_settings({"rules": list(rules), "fallback": fallback})


def test_AT28_rules_in_their_order_with_balancing_and_fallback() -> None:
    cursors: dict[str, dict[str, int]] = {}

    def holder(facts: dict[str, Any]) -> str:
        decision = decide(policy(EAST, ACCOUNT), facts, cursors, NOW)
        if decision.cursor_after is not None:
            cursors[decision.rule_ref] = dict(decision.cursor_after)
        return decision.holder

    factory = {"address.province": ["江苏省"], "organization.industry": ["C39"], "organization.name": ["甲公司"]}
    assert [holder(factory) for _ in range(6)] == [
        f"user:{name}" for name in ["chen", "dong", "chen", "chen", "dong", "chen"]
    ]
    assert holder({**factory, "organization.name": ["示例集团"]}) == "user:wu"
    homeless = {"organization.industry": ["C39"], "organization.name": ["乙公司"]}
    decision = decide(policy(EAST, ACCOUNT), homeless, cursors, NOW)
    assert decision.holder == "pool:sea"
    assert "address.province unknown" in decision.reason
    assert decision.evaluated["east@7"] == {"1": "unknown", "2": "true"}


def test_a_decision_can_be_replayed() -> None:
    facts = {"address.province": ["江苏省"], "organization.industry": ["C39"], "organization.name": ["甲"]}
    first = decide(policy(EAST, ACCOUNT), facts, {"east@7": {"user:chen": -1, "user:dong": 1}}, NOW)
    again = decide(policy(EAST, ACCOUNT), facts, {"east@7": dict(first.cursor_before or {})}, NOW)
    assert first == again
    assert first.holder == "user:dong"


def test_a_rule_that_cannot_be_evaluated_is_not_swallowed() -> None:
    rule = {"rule": "big", "conditions": {1: {"attr": "person.income", "op": "gt", "value": 5}}, "assign": "user:wu"}
    decision = decide(policy(rule), {"person.income": ["many"]}, {}, NOW)
    assert decision.holder == ERROR_POOL
    assert "rule.value" in decision.reason
    assert "many" not in decision.reason


def test_a_rule_out_of_its_time_is_silent() -> None:
    rule = {"rule": "old", "assign": "user:wu", "valid": {"from": "2026-01-01", "to": "2026-05-01"}}
    assert decide(policy(rule), {}, {}, NOW).holder == "pool:sea"
    assert decide(policy(rule), {}, {}, datetime(2026, 4, 30, tzinfo=UTC)).holder == "user:wu"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"rules": [EAST]}, "ownership.fallback"),
        ({"rules": [EAST], "fallback": "user:wu"}, "ownership.fallback"),
        ({"rules": {}, "pool": "x"}, "ownership.setting"),
        ({"rules": [{"rule": "x"}], "fallback": "pool:sea"}, "ownership.rule"),
        ({"rules": [{"rule": "x", "assign": "wu"}], "fallback": "pool:sea"}, "ownership.rule"),
        ({"rules": [{**EAST, "assign": "user:wu"}], "fallback": "pool:sea"}, "ownership.rule"),
        ({"rules": [{**EAST, "stage": "later"}], "fallback": "pool:sea"}, "ownership.rule"),
        ({"rules": [{**EAST, "prio": 1}], "fallback": "pool:sea"}, "ownership.rule"),
        ({"rules": [EAST, EAST], "fallback": "pool:sea"}, "ownership.rule"),
        ({"rules": [EAST, {**EAST, "rule": "other"}], "fallback": "pool:sea"}, "ownership.tie"),
    ],
)
def test_a_wrong_policy_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        policy_from_settings(given)
    assert caught.value.code == code


def test_equal_priority_is_allowed_where_nobody_meets_both() -> None:
    north = {**EAST, "rule": "north", "conditions": {**EAST["conditions"]}}
    north["conditions"][1] = {"attr": "address.province", "op": "eq", "value": "北京市"}
    assert len(policy(EAST, north).rules) == 2


def test_without_rules_all_goes_to_the_pool_of_the_unassigned() -> None:
    assert decide(policy_from_settings({}), {}, {}, NOW).holder == "pool:unassigned"


@given(st.dictionaries(st.sampled_from(["user:a", "user:b", "user:c"]), st.integers(1, 5), min_size=1))
def test_each_round_gives_everybody_exactly_the_weight(weights: dict[str, int]) -> None:
    cursor: dict[str, int] = {}
    given_to: dict[str, int] = dict.fromkeys(weights, 0)
    for _ in range(sum(weights.values())):
        holder, cursor = smooth_weighted(weights, cursor)
        given_to[holder] += 1
    assert given_to == weights
    assert set(cursor.values()) == {0}
