"""A person brings golden records together by name: at once, or as a proposal where two people must agree.

The rules are those of the queue: whoever names golden records gets no further alone than whoever is asked about them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from audit.actions import Action
from core.errors import Conflict
from governance.policy.actions import PolicyAction
from merge.reason_codes import check_reason_code
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import ResolveOutcome
from merge.resolve.unmerge import BY_HAND, Unmerge
from merge.review_impact import impact_of
from merge.review_items import Kind, State, Wanted, item, items, write_items
from merge.review_kinds import LIVE
from merge.review_queue import move, write_decision
from sync.deciding import MERGE
from sync.review_base import ReviewBase
from sync.review_rows import decision_row
from sync.wish import Asked


@dataclass(frozen=True, slots=True)
class Proposed:
    """A merge that waits for a second person: the item of the queue, and why two must agree."""

    item_id: str
    because: Sequence[str]


def merge_by_hand(
    connection: Connection, base: ReviewBase, asked: Asked, any_ids: Collection[str], *, reason_code: str
) -> ResolveOutcome | Proposed:
    """Bring golden records together, or propose it. The caller audits refusals (``Rights.in_one``).

    Raises NotFound ``golden.*``, Denied ``policy.*``, Conflict ``review.waiting`` where it is proposed already, and
    what ``Unmerge.merge`` raises.
    """
    check_reason_code(reason_code)
    base.resolver.lock(connection)
    goldens = sorted({golden_of(connection, one).golden_id for one in any_ids})
    for one in goldens:
        base.rights.need(connection, asked, PolicyAction.MERGE, one)
    second = impact_of(connection, goldens).second
    if len(goldens) < 2 or not second:
        steward = Unmerge(base.resolver)
        return steward.merge(connection, goldens, actor=asked.principal.actor, reason_code=reason_code)
    wanted = Wanted(Kind.PAIR, tuple(goldens), about=BY_HAND)
    known = items(connection, [wanted.item_id]).get(wanted.item_id)
    if known is not None and known.state.value in LIVE:
        raise Conflict("review.waiting", f"This merge is proposed already: the item {wanted.item_id} of the queue.")
    write_items(connection, [wanted], base.now())
    found = item(connection, wanted.item_id)
    row = decision_row(base.foundation, asked, found, MERGE, reason_code, "", state="proposed")
    move(connection, found, State.WAITING, row.decision_id, base.now())
    write_decision(connection, replace(row, before=goldens))
    details = {"action": MERGE, "because": list(second), "decision": row.decision_id}
    base.tell(connection, asked, Action.REVIEW_PROPOSED, found.item_id, goldens, details)
    return Proposed(found.item_id, second)
