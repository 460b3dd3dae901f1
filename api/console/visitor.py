"""Who looks at the console, and how they want to see it."""

from dataclasses import dataclass, field, replace
from datetime import tzinfo

from api.auth import Caller
from api.gateway import Gateway
from api.visitor import MAX_REASON
from api.wiring import Services
from core.errors import Invalid, NotFound
from governance.policy.actions import PolicyAction
from governance.policy.values import RequestContext, Workspace
from governance.principals import Principal
from sync.wish import Asked

ANYBODY = Principal("anonymous")


@dataclass(frozen=True, slots=True)
class Taste:
    """How a visitor wants to see things; kept in cookies that hold nothing secret.

    Attributes:
        language: ``zh`` or ``en``.
        theme: ``light``, ``dark`` or ``system``.
        zone: their time zone.
    """

    language: str
    theme: str
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at the console, with the purpose of this request.

    Attributes:
        csrf: what every form of theirs must carry; empty before they have signed in.
        path: path and query of the page, to come back to.
        purposes: the purposes they may name.
        form: the fields that were sent with an unsafe request.
    """

    gateway: Gateway
    principal: Principal
    context: RequestContext
    taste: Taste
    csrf: str = ""
    path: str = "/"
    purposes: tuple[str, ...] = ()
    form: "dict[str, list[str]]" = field(default_factory=dict)
    session_id: str = ""

    @property
    def services(self) -> Services:
        """The services of the workspace."""
        return self.gateway.services

    @property
    def signed_in(self) -> bool:
        """Whether they proved who they are."""
        return self.principal is not ANYBODY

    @property
    def caller(self) -> Caller:
        """As the routes of the API take them."""
        return Caller(self.principal, self.context)

    @property
    def asked(self) -> Asked:
        """As the way of disclosure takes them."""
        return Asked(self.principal, self.context)

    def with_reason(self, reason: str) -> "Visitor":
        """The same visitor, who gave a reason for what they ask now. Raises Invalid ``request.reason``."""
        if len(reason.strip()) > MAX_REASON:
            raise Invalid("request.reason", f"A reason has at most {MAX_REASON} characters; shorten it.")
        context = RequestContext(self.context.purpose, reason.strip(), self.context.request_id)
        return replace(self, context=context)

    def may(self, action: PolicyAction) -> bool:
        """Whether the policy allows them an action on the workspace; what it refuses is not offered."""
        return (
            self.signed_in and self.services.decisions.decide(self.principal, action, Workspace(), self.context).allowed
        )

    def sent(self, name: str) -> str:
        """The one value of a field of the form; empty where it is not there."""
        values = self.form.get(name, [])
        return values[0].strip() if values else ""

    def must_send(self, name: str) -> str:
        """The value of a field that must be there. Raises NotFound ``form.field_missing``."""
        value = self.sent(name)
        if not value:
            raise NotFound("form.field_missing", f"The form came without '{name}'; go back and fill it in.")
        return value
