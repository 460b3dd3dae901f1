"""What the log says of a disclosure and of a refused one: who, why, whose data, by which policies. No values."""

import base64
from collections.abc import Sequence
from functools import lru_cache

from audit.actions import Action
from audit.events import Event
from core.crypto import Keyring
from core.errors import IngotError, NotFound
from governance.policy.values import RequestContext
from governance.principals import Principal
from sync.presentation import united
from sync.rendering import Rendered


def purpose_of(principal: Principal, context: RequestContext) -> str:
    """The purpose that counts: of the request, else that of a key."""
    return context.purpose or principal.purpose or ""


def disclosed(
    keyring: Keyring,
    principal: Principal,
    context: RequestContext,
    action: Action,
    subjects: Sequence[str],
    shown: Sequence[Rendered],
) -> Event:
    """The event of one answer about some golden records, ``shown`` in the order of ``subjects``."""
    one = shown[0] if len(shown) == 1 else None
    return Event(
        action=action,
        actor=principal.actor,
        role=_roles(principal.roles),
        object_type="golden",
        object_id=subjects[0] if len(subjects) == 1 else "",
        subjects=tuple(subjects),
        purpose=purpose_of(principal, context),
        policies=one.policies if one is not None else tuple(sorted({name for each in shown for name in each.policies})),
        fields=one.fields if one is not None else united(each.fields for each in shown),
        count=len(subjects),
        details=_reason(keyring, context),
        request_id=context.request_id,
    )


def refused_event(
    principal: Principal, context: RequestContext, refused: IngotError, tried: str | NotFound | None = None
) -> Event:
    """The event of a refusal. ``tried`` is the customer that was asked for, where there is one.

    An id that leads nowhere is not written down: it is the caller's own text.
    """
    return Event(
        action=Action.DISCLOSURE_DENIED,
        actor=principal.actor,
        role=_roles(principal.roles),
        object_type="golden",
        object_id=tried if isinstance(tried, str) else "",
        purpose=purpose_of(principal, context),
        decision="deny",
        details={"code": refused.code},
        request_id=context.request_id,
    )


def _reason(keyring: Keyring, context: RequestContext) -> dict[str, object]:
    """The caller's own words can name a person: sealed."""
    if not context.reason:
        return {}
    sealed = keyring.seal_secret("audit reason", context.reason.encode())
    return {"reason_sealed": base64.b64encode(sealed).decode()}


@lru_cache(maxsize=256)
def _roles(roles: frozenset[str]) -> str:
    return ",".join(sorted(roles))
