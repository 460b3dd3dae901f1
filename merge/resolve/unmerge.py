"""What people decide about who is one customer: take records out, undo a merge, or bring golden records together.

Sources are never touched. A decision is kept as constraints between records, so the next sync does not undo it, and
a lifted one is kept too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.errors import Conflict, Invalid, NotFound
from merge.golden_store import event_of
from merge.graph_store import constraints_at, expired_constraints, lift_constraints, write_constraints
from merge.pin_store import check_expiry
from merge.reason_codes import check_reason_code
from merge.record_store import members_of, rows_of
from merge.resolve.consents import keep_refusals, refusals
from merge.resolve.graph import Constraint, ConstraintKind, ordered
from merge.resolve.identifiers import golden_ids, golden_of
from merge.resolve.incremental import ResolveOutcome, Resolver
from merge.resolve.parting import Parting, Reason
from merge.review_items import Kind, close_items, live_about, open_item

EXPIRY = "system:expiry"
LIFTED = "lifted"
"""What review items are about that ask for a pair again that somebody kept apart."""
BY_HAND = "by_hand"
"""What review items are about that a person proposed by name: they end with the proposal."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands between the records of a golden record and another's, or among its own; one of many alike pairs.

    ``other`` is the golden id on the other side, the same one for ``must_link``; ``pairs`` counts the pairs.
    """

    kind: ConstraintKind
    other: str
    actor: str
    reason_code: str
    at: datetime
    expires_at: datetime | None
    pairs: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a golden record is taken apart: ``parts`` of its records, of which those numbered ``whole`` stay together.

    ``mode`` is ``detach`` (the first part is what is taken out), ``undo`` or ``explode``.
    """

    mode: str
    golden_id: str
    parts: tuple[list[str], ...]
    whole: Collection[int]
    details: Mapping[str, object]


