"""Our values as Cedar's JSON: entities and requests. And the reduction of a situation to what policies can tell apart.

No policy may name a single user, team or pool (``policy_set`` refuses it), and ids carry no other meaning in Cedar
than being equal or not. So renaming them consistently changes no answer, and all who stand in the same relation to a
golden record share one.
"""

from dataclasses import replace
from typing import Any

import orjson

from governance.policy.values import GoldenResource, Resource
from governance.principals import Principal
from governance.scopes import parse_scopes

_SELF, _OTHER, _POOL = "self", "other", "pool"
_SHARED, _MINE, _THEIRS = "shared", "mine", "theirs"


def reduced(principal: Principal, resource: Resource) -> tuple[Principal, Resource]:
    """The same situation with the fewest distinct ids."""
    plain = replace(principal, id=_SELF, name="")
    if not isinstance(resource, GoldenResource):
        return replace(plain, teams=frozenset({_MINE}) if principal.teams else frozenset()), resource
    shared = {_SHARED} if principal.teams & resource.teams else set()
    mine = {_MINE} if principal.teams - resource.teams else set()
    theirs = {_THEIRS} if resource.teams - principal.teams else set()
    owner = None if resource.owner is None else _SELF if resource.owner == principal.id else _OTHER
    return replace(plain, teams=frozenset(shared | mine)), GoldenResource(
        owner=owner,
        pool=None if resource.pool is None else _POOL,
        teams=frozenset(shared | theirs),
        marketing_consent=resource.marketing_consent,
    )


def entities_json(principal: Principal, resource: Resource) -> str:
    """The two entities of a request, as Cedar's entities document."""
    scopes = parse_scopes(principal.scopes)
    user: dict[str, Any] = {
        "teams": _references("Team", principal.teams),
        "scopes": _references("Scope", scopes.actions),
        "clear_classes": _references("DataClass", scopes.clear),
        "partial_classes": _references("DataClass", scopes.partial),
        "edit_classes": _references("DataClass", scopes.edit),
    }
    if principal.purpose is not None:
        user["purpose"] = reference("Purpose", principal.purpose)
    roles = [_uid("Role", role) for role in sorted(principal.roles)]
    entities = [
        {"uid": _uid("User", principal.id), "attrs": user, "parents": roles},
        {"uid": resource_uid(resource), "attrs": _attributes(resource), "parents": []},
    ]
    return orjson.dumps(entities).decode()


def _attributes(resource: Resource) -> dict[str, Any]:
    if not isinstance(resource, GoldenResource):
        return {}
    attributes: dict[str, Any] = {
        "teams": _references("Team", resource.teams),
        "marketing_consent": resource.marketing_consent,
    }
    if resource.owner is not None:
        attributes["owner"] = reference("User", resource.owner)
    if resource.pool is not None:
        attributes["pool"] = reference("Pool", resource.pool)
    return attributes


def request_json(principal: Principal, action: str, resource: Resource, context: dict[str, Any]) -> dict[str, Any]:
    """One request in the form the engine takes."""
    return {
        "principal": _uid("User", principal.id),
        "action": _uid("Action", action),
        "resource": resource_uid(resource),
        "context": context,
    }


def resource_uid(resource: Resource) -> dict[str, str]:
    """How Cedar names the resource."""
    if isinstance(resource, GoldenResource):
        return _uid("Golden", resource.golden_id)
    return _uid("Workspace", "workspace")


def reference(kind: str, name: str) -> dict[str, Any]:
    """A reference to an entity inside an attribute or a context."""
    return {"__entity": _uid(kind, name)}


def _references(kind: str, names: frozenset[str]) -> list[dict[str, Any]]:
    return [reference(kind, name) for name in sorted(names)]


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}
