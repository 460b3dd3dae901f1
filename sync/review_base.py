"""What every use of the stewards' queue shares: the right to it, one transaction, one kind of audit event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.errors import Conflict
from governance.policy.actions import PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import Refused, Workspace
from merge.resolve.incremental import Resolver
from merge.review_items import Item, item
from merge.review_kinds import State
from sync.foundation import Foundation
from sync.rights import Rights
from sync.wish import Asked

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReviewBase:
    """What the queue stands on."""

    foundation: Foundation
    decisions: DecisionPoint
    rights: Rights
    resolver: Resolver

    def now(self) -> datetime:
        """The time."""
        return self.foundation.clock.now()

    def in_one(self, asked: Asked, action: Action, do: Callable[[Connection], T]) -> T:
        """Do something with the queue in one transaction, for whom the policy allows it. Raises Denied ``policy.*``."""

        def allowed(connection: Connection) -> T:
            decided = self.decisions.decide(asked.principal, PolicyAction.REVIEW, Workspace(), asked.context)
            if isinstance(decided, Refused):
                raise decided.as_error()
            return do(connection)

        return self.rights.in_one(asked, action, allowed)

    def free(self, connection: Connection, asked: Asked, item_id: str) -> Item:
        """The item, if it waits and nobody else holds it.

        Raises NotFound ``review.unknown``, Conflict ``review.ended`` or ``review.claimed``.
        """
        found = item(connection, item_id)
        if found.state not in {State.OPEN, State.WAITING}:
            raise Conflict("review.ended", "This item is decided already, or its reason is gone.")
        if found.held_by(self.now()) not in {None, asked.principal.actor}:
            raise Conflict("review.claimed", "Somebody else looks at this item; take another, or wait some minutes.")
        return found

    def tell(
        self,
        connection: Connection,
        asked: Asked,
        action: Action,
        item_id: str,
        subjects: Sequence[str] = (),
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Write one event in the transaction."""
        self.foundation.audit.append(connection, self.event(asked, action, item_id, subjects, details or {}))

    def event(
        self, asked: Asked, action: Action, item_id: str, subjects: Sequence[str], details: Mapping[str, Any]
    ) -> Event:
        """An event about an item."""
        return Event(
            action=action,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="review_item",
            object_id=item_id,
            subjects=tuple(subjects),
            purpose=asked.purpose,
            count=len(subjects),
            details=details,
            request_id=asked.context.request_id,
        )