class Unmerge:
    """Decisions of stewards, each with its actor and reason. Takes connections, never commits."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._parting = Parting(resolver)

    def wait(self, connection: Connection) -> None:
        """Wait until nobody else regroups, to the end of the transaction: what is decided on is then what is there."""
        self._resolver.lock(connection)

    def detach(
        self,
        connection: Connection,
        record_ids: Collection[str],
        *,
        actor: str,
        reason_code: str,
        note: str = "",
        expires_at: datetime | None = None,
    ) -> ResolveOutcome:
        """Take records out of their golden record; the rest stays together, also where it met through them.

        Raises Invalid ``unmerge.records`` (none, or not all of one golden record), Conflict ``unmerge.nothing_left``
        (all of them), NotFound for records that are not there.
        """
        reason = self._reason(actor, reason_code, note, expires_at)
        self.wait(connection)
        return self._part(connection, self.cut(connection, record_ids=record_ids), reason)

    def undo(
        self,
        connection: Connection,
        event_id: str,
        *,
        actor: str,
        reason_code: str,
        note: str = "",
        expires_at: datetime | None = None,
    ) -> ResolveOutcome:
        """Take apart what a merge brought together: each golden record has the records again that it had before.

        Records that came since stay where evidence puts them. Raises NotFound ``unmerge.event``, Conflict
        ``unmerge.apart`` where nothing of it is together any more.
        """
        reason = self._reason(actor, reason_code, note, expires_at)
        self.wait(connection)
        return self._part(connection, self.cut(connection, event_id=event_id), reason)

    def explode(
        self,
        connection: Connection,
        any_id: str,
        *,
        actor: str,
        reason_code: str,
        note: str = "",
        expires_at: datetime | None = None,
    ) -> ResolveOutcome:
        """Make every record of a golden record a golden record of its own.

        Raises NotFound ``golden.*``, Conflict ``unmerge.nothing_left`` for a golden record of one record, Invalid
        ``unmerge.size`` for one of too many.
        """
        reason = self._reason(actor, reason_code, note, expires_at)
        self.wait(connection)
        return self._part(connection, self.cut(connection, explode=any_id), reason)

    def cut(
        self, connection: Connection, *, record_ids: Collection[str] = (), event_id: str = "", explode: str = ""
    ) -> Cut:
        """Where one of the three ways would take a golden record apart; raises what they raise."""
        if explode:
            return self._each(connection, explode)
        return self._before(connection, event_id) if event_id else self._out(connection, record_ids)

    def preview(self, connection: Connection, cut: Cut) -> dict[str, list[str]]:
        """The golden records that would come of it, by id, with their records; nothing is written."""
        after = self._parting.preview(connection, cut.parts, cut.whole, Reason("preview", "preview")).after
        touched = {record for part in cut.parts for record in part}
        return {golden_id: list(records) for golden_id, records in after.items() if touched & set(records)}

    def merge(
        self, connection: Connection, golden_ids: Collection[str], *, actor: str, reason_code: str, note: str = ""
    ) -> ResolveOutcome:
        """Bring golden records together because a person says so; evidence does not take them apart again.

        Earlier decisions that kept them apart are lifted. Raises Invalid ``merge.ids`` for fewer than two, Conflict
        ``merge.identifiers`` where two records bear different verified identifiers, NotFound for unknown ids.
        """
        reason = self._reason(actor, reason_code, note, None)
        self.wait(connection)
        found = sorted({golden_of(connection, one).golden_id for one in golden_ids})
        if len(found) < 2:
            raise Invalid("merge.ids", "A merge needs at least two different golden records; these are one already.")
        members = sorted(record for held in members_of(connection, found).values() for record in held)
        standing = [one for one in constraints_at(connection, members) if {*one.pair} <= set(members)]
        lifted = {one.constraint_id for one in standing if one.keeps_apart}
        linked = {one.pair for one in standing if not one.keeps_apart}
        pairs = {ordered(members[0], other) for other in members[1:]} - linked
        made = self._parting.made(pairs, ConstraintKind.MUST_LINK, reason)
        if not self._parting.together(connection, set(members), new=made, lifted=lifted):
            raise Conflict(
                "merge.identifiers",
                "These golden records bear different verified identifiers, or are too many; detach the wrong records.",
            )
        now = self._resolver.clock.now()
        lift_constraints(connection, lifted, actor, now)
        write_constraints(connection, made)
        asked = live_about(connection, members, [Kind.PAIR]).values()
        ours = {LIFTED, BY_HAND}
        answered = [one.item_id for one in asked if one.about in ours and set(one.subjects) <= set(members)]
        close_items(connection, answered, "merged", now)
        outcome = self._resolver.settle(connection, members, {}, actor=actor, decided=True)
        self._tell(
            connection, Action.GOLDEN_MERGED_BY_HAND, actor, found[0], found, {"ids": found, "reason_code": reason_code}
        )
        return outcome

    def lift(self, connection: Connection, any_id: str, other: str, *, actor: str, reason_code: str) -> int:
        """End what keeps two golden records apart; returns how many pairs of records it was.

        They do not merge by themselves: the pair goes to review. Raises NotFound ``golden.*``, ``unmerge.none``.
        """
        reason = self._reason(actor, reason_code, "", None)
        self._resolver.lock(connection)
        ids = sorted({golden_of(connection, one).golden_id for one in (any_id, other)})
        members = members_of(connection, ids)
        sides = [set(members.get(one, ())) for one in ids]
        standing = constraints_at(connection, sides[0])
        crossing = [one for one in standing if len(sides) > 1 and {*one.pair} & sides[0] and {*one.pair} & sides[1]]
        return self._lift([one for one in crossing if one.kind is ConstraintKind.CANNOT_LINK], reason, connection)

    def expire(self, connection: Connection) -> int:
        """End what kept records apart for a time only; returns how many pairs. They go to review."""
        if not expired_constraints(connection, self._resolver.clock.now()):
            return 0
        self.wait(connection)
        over = expired_constraints(connection, self._resolver.clock.now())
        return 0 if not over else self._lift(over, Reason(EXPIRY, "expired"), connection)

    def decided(self, connection: Connection, any_id: str) -> list[Decided]:
        """What people decided about a golden record and that stands: alike pairs told once, oldest first."""
        golden_id = golden_of(connection, any_id).golden_id
        members = set(members_of(connection, [golden_id]).get(golden_id, ()))
        standing = constraints_at(connection, members)
        homes = golden_ids(connection, {record for one in standing for record in one.pair})
        counts: dict[tuple[ConstraintKind, str, str, str, datetime, datetime | None], int] = {}
        for one in standing:
            far = next((record for record in one.pair if record not in members), one.left)
            other = homes.get(far)
            if other is not None:
                alike = (one.kind, other, one.actor, one.reason_code, one.at, one.expires_at)
                counts[alike] = counts.get(alike, 0) + 1
        found = [Decided(*alike, pairs) for alike, pairs in counts.items()]
        return sorted(found, key=lambda one: (one.at, one.kind, one.other))

    def _lift(self, those: Sequence[Constraint], reason: Reason, connection: Connection) -> int:
        if not those:
            raise NotFound("unmerge.none", "Nobody decided that these two are to be kept apart.")
        now = self._resolver.clock.now()
        lift_constraints(connection, [one.constraint_id for one in those], reason.actor, now)
        write_constraints(connection, self._parting.made({one.pair for one in those}, ConstraintKind.REVIEW, reason))
        records = sorted({record for one in those for record in one.pair})
        # Where a record has left meanwhile, what held for it may be settled anew all the same.
        live = [record for record, row in rows_of(connection, records).items() if row.live and not row.is_item]
        self._resolver.settle(connection, live, {}, actor=reason.actor, decided=True)
        homes = golden_ids(connection, live)
        pairs = {ordered(homes[one.left] or "", homes[one.right] or "") for one in those if {*one.pair} <= set(live)}
        for left, right in sorted(pairs):
            open_item(connection, Kind.PAIR, [left, right], {"lifted_by": reason.actor}, at=now, about=LIFTED)
            details = {"other": right, "reason_code": reason.code}
            self._tell(connection, Action.DECISION_LIFTED, reason.actor, left, [left, right], details)
        return len(those)

    def _part(self, connection: Connection, cut: Cut, reason: Reason) -> ResolveOutcome:
        refused = refusals(connection, self._resolver, cut.golden_id)
        outcome = self._parting.part(connection, cut.parts, cut.whole, reason)
        records = {one for part in cut.parts for one in part}
        keep_refusals(connection, self._resolver, refused, records, reason.actor)
        subjects = sorted({cut.golden_id, *(records if cut.mode != "detach" else cut.parts[0])})
        details = {"mode": cut.mode, **cut.details, "reason_code": reason.code}
        self._tell(connection, Action.GOLDEN_UNMERGED, reason.actor, cut.golden_id, subjects, details)
        return outcome

    def _out(self, connection: Connection, record_ids: Collection[str]) -> Cut:
        taken = set(record_ids)
        rows = rows_of(connection, taken)
        homes = {row.golden_id for row in rows.values() if row.live and not row.is_item}
        if not taken or len(homes) > 1:
            raise Invalid("unmerge.records", "Name records of one golden record to take out of it.")
        golden_id = next(iter(homes), None)
        if golden_id is None or any(name not in rows or rows[name].golden_id != golden_id for name in taken):
            raise NotFound("unmerge.unknown", "Not all of these records are customers that are there now.")
        rest = set(members_of(connection, [golden_id])[golden_id]) - taken
        if not rest:
            raise Conflict("unmerge.nothing_left", "These are all records of the golden record; leave at least one.")
        return Cut("detach", golden_id, (sorted(taken), sorted(rest)), {1}, {"records": sorted(taken)})

    def _before(self, connection: Connection, event_id: str) -> Cut:
        event = event_of(connection, event_id)
        before = None if event is None else event["ids"].get("records")
        if not before:
            raise NotFound("unmerge.event", "There is no merge of this id that can be undone; see the history.")
        now = golden_ids(connection, [record for records in before.values() for record in records])
        rows = rows_of(connection, now)
        places: dict[str, dict[str, list[str]]] = {}
        for name, records in before.items():
            for record in records:
                home = now.get(record)
                # What is an event of a customer by now goes where that customer goes.
                if home is not None and rows[record].live and not rows[record].is_item:
                    places.setdefault(home, {}).setdefault(name, []).append(record)
        together = {home: held for home, held in places.items() if len(held) > 1}
        if not together:
            raise Conflict("unmerge.apart", "Nothing that this merge brought together is together any more.")
        home = min(together, key=lambda one: (-len(together[one]), one))
        parts = tuple(sorted(held) for _, held in sorted(together[home].items()))
        return Cut("undo", home, parts, range(len(parts)), {"event": event_id})

    def _each(self, connection: Connection, any_id: str) -> Cut:
        golden_id = golden_of(connection, any_id).golden_id
        members = members_of(connection, [golden_id]).get(golden_id, [])
        if len(members) < 2:
            raise Conflict("unmerge.nothing_left", "This golden record has one record only; there is nothing to part.")
        return Cut("explode", golden_id, tuple([one] for one in members), (), {})

    def _reason(self, actor: str, code: str, note: str, expires_at: datetime | None) -> Reason:
        check_reason_code(code)
        check_expiry(expires_at, self._resolver.clock.now())
        return Reason(actor, code, note, expires_at)

    def _tell(
        self,
        connection: Connection,
        action: Action,
        actor: str,
        golden_id: str,
        subjects: Sequence[str],
        details: Mapping[str, object],
    ) -> None:
        self._resolver.audit.append(
            connection,
            Event(
                action=action,
                actor=actor,
                object_type="golden",
                object_id=golden_id,
                subjects=tuple(subjects),
                details=details,
            ),
        )
