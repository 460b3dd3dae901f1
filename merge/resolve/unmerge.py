"""What people decide about who is one customer: take records out, or bring golden records together.

Sources are never touched. A decision is kept as constraints between records, so the next sync does not undo it, and
a lifted one is kept too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.errors import Conflict, Invalid, NotFound
from merge.graph_store import constraints_at, lift_constraints, write_constraints
from merge.reason_codes import check_reason_code
from merge.record_store import members_of, rows_of
from merge.resolve.graph import Constraint, ConstraintKind, ordered
from merge.resolve.grouping import group
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import ResolveOutcome, Resolver
from merge.resolve.regrouping import region

NOTE_FIELD = "constraint.note"
"""The field name that the free text of a decision is sealed under, with the key of the left record."""


class Unmerge:
    """Decisions of stewards, each with its actor and reason. Takes connections, never commits."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def detach(
        self, connection: Connection, record_ids: Collection[str], *, actor: str, reason_code: str, note: str = ""
    ) -> ResolveOutcome:
        """Take records out of their golden record; the rest stays together, also where it met through them.

        Raises Invalid ``unmerge.records`` (none, or not all of one golden record), Conflict ``unmerge.nothing_left``
        (all of them), NotFound for records that are not there.
        """
        taken, rest, golden_id = self._parts(connection, record_ids)
        check_reason_code(reason_code)
        self._resolver.lock(connection)
        standing = constraints_at(connection, taken)
        crossing = [one for one in standing if (one.left in taken) != (one.right in taken) and {*one.pair} & rest]
        lift_constraints(
            connection,
            [one.constraint_id for one in crossing if one.kind is ConstraintKind.MUST_LINK],
            actor,
            self._resolver.clock.now(),
        )
        apart = {one.pair for one in crossing if one.kind is ConstraintKind.CANNOT_LINK}
        pairs = {ordered(one, other) for one in taken for other in rest} - apart
        made = self._decisions(pairs, ConstraintKind.CANNOT_LINK, actor, reason_code, note)
        write_constraints(connection, made)
        self._hold_together(connection, rest, taken, actor, reason_code)
        outcome = self._resolver.settle(connection, taken | rest, {}, actor=actor)
        details = {"records": sorted(taken), "reason_code": reason_code}
        self._tell(connection, Action.GOLDEN_UNMERGED, actor, golden_id, sorted({golden_id, *taken}), details)
        return outcome

    def merge(
        self, connection: Connection, golden_ids: Collection[str], *, actor: str, reason_code: str, note: str = ""
    ) -> ResolveOutcome:
        """Bring golden records together because a person says so; evidence does not take them apart again.

        Earlier decisions that kept them apart are lifted. Raises Invalid ``merge.ids`` for fewer than two, Conflict
        ``merge.identifiers`` where two records bear different verified identifiers, NotFound for unknown ids.
        """
        check_reason_code(reason_code)
        found = sorted({golden_of(connection, one).golden_id for one in golden_ids})
        if len(found) < 2:
            raise Invalid("merge.ids", "A merge needs at least two different golden records; these are one already.")
        self._resolver.lock(connection)
        members = sorted(record for held in members_of(connection, found).values() for record in held)
        standing = [one for one in constraints_at(connection, members) if {*one.pair} <= set(members)]
        lifted = {one.constraint_id for one in standing if one.kind is ConstraintKind.CANNOT_LINK}
        linked = {one.pair for one in standing if one.kind is ConstraintKind.MUST_LINK}
        pairs = {ordered(members[0], other) for other in members[1:]} - linked
        made = self._decisions(pairs, ConstraintKind.MUST_LINK, actor, reason_code, note)
        if not self._together(connection, set(members), new=made, lifted=lifted):
            raise Conflict(
                "merge.identifiers",
                "These golden records bear different verified identifiers, or are too many; detach the wrong records.",
            )
        lift_constraints(connection, lifted, actor, self._resolver.clock.now())
        write_constraints(connection, made)
        outcome = self._resolver.settle(connection, members, {}, actor=actor)
        self._tell(
            connection, Action.GOLDEN_MERGED_BY_HAND, actor, found[0], found, {"ids": found, "reason_code": reason_code}
        )
        return outcome

    def _parts(self, connection: Connection, record_ids: Collection[str]) -> tuple[set[str], set[str], str]:
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
        return taken, rest, golden_id

    def _hold_together(
        self, connection: Connection, rest: set[str], taken: set[str], actor: str, reason_code: str
    ) -> None:
        """Keep the rest one golden record, where evidence without the records taken out would part it."""
        if len(rest) < 2 or self._together(connection, rest, also=taken):
            return
        members = sorted(rest)
        linked = {one.pair for one in constraints_at(connection, rest) if one.kind is ConstraintKind.MUST_LINK}
        pairs = {(members[0], other) for other in members[1:]} - linked
        write_constraints(connection, self._decisions(pairs, ConstraintKind.MUST_LINK, actor, reason_code, ""))

    def _together(
        self,
        connection: Connection,
        records: set[str],
        *,
        also: Iterable[str] = (),
        new: Sequence[Constraint] = (),
        lifted: Collection[str] = (),
    ) -> bool:
        """Whether the records would be in one group, with new decisions added and lifted ones left out."""
        settings = self._resolver.settings
        found = region(connection, {*records, *also}, set(), settings)
        verified = {record: row.verified for record, row in found.rows.items()}
        standing = [one for one in found.constraints if one.constraint_id not in lifted]
        numbers = group(found.rows, found.edges, [*standing, *new], verified, settings).group_of()
        return len({numbers[record] for record in records}) == 1

    def _decisions(
        self, pairs: Collection[tuple[str, str]], kind: ConstraintKind, actor: str, reason_code: str, note: str
    ) -> list[Constraint]:
        clock = self._resolver.clock
        made = [
            Constraint(clock.new_id("k"), left, right, kind, actor, reason_code, clock.now())
            for left, right in sorted(pairs)
        ]
        if not note:
            return made
        keys = self._resolver.keyring.record_keys([one.left for one in made], create=False)
        return [
            replace(one, note=keys[one.left].seal(NOTE_FIELD, note.encode())) if one.left in keys else one
            for one in made
        ]

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
