"""One question to the policies, what makes it unfit to be asked at all, and its form in Cedar."""

from dataclasses import dataclass, replace
from typing import Any

from core.attributes import DataClass
from core.errors import Invalid
from governance.masking import Level
from governance.policy.actions import CLASS_ACTIONS, GOLDEN_ACTIONS, PURPOSE_ACTIONS, PolicyAction
from governance.policy.cedar_request import reduced, reference, request_json
from governance.policy.values import GoldenResource, Refused, Resource
from governance.principals import Principal
from governance.purposes import Purpose, known_purpose
from governance.roles import known_role
from governance.scopes import parse_scopes

# From the most to the least.
VIEW_LEVELS = (Level.CLEAR, Level.PARTIAL, Level.TOKEN, Level.AGGREGATE)
_ACTIONS = {action.value: action for action in PolicyAction}
_CLASSES = {data_class.value for data_class in DataClass}
_LEVELS = {level.value for level in VIEW_LEVELS}


@dataclass(frozen=True, slots=True)
class Question:
    """May this principal do this to that, for this purpose?

    Attributes:
        principal, action, resource: who, what, to what.
        purpose: as named, or the one that is fixed for the principal; may be empty.
        reason_given: whether a reason was given; its words are nobody's business here.
        data_class: for ``view`` and ``edit``, else None.
        level: for ``view``.
    """

    principal: Principal
    action: str
    resource: Resource
    purpose: str
    reason_given: bool
    data_class: str | None = None
    level: str | None = None

    def reduced(self) -> "Question":
        """The same question with the fewest distinct ids: all who stand in the same relation ask one question."""
        principal, resource = reduced(self.principal, self.resource)
        return replace(self, principal=principal, resource=resource)

    def to_cedar(self) -> dict[str, Any]:
        """The request as the engine takes it."""
        context: dict[str, Any] = {"reason_given": self.reason_given}
        named = (
            ("purpose", "Purpose", self.purpose),
            ("data_class", "DataClass", self.data_class),
            ("level", "Level", self.level),
        )
        context.update((name, reference(kind, value)) for name, kind, value in named if value)
        return request_json(self.principal, self.action, self.resource, context)


def unfit(question: Question) -> Refused | None:
    """Why the question is refused before any policy is asked; None where it is in order."""
    action = _ACTIONS.get(question.action)
    if action is None:
        return Refused("policy.action_unknown", "There is no such action in the access rules.")
    if (action in GOLDEN_ACTIONS) != isinstance(question.resource, GoldenResource):
        return Refused("policy.resource_unfit", f"The action '{action}' is not asked of this kind of resource.")
    if not (question.data_class in _CLASSES if action in CLASS_ACTIONS else question.data_class is None):
        return Refused("policy.class_unknown", f"The action '{action}' names a data class that is unknown or unfit.")
    if not (question.level in _LEVELS if action is PolicyAction.VIEW else question.level is None):
        return Refused("policy.level_unknown", "There is no such level to be viewed.")
    return _unfit_principal(question.principal) or _unfit_purpose(question.principal, action, question.purpose)


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
    if principal.purpose is not None and purpose != principal.purpose:
        return Refused("policy.purpose_fixed", f"This key was issued for the purpose '{principal.purpose}' only.")
    if action in PURPOSE_ACTIONS and not purpose:
        return Refused("policy.purpose_missing", f"Personal data need a purpose; name one of {known}.")
    return None
