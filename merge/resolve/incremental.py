"""The incremental step: source records change, and only what they touch is made anew.

Whatever the order and the batches, with edits and deletes, the partition, the golden bytes, the evidence and the ids
that lead to a golden record are those of a batch over the records that are there in the end. Only *which* of those
ids is preferred comes from the order of publication.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from audit.log import AuditLog
from core.clock import Clock
from core.crypto import Keyring
from core.errors import Conflict
from core.records import SourceRecord
from merge.golden_store import forget_retired, publications, retired_keys
from merge.graph_store import constraints_at
from merge.history_store import keep_membership
from merge.match.features import Features
from merge.match.keys import blocking_keys
from merge.match_versions import newest_version
from merge.ownership.owners import Owners
from merge.ownership.rules import OwnershipPolicy
from merge.policy_store import Policies
from merge.record_store import (
    rows_of,
    set_forward,
    set_golden,
)
from merge.resolve.clusters import RefusedMerge
from merge.resolve.graph import ConstraintKind
from merge.resolve.grouping import MatchSettings
from merge.resolve.holding import AutoUnmerge, Holding
from merge.resolve.intake import Register
from merge.resolve.loader import Loader
from merge.resolve.pairing import Pairing
from merge.resolve.publishing import Publisher
from merge.resolve.records import LoadedRecord
from merge.resolve.regrouping import Regrouped, heirs, region, regroup
from merge.resolve.transitions import Merged, Split, transitions
from merge.review_feed import ReviewFeed
from merge.search_index import SearchIndex

SYSTEM = "system:merge"
_ADVISORY_LOCK = 0x1A607  # one resolver at a time on PostgreSQL; on SQLite there is one writer anyway


@dataclass(frozen=True, slots=True)
class ResolveOutcome:
    """What a step did: golden ids by what happened to them, and counts of records, pairs and edges.

    ``refused`` are groups that belong together by weight and may not be joined: material for the review queue.
    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    merged: tuple[Merged, ...] = ()
    split: tuple[Split, ...] = ()
    removed: tuple[str, ...] = ()
    written: int = 0
    unchanged: int = 0
    gone: int = 0
    compared: int = 0
    edges: int = 0
    refused: tuple[RefusedMerge, ...] = ()


