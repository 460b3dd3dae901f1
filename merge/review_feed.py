"""Keeps the stewards' queue in step with the match graph: called once a step, after golden records were published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from merge.evidence.collect import lines_of
from merge.graph_store import constraints_at
from merge.ownership.store import holders_now
from merge.record_store import RecordRow, entities_of, members_of, rows_of
from merge.resolve.contesting import CONFLICT
from merge.resolve.graph import Edge
from merge.resolve.grouping import MatchSettings
from merge.resolve.regrouping import Regrouped
from merge.review_items import close_items, items, live_ids_about, write_items
from merge.review_kinds import Kind, State, Wanted
from merge.review_wanted import Neighbourhood, between_goldens, sampled

OURS = (Kind.PAIR, Kind.CONFLICT, Kind.QA)
"""Kinds of items that come and go with the match graph."""
QA_SAMPLE = 100
"""Of ten thousand pairs that the machine merged, how many a person looks at: 1 % (merge-and-ownership 3.6)."""
REASON_GONE = "reason_gone"


class ReviewFeed:
    """Opens and closes items about records whose golden records may have changed. Never commits."""

    def __init__(self, settings: MatchSettings, sample: int = QA_SAMPLE) -> None:
        self._settings = settings
        self._sample = sample

    def follow(
        self,
        connection: Connection,
        found: Regrouped,
        left: Collection[str],
        at: datetime,
    ) -> None:
        """Make the queue say what there is a reason for.

        Args:
            connection: the transaction of the step.
            found: golden records that the step looked at, whole, as they are now, and all pairs with one of their
                records; what their records were part of before counts for nothing.
            left: records that are no customers any more.
            at: when.
        """
        home = {record: golden_id for golden_id, records in found.after.items() for record in records}
        now = self._wanted(connection, _Seen(found.after, home, found.rows), [*found.edges, *found.out])
        asked = live_ids_about(connection, {*home, *left}.difference(found.born), OURS)
        gone = asked - {one.item_id for one in now}
        close_items(connection, gone, REASON_GONE, at)
        # A merge that was looked at stays looked at.
        drawn = [one.item_id for one in now if one.kind is Kind.QA]
        seen = {name for name, one in items(connection, drawn).items() if one.state is State.DECIDED}
        write_items(connection, [one for one in now if one.item_id not in seen], at)

    def _wanted(self, connection: Connection, seen: "_Seen", edges: Sequence[Edge]) -> list[Wanted]:
        home = seen.home
        inside: list[Edge] = []
        across: list[Edge] = []
        for edge in edges:
            (inside if home.get(edge.left) == home.get(edge.right) else across).append(edge)
        found = sampled(inside, self._sample)
        bands = self._settings.bands
        # What there is to ask about between two golden records.
        least = bands.least_review
        telling = [edge for edge in across if edge.weight >= least or edge.verdict == CONFLICT]
        if telling:
            around = _around(connection, seen, telling, across)
            found += between_goldens(around, lines_of(self._settings), bands)
        return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the step has of golden records that it looked at: whole, by id, by record, and the rows of the records."""

    after: Mapping[str, Sequence[str]]
    home: Mapping[str, str]
    rows: Mapping[str, RecordRow]


def _around(connection: Connection, seen: _Seen, telling: Sequence[Edge], across: Sequence[Edge]) -> Neighbourhood:
    """The golden records on both sides of pairs that tell something, and all pairs between them."""
    ends = {record for edge in telling for record in (edge.left, edge.right)}
    near = rows_of(connection, ends - seen.home.keys())
    homes = {row.golden_id for row in near.values() if row.live and row.golden_id is not None}
    homes.update(seen.home[one] for one in ends & seen.home.keys())
    members: dict[str, Sequence[str]] = {one: seen.after[one] for one in homes & seen.after.keys()}
    members.update(members_of(connection, homes - seen.after.keys()))
    every = {record: golden_id for golden_id, held in members.items() for record in held}
    rows = {**seen.rows, **near}
    rows.update(rows_of(connection, every.keys() - rows.keys()))
    holders = holders_now(connection, sorted(members))
    return Neighbourhood(
        every,
        members,
        [edge for edge in across if edge.left in every and edge.right in every],
        constraints_at(connection, every),
        {record: rows[record].verified for record in every},
        frozenset(one for one, holder in holders.items() if holder and not holder.startswith("pool:")),
        entities_of({record: rows[record] for record in every}),
    )
