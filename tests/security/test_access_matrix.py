"""Role by route: what the policies say of the declared action, and what the running gateway answers."""

import re
from itertools import product
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.access_matrix import Route, access_page, cell, routes_of
from api.app import create_app
from api.auth import Public
from api.console import cookies
from api.console.guard import csrf_of
from core.attributes import DataClass
from core.database import reading
from core.errors import Invalid
from governance.policy.actions import CLASS_ACTIONS, GOLDEN_ACTIONS, PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.policy_set import default_policies
from governance.policy.values import GoldenResource, RequestContext, Workspace
from governance.principals import Principal
from governance.purposes import Purpose
from governance.roles import Role
from tests.security.conftest import Crowd

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "access-matrix.md"
# What everybody may reach without proving anything; one more is a decision, not an accident.
PUBLIC = {
    "GET /healthz",
    "GET /readyz",
    "GET /openapi.json",
    "POST /v1/forms/{form}",
    "GET /static/{digest}/{name:path}",
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-in/code",
    "POST /preferences",
}
BODIES: dict[str, dict[str, object]] = {
    "/v1/golden/search": {"text": "Zhao"},
    "/v1/golden/lookup": {"source": "form:contact", "stream": "contact", "key": "crowd-1"},
    "/v1/golden/{golden_id}/unmerge": {"reason_code": "not_same_person"},
    "/v1/golden/{golden_id}/decisions/lift": {"reason_code": "wrong"},
    "/v1/golden/{golden_id}/pins/{attribute}": {"value": "teacher", "reason_code": "said"},
    "/v1/survivorship": {"policy": {}, "reason_code": "test"},
    "/v1/survivorship/simulate": {"policy": {}},
    "/v1/exports": {},
    "/v1/records": {"values": {"person.full_name": "Li Na"}},
    "/v1/syncs": {"connection": "nothing"},
    "/v1/review/{item_id}/defer": {"until": "2026-05-01T00:00:00Z", "reason_code": "later"},
    "/v1/review/{item_id}/ask": {"note": ""},
    "/v1/review/{item_id}/decide": {"action": "merge", "reason_code": "same_person"},
    "/v1/review/{item_id}/agree": {"agrees": True},
    "/v1/review/asked/{question_id}": {"answer": "same"},
}
# What a page of the console needs to be asked at all, beside its token.
FORMS: dict[str, dict[str, str]] = {
    "/customers/{golden_id}": {"reason": "asked by the person"},
    "/customers/{golden_id}/unmerge": {"reason": "not_same_person"},
    "/review/{item_id}/decide": {"action": "merge"},
    "/review/{item_id}/agree": {"agrees": "yes"},
    "/review/asked/{question_id}": {"answer": "same"},
    "/review/{item_id}/defer": {"days": "7"},
    "/review/{item_id}/undo": {"decision": "d_" + "0" * 32},
    "/customers/{golden_id}/lift": {"reason": "wrong_data"},
    "/customers/{golden_id}/pins": {"attribute": "occupation", "value": "teacher", "reason": "checked"},
    "/customers/{golden_id}/pins/remove": {"attribute": "occupation"},
}
# Answers that disclose nothing and decide nothing: where they lead to is asked as well.
LEADS_ON = {"POST /customers/search": "seals the visitor's own words into the address of the page that decides"}
# Lists of golden records narrow themselves to what the caller may read; where that is nothing, they refuse.
NO_RECORD = "0" * 32


def every_route(crowd: Crowd) -> list[Route]:
    return routes_of(create_app(crowd.house.services))


def test_the_page_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == access_page(DecisionPoint(default_policies()))


def test_nothing_is_public_that_is_not_listed(crowd: Crowd) -> None:
    found = every_route(crowd)
    told = {f"{one.method} {one.path}" for one in found if isinstance(one.access, Public)}
    assert told == PUBLIC
    page = PAGE.read_text(encoding="utf-8")
    assert [one for one in found if f"| `{one.method} {one.path}` |" not in page] == []


def test_a_route_without_a_declaration_cannot_be_listed() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/open", lambda: "oops")
    with pytest.raises(Invalid):
        routes_of(app)


