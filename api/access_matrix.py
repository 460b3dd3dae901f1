"""Who may use which route, generated from the application itself: what each route declares, put to the policies.

``python -m api.access_matrix`` prints ``docs/reference/access-matrix.md``; a test holds the file to it, and another
asks every route in the name of every role and compares the answers.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.app import install_routes
from api.auth import Access, Public, access_of
from core.attributes import DataClass
from core.errors import Invalid
from governance.policy.actions import CLASS_ACTIONS, GOLDEN_ACTIONS, PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.matrix import role_may, table
from governance.policy.policy_set import default_policies
from governance.roles import Role

_INTRODUCTION = """# Who may use which route

Generated from the application (`python -m api.access_matrix`): every route of the API and every page of the console
with the action that it declares, put to the default policies. A test holds this page to them and asks every route in
the name of every role. A route that declares nothing keeps the gateway from starting.

`yes`: the role may. `theirs`: the role may where the policies allow it on the golden record itself, see
[roles.md](roles.md). `reason`: with a reason given. Empty: refused. Somebody with several roles may do what any of them
may; a key has the role `downstream` and also needs the scope.
"""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, and what it declares."""

    method: str
    path: str
    access: Access

    @property
    def action(self) -> PolicyAction | None:
        """The action it needs; None where being signed in, or nothing, is enough."""
        if isinstance(self.access, Public) or getattr(self.access, "anybody", False):
            return None
        return self.access.action


def routes_of(app: FastAPI) -> list[Route]:
    """Every route of an application, by path and method. Raises Invalid ``api.route_open`` for one that is open."""
    found: list[Route] = []
    for one in app.routes:
        access = access_of(one)
        if access is None or not isinstance(one, APIRoute):
            raise Invalid("api.route_open", f"The route {getattr(one, 'path', '?')} does not declare who may use it.")
        found += [Route(method, one.path, access) for method in sorted(one.methods or ())]
    return sorted(found, key=lambda one: (one.path, one.method))


def cell(point: DecisionPoint, route: Route, role: Role) -> str:
    """``yes``, ``theirs``, ``reason`` or nothing."""
    if isinstance(route.access, Public):
        return "yes"
    if route.action is None:
        # The console is for people.
        return "" if role is Role.DOWNSTREAM else "yes"
    if getattr(route.access, "anybody", None) is not None and role is Role.DOWNSTREAM:
        return ""
    found = _may(point, role, route.action)
    if found == "with a reason":
        return "reason"
    return "theirs" if found and route.action in GOLDEN_ACTIONS else found


def _may(point: DecisionPoint, role: Role, action: PolicyAction) -> str:
    """Of what is asked for a class of data: whether the role may for any."""
    if action not in CLASS_ACTIONS:
        return role_may(point, role, action)
    found = {role_may(point, role, action, one) for one in DataClass}
    return next((one for one in ("yes", "with a reason") if one in found), "")


def access_page(point: DecisionPoint) -> str:
    """The page, in Markdown."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    install_routes(app)
    head = ["route", "needs", *(f"`{role}`" for role in Role)]
    return f"{_INTRODUCTION}\n{table(head, _rows(point, routes_of(app)))}"


def _rows(point: DecisionPoint, routes: Iterable[Route]) -> Iterable[Sequence[str]]:
    for route in routes:
        yield [f"`{route.method} {route.path}`", _needs(route), *(cell(point, route, role) for role in Role)]


def _needs(route: Route) -> str:
    if isinstance(route.access, Public):
        return "nothing"
    return "a session" if route.action is None else f"`{route.action.value}`"


if __name__ == "__main__":
    sys.stdout.write(access_page(DecisionPoint(default_policies())))
