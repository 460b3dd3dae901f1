"""Moving the lines that pairs are judged by: proposed, foretold, taken by a person, audited with what was foretold."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.errors import Conflict, IngotError
from governance.policy.actions import PolicyAction
from governance.policy.values import Refused, Workspace
from merge.match_lines import ENOUGH, MatchLines, Move, agreement, lines_of, moved, proposed, told, under
from merge.match_versions import decided_pairs, foretell, newest, versions, write_version
from merge.reason_codes import check_reason_code
from merge.record_store import live_customers
from merge.resolve.incremental import Resolver
from sync.disclose import Asked
from sync.presentation import isoformat
from sync.review_base import ReviewBase

STAYS = Move()


class MatchingLines:
    """The lines for somebody. Every method is one transaction, which holds the audit event of what it changes."""

    def __init__(self, base: ReviewBase) -> None:
        self._base = base

    def show(self, asked: Asked, to: Move = STAYS) -> dict[str, Any]:
        """The lines now, what past decisions propose, and what those given would change. Changes nothing.

        Raises Denied ``policy.*``, Invalid ``matching.lines``, Conflict ``matching.none``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            self._allow(asked, PolicyAction.VIEW_RULES)
            settings = self._base.resolver.settings
            now = lines_of(settings)
            decided = decided_pairs(connection)
            better = proposed(now, decided)
            wanted = self._wanted(connection, now, to)
            return {
                "version": newest(connection)[0],
                "lines": told(now),
                "decided": len(decided),
                "agree": agreement(now, decided),
                "proposed": None if better is None else told(better),
                "would_agree": agreement(better or now, decided),
                "wanted": None if wanted == now else told(wanted),
                "would_change": None if wanted == now else asdict(foretell(connection, settings, wanted)),
                "versions": [
                    {
                        "version": one["version"],
                        "by": one["actor"],
                        "at": isoformat(one["at"]),
                        "reason": one["reason_code"],
                    }
                    for one in versions(connection)
                ],
            }

        return self._base.rights.in_one(asked, Action.MATCHING_CHANGED, do)

    def take(
        self,
        asked: Asked,
        to: Move,
        *,
        reason_code: str,
    ) -> dict[str, Any]:
        """Make a new version of the lines and group every customer anew by it; answers what it changed.

        Decisions of people are not touched. Other processes refuse to resolve until they are started anew
        (``matching.version``). Raises Denied ``policy.*``, Conflict ``matching.same``, Invalid ``matching.lines``.
        """
        check_reason_code(reason_code)

        def do(connection: Connection) -> dict[str, Any]:
            self._allow(asked, PolicyAction.MANAGE_RULES)
            before = self._base.resolver
            before.lock(connection)
            now = lines_of(before.settings)
            wanted = self._wanted(connection, now, to)
            if wanted == now:
                raise Conflict("matching.same", "These are the lines already; nothing was changed.")
            shown = asdict(foretell(connection, before.settings, wanted))
            version = before.version + 1
            actor, at = asked.principal.actor, self._base.now()
            write_version(connection, version, wanted, actor=actor, reason_code=reason_code, shown=shown, at=at)
            resolver = self._anew(before, version, wanted)
            outcome = resolver.settle(connection, set(live_customers(connection)), {}, actor=actor)
            details = {"version": version, "lines": wanted.as_json(), "reason_code": reason_code, "foretold": shown}
            changed = {"merged": len(outcome.merged), "split": len(outcome.split)}
            self._base.foundation.audit.append(
                connection,
                Event(
                    Action.MATCHING_CHANGED,
                    actor,
                    role=",".join(sorted(asked.principal.roles)),
                    object_type="matching",
                    object_id=str(version),
                    purpose=asked.purpose,
                    details={**details, "changed": changed},
                    request_id=asked.context.request_id,
                ),
            )
            return {"version": version, "lines": told(wanted), "would_change": shown, "changed": changed}

        return self._base.rights.in_one(asked, Action.MATCHING_CHANGED, do)

    @staticmethod
    def _wanted(connection: Connection, now: MatchLines, to: Move) -> MatchLines:
        """The lines that are asked for. Raises Conflict ``matching.none`` where decisions propose nothing."""
        begun = proposed(now, decided_pairs(connection)) if to.proposed else now
        if begun is None:
            raise Conflict(
                "matching.none", f"Past decisions propose no other line; it takes at least {ENOUGH} of pairs."
            )
        return moved(begun, to)

    @staticmethod
    def _anew(before: Resolver, version: int, wanted: Any) -> Resolver:
        return Resolver(
            before.keyring,
            before.clock,
            before.audit,
            under(before.settings, wanted),
            survivorship=before.publisher.policies,
            ownership=before.owners.policy,
            auto_unmerge=before.auto_unmerge,
            version=version,
        )

    def _allow(self, asked: Asked, action: PolicyAction) -> None:
        decided = self._base.decisions.decide(asked.principal, action, Workspace(), asked.context)
        if isinstance(decided, Refused):
            error: IngotError = decided.as_error()
            raise error
