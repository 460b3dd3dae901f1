"""The one point that decides who may do and see what. Every exit of the gateway asks it.

Deny by default: what no policy allows, what the closed lists do not know, and whatever makes the engine report an
error is refused. Answers are values with a reason and the ids of the policies behind them.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Any

import cedarpy

from core.attributes import DataClass
from governance.masking import Level
from governance.policy.actions import PolicyAction
from governance.policy.cedar_request import entities_json
from governance.policy.policy_set import PolicySet
from governance.policy.question import VIEW_LEVELS, Question, unfit
from governance.policy.values import (
    Allowed,
    Decision,
    GoldenResource,
    Refused,
    RequestContext,
    Resource,
    RowScope,
    View,
)
from governance.principals import Principal
from governance.purposes import Purpose

_REMEMBERED = 8192
_EVERYTHING = RowScope(everything=True)
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
        # In front of them, by the caller as they are now: a change of roles or teams is another principal.
        self._known_view = lru_cache(maxsize=_REMEMBERED)(self._view)
        self._known_scope = lru_cache(maxsize=_REMEMBERED)(self._row_scope)

    def decide(
        self,
        principal: Principal,
        action: str,
        resource: Resource,
        context: RequestContext,
        *,
        data_class: str | None = None,
        level: str | None = None,
    ) -> Decision:
        """Whether the principal may do it.

        ``view`` and ``edit`` are asked for one data class, ``view`` for one level (``clear`` where none is given).
        Never raises: what is unknown or does not fit together is Refused.
        """
        if action == PolicyAction.VIEW and level is None:
            level = Level.CLEAR
        question = Question(
            principal,
            action,
            resource,
            purpose=context.purpose or principal.purpose or "",
            reason_given=bool(context.reason.strip()),
            data_class=data_class,
            level=level,
        )
        return unfit(question) or self._remembered_decision(question.reduced())

    def view(self, principal: Principal, golden: GoldenResource, context: RequestContext) -> View:
        """The highest level allowed of every data class of a golden record; all ``none`` if it may not be read."""
        # Only what policies can tell apart goes into the memory: no id, no request, no words of a reason.
        situation = GoldenResource("", golden.owner, golden.pool, golden.teams, golden.marketing_consent)
        return self._known_view(principal, situation, context.purpose, bool(context.reason.strip()))

    def row_scope(self, principal: Principal, context: RequestContext) -> RowScope:
        """Which golden records the principal may read, for the SQL of lists.

        A golden record is in the scope if and only if ``decide("read")`` allows it, as long as the policies speak of
        owner, pool and teams one by one; of rules that combine them the scope is a part that is certainly allowed.
        """
        return self._known_scope(principal, context.purpose, bool(context.reason.strip()))

    def purposes(self, principal: Principal) -> tuple[Purpose, ...]:
        """The purposes under which the principal may read any golden record at all."""
        return tuple(
            purpose for purpose in Purpose if not self.row_scope(principal, RequestContext(purpose.value)).empty
        )

    def _view(self, principal: Principal, golden: GoldenResource, purpose: str, reason_given: bool) -> View:
        question = _reading(principal, golden, purpose, reason_given=reason_given)
        refused = unfit(question)
        return _hidden(refused) if refused else self._remembered_view(question.reduced())

    def _row_scope(self, principal: Principal, purpose: str, reason_given: bool) -> RowScope:
        question = _reading(principal, GoldenResource(), purpose, reason_given=reason_given)
        if unfit(question):
            return RowScope()
        shape = self._remembered_scope(question.reduced())
        return replace(
            shape,
            owner=None if shape.owner is None else principal.id,
            teams=principal.teams if shape.teams else frozenset(),
        )

    def _evaluate(self, question: Question) -> Decision:
        return self._ask([question])[0]

    def _evaluate_view(self, reading: Question) -> View:
        decision = self._evaluate(reading)
        if isinstance(decision, Refused):
            return _hidden(decision)
        asked = list(product(DataClass, VIEW_LEVELS))
        questions = [
            replace(reading, action=PolicyAction.VIEW, data_class=data_class.value, level=level.value)
            for data_class, level in asked
        ]
        levels = dict.fromkeys(DataClass, Level.NONE)
        policies: dict[DataClass, tuple[str, ...]] = dict.fromkeys(DataClass, ())
        for (data_class, level), answer in zip(asked, self._ask(questions), strict=True):
            if isinstance(answer, Allowed) and level > levels[data_class]:
                levels[data_class], policies[data_class] = level, answer.policies
        return View(decision, MappingProxyType(levels), MappingProxyType(policies))

    def _evaluate_scope(self, reading: Question) -> RowScope:
        principal = reading.principal
        situations = _situations(principal)
        refused = [
            golden
            for golden in situations
            if not self._remembered_decision(replace(reading, resource=golden).reduced()).allowed
        ]
        # A part may be used only where nothing that lies in it is refused.
        parts = [
            part
            for part in (RowScope(owner=principal.id), RowScope(pools=True), RowScope(teams=principal.teams))
            if not any(part.contains(golden) for golden in refused)
        ]
        if not refused:
            return _EVERYTHING
        return RowScope(
            owner=principal.id if any(part.owner for part in parts) else None,
            pools=any(part.pools for part in parts),
            teams=principal.teams if any(part.teams for part in parts) else frozenset(),
        )

    def _ask(self, questions: Sequence[Question]) -> list[Decision]:
        """The answers to questions of one principal about one resource."""
        entities = entities_json(questions[0].principal, questions[0].resource)
        requests = [question.to_cedar() for question in questions]
        answers = cedarpy.is_authorized_batch(requests, self.policies.handle, entities, self.policies.schema)
        return [_decision(answer) for answer in answers]


def _reading(principal: Principal, golden: GoldenResource, purpose: str, *, reason_given: bool) -> Question:
    return Question(
        principal,
        PolicyAction.READ,
        golden,
        purpose=purpose or principal.purpose or "",
        reason_given=reason_given,
    )


def _decision(answer: Any) -> Decision:
    """Cedar's answer as ours: an error anywhere is a no, also where Cedar itself says Allow."""
    policies = tuple(sorted(answer.diagnostics.id_annotations_by_reason.values()))
    if answer.diagnostics.errors or answer.decision is cedarpy.Decision.NoDecision:
        return Refused("policy.error", _ERROR, policies)
    if answer.decision is cedarpy.Decision.Allow:
        return Allowed(policies)
    return Refused("policy.forbidden", _FORBIDDEN, policies) if policies else Refused("policy.denied", _NOTHING_ALLOWS)


def _hidden(refused: Refused) -> View:
    return View(
        refused,
        MappingProxyType(dict.fromkeys(DataClass, Level.NONE)),
        MappingProxyType(dict.fromkeys(DataClass, ())),
    )


def _situations(principal: Principal) -> list[GoldenResource]:
    """Golden records in every relation to the principal that policies can tell apart."""
    mine, theirs = principal.teams, frozenset({"theirs"})
    return [
        GoldenResource(owner=owner, pool=pool, teams=teams, marketing_consent=consent)
        for owner, pool, teams, consent in product(
            (None, principal.id, "other"),
            (None, "pool"),
            sorted({frozenset[str](), mine, theirs, mine | theirs}, key=sorted),
            (False, True),
        )
    ]
