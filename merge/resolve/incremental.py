"""The incremental step: source records change, and only what they touch is made anew.

Whatever the order and the batches, with edits and deletes, the partition, the golden bytes, the evidence and the ids
that lead to a golden record are those of a batch over the records that are there in the end. Only *which* of those
ids is preferred comes from the order of publication.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from audit.log import AuditLog
from core.clock import Clock
from core.crypto import Keyring
from core.driver import fetch
from core.errors import Conflict
from core.records import SourceRecord
from merge.golden_store import forget_retired, publications, retired_keys
from merge.graph_store import constraints_at
from merge.history_store import keep_membership
from merge.match.features import Features
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
from merge.resolve.hubs import HubList
from merge.resolve.intake import Register
from merge.resolve.keying import Keyer
from merge.resolve.loader import Loader
from merge.resolve.pairing import Changes, Eased, Pairing
from merge.resolve.publishing import Publisher, Step
from merge.resolve.regrouping import NOBODY, Born, Regrouped, heirs, region, regroup
from merge.resolve.sharing import Sharing
from merge.resolve.transitions import Merged, Split, transitions
from merge.review_feed import ReviewFeed
from merge.search_index import SearchIndex

SYSTEM = "system:merge"
# Replaced caches whose keys are destroyed together: each time is a commit of the key store.
_SWEEP = 200
_ADVISORY_LOCK = 0x1A607  # one resolver at a time on PostgreSQL; on SQLite there is one writer anyway


@dataclass(frozen=True, slots=True)
class ResolveOutcome:
    """What a step did: golden ids by what happened to them, and counts of records, pairs and edges.

    ``refused`` are groups that belong together by weight and may not be joined: material for the review queue, as are
    the pairs ``reopened``, whose link hung on a contact that turned out to be shared by many.
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
    reopened: tuple[tuple[str, str], ...] = ()


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
        self.keyer = Keyer(keyring.blinder)
        self.hubs = HubList(clock, audit_log)
        self._pairing = Pairing(
            self.loader, settings, self.keyer, self.hubs, Sharing(clock, audit_log, settings.shared_by)
        )
        self._register = Register(keyring, clock, self.loader, self.search, self.keyer)

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
        intake = self._register.compare(connection, changed, removed, anew=anew)
        if not intake.changed and not intake.removed:
            return ResolveOutcome(unchanged=len({one.record_id for one in changed}))
        self._sweep_many(connection)
        left = intake.left
        partners = self._must_link_partners(connection, left) if left else set()
        with self.keyring.batch() as batch:
            changes = self._register.write(connection, intake, batch)
            paired = self._pairing.update(connection, changes, actor=actor)
            outcome = self.settle(
                connection,
                paired.touched | partners,
                left,
                edited=set(changes.loaded),
                events={} if anew else intake.events,
                actor=actor,
                step=Step(batch, dict(changes.loaded), changes.keys),
                born=Born(changes.born, paired.found),
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
            reopened=paired.reopened,
        )

    def change_hubs(
        self, connection: Connection, new: Collection[int], gone: Collection[int], *, actor: str
    ) -> ResolveOutcome:
        """Put keys on the frozen list of hubs and take others off it, and bring what hangs on them up to date.

        Part of a maintenance step, which is audited; see ``merge.resolve.maintenance``.
        """
        self.lock(connection)
        records, fresh = self.hubs.change(connection, new, gone, actor=actor, cause="maintenance")
        paired = self._pairing.update(connection, Changes(), actor=actor, eased=Eased(records, fresh))
        outcome = self.settle(connection, paired.touched, {}, actor=actor)
        return replace(outcome, compared=paired.compared, edges=paired.edges)

    def settle(
        self,
        connection: Connection,
        touched: Collection[str],
        left: Mapping[str, str],
        *,
        edited: Collection[str] = (),
        events: Mapping[str, Collection[str]] | None = None,
        actor: str = SYSTEM,
        step: Step | None = None,
        decided: bool = False,
        born: Born = NOBODY,
    ) -> ResolveOutcome:
        """Group anew around touched records, whose edges and decisions are written, and publish what follows.

        Args:
            connection: where to read and write.
            touched: customer records whose edges, keys or decisions changed.
            left: records that are no customers any more, and the golden id each belonged to.
            edited: records whose values changed.
            events: names of attributes of events (orders, calls) that came or went, by the record they belong to.
            actor: for whom.
            step: what the transaction has opened and sealed with already.
            decided: whether a person has just said so; what they take apart is not held together for review.
            born: those of the touched records that were never here before.
        """
        step = step or Step(self.keyring.batch(), {})
        area = region(connection, touched, set(left.values()), self.settings, born)
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
        happened = self.publisher.publish(connection, found, happened, noted, actor, step)
        if left:
            set_forward(connection, self._forwards(connection, found, left))
        self.reviews.follow(connection, found, left, self.clock.now())
        step.batch.keep()
        return ResolveOutcome(
            created=happened.created,
            changed=happened.changed,
            merged=happened.merged,
            split=happened.split,
            removed=happened.removed,
            refused=tuple(found.refused),
        )

    def features_of(self, connection: Connection, record_ids: Collection[str]) -> dict[str, Features]:
        """What live records are compared by, without contacts that are generic; evidence is told from the same."""
        loaded = self.loader.load(connection, record_ids)
        values = {name: self.keyer.found(one).values for name, one in loaded.items()}
        return self._pairing.own(connection, values, {name: one.features for name, one in loaded.items()})

    def sweep(self, connection: Connection) -> int:
        """Destroy the keys of caches that earlier transactions replaced; returns how many.

        Not in the transaction that replaces them: if that one is rolled back, the old cache must still open.
        """
        retired = retired_keys(connection)
        if retired:
            self.keyring.destroy(retired, "golden cache replaced", remember=False)
            forget_retired(connection, retired)
        self.publisher.retired = 0
        return len(retired)

    def _sweep_many(self, connection: Connection) -> None:
        """Sweep where it is worth a commit of the key store; who works through many records sweeps at the end."""
        if self.publisher.retired >= _SWEEP:
            self.sweep(connection)

    def lock(self, connection: Connection) -> None:
        """Wait until no other resolver is at work, to the end of the transaction.

        Raises Conflict ``matching.version`` where the lines were moved since this process began: it must not judge by
        others than the rest of the house.
        """
        if connection.dialect.name == "postgresql":
            fetch(connection, "SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
        if newest_version(connection) != self.version:
            raise Conflict(
                "matching.version", "The lines that pairs are judged by were moved; start this process anew."
            )

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
