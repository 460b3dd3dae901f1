"""Automatic unmerges: what is done when the evidence that held a golden record together is gone.

A golden record that nobody has looked at follows its evidence. One that a steward confirmed, or that somebody owns, is
held together and a steward is asked, as the policy says. What a person merged is never taken apart by evidence, and
records with different verified identifiers are never held together.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock
from core.errors import Invalid
from merge.graph_store import write_constraints
from merge.ownership.store import primaries
from merge.resolve.graph import Constraint, ConstraintKind, ordered
from merge.resolve.grouping import MatchSettings
from merge.resolve.regrouping import Region, Regrouped, regroup
from merge.review_items import Kind, open_item

HOLDER = "system:merge"
HELD = "held_for_review"
"""The actor and reason of the must-links that hold a golden record together until a steward has answered."""


class AutoUnmerge(StrEnum):
    """Which golden records fall apart by themselves when their evidence is gone, and which wait for a steward."""

    AUTO = "auto"  # all do
    CONFIRMED = "confirmed"  # those do that no steward confirmed and nobody owns
    REVIEW = "review"  # none does


def unmerge_from_settings(given: Mapping[str, Any]) -> AutoUnmerge:
    """The ``unmerge`` part of ``ingot.yaml``: ``{automatic: auto | confirmed | review}``.

    Raises Invalid ``unmerge.setting``.
    """
    wanted = given.get("automatic", AutoUnmerge.CONFIRMED.value)
    if set(given) - {"automatic"} or wanted not in {one.value for one in AutoUnmerge}:
        raise Invalid("unmerge.setting", "The part 'unmerge' of ingot.yaml is {automatic: auto | confirmed | review}.")
    return AutoUnmerge(wanted)


class Holding:
    """Holds golden records together for review. Takes connections, never commits."""

    def __init__(self, clock: Clock, settings: MatchSettings, policy: AutoUnmerge) -> None:
        self._clock = clock
        self._settings = settings
        self._policy = policy

    def hold(self, connection: Connection, area: Region, found: Regrouped, left: Mapping[str, str]) -> Regrouped:
        """The partition, with those golden records whole that are to be reviewed first; asks a steward about each."""
        wanted = self._wanted(connection, area, found)
        if not wanted:
            return found
        links = {golden_id: self._links(parts, area) for golden_id, parts in wanted.items()}
        tried = self._with(connection, area, [one for those in links.values() for one in those], left)
        held = {golden_id for golden_id, parts in wanted.items() if _one_group(tried, parts)}
        kept = [one for golden_id in sorted(held) for one in links[golden_id]]
        if not kept:
            return found
        write_constraints(connection, kept)
        for golden_id in sorted(held):
            records = sorted(record for part in wanted[golden_id] for record in part)
            about = hashlib.blake2b(repr(wanted[golden_id]).encode(), digest_size=16).hexdigest()
            detail = {"parts": wanted[golden_id], "golden_id": golden_id}
            open_item(connection, Kind.SPLIT, records, detail, at=self._clock.now(), about=about, priority=50)
        return tried if len(held) == len(wanted) else self._with(connection, area, kept, left)

    def _wanted(self, connection: Connection, area: Region, found: Regrouped) -> dict[str, list[list[str]]]:
        """Golden records that would fall apart and are to be reviewed, by the parts of their live records."""
        if self._policy is AutoUnmerge.AUTO:
            return {}
        home = {record: golden_id for golden_id, members in found.after.items() for record in members}
        falling: dict[str, list[list[str]]] = {}
        for golden_id, records in found.before.items():
            parts: dict[str, list[str]] = {}
            for record in records:
                if record in home:
                    parts.setdefault(home[record], []).append(record)
            if len(parts) > 1 and not _kept_apart(parts.values(), area.constraints):
                falling[golden_id] = sorted(sorted(part) for part in parts.values())
        if self._policy is AutoUnmerge.REVIEW or not falling:
            return falling
        owned = {name for name, one in primaries(connection, falling).items() if not one.in_pool}
        return {name: parts for name, parts in falling.items() if name in owned or _confirmed(parts, area.constraints)}

    def _links(self, parts: Sequence[Sequence[str]], area: Region) -> list[Constraint]:
        standing = {one.pair for one in area.constraints if one.kind is ConstraintKind.MUST_LINK}
        pairs = {ordered(parts[0][0], part[0]) for part in parts[1:]} - standing
        now = self._clock.now()
        return [
            Constraint(self._clock.new_id("k"), left, right, ConstraintKind.MUST_LINK, HOLDER, HELD, now)
            for left, right in sorted(pairs)
        ]

    def _with(
        self, connection: Connection, area: Region, links: Sequence[Constraint], left: Mapping[str, str]
    ) -> Regrouped:
        more = replace(area, constraints=[*area.constraints, *links])
        return regroup(connection, more, left, self._settings)


def _one_group(found: Regrouped, parts: Sequence[Sequence[str]]) -> bool:
    records = {record for part in parts for record in part}
    return any(records <= set(members) for members in found.after.values())


def _kept_apart(parts: Collection[Sequence[str]], constraints: Sequence[Constraint]) -> bool:
    """Whether a person said that records of different parts are different customers."""
    place = {record: number for number, part in enumerate(parts) for record in part}
    return any(
        one.keeps_apart and place.get(one.left, -1) != place.get(one.right, -1)
        for one in constraints
        if one.left in place and one.right in place
    )


def _confirmed(parts: Sequence[Sequence[str]], constraints: Sequence[Constraint]) -> bool:
    """Whether a steward said of records of it that they are one."""
    records = {record for part in parts for record in part}
    return any(
        one.kind is ConstraintKind.MUST_LINK and one.actor != HOLDER and {*one.pair} <= records for one in constraints
    )
