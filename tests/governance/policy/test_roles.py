from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attributes import DataClass
from core.attributes import attribute as attribute_of
from governance.masking import Level, present
from governance.policy.decision_point import DecisionPoint
from governance.policy.matrix import role_tables
from governance.policy.policy_set import default_policies
from governance.policy.values import GoldenResource, RequestContext, Workspace
from governance.principals import Principal
from governance.purposes import PURPOSE_TITLES, Purpose
from governance.roles import ROLE_TITLES, Role
from tests.governance.policy.strategies import CONTEXTS, GOLDEN

POINT = DecisionPoint(default_policies())
C = DataClass
OWN = GoldenResource("g_1", owner="u_1", marketing_consent=True)
POOL = GoldenResource("g_2", pool="pool")
OTHER = GoldenResource("g_3", owner="u_2", teams=frozenset({"north"}))


def person(role: str, *teams: str) -> Principal:
    return Principal("u_1", roles=frozenset({role}), teams=frozenset(teams))


def classes_at(role: str, purpose: str, level: Level, golden: GoldenResource = OWN, reason: str = "") -> set[DataClass]:
    view = POINT.view(person(role), golden, RequestContext(purpose, reason))
    return {one for one in DataClass if view.level(one) is level}


def test_the_page_on_roles_is_up_to_date() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "roles.md"
    assert page.read_text(encoding="utf-8") == role_tables(POINT), "run: python -m governance.policy.matrix"


def test_every_role_and_purpose_has_a_title_in_both_languages() -> None:
    assert set(ROLE_TITLES) == set(Role)
    assert set(PURPOSE_TITLES) == set(Purpose)
    assert all(title.en and title.zh for title in [*ROLE_TITLES.values(), *PURPOSE_TITLES.values()])


def test_AT41_sales_sees_its_customers_and_no_finance() -> None:
    seen = {C.PROFILE, C.CONTACT, C.ADDRESS, C.ORGANIZATION, C.CONSENT, C.NEED, C.INTERACTION}
    assert classes_at("sales", "sales_follow_up", Level.CLEAR) == seen
    assert classes_at("sales", "sales_follow_up", Level.CLEAR, POOL) == seen
    assert classes_at("sales", "sales_follow_up", Level.NONE) == set(C) - seen
    assert classes_at("sales", "sales_follow_up", Level.NONE, OTHER) == set(C)


def test_AT41_service_handles_feedback_and_sees_no_transactions() -> None:
    assert attribute_of("transaction.amount").data_class is C.FINANCE
    seen = {C.PROFILE, C.CONTACT, C.ORGANIZATION, C.CONSENT, C.FEEDBACK}
    assert classes_at("service", "customer_service", Level.CLEAR, OTHER) == seen
    assert classes_at("service", "customer_service", Level.NONE, OTHER) == set(C) - seen
    context = RequestContext("customer_service")
    editable = {one for one in C if POINT.decide(person("service"), "edit", OTHER, context, data_class=one).allowed}
    assert editable == {C.FEEDBACK}


@settings(deadline=None)
@given(st.frozensets(st.sampled_from(["sales", "service", "marketing", "steward"]), min_size=1), GOLDEN, CONTEXTS)
def test_no_mixture_of_these_roles_sees_finance(
    roles: frozenset[str], golden: GoldenResource, context: RequestContext
) -> None:
    view = POINT.view(Principal("u_a", roles=roles, teams=frozenset({"north"})), golden, context)
    assert view.level(C.FINANCE) is Level.NONE


@pytest.mark.parametrize("role", ["it", "auditor", "admin", "consultant", "trainer"])
def test_roles_without_customer_values(role: str) -> None:
    for purpose, golden, reason in product(Purpose, [OWN, POOL, OTHER], ["", "asked"]):
        assert classes_at(role, purpose, Level.NONE, golden, reason) == set(C)
    assert POINT.purposes(person(role)) == ()


def test_AT42_an_analyst_sees_the_masks() -> None:
    view = POINT.view(person("analyst"), OTHER, RequestContext("analytics"))
    examples = {
        "person.full_name": ("欧阳修", "欧阳*"),
        "phone": ("13800138000", "138****8000"),
        "id.cn.ric": ("11010519491231002X", "110105********002X"),
        "email": ("zhangsan@example.com", "z***@example.com"),
        "address.full": ("北京市朝阳区建国路88号", "北京市朝阳区****"),
        "person.income": ("120000", None),
        "transaction.amount": ("99.50", None),
    }
    for name, (value, expected) in examples.items():
        known = attribute_of(name)
        assert present(view.level(known.data_class), known.kind, value, name) == expected


def test_marketing_sees_contact_points_of_those_who_consented_and_partial() -> None:
    consented = POINT.view(person("marketing"), OWN, RequestContext("marketing"))
    assert consented.level(C.CONTACT) is Level.PARTIAL
    assert Level.CLEAR not in consented.levels.values()
    assert POINT.view(person("marketing"), POOL, RequestContext("marketing")).level(C.CONTACT) is Level.NONE


def test_a_manager_sees_the_team_and_nobody_elses() -> None:
    context = RequestContext("sales_follow_up")
    assert POINT.view(person("manager", "north"), OTHER, context).level(C.FINANCE) is Level.CLEAR
    assert not POINT.view(person("manager", "south"), OTHER, context).decision.allowed
    scope = POINT.row_scope(person("manager", "north"), context)
    assert (scope.owner, scope.teams, scope.pools, scope.everything) == ("u_1", frozenset({"north"}), False, False)


def test_the_privacy_officer_sees_clear_values_only_with_a_reason() -> None:
    assert classes_at("privacy_officer", "privacy_request", Level.PARTIAL) == set(C)
    assert classes_at("privacy_officer", "privacy_request", Level.PARTIAL, reason="  ") == set(C)
    assert classes_at("privacy_officer", "privacy_request", Level.CLEAR, reason="request 17") == set(C)


def test_a_role_may_not_borrow_the_purpose_of_another() -> None:
    for role, purpose in product(["sales", "service", "analyst", "steward"], Purpose):
        if purpose not in POINT.purposes(person(role)):
            assert POINT.row_scope(person(role), RequestContext(purpose)).empty


def test_who_sees_contacts_only_masked_may_not_search_by_them() -> None:
    for role in Role:
        if role is Role.DOWNSTREAM or role is Role.PRIVACY_OFFICER:
            continue
        for purpose in Purpose:
            context = RequestContext(purpose)
            if POINT.decide(person(role), "search", Workspace(), context).allowed:
                assert POINT.view(person(role), OWN, context).level(C.CONTACT) is Level.CLEAR


def test_scopes_of_a_key_say_what_it_sees() -> None:
    key = Principal(
        "t_1",
        roles=frozenset({"downstream"}),
        purpose="integration",
        scopes=frozenset({"read", "view:contact", "view:profile:partial", "edit:need"}),
        kind="key",
    )
    view = POINT.view(key, OTHER, RequestContext())
    assert view.level(C.CONTACT) is Level.CLEAR
    assert view.level(C.PROFILE) is Level.PARTIAL
    assert view.level(C.FINANCE) is Level.NONE
    assert POINT.decide(key, "edit", OTHER, RequestContext(), data_class="need").allowed
    assert not POINT.decide(key, "edit", OTHER, RequestContext(), data_class="contact").allowed


def test_no_data_class_is_open_to_everybody() -> None:
    for data_class in DataClass:
        assert any(data_class in classes_at(role, purpose, Level.NONE) for role in Role for purpose in Purpose)