def is_console(route: Route) -> bool:
    return hasattr(route.access, "anybody")


def path_of(route: Route, crowd: Crowd) -> str:
    values = {
        "{golden_id}": crowd.golden,
        "{run}": f"run_{NO_RECORD}",
        "{upload}": f"up_{NO_RECORD}",
        "{index}": "0",
        "{form}": "contact",
        "{attribute}": "occupation",
        "attributes/{name}": "attributes/occupation",
    }
    path = route.path
    for name, value in values.items():
        path = path.replace(name, value)
    # The rest leads to what is not there, which is told to those who may.
    return re.sub(r"\{[^}]+\}", "x", path)


def principal_of(role: Role, crowd: Crowd) -> Principal:
    services = crowd.house.services
    if role is Role.DOWNSTREAM:
        found = services.tokens.authenticate_token(services.engine, crowd.token(role))
        return found.principal  # type: ignore[union-attr]  # it was made for this
    return Principal(crowd.people[role], roles=frozenset({role}))


def allowed(route: Route, role: Role, crowd: Crowd, purpose: str) -> bool:
    """What the policies say, asked apart from the route."""
    action = route.action
    if action is None:
        return role is not Role.DOWNSTREAM
    services, who, context = crowd.house.services, principal_of(role, crowd), RequestContext(purpose)
    if action not in GOLDEN_ACTIONS:
        return services.decisions.decide(who, action, Workspace(), context).allowed
    if "{golden_id}" not in route.path and action is PolicyAction.READ and "lookup" not in route.path:
        return not services.decisions.row_scope(who, context).empty
    if action is PolicyAction.ANSWER:
        # What is asked about others' customers is there for nobody; whose it is, the tests of asking tell.
        own = GoldenResource(owner=who.id, teams=who.teams)
        return services.decisions.decide(who, action, own, context).allowed
    # Through the wiring of the gateway: whose record it is, is its own business.
    from api.gateway import Gateway  # noqa: PLC0415  only here

    with reading(services.engine) as connection:
        (golden,) = Gateway(services).rights._resources(connection, [crowd.golden]).values()
    read = services.decisions.decide(who, PolicyAction.READ, golden, context).allowed
    # What is set in these requests is the occupation.
    named = DataClass.PROFILE.value if action in CLASS_ACTIONS else None
    return read and services.decisions.decide(who, action, golden, context, data_class=named).allowed


def ask(route: Route, role: Role, crowd: Crowd, purpose: str) -> httpx.Response:
    path, client = path_of(route, crowd), crowd.house.client
    if is_console(route):
        session = crowd.session(role)
        headers = {
            "cookie": f"{cookies.SESSION}={session}; {cookies.PURPOSE}={purpose}",
            "origin": crowd.house.url,
            "x-csrf-token": csrf_of(session),
        }
        form = (
            {**FORMS.get(route.path, {}), "record_id": crowd.golden, "other": crowd.golden}
            if route.path in FORMS
            else None
        )
        # Live pages do not end; their status is what counts.
        with client.stream(route.method, path, headers=headers, data=form) as answer:
            if "event-stream" not in answer.headers.get("content-type", ""):
                answer.read()
            return answer
    headers = {"authorization": f"Bearer {crowd.token(role)}", "x-purpose": purpose}
    body = BODIES.get(route.path)
    if body is not None and "unmerge" in route.path:
        body = {**body, "record_id": crowd.golden}
    if body is not None and "lift" in route.path:
        body = {**body, "other": crowd.golden}
    if body is None or route.method in {"GET", "DELETE"}:
        return client.request(route.method, path, headers=headers)
    return client.request(route.method, path, headers=headers, json=body)


