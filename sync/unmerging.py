"""A person takes a record out of a golden record: decided, done and audited in one transaction."""

from dataclasses import dataclass

from sqlalchemy import Connection

from audit.actions import Action
from core.errors import NotFound
from governance.policy.actions import PolicyAction
from merge.resolve.identifiers import golden_ids, golden_of
from merge.resolve.unmerge import Unmerge
from sync.disclose import Asked
from sync.foundation import Foundation
from sync.rights import Rights


@dataclass(frozen=True, slots=True)
class Unmerged:
    """Where the record and the rest of its golden record are now."""

    record_id: str
    golden_id: str
    rest: str


class Unmerging:
    """The use case behind 'unmerge'."""

    def __init__(self, foundation: Foundation, rights: Rights, unmerge: Unmerge) -> None:
        self._foundation = foundation
        self._rights = rights
        self._unmerge = unmerge

    def unmerge(self, asked: Asked, any_id: str, record_id: str, *, reason_code: str, note: str = "") -> Unmerged:
        """Take the record out of the golden record that the id leads to.

        Raises NotFound ``golden.unknown`` or ``unmerge.unknown`` (the record is not in it), Denied ``policy.*``,
        Conflict ``unmerge.nothing_left``, Invalid ``merge.reason``.
        """

        def do(connection: Connection) -> Unmerged:
            golden_id = golden_of(connection, any_id).golden_id
            self._rights.need(connection, asked, PolicyAction.UNMERGE, golden_id)
            if golden_ids(connection, [record_id]).get(record_id) != golden_id:
                raise NotFound("unmerge.unknown", "This golden record has no such record; see its lineage.")
            before = {golden_id, record_id}
            self._unmerge.detach(
                connection, [record_id], actor=asked.principal.actor, reason_code=reason_code, note=note
            )
            return self._now(connection, record_id, before)

        return self._rights.in_one(asked, Action.GOLDEN_UNMERGED, do)

    def _now(self, connection: Connection, record_id: str, before: set[str]) -> Unmerged:
        apart = golden_of(connection, record_id).golden_id
        others = {golden_of(connection, one).golden_id for one in before} - {apart}
        return Unmerged(record_id, apart, min(others, default=""))
