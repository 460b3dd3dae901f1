"""The last half of the incremental step: new golden values, ids, history, feed and audit for what changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from core.crypto import KeyBatch, Keyring
from core.record_key import RecordKey
from core.rules import Fact
from merge.golden_store import (
    CACHE_FIELD,
    Change,
    GoldenRow,
    append_changes,
    append_events,
    goldens,
    publish,
    retire_keys,
    write_goldens,
)
from merge.ownership.facts import facts_of
from merge.ownership.owners import Owners
from merge.policy_store import Policies
from merge.resolve.loader import Loader, Opened
from merge.resolve.pinned import PinLoader
from merge.resolve.records import LoadedRecord, standard_lookup
from merge.resolve.regrouping import Regrouped
from merge.resolve.transitions import Transitions
from merge.survivorship.pins import NONE, Pins
from merge.survivorship.policy import SurvivorshipPolicy
from merge.survivorship.survive import as_of, survive
from merge.survivorship.values import GoldenValues, changed_texts, golden_bytes, texts_of


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction has beside its connection: new keys that are made durable at its end, and opened records.

    ``keys`` are those of other records that it has found.
    """

    batch: KeyBatch
    opened: Opened
    keys: Mapping[str, RecordKey] = field(default_factory=dict)


@dataclass(slots=True)
class _Made:
    """Golden values made in this step, the names that changed, and what ownership rules read."""

    rows: dict[str, GoldenRow] = field(default_factory=dict)
    changed: dict[str, Sequence[str]] = field(default_factory=dict)
    facts: dict[str, Mapping[str, Fact]] = field(default_factory=dict)


def golden_values(
    records: Sequence[LoadedRecord], policy: SurvivorshipPolicy, empty_at: datetime, pins: Pins = NONE
) -> GoldenValues:
    """What survives of the records; of erased records nothing does, ``empty_at`` is then the time of no values."""
    if not records:
        return GoldenValues(empty_at, policy.reference, {})
    sources = [one.record for one in records]
    return survive(sources, policy, as_of(sources), standard_lookup(records), pins)


def golden_digest(keyring: Keyring, plain: bytes, members: Sequence[str]) -> bytes:
    """Keyed hash of golden bytes and of who contributed, to know a golden record unchanged."""
    return keyring.blind("merge golden", "|".join(sorted(members)).encode() + b"\x00" + plain)


