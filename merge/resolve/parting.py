"""Taking records of one golden record apart so that they stay apart, and keeping the parts whole."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.errors import Invalid
from merge.graph_store import constraints_at, lift_constraints, write_constraints
from merge.record_store import entities_of
from merge.resolve.graph import Constraint, ConstraintKind, ordered
from merge.resolve.grouping import group
from merge.resolve.incremental import ResolveOutcome, Resolver
from merge.resolve.regrouping import Regrouped, region, regroup

NOTE_FIELD = "constraint.note"
"""The field name that the free text of a decision is sealed under, with the key of the left record."""
MAX_PAIRS = 20_000
"""How many pairs of records one decision may keep apart: those of 200 records that become 200 customers."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Who decided and why. ``note`` is free text and is kept sealed; ``expires_at`` ends what keeps records apart."""

    actor: str
    code: str
    note: str = ""
    expires_at: datetime | None = None


class Parting:
    """Decisions about pairs. Takes connections, never commits."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def part(
        self, connection: Connection, parts: Sequence[Collection[str]], whole: Collection[int], reason: Reason
    ) -> ResolveOutcome:
        """Keep records of different parts apart from now on, and those parts whole that are named by their number.

        Earlier decisions that held different parts together are lifted. Raises Invalid ``unmerge.size``.
        """
        gone, made = self._plan(connection, parts, whole, reason)
        lift_constraints(connection, gone, reason.actor, self._resolver.clock.now())
        write_constraints(connection, made)
        records = {record for part in parts for record in part}
        return self._resolver.settle(connection, records, {}, actor=reason.actor, decided=True)

    def preview(
        self, connection: Connection, parts: Sequence[Collection[str]], whole: Collection[int], reason: Reason
    ) -> Regrouped:
        """What ``part`` would make of the golden records that it touches; nothing is written."""
        gone, made = self._plan(connection, parts, whole, reason)
        settings = self._resolver.settings
        area = region(connection, {record for part in parts for record in part}, set(), settings)
        standing = [one for one in area.constraints if one.constraint_id not in gone]
        return regroup(connection, replace(area, constraints=[*standing, *made]), {}, settings)

    def _plan(
        self, connection: Connection, parts: Sequence[Collection[str]], whole: Collection[int], reason: Reason
    ) -> tuple[set[str], list[Constraint]]:
        """The decisions to lift, and those to write."""
        number = {record: place for place, part in enumerate(parts) for record in part}
        standing = [one for one in constraints_at(connection, number) if one.left in number and one.right in number]
        crossing = [one for one in standing if number[one.left] != number[one.right]]
        apart = {one.pair for one in crossing if one.kind is ConstraintKind.CANNOT_LINK}
        pairs = {ordered(one, other) for one in number for other in number if number[one] < number[other]} - apart
        if len(pairs) > MAX_PAIRS:
            raise Invalid(
                "unmerge.size",
                f"This would keep {len(pairs)} pairs apart, more than {MAX_PAIRS}; take fewer records out at a time.",
            )
        gone = {one.constraint_id for one in crossing if one.kind is not ConstraintKind.CANNOT_LINK}
        made = self.made(pairs, ConstraintKind.CANNOT_LINK, reason)
        for place in sorted(whole):
            part, rest = set(parts[place]), set(number) - set(parts[place])
            if len(part) > 1 and not self.together(connection, part, also=rest, new=made, lifted=gone):
                first, *others = sorted(part)
                linked = {one.pair for one in standing if one.kind is ConstraintKind.MUST_LINK}
                links = {(first, other) for other in others} - linked
                made += self.made(links, ConstraintKind.MUST_LINK, replace(reason, note=""))
        return gone, made

    def together(
        self,
        connection: Connection,
        records: Collection[str],
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
        numbers = group(
            found.rows, found.edges, [*standing, *new], verified, settings, entities_of(found.rows)
        ).group_of()
        return len({numbers[record] for record in records}) == 1

    def made(self, pairs: Collection[tuple[str, str]], kind: ConstraintKind, reason: Reason) -> list[Constraint]:
        """Decisions about those pairs, in their order."""
        clock = self._resolver.clock
        expires_at = reason.expires_at if kind is ConstraintKind.CANNOT_LINK else None
        made = [
            Constraint(
                clock.new_id("k"), left, right, kind, reason.actor, reason.code, clock.now(), expires_at=expires_at
            )
            for left, right in sorted(pairs)
        ]
        if not reason.note:
            return made
        keys = self._resolver.keyring.record_keys([one.left for one in made], create=False)
        return [
            replace(one, note=keys[one.left].seal(NOTE_FIELD, reason.note.encode())) if one.left in keys else one
            for one in made
        ]
