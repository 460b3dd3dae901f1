"""Lines of a score: they add up to what the model says, whatever was compared."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merge.match.evidence_words import KINDS, RULES, rule_word, say
from merge.match.explain import HOUSEHOLD, PRIOR, RULE, explain, explain_outcomes, kind_of, weight_lines
from merge.match.features import features
from merge.match.model import PRIOR_WEIGHTS, Model, total_weight
from merge.match.outcomes import Level, Outcome
from merge.match.rules import Effect, RuleVerdict
from merge.match.score import apply_rule, score_pair
from tests.merge.match.test_acceptance import MOBILE, record

SLOTS = sorted({*PRIOR_WEIGHTS, "id.cn.ric", "id.passport", "handle.wechat", "text.note"} - {"id", "handle", "text"})
OUTCOMES = st.lists(
    st.builds(Outcome, st.sampled_from(SLOTS), st.sampled_from([*Level][1:]), st.integers(-3000, 25000)),
    unique_by=lambda one: one.slot,
)
RULE_VERDICTS = st.none() | st.builds(RuleVerdict, st.just("R2"), st.sampled_from(Effect), st.integers(-13288, 13288))


@given(OUTCOMES, st.integers(0, 30000), st.integers(-5000, 30000))
def test_lines_add_up_to_the_weight_of_the_model(outcomes: list[Outcome], prior: int, household: int) -> None:
    model = replace(Model(), prior=prior, household=household)
    lines = weight_lines(outcomes, model)
    assert sum(line.weight for line in lines) == total_weight(model, outcomes)
    assert [line.kind for line in lines].count(PRIOR) == 1
    assert all(line.weight < 0 for line in lines if line.kind == HOUSEHOLD)


@given(OUTCOMES, RULE_VERDICTS)
def test_a_rule_is_a_line_of_its_own(outcomes: list[Outcome], rule: RuleVerdict | None) -> None:
    found = explain_outcomes(outcomes, rule, Model())
    assert sum(line.weight for line in found.lines) == found.weight
    assert found.weight == apply_rule(total_weight(Model(), outcomes), rule)
    assert ([line.kind for line in found.lines][-1] == RULE) is (rule is not None)
    assert found == explain_outcomes(list(reversed(outcomes)), rule, Model())


@pytest.mark.parametrize("other", ["张三", "李四", "Zhang San"])
def test_a_pair_is_explained_as_it_is_scored(other: str) -> None:
    a = record(person__full_name="张三", phone=MOBILE, address__full="上海市浦东新区世纪大道100号", email="a@b.example")
    b = record(person__full_name=other, phone=MOBILE, address__full="上海市浦东新区世纪大道8号", email="c@d.example")
    score, found = score_pair(a, b, Model()), explain(features(a), features(b), Model())
    assert (score.weight, score.verdict, score.rule) == (
        found.weight,
        found.verdict,
        None if found.rule is None else found.rule.rule,
    )
    assert explain(features(b), features(a), Model()) == found


def test_every_kind_and_rule_has_words_in_both_languages() -> None:
    assert {kind_of(slot) for slot in SLOTS} <= set(KINDS)
    a = record(person__full_name="张三", phone=MOBILE, id__cn__ric="310101199001011234")
    b = record(person__full_name="张三", phone=MOBILE, id__cn__ric="330106198505123417")
    found = explain(features(a), features(b), Model())
    said = {line.kind: say(line, found.rule) for line in found.lines}
    assert said["phone"] == {"en": "Phone: mobile number the same", "zh": "电话：手机号码相同"}
    assert said["identifier"]["zh"] == "证件号码：居民身份证两个不同的有效号码"
    assert "never one customer" in said["rule"]["en"]
    assert all(rule_word(rule)["zh"] != rule for rule in RULES)
    # What a learned model calls a kind of its own is called so.
    assert rule_word("R99") == {"en": "R99", "zh": "R99"}