class Publisher:
    """Writes golden records and tells of them. Takes connections, never commits."""

    def __init__(
        self,
        keyring: Keyring,
        clock: Clock,
        audit: AuditLog,
        loader: Loader,
        policies: Policies,
        owners: Owners,
    ) -> None:
        self._keyring = keyring
        self._clock = clock
        self._audit = audit
        self._loader = loader
        self.policies = policies
        self.pins = PinLoader(keyring, clock)
        self.owners = owners
        self.retired = 0
        self._stock = keyring.stock()

    def publish(
        self,
        connection: Connection,
        found: Regrouped,
        happened: Transitions,
        noted: Mapping[str, Collection[str]],
        actor: str,
        step: Step,
    ) -> Transitions:
        """Write everything that follows from a regrouping.

        Args:
            connection: where to write.
            found: golden records before and after.
            happened: what that means.
            noted: names of attributes of events (orders, calls) that are new, by golden id.
            actor: for whom.
            step: keys and opened records of the transaction.

        Returns what happened without those golden records that came out the same.
        """
        now = self._clock.now()
        first = found.first_published
        publish(connection, first, now)
        parts = {part.golden_id for one in happened.split for part in one.parts}
        winners = {one.winner for one in happened.merged}
        dirty = {*happened.created, *happened.changed, *winners, *parts} & found.after.keys()
        ended = _ended(found, happened)
        known = goldens(connection, {*dirty, *ended, *noted}.difference(first))
        made = self._make(connection, found, dirty, known, set(happened.changed), step, now)
        happened = replace(happened, changed=tuple(one for one in happened.changed if one in made.rows))
        self._note(noted, known, made, now)
        self._write(connection, made, ended, known, now)
        self._tell(connection, found, happened, made, known, noted, actor, now)
        self.owners.follow(connection, happened, made.facts, made.changed, actor, first)
        return happened

    def _make(
        self,
        connection: Connection,
        found: Regrouped,
        dirty: Collection[str],
        known: Mapping[str, GoldenRow],
        changed: Collection[str],
        step: Step,
        now: datetime,
    ) -> _Made:
        """Survive, seal and count up versions; golden records of ``changed`` that came out the same are left out."""
        digests = {record: found.rows[record].digest for one in dirty for record in found.after[one]}
        self._loader.open(connection, digests, step.opened, step.keys)
        policy = self.policies.ensure(connection, now)
        homes = {record: one for one in dirty for record in found.after[one] if record not in found.born}
        held = self.pins.held(connection, homes, now)
        survived: dict[str, tuple[GoldenValues, bytes, bytes]] = {}
        for golden_id in sorted(dirty):
            members = found.after[golden_id]
            records = [step.opened[record] for record in members if record in step.opened]
            empty_at = max(found.rows[record].asserted_at for record in members)
            values = bare = golden_values(records, policy, empty_at)
            if golden_id in held:
                values = golden_values(records, policy, empty_at, held[golden_id].pins)
                self.pins.watch(connection, held[golden_id], bare, members, now)
            plain = golden_bytes(values)
            digest = golden_digest(self._keyring, plain, members)
            if golden_id not in changed or golden_id not in known or known[golden_id].digest != digest:
                survived[golden_id] = values, plain, digest
        stocked = self._stock.take(len(survived), lambda: self._clock.new_id("c"))
        keys = dict(zip(survived, stocked, strict=True))
        before = self._loader.golden_texts([known[one] for one in survived if one in known])
        made, reads = _Made(), self.owners.policy.attributes
        for golden_id, (values, plain, digest) in survived.items():
            members = found.after[golden_id]
            made.rows[golden_id] = GoldenRow(
                golden_id=golden_id,
                active=True,
                version=known[golden_id].version + 1 if golden_id in known else 1,
                members=len(members),
                digest=digest,
                cache_key_id=keys[golden_id].record_id,
                cache=keys[golden_id].seal(CACHE_FIELD, plain),
                changed_at=now,
            )
            sources = [step.opened[record].record for record in members if record in step.opened]
            made.changed[golden_id] = changed_texts(before.get(golden_id, {}), texts_of(values))
            made.facts[golden_id] = facts_of(values, sources, reads)
        return made

    def _note(
        self, noted: Mapping[str, Collection[str]], known: Mapping[str, GoldenRow], made: _Made, now: datetime
    ) -> None:
        """New events of a golden record count as a change of it, although its values stay."""
        for golden_id, names in sorted(noted.items()):
            made.changed[golden_id] = sorted({*made.changed.get(golden_id, ()), *names})
            if golden_id not in made.rows and golden_id in known and known[golden_id].active:
                row = known[golden_id]
                made.rows[golden_id] = replace(row, version=row.version + 1, changed_at=now)

    def _write(
        self,
        connection: Connection,
        made: _Made,
        ended: Collection[str],
        known: Mapping[str, GoldenRow],
        now: datetime,
    ) -> None:
        closed = [
            replace(
                known[golden_id],
                active=False,
                version=known[golden_id].version + 1,
                members=0,
                digest=b"",
                cache_key_id=None,
                cache=None,
                changed_at=now,
            )
            for golden_id in sorted(ended)
            if golden_id in known
        ]
        rows = {row.golden_id: row for row in (*closed, *made.rows.values())}
        write_goldens(connection, list(rows.values()))
        retired = {
            known[golden_id].cache_key_id
            for golden_id, row in rows.items()
            if golden_id in known and known[golden_id].cache_key_id != row.cache_key_id
        }
        gone = [key_id for key_id in retired if key_id is not None]
        retire_keys(connection, gone, now)
        self.retired += len(gone)

    def _tell(
        self,
        connection: Connection,
        found: Regrouped,
        happened: Transitions,
        made: _Made,
        known: Mapping[str, GoldenRow],
        noted: Mapping[str, Collection[str]],
        actor: str,
        now: datetime,
    ) -> None:
        """Feed, history and audit."""
        versions = {golden_id: row.version + 1 for golden_id, row in known.items()}
        versions |= {golden_id: row.version for golden_id, row in made.rows.items()}

        def change(golden_id: str, kind: str, ids: Mapping[str, object]) -> Change:
            names = made.changed.get(golden_id, ())
            return Change(0, golden_id, kind, versions.get(golden_id, 1), now, names, ids)

        told = {*happened.created, *happened.changed, *(one.winner for one in happened.merged)}
        told |= {part.golden_id for one in happened.split for part in one.parts}
        only_noted = sorted(golden_id for golden_id in noted if golden_id in made.rows and golden_id not in told)
        merged = [change(one.winner, "merged", {"losers": list(one.losers)}) for one in happened.merged]
        split = [
            change(
                one.golden_id,
                "split",
                {
                    "parts": [
                        {"id": part.golden_id, "records": list(part.records), "revived": part.revived}
                        for part in one.parts
                    ]
                },
            )
            for one in happened.split
        ]
        created = [change(one, "created", {}) for one in happened.created]
        changed = [change(one, "changed", {}) for one in sorted({*happened.changed, *only_noted})]
        removed = [change(one, "removed", {}) for one in happened.removed]
        append_changes(connection, [*merged, *split, *created, *changed, *removed])
        append_events(
            connection,
            [
                {
                    "event_id": self._clock.new_id("m"),
                    "golden_id": one.golden_id,
                    "kind": one.kind,
                    "actor": actor,
                    "ids": {**one.ids, **_records_before(one, found)},
                    "at": now,
                }
                for one in (*merged, *split)
            ],
        )
        self._audit.append_many(connection, _audit_events(merged, split, created, changed, removed, actor))


