"""What needs privacy officers and administrators: is the log proved, what was refused and taken out, which keys end."""

from datetime import timedelta

import orjson

from api.console.need import Need
from api.console.visitor import Visitor
from api.console.words import marked as _
from audit.actions import Action
from audit.log import Query
from core.database import reading
from governance.people import FREE_ATTEMPTS
from governance.secrets_format import TokenKind

_DAY = timedelta(days=1)
_PROVED_EVERY = timedelta(days=7)
_KEYS_ENDING = timedelta(days=14)


def proof_needs(visitor: Visitor) -> list[Need]:
    """When the log was verified last, and how that ended."""
    services = visitor.services
    with reading(services.engine) as connection:
        found = services.foundation.audit.search(connection, Query(action=Action.AUDIT_VERIFIED), limit=1)
    if not found:
        return [Need("warn", _("The audit log was never verified: do it once, then every week"), "/audit/verify")]
    # A log whose retention is over for its own last verification was not verified for long.
    details = orjson.loads(found[0].body)["details"] if found[0].body else {}
    if details.get("wrong"):
        return [Need("bad", _("The last verification of the audit log found something wrong"), "/audit/verify")]
    age = services.foundation.clock.now() - found[0].at
    if age > _PROVED_EVERY:
        return [Need("warn", _("The audit log was last verified %(count)s days ago"), "/audit/verify", age.days)]
    return []


def disclosure_needs(visitor: Visitor) -> list[Need]:
    """What was refused and what was taken out in whole since a day ago."""
    services = visitor.services
    since = services.foundation.clock.now() - _DAY
    with reading(services.engine) as connection:
        counts = services.foundation.audit.tally(connection, _LOOKED_AT, since)
    return [
        Need(kind, text, f"/audit?action={action}", counts[action])
        for action, (kind, text, least) in _LOOKED_AT.items()
        if counts.get(action, 0) >= least
    ]


def key_needs(visitor: Visitor) -> list[Need]:
    """Keys of other systems that end soon: these systems would stand still."""
    services = visitor.services
    now = services.foundation.clock.now()
    with reading(services.engine) as connection:
        held = services.tokens.list_tokens(connection)
    return [
        Need("warn", _("The key %(name)s ends within two weeks: give its system another"), "/tokens", name=one.name)
        for one in held
        if one.kind is TokenKind.KEY and one.revoked_at is None and now < one.expires_at <= now + _KEYS_ENDING
    ]


def people_needs(visitor: Visitor) -> list[Need]:
    """People who stand before a closed door: locked out after failed sign-ins, or without a role."""
    services = visitor.services
    now = services.foundation.clock.now()
    with reading(services.engine) as connection:
        users = [user for user in services.people.list_users(connection) if user.active]
    found: list[Need] = []
    for user in users:
        href, name = f"/users/{user.id}", user.display_name
        if user.locked_until is not None and user.locked_until > now:
            found.append(Need("warn", _("%(name)s is locked out after failed sign-ins"), href, name=name))
        if not user.roles:
            found.append(Need("idle", _("%(name)s has no role and may do nothing"), href, name=name))
    return found


# What is counted, how grave it is, in which words, and from how many on: one mistyped password is nothing.
_LOOKED_AT = {
    Action.DISCLOSURE_DENIED: ("warn", _("Refused reads of customer data since yesterday: %(count)s"), 1),
    Action.GOLDEN_EXPORTED: ("idle", _("Pages of customers exported since yesterday: %(count)s"), 1),
    Action.USER_REFUSED: ("warn", _("Refused sign-ins and tokens since yesterday: %(count)s"), FREE_ATTEMPTS),
    Action.REQUEST_LIMITED: ("warn", _("Callers refused for too many requests since yesterday: %(count)s"), 1),
}
