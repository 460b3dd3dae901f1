"""What happened to golden records: the feed that other systems follow, and the history of one. Names and ids only.

A class of data that the caller may not see leaves no trace here either: its attributes are not named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from audit.actions import Action
from audit.events import Event
from core.attributes import attribute
from core.database import chunks, unit_of_work
from core.errors import Denied, Invalid
from governance.masking import Level
from governance.policy.actions import PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import Refused, View, Workspace
from merge.golden_store import Change, changes_after, changes_of, events_of
from merge.ownership.store import history_of
from merge.record_store import members_of
from merge.resolve.identifiers import golden_of
from sync import tables
from sync.foundation import Foundation
from sync.presentation import isoformat
from sync.rights import Rights
from sync.wish import Asked

MAX_SEQUENCE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of the feed. ``last`` is the entry to continue after, also where the caller saw none of the page."""

    changes: Sequence[Mapping[str, Any]]
    last: int
    more: bool


class Feed:
    """Reads changes and histories for somebody; each method is one transaction, which holds the audit event."""

    def __init__(self, foundation: Foundation, decisions: DecisionPoint, rights: Rights) -> None:
        self._foundation = foundation
        self._decisions = decisions
        self._rights = rights

    def changes(self, asked: Asked, *, after: int, limit: int) -> FeedPage:
        """Changes after an entry of the feed, oldest first, of golden records that the caller may read.

        Entries are written under one lock and numbered in the order of their commits, so none appears later below
        one that was read. Raises Denied ``policy.*``, Invalid ``changes.after``.
        """
        if not 0 <= after <= MAX_SEQUENCE:
            raise Invalid("changes.after", "The place in the feed is 0 or the 'next_cursor' of the page before.")
        try:
            with unit_of_work(self._foundation.engine) as connection:
                self._allow(asked)
                found = changes_after(connection, after, limit + 1)
                page, more = found[:limit], len(found) > limit
                views = self._rights.views(connection, asked, {one.golden_id for one in page})
                shown = [_told(one, views[one.golden_id]) for one in page if views[one.golden_id].decision.allowed]
                self._audit(connection, asked, Action.CHANGES_DISCLOSED, [one["golden_id"] for one in shown])
                return FeedPage(shown, page[-1].sequence if page else after, more)
        except Denied as refused:
            self._rights.audit_refusal(asked, Action.CHANGES_DISCLOSED, refused)
            raise

    def history(self, asked: Asked, any_id: str) -> dict[str, Any]:
        """The records it is made of, when what of it changed, merges and splits, and who held it why, oldest first.

        Raises NotFound ``golden.unknown`` or ``golden.gone``, Denied ``policy.*``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            golden_id = golden_of(connection, any_id).golden_id
            self._rights.need(connection, asked, PolicyAction.READ, golden_id)
            ids = sorted({golden_id, any_id})
            self._audit(connection, asked, Action.GOLDEN_DISCLOSED, [golden_id], details={"part": "history"})
            views = self._rights.views(connection, asked, [golden_id])[golden_id]
            return {
                "id": golden_id,
                "records": _records(connection, members_of(connection, [golden_id]).get(golden_id, [])),
                "changes": [_told(one, views) for one in changes_of(connection, golden_id)],
                "events": [_event(row) for row in events_of(connection, ids)],
                "owners": [
                    {
                        "golden_id": one.golden_id,
                        "holder": one.holder,
                        "from": isoformat(one.valid_from),
                        "to": None if one.valid_to is None else isoformat(one.valid_to),
                        "cause": one.cause,
                        "end_cause": one.end_cause,
                        "rule": one.rule_ref,
                        "reason": one.reason_code,
                    }
                    for one in history_of(connection, ids)
                ],
            }

        return self._rights.in_one(asked, Action.GOLDEN_DISCLOSED, do)

    def _allow(self, asked: Asked) -> None:
        decision = self._decisions.decide(asked.principal, PolicyAction.VIEW_CHANGES, Workspace(), asked.context)
        if isinstance(decision, Refused):
            raise decision.as_error()

    def _audit(
        self,
        connection: Connection,
        asked: Asked,
        action: Action,
        subjects: Iterable[str],
        details: Mapping[str, object] | None = None,
    ) -> None:
        concerned = tuple(dict.fromkeys(subjects))
        event = Event(
            action=action,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="golden",
            object_id=concerned[0] if len(concerned) == 1 else "",
            subjects=concerned,
            purpose=asked.purpose,
            count=len(concerned),
            details=details or {},
            request_id=asked.context.request_id,
        )
        self._foundation.audit.append(connection, event)


def _records(connection: Connection, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Where each record is from and since when, without anything of its content."""
    table = tables.record
    columns = (table.c.record_id, table.c.connection, table.c.stream, table.c.first_seen, table.c.changed_at)
    rows = [
        row for some in chunks(ids) for row in connection.execute(select(*columns).where(table.c.record_id.in_(some)))
    ]
    return [
        {
            "record_id": row.record_id,
            "source": row.connection,
            "stream": row.stream.rpartition("|")[2],
            "first_seen": isoformat(row.first_seen),
            "changed_at": isoformat(row.changed_at),
        }
        for row in sorted(rows, key=lambda row: (row.first_seen, row.record_id))
    ]


def _told(change: Change, view: View) -> dict[str, Any]:
    named = [name for name in change.attributes if view.level(attribute(name).data_class) is not Level.NONE]
    return {
        "sequence": change.sequence,
        "golden_id": change.golden_id,
        "kind": change.kind,
        "version": change.version,
        "at": isoformat(change.at),
        "attributes": named,
        "ids": dict(change.ids),
    }


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("event_id", "golden_id", "kind", "actor")}
    ids = {name: named for name, named in row["ids"].items() if name != "records"}
    return {**told, "ids": ids, "at": isoformat(row["at"])}
