from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attributes import DataClass
from governance.masking import Level
from governance.policy.actions import CLASS_ACTIONS, GOLDEN_ACTIONS, PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.policy_set import default_policies, load_policies
from governance.policy.question import VIEW_LEVELS, Question, unfit
from governance.policy.values import Allowed, Decision, GoldenResource, Refused, RequestContext, Resource, Workspace
from governance.principals import Principal
from governance.purposes import Purpose
from governance.roles import Role
from governance.scopes import SCOPE_ACTIONS
from tests.governance.policy.strategies import CONTEXTS, GOLDEN, PRINCIPALS

POINT = DecisionPoint(default_policies())
OWN = GoldenResource("g_1", owner="u_1", teams=frozenset({"north"}), marketing_consent=True)


def somebody(*roles: str) -> Principal:
    return Principal("u_1", roles=frozenset(roles), teams=frozenset({"north"}))


def resource_of(action: PolicyAction) -> Resource:
    return OWN if action in GOLDEN_ACTIONS else Workspace()


def asked(point: DecisionPoint, role: str, action: PolicyAction, purpose: str, data_class: str) -> Decision:
    named = data_class if action in CLASS_ACTIONS else None
    return point.decide(somebody(role), action, resource_of(action), RequestContext(purpose, "asked"), data_class=named)


def code_of(decision: Decision) -> str:
    assert isinstance(decision, Refused), decision
    return decision.code


def exactly(question: Question) -> Decision:
    """What Cedar says to the question with its true ids and without memory."""
    return unfit(question) or POINT._evaluate(question)


def test_closed_lists_and_schema_agree() -> None:
    # A name that the schema does not know makes the engine report an error.
    every_scope = frozenset({*SCOPE_ACTIONS, *(f"view:{one}" for one in DataClass)})
    key = Principal("t_1", roles=frozenset({"downstream"}), purpose="integration", scopes=every_scope, kind="key")
    answers = [
        asked(POINT, role, action, purpose, data_class)
        for role, action, purpose, data_class in product(Role, PolicyAction, Purpose, DataClass)
    ]
    answers += [
        POINT.decide(key, "view", OWN, RequestContext(), data_class=one, level=level)
        for one, level in product(DataClass, VIEW_LEVELS)
    ]
    assert {answer.code for answer in answers if isinstance(answer, Refused)} <= {"policy.denied", "policy.forbidden"}


def test_without_policies_nothing_is_allowed() -> None:
    empty = DecisionPoint(load_policies({}))
    for role, action, purpose in product(Role, PolicyAction, ["audit", "sales_follow_up"]):
        assert code_of(asked(empty, role, action, purpose, "profile")) == "policy.denied"


@pytest.mark.parametrize("action", list(PolicyAction))
def test_unknown_words_are_refused(action: PolicyAction) -> None:
    resource = resource_of(action)
    named = "profile" if action in CLASS_ACTIONS else None
    good = RequestContext("sales_follow_up", "asked")

    def refusal(who: Principal, what: str = action, context: RequestContext = good, one: str | None = named) -> str:
        return code_of(POINT.decide(who, what, resource, context, data_class=one))

    for role in Role:
        assert refusal(somebody(role), what="peek") == "policy.action_unknown"
        assert refusal(somebody(role, "king")) == "policy.role_unknown"
        assert refusal(somebody(role), context=RequestContext("curiosity")) == "policy.purpose_unknown"
        assert refusal(somebody(role), one="secrets") == "policy.class_unknown"
    assert refusal(somebody("king")) == "policy.role_unknown"
    assert refusal(somebody()) == "policy.no_role"
    wrong = Workspace() if action in GOLDEN_ACTIONS else OWN
    assert code_of(POINT.decide(somebody("admin"), action, wrong, good, data_class=named)) == "policy.resource_unfit"


def test_a_class_and_a_level_are_asked_where_they_belong() -> None:
    who, context = somebody("sales"), RequestContext("sales_follow_up")
    assert code_of(POINT.decide(who, "view", OWN, context)) == "policy.class_unknown"
    assert code_of(POINT.decide(who, "read", OWN, context, data_class="profile")) == "policy.class_unknown"
    assert code_of(POINT.decide(who, "read", OWN, context, level="clear")) == "policy.level_unknown"
    assert (
        code_of(POINT.decide(who, "view", OWN, context, data_class="profile", level="none")) == "policy.level_unknown"
    )


def test_personal_data_need_a_purpose() -> None:
    for role, action in product(Role, GOLDEN_ACTIONS):
        assert code_of(asked(POINT, role, action, "", "profile")) == "policy.purpose_missing"
    assert POINT.decide(somebody("it"), "view_health", Workspace(), RequestContext()).allowed


def test_a_key_has_its_purpose_and_no_other() -> None:
    key = Principal("t_1", roles=frozenset({"downstream"}), purpose="marketing", scopes=frozenset({"read"}), kind="key")
    assert POINT.decide(key, "read", OWN, RequestContext()).allowed
    assert POINT.decide(key, "read", OWN, RequestContext("marketing")).allowed
    assert code_of(POINT.decide(key, "read", OWN, RequestContext("analytics"))) == "policy.purpose_fixed"
    assert code_of(POINT.decide(key, "search", Workspace(), RequestContext())) == "policy.denied"


