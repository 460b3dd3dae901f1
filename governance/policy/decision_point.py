"""The one point that decides who may do and see what. Every exit of the gateway asks it.

Deny by default: what no policy allows, what the closed lists do not know, and whatever makes the engine report an
error is refused. Answers are values with a reason and the ids of the policies behind them.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Any

import cedarpy

from core.attributes import DataClass
from core.errors import Invalid
from governance.masking import Level
from governance.policy.actions import CLASS_ACTIONS, GOLDEN_ACTIONS, PURPOSE_ACTIONS, PolicyAction
from governance.policy.cedar_request import entities_json, reduced, reference, request_json
from governance.policy.policy_set import PolicySet
from governance.policy.values import (
    Allowed,
    Decision,
    GoldenResource,
    RequestContext,
    Refused,
    Resource,
    RowScope,
    View,
    Workspace,
)
from governance.principals import Principal
from governance.purposes import Purpose, known_purpose
from governance.roles import known_role
from governance.scopes import parse_scopes

# From the most to the least; the first that is allowed is the level of a class.
_DESCENDING = (Level.CLEAR, Level.PARTIAL, Level.TOKEN, Level.AGGREGATE)
_ACTIONS = {action.value: action for action in PolicyAction}
_CLASSES = {data_class.value: data_class for data_class in DataClass}
_LEVELS = {level.value for level in _DESCENDING}
_REMEMBERED = 8192

_NOTHING_ALLOWS = "No access rule allows this to your roles for this purpose; ask an administrator for the role."
_FORBIDDEN = "An access rule forbids this."
_ERROR = "The access rules could not be evaluated without error, so the answer is no; have the policies checked."


class DecisionPoint:
    """Decides by one policy set. Safe to share between threads; remembers answers to situations that are alike."""

    def __init__(self, policies: PolicySet) -> None:
        self.policies = policies
        self._remembered_decision = lru_cache(maxsize=_REMEMBERED)(self._evaluate)
        self._remembered_view = lru_cache(maxsize=_REMEMBERED)(self._evaluate_view)
        self._remembered_scope = lru_cache(maxsize=_REMEMBERED)(self._evaluate_scope)

    def decide(
        self,
        principal: Principal,
        action: str,
        resource: Resource,
        context: RequestContext,
        *,
        data_class: str | None = None,
        level: str = Level.CLEAR,
    ) -> Decision:
        """Whether the principal may do it.

        ``view`` and ``edit`` are asked for one data class, ``view`` for one level. Never raises: what is unknown or
        does not fit together is Refused.
        """
        refused = _unfit(principal, action, resource, context.purpose, data_class, level)
        if refused is not None:
            return refused
        purpose = context.purpose or principal.purpose or ""
        who, what = reduced(principal, resource)
        asked_class = data_class or ""
        asked_level = str(level) if action == PolicyAction.VIEW else ""
        return self._remembered_decision(who, action, what, purpose, bool(context.reason), asked_class, asked_level)

    def view(self, principal: Principal, golden: GoldenResource, context: RequestContext) -> View:
        """The highest level allowed of every data class of a golden record; all ``none`` if it may not be read."""
        reading = self.decide(principal, PolicyAction.READ, golden, context)
        if isinstance(reading, Refused):
            return _hidden(reading)
        who, what = reduced(principal, golden)
        return self._remembered_view(
            who, what, context.purpose or principal.purpose or "", bool(context.reason), reading
        )

    def row_scope(self, principal: Principal, context: RequestContext) -> RowScope:
        """Which golden records the principal may read, for the SQL of lists.

        A golden record is in the scope if and only if ``decide("read")`` allows it, as long as the policies speak of
        owner, pool and teams one by one; of rules that combine them the scope is a part that is certainly allowed.
        """
        refused = _unfit(principal, PolicyAction.READ, GoldenResource(), context.purpose, None, Level.CLEAR)
        if refused is not None:
            return RowScope()
        who, _ = reduced(principal, Workspace())
        shape = self._remembered_scope(who, context.purpose or principal.purpose or "", bool(context.reason))
        return RowScope(
            everything=shape.everything,
            owner=principal.id if shape.owner is not None else None,
            pools=shape.pools,
            teams=principal.teams if shape.teams else frozenset(),
        )

    def purposes(self, principal: Principal) -> tuple[Purpose, ...]:
        """The purposes under which the principal may read any golden record at all."""
        return tuple(
            purpose for purpose in Purpose if not self.row_scope(principal, RequestContext(purpose.value)).empty
        )

    def _evaluate(
        self,
        principal: Principal,
        action: str,
        resource: Resource,
        purpose: str,
        reason_given: bool,
        data_class: str,
        level: str,
    ) -> Decision:
        context = _context(purpose, reason_given, data_class, level)
        return self._ask(principal, resource, [request_json(principal, action, resource, context)])[0]

    def _evaluate_view(
        self, principal: Principal, golden: GoldenResource, purpose: str, reason_given: bool, reading: Decision
    ) -> View:
        asked = list(product(DataClass, _DESCENDING))
        requests = [
            request_json(
                principal,
                PolicyAction.VIEW,
                golden,
                _context(purpose, reason_given, data_class.value, level.value),
            )
            for data_class, level in asked
        ]
        levels = dict.fromkeys(DataClass, Level.NONE)
        policies: dict[DataClass, tuple[str, ...]] = dict.fromkeys(DataClass, ())
        for (data_class, level), decision in zip(asked, self._ask(principal, golden, requests), strict=True):
            if isinstance(decision, Allowed) and level > levels[data_class]:
                levels[data_class], policies[data_class] = level, decision.policies
        return View(reading, MappingProxyType(levels), MappingProxyType(policies))

    def _evaluate_scope(self, principal: Principal, purpose: str, reason_given: bool) -> RowScope:
        context = RequestContext(purpose, "given" if reason_given else "")
        refused = [
            golden
            for golden in _situations(principal)
            if not self.decide(principal, PolicyAction.READ, golden, context).allowed
        ]
        # A part may be used only where nothing that lies in it is refused.
        parts = (
            RowScope(everything=True),
            RowScope(owner=principal.id),
            RowScope(pools=True),
            RowScope(teams=principal.teams),
        )
        sound = [part for part in parts if not any(part.contains(golden) for golden in refused)]
        if parts[0] in sound:
            return parts[0]
        return RowScope(
            owner=principal.id if any(part.owner for part in sound) else None,
            pools=any(part.pools for part in sound),
            teams=principal.teams if any(part.teams for part in sound) else frozenset(),
        )

    def _ask(self, principal: Principal, resource: Resource, requests: Sequence[dict[str, Any]]) -> list[Decision]:
        answers = cedarpy.is_authorized_batch(
            requests, self.policies.handle, entities_json(principal, resource), self.policies.schema
        )
        return [_decision(answer) for answer in answers]


def _unfit(
    principal: Principal, action: str, resource: Resource, purpose: str, data_class: str | None, level: str
) -> Refused | None:
    """Why the question itself is refused, before any policy is asked; None where it is in order."""
    known = _ACTIONS.get(action)
    if known is None:
        return Refused("policy.action_unknown", "There is no such action in the access rules.")
    if (known in GOLDEN_ACTIONS) != isinstance(resource, GoldenResource):
        return Refused("policy.resource_unfit", f"The action '{known}' is not asked of this kind of resource.")
    if (known in CLASS_ACTIONS) != (data_class is not None) or (data_class is not None and data_class not in _CLASSES):
        return Refused("policy.class_unknown", f"The action '{known}' names a data class that is unknown or unfit.")
    if known is PolicyAction.VIEW and level not in _LEVELS:
        return Refused("policy.level_unknown", "There is no such level to be viewed.")
    return _unfit_principal(principal) or _unfit_purpose(principal, known, purpose)


def _unfit_principal(principal: Principal) -> Refused | None:
    if not principal.roles:
        return Refused("policy.no_role", "You have no role; ask an administrator for one.")
    if not all(known_role(role) for role in principal.roles):
        return Refused("policy.role_unknown", "One of your roles is unknown; ask an administrator to mend the account.")
    if principal.purpose is not None and not known_purpose(principal.purpose):
        return Refused("policy.purpose_unknown", "The purpose fixed for this key is unknown; issue a new key.")
    try:
        parse_scopes(principal.scopes)
    except Invalid:
        return Refused("policy.scope_unknown", "One of the scopes of this key is unknown; issue a new key.")
    return None


def _unfit_purpose(principal: Principal, action: PolicyAction, purpose: str) -> Refused | None:
    known = ", ".join(sorted(one.value for one in Purpose))
    if purpose and not known_purpose(purpose):
        return Refused("policy.purpose_unknown", f"The purpose named is not in the register; name one of {known}.")
    if principal.purpose is not None and purpose and purpose != principal.purpose:
        return Refused("policy.purpose_fixed", f"This key was issued for the purpose '{principal.purpose}' only.")
    if action in PURPOSE_ACTIONS and not (purpose or principal.purpose):
        return Refused("policy.purpose_missing", f"Personal data need a purpose; name one of {known}.")
    return None


def _context(purpose: str, reason_given: bool, data_class: str, level: str) -> dict[str, Any]:
    context: dict[str, Any] = {"reason_given": reason_given}
    named = {"purpose": ("Purpose", purpose), "data_class": ("DataClass", data_class), "level": ("Level", level)}
    context.update((name, reference(kind, value)) for name, (kind, value) in named.items() if value)
    return context


def _decision(answer: Any) -> Decision:
    """Cedar's answer as ours: an error anywhere is a no, also where Cedar itself says Allow."""
    diagnostics = answer.diagnostics
    policies = tuple(sorted(diagnostics.id_annotations_by_reason.values()))
    if diagnostics.errors or answer.decision is cedarpy.Decision.NoDecision:
        return Refused("policy.error", _ERROR, policies)
    if answer.decision is cedarpy.Decision.Allow:
        return Allowed(policies)
    return Refused("policy.forbidden", _FORBIDDEN, policies) if policies else Refused("policy.denied", _NOTHING_ALLOWS)


def _hidden(reading: Refused) -> View:
    return View(
        reading,
        MappingProxyType(dict.fromkeys(DataClass, Level.NONE)),
        MappingProxyType(dict.fromkeys(DataClass, ())),
    )


def _situations(principal: Principal) -> list[GoldenResource]:
    """Golden records in every relation to the principal that policies can tell apart."""
    mine = principal.teams
    theirs = frozenset({"theirs"})
    return [
        GoldenResource(owner=owner, pool=pool, teams=teams, marketing_consent=consent)
        for owner, pool, teams, consent in product(
            (None, principal.id, "other"),
            (None, "pool"),
            {frozenset[str](), mine, theirs, mine | theirs},
            (False, True),
        )
    ]
