"""What needs somebody: found for the visitor's rights, the gravest first."""

from api.console.need import Need
from api.console.needs_of_trust import disclosure_needs, key_needs, people_needs, proof_needs
from api.console.review_words import QUESTIONS
from api.console.visitor import Visitor
from api.console.words import marked as _
from api.console.words import words
from core.database import reading
from governance.policy.actions import PolicyAction
from merge.review_queue import counts, overdue_count

# So many questions stand on the home page each by itself.
_NAMED = 3


def needs_of(visitor: Visitor) -> list[Need]:
    """Everything that waits for somebody with the visitor's rights."""
    needs: list[Need] = []
    if visitor.may(PolicyAction.VIEW_SYNC):
        needs += _syncs(visitor)
    if visitor.may(PolicyAction.CONFIGURE_SOURCE):
        needs += _sources(visitor)
    if visitor.may(PolicyAction.REVIEW):
        needs += _reviews(visitor)
    if visitor.may(PolicyAction.VERIFY_AUDIT):
        needs += proof_needs(visitor)
    if visitor.may(PolicyAction.VIEW_AUDIT):
        needs += disclosure_needs(visitor)
    if visitor.may(PolicyAction.MANAGE_USERS):
        needs += key_needs(visitor)
        needs += people_needs(visitor)
    needs += _questions(visitor)
    order = {"bad": 0, "warn": 1, "idle": 2}
    return sorted(needs, key=lambda need: (order[need.kind], need.text, need.name))


def _questions(visitor: Visitor) -> list[Need]:
    """What stewards ask the visitor as an owner: the oldest questions by themselves, and how many there are."""
    asked = visitor.services.review.asking.headlines(visitor.asked)
    in_words = words(visitor.taste.language).gettext
    found = [
        Need("warn", _("A steward asks you: %(name)s"), f"/review/asked/{one}", name=in_words(QUESTIONS[kind]))
        for one, kind in asked[:_NAMED]
    ]
    if len(asked) > _NAMED:
        text = _("Questions of stewards about your customers: %(count)s")
        found.append(Need("warn", text, "/review/asked", len(asked)))
    return found


def _syncs(visitor: Visitor) -> list[Need]:
    services = visitor.services
    failed: list[Need] = []
    with reading(services.engine) as connection:
        # Of connections that are no more, nobody can mend or repeat the last run.
        for one in services.connections.list(connection):
            for run in services.runs.history(connection, one.name, limit=1):
                if run["state"] in {"failed", "interrupted"}:
                    text = _("The last sync of %(name)s failed")
                    failed.append(Need("bad", text, f"/syncs/{run['id']}", name=one.name))
    waiting = services.quarantine.count()
    if waiting:
        failed.append(Need("warn", _("%(count)s records wait in quarantine"), "/rejected", waiting))
    return failed


def _sources(visitor: Visitor) -> list[Need]:
    services = visitor.services
    with reading(services.engine) as connection:
        if services.connections.list(connection):
            return []
    return [Need("idle", _("No source is connected yet: add the first one"), "/connectors")]


def _reviews(visitor: Visitor) -> list[Need]:
    with reading(visitor.services.engine) as connection:
        known = counts(connection)
        overdue = overdue_count(connection, visitor.services.foundation.clock.now())
    waiting = sum(number for (state, _kind, _band), number in known.items() if state in {"open", "waiting"})
    found = [Need("warn", _("%(count)s items of the review queue are overdue"), "/review", overdue)] if overdue else []
    if waiting:
        found.append(Need("idle", _("%(count)s items of the review queue wait for a steward"), "/review", waiting))
    return found
