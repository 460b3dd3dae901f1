"""Moving the lines and weights pairs are judged by: proposed, foretold, taken and audited with what was foretold."""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.database import reading
from core.errors import Conflict, Denied, IngotError, Invalid
from governance.policy.actions import PolicyAction
from governance.policy.values import Refused, Workspace
from merge.match.taught import ENOUGH_TO_TEACH, Shift
from merge.match_lines import (
    ENOUGH,
    SHIPPED,
    TAUGHT,
    MatchLines,
    Move,
    agreement,
    lines_of,
    moved,
    proposed,
    told,
    under,
)
from merge.match_versions import decided_pairs, foretell, newest, versions, write_version
from merge.reason_codes import check_reason_code
from merge.record_store import live_customers
from merge.resolve.incremental import Resolver
from merge.resolve.rebuild import rebuild
from merge.resolve.teaching import reweighed, taught_here
from sync.presentation import isoformat
from sync.review_base import ReviewBase
from sync.wish import Asked

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
            resolver = self._base.resolver
            now = lines_of(resolver.settings)
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
                "would_change": None if wanted == now else self._foretold(connection, now, wanted),
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

        # Other weights are tried on every pair there is: nobody's writing waits for that.
        try:
            with reading(self._base.foundation.engine) as connection:
                return do(connection)
        except Denied as refused:
            self._base.rights.audit_refusal(asked, Action.MATCHING_CHANGED, refused)
            raise

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
            shown = self._foretold(connection, now, wanted)
            version = before.version + 1
            actor, at = asked.principal.actor, self._base.now()
            write_version(connection, version, wanted, actor=actor, reason_code=reason_code, shown=shown, at=at)
            resolver = self._anew(before, version, wanted)
            if wanted.shifts == now.shifts:
                outcome = resolver.settle(connection, set(live_customers(connection)), {}, actor=actor)
            else:
                outcome = rebuild(connection, resolver, actor=actor)
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

    def _wanted(self, connection: Connection, now: MatchLines, to: Move) -> MatchLines:
        """The lines that are asked for. Raises Conflict ``matching.none`` where decisions propose nothing."""
        begun = proposed(now, decided_pairs(connection)) if to.proposed else now
        if begun is None:
            raise Conflict(
                "matching.none", f"Past decisions propose no other line; it takes at least {ENOUGH} of pairs."
            )
        if to.weights == SHIPPED:
            begun = replace(begun, shifts=())
        elif to.weights == TAUGHT:
            begun = replace(begun, shifts=self._taught(connection))
        elif to.weights is not None:
            raise Invalid("matching.lines", f"Weights are '{TAUGHT}' or '{SHIPPED}'.")
        return moved(begun, to)

    def _taught(self, connection: Connection) -> tuple[Shift, ...]:
        shifts = taught_here(connection, self._base.resolver)
        if not shifts:
            raise Conflict(
                "matching.none",
                "Past decisions teach no weights that judge others of them better; it takes at least "
                f"{ENOUGH_TO_TEACH} of pairs, some of them of either answer.",
            )
        return shifts

    def _foretold(self, connection: Connection, now: MatchLines, wanted: MatchLines) -> dict[str, int]:
        resolver = self._base.resolver
        other = None if wanted.shifts == now.shifts else reweighed(connection, resolver, wanted)
        return asdict(foretell(connection, resolver.settings, wanted, other))

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
