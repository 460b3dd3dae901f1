"""What somebody may do to one golden record, decided in the transaction that does it; refusals are audited."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.attributes import DataClass
from core.database import unit_of_work
from core.errors import Denied, IngotError, NotFound
from governance.masking import Level
from governance.people import People
from governance.policy.actions import PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import GoldenResource, Refused, View
from merge.ownership.store import holders_now
from sync.foundation import Foundation
from sync.holders import Directory
from sync.wish import Asked

T = TypeVar("T")
_TRIED = "tried"


class Rights:
    """Asks the decision point about golden records by id."""

    def __init__(self, foundation: Foundation, decisions: DecisionPoint, people: People) -> None:
        self._foundation = foundation
        self._decisions = decisions
        self._people = people

    @property
    def people(self) -> People:
        """The people of the house."""
        return self._people

    def may(self, connection: Connection, asked: Asked, action: PolicyAction, golden_id: str) -> bool:
        """Whether the caller may read a golden record and do something to it: ``need`` without an error."""
        golden = self._resources(connection, [golden_id])[golden_id]
        return all(
            self._decisions.decide(asked.principal, one, golden, asked.context).allowed
            for one in (PolicyAction.READ, action)
        )

    def need(
        self,
        connection: Connection,
        asked: Asked,
        action: PolicyAction,
        golden_id: str,
        data_class: DataClass | None = None,
    ) -> None:
        """Refuse unless the caller may do it, to values of a class where one is named.

        Raises NotFound ``golden.unknown`` for one that the caller may not even read, else Denied ``policy.*``.
        Marketing consent counts as not given here: what hangs on it is about values, and none are opened. The error
        holds the customer that was tried, for the log alone.
        """
        golden = self._resources(connection, [golden_id])[golden_id]
        reading = self._decisions.decide(asked.principal, PolicyAction.READ, golden, asked.context)
        if isinstance(reading, Refused):
            # That a purpose is missing says nothing about the golden record.
            if reading.code not in {"policy.denied", "policy.forbidden"}:
                raise _naming(reading.as_error(), golden_id)
            missing = NotFound("golden.unknown", "There is no golden record with this id; check the id.")
            raise _naming(missing, golden_id)
        named = None if data_class is None else data_class.value
        decision = self._decisions.decide(asked.principal, action, golden, asked.context, data_class=named)
        if isinstance(decision, Refused):
            raise _naming(decision.as_error(), golden_id)

    def may_edit(self, connection: Connection, asked: Asked, golden_id: str, classes: Iterable[DataClass]) -> bool:
        """Whether the caller may read a golden record and write, or see in clear, every one of these classes on it."""
        golden = self._resources(connection, [golden_id])[golden_id]
        view = self._decisions.view(asked.principal, golden, asked.context)
        if not view.decision.allowed:
            return False
        return all(
            view.level(one) is Level.CLEAR
            or self._decisions.decide(
                asked.principal, PolicyAction.EDIT, golden, asked.context, data_class=one.value
            ).allowed
            for one in classes
        )

    def views(self, connection: Connection, asked: Asked, golden_ids: Iterable[str]) -> dict[str, View]:
        """At which levels the caller may see each golden record, told without opening it."""
        resources = self._resources(connection, golden_ids)
        return {one: self._decisions.view(asked.principal, resources[one], asked.context) for one in resources}

    def audit_part(self, connection: Connection, asked: Asked, golden_id: str, part: str) -> None:
        """Write down that somebody was told facts about a golden record: names, ids and times, no values."""
        event = Event(
            action=Action.GOLDEN_DISCLOSED,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="golden",
            object_id=golden_id,
            subjects=(golden_id,),
            purpose=asked.purpose,
            count=1,
            details={"part": part},
            request_id=asked.context.request_id,
        )
        self._foundation.audit.append(connection, event)

    def in_one(self, asked: Asked, action: Action, do: Callable[[Connection], T]) -> T:
        """Run one use of a right in one transaction; a refusal is audited in a transaction of its own."""
        try:
            with unit_of_work(self._foundation.engine) as connection:
                return do(connection)
        except (Denied, NotFound) as refused:
            self.audit_refusal(asked, action, refused)
            raise

    def _resources(self, connection: Connection, golden_ids: Iterable[str]) -> dict[str, GoldenResource]:
        wanted = sorted(set(golden_ids))
        held = holders_now(connection, wanted)
        directory = Directory(self._people, connection, held.values())
        return {one: directory.resource(one, held.get(one), consent=False) for one in wanted}

    def audit_refusal(self, asked: Asked, action: Action, refused: IngotError) -> None:
        """Write down that somebody was refused, and what they wanted."""
        event = Event(
            action=Action.DISCLOSURE_DENIED,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="golden",
            object_id=str(refused.details.get(_TRIED, "")),
            purpose=asked.purpose,
            decision="deny",
            details={"code": refused.code, "wanted": action.value},
            request_id=asked.context.request_id,
        )
        with unit_of_work(self._foundation.engine) as connection:
            self._foundation.audit.append(connection, event)


def _naming(error: IngotError, golden_id: str) -> IngotError:
    """The error with the golden record that was tried, so that the log can tell it; no door tells these details."""
    error.details = {**error.details, _TRIED: golden_id}
    return error