def lets_in(answer: httpx.Response) -> bool:
    if answer.status_code in {401, 403}:
        return False
    # What one may not read is not told apart from what is not there.
    if answer.status_code == 404 and "golden.unknown" in answer.text:
        return False
    # The console sends those without a session to the page to sign in.
    return not (answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?"))


def purpose_for(route: Route, role: Role, crowd: Crowd) -> str:
    """A purpose under which the role may, where there is one; what it may at all is what is compared."""
    if role is Role.DOWNSTREAM:
        return "integration"
    known = [one.value for one in Purpose]
    return next((one for one in known if allowed(route, role, crowd, one)), known[0])


@pytest.mark.parametrize("role", Role)
def test_every_route_answers_every_role_as_the_policies_say(crowd: Crowd, role: Role) -> None:
    differ: list[str] = []
    point = crowd.house.services.decisions
    for route in every_route(crowd):
        told = f"{route.method} {route.path}"
        if isinstance(route.access, Public) or told in LEADS_ON or (is_console(route) and role is Role.DOWNSTREAM):
            continue
        purpose = purpose_for(route, role, crowd)
        answer, expected = ask(route, role, crowd, purpose), allowed(route, role, crowd, purpose)
        if lets_in(answer) != expected:
            differ.append(f"{route.method} {route.path}: {answer.status_code}, expected {expected}")
        if answer.status_code >= 500:
            differ.append(f"{route.method} {route.path}: {answer.status_code}")
        # What the page promises holds: nobody is let in where the table has nothing.
        if expected and not cell(point, route, role):
            differ.append(f"{route.method} {route.path}: not in the table")
    assert differ == []


def test_nobody_comes_in_without_proof(crowd: Crowd) -> None:
    """Deny by default, by enumeration: no token, a wrong one, a session where a token belongs and the other way."""
    session, token = crowd.session(Role.ADMIN), crowd.token(Role.ADMIN)
    wrong = "ingot_pat_" + "1" * 32 + "_" + "a" * 52
    # Without any header of ours: an empty origin is no proof of ours either.
    kinds: dict[str, dict[str, str]] = {
        "nothing": {},
        "a wrong token": {"authorization": f"Bearer {wrong}", "cookie": f"{cookies.SESSION}={wrong}"},
        "a session as a token": {"authorization": f"Bearer {session}", "x-api-key": session},
        "a token as a session": {"cookie": f"{cookies.SESSION}={token}"},
        "a cookie of another name": {"cookie": f"ingot={session}; session={session}"},
    }
    inside: list[str] = []
    for route, (name, headers) in product(every_route(crowd), kinds.items()):
        if isinstance(route.access, Public):
            continue
        answer = crowd.house.client.request(route.method, path_of(route, crowd), headers=headers)
        if lets_in(answer):
            inside.append(f"{route.method} {route.path}: {name}: {answer.status_code}")
    assert inside == []


def test_every_change_of_the_console_needs_its_own_token_and_origin(crowd: Crowd) -> None:
    through: list[str] = []
    for route in every_route(crowd):
        if not is_console(route) or route.method == "GET":
            continue
        role = next(
            one for one in Role if cell(crowd.house.services.decisions, route, one) and one is not Role.DOWNSTREAM
        )
        session, other = crowd.session(role), crowd.session(role)
        cookie = {"cookie": f"{cookies.SESSION}={session}"}
        forged = {
            "no token": {**cookie, "origin": crowd.house.url},
            "the token of another session": {**cookie, "origin": crowd.house.url, "x-csrf-token": csrf_of(other)},
            "another origin": {**cookie, "origin": "https://evil.example", "x-csrf-token": csrf_of(session)},
            "another site": {**cookie, "sec-fetch-site": "cross-site", "x-csrf-token": csrf_of(session)},
            "a sister site": {**cookie, "sec-fetch-site": "same-site", "x-csrf-token": csrf_of(session)},
            "no origin": {**cookie, "x-csrf-token": csrf_of(session)},
            "an origin that is null": {**cookie, "origin": "null", "x-csrf-token": csrf_of(session)},
        }
        for name, headers in forged.items():
            # Where the token travels beside a file, the file is read before the token can be judged.
            files = {"file": ("a.csv", b"a,b\n1,2\n")} if route.path.endswith("/upload") else None
            answer = crowd.house.client.request(route.method, path_of(route, crowd), headers=headers, files=files)
            if answer.status_code != 403:
                through.append(f"{route.method} {route.path}: {name}: {answer.status_code}")
    assert through == []