class Resolver:
    """Keeps golden records in step with source records. Takes connections, never commits."""

    def __init__(
        self,
        keyring: Keyring,
        clock: Clock,
        audit_log: AuditLog,
        settings: MatchSettings,
        *,
        survivorship: Policies | None = None,
        ownership: OwnershipPolicy | None = None,
        version: int = 0,
        auto_unmerge: AutoUnmerge = AutoUnmerge.CONFIRMED,
    ) -> None:
        self.version = version
        self.auto_unmerge = auto_unmerge
        self.keyring = keyring
        self.clock = clock
        self.audit = audit_log
        self.settings = settings
        self.loader = Loader(keyring)
        self.search = SearchIndex(keyring)
        self.owners = Owners(keyring, clock, audit_log, ownership or OwnershipPolicy())
        self.publisher = Publisher(
            keyring, clock, audit_log, self.loader, survivorship or Policies({}, {}), self.owners
        )
        self.reviews = ReviewFeed(settings)
        self._holding = Holding(clock, settings, auto_unmerge)
        self._pairing = Pairing(self.loader, settings)
        self._register = Register(keyring, clock, self.loader, self.search)

    def apply(
        self,
        connection: Connection,
        changed: Sequence[SourceRecord],
        removed: Sequence[str] = (),
        *,
        anew: bool = False,
        actor: str = SYSTEM,
    ) -> ResolveOutcome:
        """Take new and edited records in and take removed ones away.

        Args:
            connection: the transaction of the caller.
            changed: records as they are now; of two with one id the later one counts. One that is also named in
                ``removed`` stays.
            removed: ids of records that the source has no more; unknown ones are no error.
            anew: take in records that did not change too, because the rules that read them did.
            actor: for whom the golden records change.
        """
        self.lock(connection)
        self.sweep(connection)
        intake = self._register.compare(connection, changed, removed, anew=anew)
        if not intake.changed and not intake.removed:
            return ResolveOutcome(unchanged=len({one.record_id for one in changed}))
        left = intake.left
        partners = self._must_link_partners(connection, left)
        self._register.write(connection, intake)
        customers = intake.customers
        keys = {name: self._keys(one) for name, one in customers.items()}
        gone = {*intake.removed, *(intake.changed.keys() - customers.keys())}
        paired = self._pairing.update(connection, customers, keys, gone)
        events = {} if anew else intake.events
        outcome = self.settle(
            connection, paired.touched | partners, left, edited=set(customers), events=events, actor=actor
        )
        return ResolveOutcome(
            created=outcome.created,
            changed=outcome.changed,
            merged=outcome.merged,
            split=outcome.split,
            removed=outcome.removed,
            written=len(intake.changed),
            unchanged=len({one.record_id for one in changed}) - len(intake.changed),
            gone=len(intake.removed),
            compared=paired.compared,
            edges=paired.edges,
            refused=outcome.refused,
        )

    def settle(
        self,
        connection: Connection,
        touched: Collection[str],
        left: Mapping[str, str],
        *,
        edited: Collection[str] = (),
        events: Mapping[str, Collection[str]] | None = None,
        actor: str = SYSTEM,
        decided: bool = False,
    ) -> ResolveOutcome:
        """Group anew around touched records, whose edges and decisions are written, and publish what follows.

        Args:
            connection: where to read and write.
            touched: customer records whose edges, keys or decisions changed.
            left: records that are no customers any more, and the golden id each belonged to.
            edited: records whose values changed.
            events: names of attributes of events (orders, calls) that came or went, by the record they belong to.
            actor: for whom.
            decided: whether a person has just said so; what they take apart is not held together for review.
        """
        area = region(connection, touched, set(left.values()), self.settings)
        found = regroup(connection, area, left, self.settings)
        if not decided:
            found = self._holding.hold(connection, area, found, left)
        happened = transitions(found.before, found.after, edited=edited, published=found.published)
        home = {record: golden_id for golden_id, members in found.after.items() for record in members}
        moved = {record: golden_id for record, golden_id in home.items() if found.rows[record].golden_id != golden_id}
        now = self.clock.now()
        keep_membership(connection, [*left, *(one for one in moved if found.rows[one].golden_id is not None)], now)
        set_golden(connection, {**moved, **dict.fromkeys(left)}, now)
        if left:
            self.publisher.pins.follow(connection, heirs(found, left))
        noted: dict[str, set[str]] = {}
        for record, row in rows_of(connection, events or {}).items():
            if row.golden_id is not None and events is not None:
                noted.setdefault(row.golden_id, set()).update(events[record])
        happened = self.publisher.publish(connection, found, happened, noted, actor)
        set_forward(connection, self._forwards(connection, found, left))
        self.reviews.follow(connection, found.after, [*found.edges, *found.out], left, self.clock.now())
        return ResolveOutcome(
            created=happened.created,
            changed=happened.changed,
            merged=happened.merged,
            split=happened.split,
            removed=happened.removed,
            refused=tuple(found.refused),
        )

    def features_of(self, connection: Connection, record_ids: Collection[str]) -> dict[str, Features]:
        """What live records are compared by; evidence is told from the same."""
        return {name: one.features for name, one in self.loader.load(connection, record_ids).items()}

    def sweep(self, connection: Connection) -> int:
        """Destroy the keys of caches that earlier transactions replaced; returns how many.

        Not in the transaction that replaces them: if that one is rolled back, the old cache must still open.
        """
        retired = retired_keys(connection)
        if retired:
            self.keyring.destroy(retired, "golden cache replaced", remember=False)
            forget_retired(connection, retired)
        return len(retired)

    def lock(self, connection: Connection) -> None:
        """Wait until no other resolver is at work, to the end of the transaction.

        Raises Conflict ``matching.version`` where the lines were moved since this process began: it must not judge by
        others than the rest of the house.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        if newest_version(connection) != self.version:
            raise Conflict(
                "matching.version", "The lines that pairs are judged by were moved; start this process anew."
            )

    def _keys(self, loaded: LoadedRecord) -> frozenset[bytes]:
        return frozenset(self.keyring.blind("merge key", key.encode()) for key in blocking_keys(loaded.standard))

    def _must_link_partners(self, connection: Connection, left: Mapping[str, str]) -> set[str]:
        decided = constraints_at(connection, left)
        return {
            record
            for one in decided
            if one.kind is ConstraintKind.MUST_LINK
            for record in one.pair
            if record not in left
        }

    def _forwards(self, connection: Connection, found: Regrouped, left: Mapping[str, str]) -> dict[str, str | None]:
        """For each record that left, the preferred id of what remains of its golden record."""
        published = publications(connection, found.after)
        targets: dict[str, str | None] = {}
        for record, golden_id in left.items():
            remaining = Counter(
                home
                for home, members in found.after.items()
                for one in found.before.get(golden_id, ())
                if one in members
            )
            if golden_id in found.after:
                targets[record] = golden_id
            else:
                targets[record] = min(remaining, key=lambda home: published[home], default=None)
        return targets