def _ended(found: Regrouped, happened: Transitions) -> set[str]:
    losers = {loser for one in happened.merged for loser in one.losers}
    return ({*losers, *happened.removed} | {one.golden_id for one in happened.split}) - found.after.keys()


def _records_before(one: Change, found: Regrouped) -> dict[str, object]:
    """What each golden record of a merge was made of: what undoing it goes by."""
    if one.kind != "merged":
        return {}
    return {"records": {name: list(found.before.get(name, ())) for name in (one.golden_id, *one.ids["losers"])}}


def _audit_events(
    merged: Sequence[Change],
    split: Sequence[Change],
    created: Sequence[Change],
    changed: Sequence[Change],
    removed: Sequence[Change],
    actor: str,
) -> list[Event]:
    """A merge or split is an event of its own; golden records that were made or changed by one step share one."""
    events = []
    for one in merged:
        subjects = (one.golden_id, *one.ids["losers"])
        events.append(_event(Action.GOLDEN_MERGED, actor, subjects, one.golden_id, one.ids))
    for one in split:
        subjects = tuple(dict.fromkeys([one.golden_id, *(part["id"] for part in one.ids["parts"])]))
        parts = [{"id": part["id"], "records": len(part["records"])} for part in one.ids["parts"]]
        events.append(_event(Action.GOLDEN_SPLIT, actor, subjects, one.golden_id, {"parts": parts}))
    grouped = ((Action.GOLDEN_CREATED, created), (Action.GOLDEN_CHANGED, changed), (Action.GOLDEN_REMOVED, removed))
    for action, changes in grouped:
        if changes:
            names = sorted({name for one in changes for name in one.attributes})
            subjects = tuple(one.golden_id for one in changes)
            events.append(_event(action, actor, subjects, "", {"attributes": names} if names else {}))
    return events


def _event(
    action: Action, actor: str, subjects: tuple[str, ...], object_id: str, details: Mapping[str, object]
) -> Event:
    return Event(
        action=action,
        actor=actor,
        object_type="golden",
        object_id=object_id,
        subjects=subjects,
        count=len(subjects),
        details=details,
    )
