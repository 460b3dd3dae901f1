"""What golden records are to others where it is not one customer: parent and branch, one household. Ids only."""

from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from governance.policy.actions import PolicyAction
from merge.graph_store import relations_at
from merge.listing import golden_by_record
from merge.record_store import members_of
from merge.resolve.identifiers import golden_of
from merge.resolve.relating import RelationKind
from sync.foundation import Foundation
from sync.rights import Rights
from sync.wish import Asked


class Relations:
    """Reads relations for somebody; in one transaction, which holds the audit event."""

    def __init__(self, foundation: Foundation, rights: Rights) -> None:
        self._foundation = foundation
        self._rights = rights

    def of(self, asked: Asked, any_id: str) -> dict[str, Any]:
        """The golden records that one is related to, of those that the caller may read, by kind and id.

        ``is`` tells what the other one is: ``parent`` or ``branch`` of a company, ``household`` for a member of one.
        Raises NotFound ``golden.unknown`` or ``golden.gone``, Denied ``policy.*``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            golden_id = golden_of(connection, any_id).golden_id
            self._rights.need(connection, asked, PolicyAction.READ, golden_id)
            found = related(connection, golden_id)
            views = self._rights.views(connection, asked, {other for _, other in found})
            shown = [(what, other) for what, other in found if views[other].decision.allowed]
            self._audit(connection, asked, golden_id, shown)
            return {"id": golden_id, "relations": [{"is": what, "golden_id": other} for what, other in shown]}

        return self._rights.in_one(asked, Action.GOLDEN_DISCLOSED, do)

    def _audit(self, connection: Connection, asked: Asked, golden_id: str, shown: list[tuple[str, str]]) -> None:
        concerned = tuple(dict.fromkeys([golden_id, *(other for _, other in shown)]))
        event = Event(
            action=Action.GOLDEN_DISCLOSED,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="golden",
            object_id=golden_id,
            subjects=concerned,
            purpose=asked.purpose,
            count=len(concerned),
            details={"part": "relations"},
            request_id=asked.context.request_id,
        )
        self._foundation.audit.append(connection, event)


def related(connection: Connection, golden_id: str) -> list[tuple[str, str]]:
    """What other golden records are to this one, each once: (parent, branch or household; golden id), sorted.

    Records that have become one customer meanwhile are related no more.
    """
    members = set(members_of(connection, [golden_id]).get(golden_id, ()))
    pairs = relations_at(connection, members)
    homes = golden_by_record(connection, sorted({record for one in pairs for record in one.pair} - members))
    found: set[tuple[str, str]] = set()
    for one in pairs:
        other = one.right if one.left in members else one.left
        if other not in homes:
            continue
        if one.kind is RelationKind.HOUSEHOLD:
            found.add(("household", homes[other]))
        else:
            found.add(("parent" if other == one.left else "branch", homes[other]))
    return sorted(found)
