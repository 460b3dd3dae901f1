"""What stewards decide: on an item, as the second person, and taking a decision back. Done and audited in one step.

A merge that touches verified identifiers, many records or two owners is a proposal until a second person agrees. The
item is taken out of its state before anything else happens, so of two stewards one comes too late.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from core.errors import Conflict, Denied, Invalid
from governance.policy.actions import PolicyAction
from merge.reason_codes import check_reason_code
from merge.resolve.stewarding import homes_of, keep_apart, noting, take_back
from merge.resolve.unmerge import BY_HAND, Unmerge
from merge.review_impact import impact_of
from merge.review_items import Item, item
from merge.review_kinds import ABOUT_VALUES, Kind, State
from merge.review_queue import DecisionRow, decision, end_decision, move, write_decision
from sync.review_base import ReviewBase
from sync.review_rows import decision_row
from sync.review_view import decision_told
from sync.settling import ASSIGN, UNPIN, need_for, settled, taken_back
from sync.wish import Asked

MERGE, APART, SPLIT, CONFIRM = "merge", "apart", "split", "confirm"
ACTIONS = {
    Kind.PAIR: (MERGE, APART),
    Kind.CONFLICT: (APART, MERGE),
    Kind.QA: (CONFIRM, SPLIT),
    Kind.SPLIT: (SPLIT, CONFIRM),
    Kind.STALE_PIN: (CONFIRM, UNPIN),
    Kind.DISPUTE: (CONFIRM, ASSIGN),
}
"""What can be decided about an item of a kind."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """Decisions of stewards. Every method is one transaction, which holds the audit event."""

    base: ReviewBase

    def decide(
        self,
        asked: Asked,
        item_id: str,
        action: str,
        *,
        reason_code: str,
        note: str = "",
        blind: bool = False,
        records: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Decide on an item; answers the decision with the golden ids before and after.

        ``records`` are those to take out, where the action is ``split``; else the second of the two in question.
        Its ``state`` is ``proposed`` where a second person has to agree first. Raises Conflict ``review.claimed``,
        ``review.changed``, ``review.ended``, ``merge.identifiers``, ``pin.settled`` or ``owner.settled``, Invalid
        ``review.action``, ``review.records`` or ``merge.reason``.
        """
        check_reason_code(reason_code)

        def do(connection: Connection) -> dict[str, Any]:
            self._wait(connection)
            found = self.base.free(connection, asked, item_id)
            if found.state is not State.OPEN:
                raise Conflict("review.waiting", "This item waits for a second person; agree with it or refuse it.")
            if action not in ACTIONS[found.kind]:
                raise Invalid("review.action", f"About this item one can decide: {', '.join(ACTIONS[found.kind])}.")
            chosen = self._chosen(found, action, records)
            row = decision_row(self.base.foundation, asked, found, action, reason_code, note, blind=blind)
            row = replace(row, records=chosen)
            impact = impact_of(connection, homes_of(connection, found.subjects))
            if action == SPLIT and not set(chosen) <= set(impact.records):
                raise Invalid("review.records", "Take out records of the customers that this item is about.")
            if action == MERGE and impact.second:
                row = replace(row, state="proposed", before=[one.golden_id for one in impact.goldens])
                self._need(connection, asked, found, action, row.before)
                move(connection, found, State.WAITING, row.decision_id, self.base.now())
                write_decision(connection, row)
                details = {"action": action, "because": list(impact.second), "decision": row.decision_id}
                self.base.tell(connection, asked, Action.REVIEW_PROPOSED, item_id, row.before, details)
                return decision_told(row)
            move(connection, found, State.DECIDED, row.decision_id, self.base.now())
            row = self._do(connection, asked, found, row)
            write_decision(connection, row)
            return decision_told(row)

        return self.base.in_one(asked, Action.REVIEW_DECIDED, do)

    def agree(self, asked: Asked, item_id: str, *, agrees: bool) -> dict[str, Any]:
        """The second person's word on a proposal.

        Raises Denied ``review.same_person``, Conflict ``review.no_proposal`` and those of ``decide``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            self._wait(connection)
            found = self.base.free(connection, asked, item_id)
            if found.state is not State.WAITING or found.decision_id is None:
                raise Conflict("review.no_proposal", "Nothing is proposed about this item; decide on it yourself.")
            row = decision(connection, found.decision_id)
            if row.actor == asked.principal.actor:
                raise Denied("review.same_person", "You proposed this yourself; a second person has to agree.")
            now = self.base.now()
            row = replace(row, second=asked.principal.actor, second_at=now)
            if not agrees:
                move(connection, found, _asked_anew(found), None, now)
                end_decision(connection, row.decision_id, "refused", second=row.second, second_at=now)
                self.base.tell(
                    connection, asked, Action.REVIEW_REFUSED, item_id, row.before, {"decision": row.decision_id}
                )
                return decision_told(replace(row, state="refused"))
            move(connection, found, State.DECIDED, row.decision_id, now)
            row = self._do(connection, asked, found, replace(row, state="done"), by=row.actor)
            end_decision(
                connection,
                row.decision_id,
                "done",
                second=row.second,
                second_at=now,
                before=list(row.before),
                after=list(row.after),
                made=dict(row.made),
            )
            return decision_told(row)

        return self.base.in_one(asked, Action.REVIEW_DECIDED, do)

    def undo(self, asked: Asked, decision_id: str) -> dict[str, Any]:
        """Take a decision back: what it made is lifted, what it lifted stands again, the groups follow.

        Raises NotFound ``review.decision_unknown``, Conflict ``review.not_in_force``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            self._wait(connection)
            row = decision(connection, decision_id)
            if row.state not in {"done", "proposed"}:
                raise Conflict("review.not_in_force", "This decision is not in force; there is nothing to take back.")
            found = item(connection, row.item_id)
            before = homes_of(connection, row.records)
            self._need(connection, asked, found, row.action, before)
            now = self.base.now()
            end_decision(connection, decision_id, "undone", ended_at=now, ended_by=asked.principal.actor)
            if found.decision_id == decision_id and found.state in {State.DECIDED, State.WAITING}:
                move(connection, found, _asked_anew(found), None, now)
            actor = asked.principal.actor
            if row.made and found.kind in ABOUT_VALUES:
                taken_back(connection, self.base.resolver, self.base.foundation.clock, row.made, actor)
            elif row.made:
                take_back(connection, self.base.resolver, row.made, row.records, actor=actor)
            after = homes_of(connection, row.records)
            details = {"decision": decision_id, "before": before, "after": after}
            subjects = sorted({*before, *after})
            self.base.tell(connection, asked, Action.REVIEW_UNDONE, row.item_id, subjects, details)
            return decision_told(replace(row, state="undone", before=before, after=after, ended_at=now))

        return self.base.in_one(asked, Action.REVIEW_UNDONE, do)

    def _wait(self, connection: Connection) -> None:
        """Wait for one's turn before anything is looked at or held: whoever resolves changes items too."""
        self.base.resolver.lock(connection)

    def _do(self, connection: Connection, asked: Asked, found: Item, row: DecisionRow, by: str = "") -> DecisionRow:
        """Bring a decision into force; tells what it changed."""
        actor = by or asked.principal.actor
        before = homes_of(connection, found.subjects)
        self._need(connection, asked, found, row.action, before)
        if found.kind in ABOUT_VALUES:
            made = settled(connection, self.base.resolver, found, row, before, actor)
        else:
            made = self._grouped(connection, found, row, before, actor)
        after = homes_of(connection, found.subjects)
        details: dict[str, object] = {
            "decision": row.decision_id,
            "action": row.action,
            "reason_code": row.reason_code,
            "before": before,
            "after": after,
            "machine": row.verdict,
            "blind": row.blind,
        }
        if row.second:
            details["proposed_by"] = row.actor
        subjects = sorted({*before, *after})
        self.base.tell(connection, asked, Action.REVIEW_DECIDED, found.item_id, subjects, details)
        return replace(row, before=before, after=after, made=made)

    def _grouped(
        self, connection: Connection, found: Item, row: DecisionRow, before: Sequence[str], actor: str
    ) -> dict[str, Any]:
        """Merge, keep apart, take out; tells which constraints that made and lifted."""
        steward = Unmerge(self.base.resolver)

        def merge() -> object:
            return steward.merge(connection, before, actor=actor, reason_code=row.reason_code)

        def apart() -> object:
            return keep_apart(connection, self.base.resolver, before, actor=actor, reason_code=row.reason_code)

        def split() -> object:
            for part in self._parts(found, row.records):
                steward.detach(connection, part, actor=actor, reason_code=row.reason_code)
            return None

        does: dict[str, Callable[[], object]] = {MERGE: merge, APART: apart, SPLIT: split}
        _, made = noting(connection, does.get(row.action, lambda: None))
        return made if made["made"] or made["lifted"] else {}

    @staticmethod
    def _chosen(found: Item, action: str, records: Sequence[str]) -> list[str]:
        if action != SPLIT:
            return list(found.subjects)
        chosen = sorted(set(records)) or [record for part in found.detail.get("parts", ())[1:] for record in part]
        return chosen or [max(found.subjects)]

    @staticmethod
    def _parts(found: Item, chosen: Sequence[str]) -> list[list[str]]:
        """What is taken out together: what was chosen, or the parts that a customer would fall into but for one."""
        parts = [sorted(part) for part in found.detail.get("parts", ())[1:]]
        return parts if sorted(record for part in parts for record in part) == sorted(chosen) else [list(chosen)]

    def _need(self, connection: Connection, asked: Asked, found: Item, action: str, golden_ids: Sequence[str]) -> None:
        if found.kind in ABOUT_VALUES:
            need_for(connection, self.base.rights, asked, found, golden_ids)
            return
        right = PolicyAction.MERGE if action in {MERGE, CONFIRM} else PolicyAction.UNMERGE
        for one in golden_ids:
            self.base.rights.need(connection, asked, right, one)


def _asked_anew(found: Item) -> State:
    """Where an item goes whose decision does not hold: nobody but a person asked what was proposed by name."""
    return State.CLOSED if found.about == BY_HAND else State.OPEN