def test_a_downstream_key_without_a_purpose_reads_nothing() -> None:
    key = Principal("t_1", roles=frozenset({"downstream"}), scopes=frozenset({"read"}), kind="key")
    assert code_of(POINT.decide(key, "read", OWN, RequestContext("integration"))) == "policy.denied"


def test_a_key_with_an_unknown_scope_can_nothing() -> None:
    scopes = frozenset({"read", "view:everything"})
    key = Principal("t_1", roles=frozenset({"downstream"}), purpose="integration", scopes=scopes, kind="key")
    assert code_of(POINT.decide(key, "read", OWN, RequestContext())) == "policy.scope_unknown"


def test_answers_tell_their_policies() -> None:
    allowed = POINT.decide(somebody("sales"), "read", OWN, RequestContext("sales_follow_up"))
    assert allowed == Allowed(("sales.read",))
    view = POINT.view(somebody("sales"), OWN, RequestContext("sales_follow_up"))
    assert view.policies[DataClass.PROFILE] == ("sales.view",)
    assert view.policies[DataClass.FINANCE] == ()
    no_consent = GoldenResource(owner="u_1")
    forbidden = POINT.decide(
        somebody("marketing"), "view", no_consent, RequestContext("marketing"), data_class="contact", level="partial"
    )
    assert isinstance(forbidden, Refused)
    assert (forbidden.code, forbidden.policies) == ("policy.forbidden", ("everyone.marketing_needs_consent",))
    assert forbidden.as_error().code == "policy.forbidden"


@settings(deadline=None)
@given(PRINCIPALS, GOLDEN, CONTEXTS, st.sampled_from(sorted(GOLDEN_ACTIONS - CLASS_ACTIONS)))
def test_remembered_decisions_are_those_of_cedar(
    who: Principal, golden: GoldenResource, context: RequestContext, action: PolicyAction
) -> None:
    purpose = context.purpose or who.purpose or ""
    question = Question(who, action, golden, purpose, reason_given=bool(context.reason))
    assert POINT.decide(who, action, golden, context) == exactly(question)


@settings(max_examples=60, deadline=None)
@given(PRINCIPALS, GOLDEN, CONTEXTS)
def test_a_remembered_view_is_the_highest_level_cedar_allows(
    who: Principal, golden: GoldenResource, context: RequestContext
) -> None:
    purpose = context.purpose or who.purpose or ""
    view = POINT.view(who, golden, context)
    reading = exactly(Question(who, "read", golden, purpose, reason_given=bool(context.reason)))
    assert view.decision == reading
    for data_class in DataClass:
        questions = {
            level: Question(who, "view", golden, purpose, bool(context.reason), data_class, level)
            for level in VIEW_LEVELS
        }
        allowed = [level for level, question in questions.items() if exactly(question).allowed]
        expected = max(allowed, default=Level.NONE) if reading.allowed else Level.NONE
        assert view.level(data_class) is expected


@settings(deadline=None)
@given(PRINCIPALS, GOLDEN, CONTEXTS)
def test_a_row_is_in_scope_if_and_only_if_it_may_be_read(
    who: Principal, golden: GoldenResource, context: RequestContext
) -> None:
    assert POINT.row_scope(who, context).contains(golden) == POINT.decide(who, "read", golden, context).allowed


@settings(deadline=None)
@given(PRINCIPALS, GOLDEN, CONTEXTS)
def test_the_scope_of_a_rule_that_combines_relations_lets_through_nothing_refused(
    who: Principal, golden: GoldenResource, context: RequestContext
) -> None:
    own_consented = (
        '@id("p") permit (principal, action == Action::"read", resource) when { '
        "(resource has pool && principal.teams.containsAny(resource.teams)) || "
        "(resource has owner && resource.owner == principal && !(resource has pool && resource.marketing_consent)) };"
        '@id("f") forbid (principal, action, resource) when { principal in Role::"sales" && '
        "resource is Golden && resource.teams.isEmpty() };"
    )
    point = DecisionPoint(load_policies({"p.cedar": own_consented}))
    if point.row_scope(who, context).contains(golden):
        assert point.decide(who, "read", golden, context).allowed


@pytest.mark.parametrize("role", list(Role))
def test_who_may_see_a_level_may_see_those_below_it(role: Role) -> None:
    for purpose, data_class, reason in product(Purpose, DataClass, ["", "asked"]):
        context = RequestContext(purpose, reason)
        allowed = [
            POINT.decide(somebody(role), "view", OWN, context, data_class=data_class, level=level).allowed
            for level in VIEW_LEVELS
        ]
        assert allowed == sorted(allowed)


def test_a_view_cannot_be_changed_by_who_receives_it() -> None:
    view = POINT.view(somebody("sales"), OWN, RequestContext("sales_follow_up"))
    with pytest.raises(TypeError):
        view.levels[DataClass.FINANCE] = Level.CLEAR  # type: ignore[index]
