import cedarpy
import pytest

from core.errors import Invalid
from governance.policy.decision_point import DecisionPoint
from governance.policy.policy_set import default_policies, load_policies, shipped_policies, shipped_schema
from governance.policy.values import Refused, RequestContext, Workspace
from governance.principals import Principal

PERMIT = '@id("p") permit (principal, action == Action::"view_health", resource);'
ADMIN = Principal("u_1", roles=frozenset({"admin"}))


def refused_with(code: str, text: str, **more: str) -> str:
    with pytest.raises(Invalid) as caught:
        load_policies({"mine.cedar": text, **more})
    assert caught.value.code == code
    return caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        '@id("p") permit (principal in Role::"salesman", action, resource);',
        '@id("p") permit (principal, action == Action::"peek", resource);',
        '@id("p") permit (principal, action == Action::"view", resource) when { context.level == Level::"all" };',
        '@id("p") permit (principal, action == Action::"read", resource) when { context.purpose == Purpose::"fun" };',
        '@id("p") permit (principal, action == Action::"read", resource) when { resource.region == "north" };',
        '@id("p") permit (principal, action == Action::"read", resource) when { resource.owner == principal };',
        '@id("p") permit (principal, action == Action::"view", resource) when { context.level == 3 };',
        '@id("p") permit (principal, action == Action::"read", resource) when {',
    ],
)
def test_what_fails_strict_validation_is_refused_and_its_file_named(text: str) -> None:
    assert "mine.cedar" in refused_with("policy.invalid", text)


def test_every_policy_needs_an_id_of_its_own() -> None:
    refused_with("policy.id_missing", PERMIT.removeprefix('@id("p") '))
    assert "other.cedar" in refused_with("policy.id_taken", PERMIT, **{"other.cedar": PERMIT})


@pytest.mark.parametrize(
    "scope", ['principal == User::"u_1", action', 'principal, action == Action::"read", resource == Golden::"g_1") //']
)
def test_no_policy_names_an_individual(scope: str) -> None:
    text = f'@id("p") permit ({scope}, resource);' if "//" not in scope else f'@id("p") permit ({scope}\n;'
    refused_with("policy.names_individual", text)


def test_no_policy_names_a_team_inside_a_condition() -> None:
    refused_with(
        "policy.names_individual",
        '@id("p") permit (principal, action == Action::"read", resource) when { '
        'resource.teams.contains(Team::"north") };',
    )


def test_a_template_is_refused() -> None:
    refused_with("policy.template", '@id("p") permit (principal in ?principal, action, resource);')


def test_a_schema_that_does_not_parse_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        load_policies({}, "entity ;")
    assert caught.value.code == "policy.schema"


def test_the_digest_changes_with_the_text_and_not_with_the_order_of_files() -> None:
    other = PERMIT.replace('"p"', '"q"')
    first = load_policies({"a.cedar": PERMIT, "b.cedar": other})
    assert first.digest == load_policies({"b.cedar": other, "a.cedar": PERMIT}).digest
    assert first.digest != load_policies({"a.cedar": PERMIT}).digest


def test_the_shipped_pack_is_package_data_and_valid() -> None:
    assert set(shipped_policies()) >= {"everyone.cedar", "sales.cedar", "downstream.cedar"}
    assert "sales.read" in default_policies().ids


def test_a_forbid_on_a_missing_attribute_would_be_skipped_by_cedar_and_is_refused_here() -> None:
    text = PERMIT + '@id("f") forbid (principal, action, resource) when { principal.purpose == Purpose::"audit" };'
    request = {
        "principal": 'User::"u"',
        "action": 'Action::"view_health"',
        "resource": 'Workspace::"w"',
        "context": {"reason_given": False},
    }
    entities = [{"uid": {"type": "User", "id": "u"}, "attrs": {}, "parents": []}]
    skipped = cedarpy.is_authorized(request, text, entities)
    # The trap: Cedar itself says Allow, and tells of the error only on the side.
    assert skipped.allowed
    assert skipped.diagnostics.errors
    refused_with("policy.invalid", text)


def test_an_error_while_evaluating_is_a_deny_even_where_cedar_allows() -> None:
    # An overflow is the one error that strict validation cannot foresee.
    overflow = '@id("f") forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };'
    sound = DecisionPoint(load_policies({"a.cedar": PERMIT}))
    broken = DecisionPoint(load_policies({"a.cedar": PERMIT, "b.cedar": overflow}))
    assert sound.decide(ADMIN, "view_health", Workspace(), RequestContext()).allowed
    answer = broken.decide(ADMIN, "view_health", Workspace(), RequestContext())
    assert isinstance(answer, Refused)
    assert answer.code == "policy.error"


def test_the_schema_is_the_shipped_one_unless_another_is_given() -> None:
    assert load_policies({"a.cedar": PERMIT}).digest == load_policies({"a.cedar": PERMIT}, shipped_schema()).digest
