"""Who holds each golden record, kept true through everything that happens to golden records.

Invariant OWN1: every active golden record has at any time exactly one primary owner or one pool.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from core.crypto import Keyring
from core.errors import Conflict, Invalid
from core.rules import Fact
from merge.ownership.disputes import Disputes
from merge.ownership.rules import OwnershipPolicy, decide
from merge.ownership.store import (
    close_assignments,
    cursors,
    held_in_vain,
    history_of,
    open_assignments,
    primaries,
    unheld,
    write_cursors,
    write_decisions,
)
from merge.ownership.values import PRIMARY, Assignment, Decision, is_pool
from merge.reason_codes import check_reason_code
from merge.resolve.identifiers import golden_of
from merge.resolve.transitions import Transitions

LOCK_DAYS = 90
NOTE_FIELD = "owner.note"
"""The field name that the free text of a decision is sealed under, with the key of the golden record's id."""
_HOLDERS = ("user:", "team:", "dept:", "pool:")


class Owners:
    """Assigns by rule and by hand. Takes connections, never commits."""

    def __init__(self, keyring: Keyring, clock: Clock, audit: AuditLog, policy: OwnershipPolicy) -> None:
        self._keyring = keyring
        self._clock = clock
        self._audit = audit
        self.policy = policy
        self._disputes = Disputes(clock)

    def follow(
        self,
        connection: Connection,
        happened: Transitions,
        facts: Mapping[str, Mapping[str, Fact]],
        changed: Mapping[str, Sequence[str]],
        actor: str,
        first: Collection[str] = (),
    ) -> None:
        """Keep OWN1 after golden records were created, merged, split, changed or removed.

        A merge keeps the owner of the preferred golden record, but an owner goes before a pool. A part that was
        split off gets the holder back that it had before it was merged in, else the rules decide. Who stands in a
        pool is looked at again when an attribute changes that a rule reads.

        Args:
            connection: where to read and write.
            happened: what happened.
            facts: what rules read, for golden records that may need a decision.
            changed: names of changed attributes by golden id.
            actor: for whom it is done.
            first: golden ids that nothing was ever called by before, so that nobody holds them.
        """
        now = self._clock.now()
        self._merge(connection, happened, now)
        parts = {part.golden_id for one in happened.split for part in one.parts}
        ended = {one.golden_id for one in happened.split if one.golden_id not in {p.golden_id for p in one.parts}}
        for gone, cause in ((happened.removed, "removed"), (sorted(ended), "split")):
            close_assignments(connection, primaries(connection, gone).values(), cause, now)
            self._disputes.gone(connection, gone, cause, now)
        winners = {one.winner for one in happened.merged}
        created = set(happened.created).difference(first)
        held = primaries(connection, {*created, *parts, *winners, *happened.changed})
        orphans = sorted(({*happened.created, *parts, *winners, *happened.changed}) - held.keys())
        self._revive(connection, [one for one in orphans if one in parts], now)
        self._disputes.split(connection, happened, now)
        if happened.split:
            held = primaries(connection, orphans) | held
        waiting = [
            golden_id
            for golden_id in happened.changed
            if golden_id in held and held[golden_id].waits_at(now) and self._reads(changed.get(golden_id, ()))
        ]
        wanted = [(one, "rule") for one in orphans if one not in held] + [(one, "rule") for one in waiting]
        self._decide(connection, wanted, facts, held, actor, now)

    def assign_by_hand(
        self,
        connection: Connection,
        golden_id: str,
        holder: str,
        *,
        actor: str,
        reason_code: str,
        note: str = "",
        locked_days: int = LOCK_DAYS,
    ) -> Assignment:
        """Give a golden record to a holder; rules leave it alone for ``locked_days``.

        Raises NotFound for an id that leads nowhere, Invalid ``owner.holder``, Conflict ``owner.same``.
        """
        if not holder.startswith(_HOLDERS) or not holder.partition(":")[2]:
            raise Invalid("owner.holder", "A holder is written user:…, team:…, dept:… or pool:….")
        check_reason_code(reason_code)
        found = golden_of(connection, golden_id).golden_id
        before = primaries(connection, [found]).get(found)
        if before is not None and before.holder == holder:
            raise Conflict("owner.same", "This golden record has that holder already.", holder=holder)
        now = self._clock.now()
        if before is not None:
            close_assignments(connection, [before], "manual", now)
        decision_id = self._by_hand(connection, found, holder, reason_code, actor, now, note)
        assignment = Assignment(
            assignment_id=self._clock.new_id("a"),
            golden_id=found,
            holder=holder,
            valid_from=now,
            valid_to=None,
            cause="manual",
            rule_ref=None,
            decision_id=decision_id,
            reason_code=reason_code,
            locked_until=now + timedelta(days=locked_days),
        )
        open_assignments(connection, [assignment], now)
        self._disputes.decided(connection, found, now)
        details = {"holder": holder, "before": before.holder if before else "", "reason_code": reason_code}
        self._tell(connection, actor, (found,), details, object_id=found)
        return assignment

    def keep_by_hand(
        self, connection: Connection, golden_id: str, ended: Sequence[Assignment], *, actor: str, reason_code: str
    ) -> None:
        """Say that the holder stays, and end those who disputed it. Raises Invalid ``merge.reason``."""
        check_reason_code(reason_code)
        now, holder = self._clock.now(), primaries(connection, [golden_id])[golden_id].holder
        self._by_hand(connection, golden_id, holder, reason_code, actor, now)
        self._disputes.close(connection, golden_id, ended, "manual", now)
        details = {"holder": holder, "before": holder, "reason_code": reason_code}
        self._tell(connection, actor, (golden_id,), details, object_id=golden_id)

    def tell_given_back(self, connection: Connection, golden_id: str, holders: Sequence[str], actor: str) -> None:
        """Write down that a decision by hand was taken back."""
        details = {"given_back": sorted(holders)}
        self._tell(connection, actor, (golden_id,), details, object_id=golden_id)

    def history(self, connection: Connection, golden_id: str) -> list[Assignment]:
        """Everyone who held a golden record, oldest first."""
        return history_of(connection, [golden_of(connection, golden_id).golden_id])

    def broken(self, connection: Connection) -> list[str]:
        """Golden ids for which OWN1 does not hold, for the health check; at most 100 of each kind."""
        return sorted({*unheld(connection), *held_in_vain(connection)})

    def _by_hand(
        self,
        connection: Connection,
        golden_id: str,
        holder: str,
        reason_code: str,
        actor: str,
        now: datetime,
        note: str = "",
    ) -> str:
        decision = Decision(holder, "manual", "lock", {}, [holder], None, None, f"assigned by hand: {reason_code}")
        return self._record(connection, [(golden_id, "manual", decision, b"")], actor, now, note=note)[0]

    def _reads(self, names: Sequence[str]) -> bool:
        read = self.policy.attributes
        # A full address tells the province and city too.
        return any(name in read or name.startswith("address.") for name in names) and bool(read)

    def _merge(self, connection: Connection, happened: Transitions, now: datetime) -> None:
        losers = [loser for one in happened.merged for loser in one.losers]
        held = primaries(connection, [*losers, *(one.winner for one in happened.merged)])
        close_assignments(connection, [held[loser] for loser in losers if loser in held], "merge", now)
        replaced, moved = [], []
        for one in happened.merged:
            keeper = held.get(one.winner)
            owners = [held[loser] for loser in one.losers if loser in held]
            best = next((owner for owner in owners if not owner.in_pool), owners[0] if owners else None)
            if best is None or (keeper is not None and (best.in_pool or not keeper.in_pool)):
                continue
            if keeper is not None:
                replaced.append(keeper)
            moved.append(
                replace(
                    best,
                    assignment_id=self._clock.new_id("a"),
                    golden_id=one.winner,
                    valid_from=now,
                    cause="merge",
                    reason_code="merge",
                )
            )
        close_assignments(connection, replaced, "merge", now)
        open_assignments(connection, moved, now)
        for one in happened.merged:
            self._disputes.merged(connection, one, held, now)

    def _revive(self, connection: Connection, parts: Sequence[str], now: datetime) -> None:
        """Parts that were golden records of their own before a merge get the holder back that they had then."""
        last = {
            one.golden_id: one
            for one in history_of(connection, parts)
            if one.end_cause == "merge" and one.role == PRIMARY
        }
        revived = [
            replace(
                one,
                assignment_id=self._clock.new_id("a"),
                valid_from=now,
                valid_to=None,
                end_cause=None,
                cause="split",
                reason_code="split",
            )
            for _, one in sorted(last.items())
        ]
        open_assignments(connection, revived, now)

    def _decide(
        self,
        connection: Connection,
        wanted: Sequence[tuple[str, str]],
        facts: Mapping[str, Mapping[str, Fact]],
        held: Mapping[str, Assignment],
        actor: str,
        now: datetime,
    ) -> None:
        """Let the rules decide, in the order given, each decision after the cursor of the one before."""
        if not wanted:
            return
        standing = cursors(connection)
        moved: dict[str, Mapping[str, int]] = {}
        decided: list[tuple[str, str, Decision, bytes]] = []
        for golden_id, cause in wanted:
            known = facts.get(golden_id, {})
            decision = decide(self.policy, known, standing, now)
            before = held.get(golden_id)
            if before is not None and (before.holder == decision.holder or is_pool(decision.holder)):
                continue
            if decision.cursor_after is not None:
                standing[decision.rule_ref] = dict(decision.cursor_after)
                moved[decision.rule_ref] = decision.cursor_after
            decided.append((golden_id, cause, decision, self._inputs(known)))
        ids = self._record(connection, decided, actor, now)
        close_assignments(connection, [held[one[0]] for one in decided if one[0] in held], "rule", now)
        opened = [
            Assignment(
                assignment_id=self._clock.new_id("a"),
                golden_id=golden_id,
                holder=decision.holder,
                valid_from=now,
                valid_to=None,
                cause=cause,
                rule_ref=decision.rule_ref,
                decision_id=decision_id,
                reason_code=decision.stage,
            )
            for (golden_id, cause, decision, _), decision_id in zip(decided, ids, strict=True)
        ]
        open_assignments(connection, opened, now)
        write_cursors(connection, moved)
        if opened:
            counts: dict[str, int] = {}
            for one in opened:
                counts[one.holder] = counts.get(one.holder, 0) + 1
            self._tell(connection, actor, tuple(one.golden_id for one in opened), {"holders": counts})

    def _inputs(self, facts: Mapping[str, Fact]) -> bytes:
        read = {name: facts[name] for name in sorted(self.policy.attributes) if name in facts}
        plain = orjson.dumps(read, option=orjson.OPT_SORT_KEYS, default=str)
        return self._keyring.blind("merge owner inputs", plain)

    def _record(
        self,
        connection: Connection,
        decided: Sequence[tuple[str, str, Decision, bytes]],
        actor: str,
        now: datetime,
        *,
        note: str = "",
    ) -> list[str]:
        keys = self._keyring.record_keys([one[0] for one in decided], create=False) if note else {}
        rows = []
        for golden_id, cause, decision, inputs in decided:
            sealed = keys[golden_id].seal(NOTE_FIELD, note.encode()) if golden_id in keys else None
            rows.append(
                {
                    "decision_id": self._clock.new_id("d"),
                    "golden_id": golden_id,
                    "cause": cause,
                    "actor": actor,
                    "rule_ref": decision.rule_ref,
                    "stage": decision.stage,
                    "inputs": inputs,
                    "evaluated": decision.evaluated,
                    "candidates": list(decision.candidates),
                    "cursor_before": decision.cursor_before,
                    "cursor_after": decision.cursor_after,
                    "holder": decision.holder,
                    "reason": decision.reason,
                    "note": sealed,
                    "at": now,
                }
            )
        write_decisions(connection, rows)
        return [str(row["decision_id"]) for row in rows]

    def _tell(
        self,
        connection: Connection,
        actor: str,
        subjects: tuple[str, ...],
        details: Mapping[str, object],
        object_id: str = "",
    ) -> None:
        self._audit.append(
            connection,
            Event(
                action=Action.OWNER_ASSIGNED,
                actor=actor,
                object_type="golden",
                object_id=object_id,
                subjects=subjects,
                count=len(subjects),
                details=details,
            ),
        )
