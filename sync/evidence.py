"""Why a golden record is one customer, told to people and handed to auditors; each telling is audited before."""

import base64
from typing import Any

from sqlalchemy import Connection

from audit import access
from audit.actions import Action
from audit.events import Event
from audit.log import Query
from audit.notes import VerifierKey
from core.database import reading
from core.errors import Conflict, NotFound
from governance.policy.actions import PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import Refused, Workspace
from merge.evidence import bundle
from merge.evidence.collect import gather
from merge.evidence.gathered import Gathered
from merge.record_store import members_of
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import Resolver
from sync.evidence_told import told
from sync.foundation import Foundation
from sync.presentation import isoformat
from sync.rights import Rights
from sync.wish import Asked

_ABOUT_MERGES = (Action.GOLDEN_MERGED_BY_HAND, Action.GOLDEN_MERGED, Action.GOLDEN_CREATED, Action.GOLDEN_CHANGED)


class Evidence:
    """Tells why records are one customer."""

    def __init__(
        self, foundation: Foundation, decisions: DecisionPoint, rights: Rights, resolver: Resolver, origin: str
    ) -> None:
        self._foundation = foundation
        self._decisions = decisions
        self._rights = rights
        self._resolver = resolver
        self._origin = origin

    @property
    def key(self) -> VerifierKey:
        """The key that verifies bundles: that of the audit log."""
        return VerifierKey(self._origin, self._foundation.keyring.public_key)

    def golden(self, asked: Asked, any_id: str) -> dict[str, Any]:
        """The evidence of a golden record as the caller may see it.

        Raises NotFound ``golden.unknown`` or ``golden.gone``, Denied ``policy.*``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            golden_id, found = self._gathered(connection, asked, any_id)
            view = self._rights.views(connection, asked, [golden_id])[golden_id]
            model = self._resolver.settings.model
            self._audit(connection, asked, Action.EVIDENCE_DISCLOSED, golden_id, found)
            return told(golden_id, found, view, model.auto, model.review)

        return self._rights.in_one(asked, Action.EVIDENCE_DISCLOSED, do)

    def bundle(self, asked: Asked, any_id: str) -> bytes:
        """The evidence of a golden record as a signed file for anyone to check, with the proof of its audit entry.

        The entry is proved where the sequencer has given it its place. Raises what ``golden`` raises, and Conflict
        ``evidence.stale`` where pairs were scored by rules or weights that are not those of today.
        """

        def do(connection: Connection) -> tuple[str, Gathered]:
            self._may_take(asked)
            golden_id, found = self._gathered(connection, asked, any_id)
            if any(pair.stale for pair in found.pairs):
                raise Conflict(
                    "evidence.stale",
                    "Some pairs were scored by other rules than today's; run 'ingot rebuild --apply', then export.",
                )
            self._audit(connection, asked, Action.EVIDENCE_EXPORTED, golden_id, found)
            return golden_id, found

        golden_id, found = self._rights.in_one(asked, Action.EVIDENCE_EXPORTED, do)
        base = self._foundation
        body = bundle.body_of(
            golden_id,
            isoformat(base.clock.now()),
            found,
            self._resolver.settings.model,
            self._proof(golden_id),
        )
        return bundle.sign(body, self._origin, base.keyring)

    def _gathered(self, connection: Connection, asked: Asked, any_id: str) -> tuple[str, Gathered]:
        golden_id = golden_of(connection, any_id).golden_id
        self._rights.need(connection, asked, PolicyAction.READ, golden_id)
        members = members_of(connection, [golden_id]).get(golden_id, [])
        return golden_id, gather(connection, self._resolver.features_of, self._resolver.settings, members)

    def _may_take(self, asked: Asked) -> None:
        """A bundle tells of every class of data, by names and figures: for those whose work is to judge."""
        decision = self._decisions.decide(asked.principal, PolicyAction.REVIEW, Workspace(), asked.context)
        if isinstance(decision, Refused):
            raise decision.as_error()

    def _proof(self, golden_id: str) -> str | None:
        """The proof of the newest entry that tells how the golden record came to be, as far as it has its place."""
        base = self._foundation
        with reading(base.engine) as connection:
            for action in _ABOUT_MERGES:
                found = base.audit.search(connection, Query(subject=golden_id, action=action.value), limit=1)
                if found and found[0].body is not None:
                    index = found[0].index
                    break
            else:
                return None
        try:
            return access.proof_file(base.engine, base.audit, index)
        except NotFound:
            return None

    def _audit(self, connection: Connection, asked: Asked, action: Action, golden_id: str, found: Gathered) -> None:
        kinds = sorted({line.kind for pair in found.pairs for line in pair.explained.lines if line.outcomes})
        event = Event(
            action=action,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="golden",
            object_id=golden_id,
            subjects=(golden_id,),
            purpose=asked.purpose,
            count=1,
            details={"pairs": len(found.pairs), "kinds": kinds} | self._reason(asked),
            request_id=asked.context.request_id,
        )
        self._foundation.audit.append(connection, event)

    def _reason(self, asked: Asked) -> dict[str, object]:
        if not asked.context.reason:
            return {}
        sealed = self._foundation.keyring.seal_secret("audit reason", asked.context.reason.encode())
        return {"reason_sealed": base64.b64encode(sealed).decode()}
