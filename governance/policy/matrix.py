"""The access rules as tables for people: asks the decision point about every role, action and data class.

``python -m governance.policy.matrix`` prints ``docs/reference/roles.md``; a test holds the file to it.
"""

import sys
from collections.abc import Iterable, Sequence
from itertools import product

from core.attributes import DataClass
from governance.masking import Level
from governance.policy.actions import GOLDEN_ACTIONS, PURPOSE_ACTIONS, PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.policy_set import default_policies
from governance.policy.values import GoldenResource, RequestContext, Resource, RowScope, Workspace
from governance.principals import Principal
from governance.purposes import PURPOSE_TITLES, Purpose
from governance.roles import ROLE_TITLES, Role
from governance.scopes import SCOPE_ACTIONS

_TEAM = frozenset({"team"})
_EVERY_SCOPE = frozenset({*SCOPE_ACTIONS, *(f"{verb}:{one.value}" for verb in ("view", "edit") for one in DataClass)})
_INTRODUCTION = """# Roles

What the default policies allow. This page is generated from them (`python -m governance.policy.matrix`) and a test
holds it to them. What is not allowed here is refused. Somebody with several roles may do what any of them may.

Each request for personal data names a purpose. A downstream system has the purpose and the scopes that its key was
given when it was issued; the tables show a key with every scope and the purpose `integration`.

Levels, from least to most: `none`, `aggregate` (counted only), `token` (a pseudonym), `partial` (masked by kind:
`138****8000`), `clear`.
"""


def role_tables(point: DecisionPoint) -> str:
    """The page on roles, in Markdown."""
    sections = [
        _INTRODUCTION,
        "## Purposes\n",
        table(
            ["purpose", "meaning", "中文"], ([f"`{p}`", PURPOSE_TITLES[p].en, PURPOSE_TITLES[p].zh] for p in Purpose)
        ),
        "## What each role sees of a golden record\n",
        table(["role", "中文", "golden records", "case", *(one.value for one in DataClass)], view_rows(point)),
        "## What each role may edit\n",
        table(["role", *(one.value for one in DataClass)], edit_rows(point)),
        "## What each role may do\n",
        "`read`, `merge` and the other actions on one golden record hold for the golden records of the role only.\n",
        table(["action", *(f"`{role}`" for role in Role)], action_rows(point)),
    ]
    return "\n".join(sections)


def _principal(role: Role) -> Principal:
    if role is Role.DOWNSTREAM:
        return Principal("self", roles=frozenset({role}), purpose="integration", scopes=_EVERY_SCOPE, kind="key")
    return Principal("self", roles=frozenset({role}), teams=_TEAM)


def _golden(*, consent: bool = True) -> list[GoldenResource]:
    """One golden record of each kind: own, in the pool, of the team, of somebody else."""
    return [
        GoldenResource(owner="self", teams=_TEAM, marketing_consent=consent),
        GoldenResource(pool="pool", marketing_consent=consent),
        GoldenResource(owner="other", teams=_TEAM, marketing_consent=consent),
        GoldenResource(owner="other", marketing_consent=consent),
    ]


def view_rows(point: DecisionPoint) -> Iterable[Sequence[str]]:
    """Role, its Chinese title, golden records in reach, the case, and the level of each data class."""
    for role in Role:
        who = _principal(role)
        usual = _levels(point, who, reason="", consent=True)
        cases = [("", usual)]
        for title, levels in (
            ("with a reason", _levels(point, who, reason="given", consent=True)),
            ("without marketing consent", _levels(point, who, reason="", consent=False)),
        ):
            if levels != usual:
                cases.append((title, levels))
        scope = _scope_words(_widest_scope(point, who))
        for title, levels in cases:
            yield [f"`{role}`", ROLE_TITLES[role].zh, scope, title, *(str(level) for level in levels)]


def _levels(point: DecisionPoint, who: Principal, *, reason: str, consent: bool) -> list[Level]:
    """The highest level of each class over all purposes and all golden records of the role."""
    views = [
        point.view(who, golden, RequestContext(purpose, reason))
        for purpose in point.purposes(who)
        for golden in _golden(consent=consent)
    ]
    return [max((view.level(one) for view in views), default=Level.NONE) for one in DataClass]


def _widest_scope(point: DecisionPoint, who: Principal) -> RowScope:
    scopes = [point.row_scope(who, RequestContext(purpose)) for purpose in point.purposes(who)]
    return RowScope(
        everything=any(scope.everything for scope in scopes),
        owner=who.id if any(scope.owner for scope in scopes) else None,
        pools=any(scope.pools for scope in scopes),
        teams=frozenset().union(*(scope.teams for scope in scopes)),
    )


def _scope_words(scope: RowScope) -> str:
    if scope.everything:
        return "all"
    words = (("own", scope.owner), ("pool", scope.pools), ("team", scope.teams))
    return ", ".join(word for word, there in words if there) or "none"


def edit_rows(point: DecisionPoint) -> Iterable[Sequence[str]]:
    """Role, and for each data class whether it may be edited."""
    for role in Role:
        cells = [role_may(point, role, PolicyAction.EDIT, one) for one in DataClass]
        yield [f"`{role}`", *cells]


def action_rows(point: DecisionPoint) -> Iterable[Sequence[str]]:
    """Action, and for each role whether it may be done."""
    for action in PolicyAction:
        if action not in {PolicyAction.VIEW, PolicyAction.EDIT}:
            yield [f"`{action}`", *(role_may(point, role, action) for role in Role)]


def role_may(point: DecisionPoint, role: Role, action: PolicyAction, data_class: DataClass | None = None) -> str:
    """``yes``, ``with a reason`` or nothing, for the purpose and the golden record that suit the role best."""
    who = _principal(role)
    resources: Sequence[Resource] = _golden() if action in GOLDEN_ACTIONS else [Workspace()]
    purposes: Sequence[str] = list(Purpose) if action in PURPOSE_ACTIONS else [""]
    asked = list(product(resources, purposes))

    def allowed(reason: str) -> bool:
        return any(
            point.decide(who, action, resource, RequestContext(purpose, reason), data_class=data_class).allowed
            for resource, purpose in asked
        )

    if not allowed("given"):
        return ""
    return "yes" if allowed("") else "with a reason"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(role_tables(DecisionPoint(default_policies())))
