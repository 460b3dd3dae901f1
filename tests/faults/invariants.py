"""What must hold whatever happened: INV1 nothing accepted is lost, INV2 nothing counts twice, INV3 golden records are
a function of the source records, INV4 the audit log proves itself and covers every change.

``faults_of`` looks at a workspace as it lies, crashed or not; ``settled`` asks for more: all work is done. It tells
faults in words with counts and ids of ours, and changes nothing.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from api.wiring import Services
from audit.check import verify_database
from audit.tables import audit_entry, audit_pending
from connectors.protocol import loads
from core.database import reading
from merge.resolve.rebuild import check_rebuild
from merge.tables import merge_change, merge_constraint, merge_golden
from sync import tables
from sync.waiting import waiting
from tests.faults.ledger import FEED, Ledger, Sent
from tests.merge.support import snapshot

# What stored values are sealed under, told again here: what is stored must open, whoever changes the code.
RAW = "raw"
_ACTIONS = {"created", "changed", "removed", "merged", "split"}


def faults_of(services: Services, ledger: Ledger, *, settled: bool) -> list[str]:
    """Everything that is wrong; empty is good."""
    found = [*records_kept(services, ledger, settled=settled), *golden_follows(services, settled=settled)]
    found.extend(audit_holds(services))
    if settled:
        found.extend(nothing_waits(services))
    return found


def records_kept(services: Services, ledger: Ledger, *, settled: bool) -> Iterator[str]:
    """INV1 and INV2: what was accepted is landed or set aside, nothing is there that was not sent, nothing twice."""
    kept, aside = _landed(services), _set_aside(services)
    sent, accepted = _sent(ledger), _accepted(services, ledger, settled=settled)
    yield from _keyless(kept, aside, sent, accepted)
    yield from _keyed(kept, aside, sent, accepted)


def _keyless(
    kept: Counter[Sent], aside: Counter[Sent], sent: Sequence[Sent], accepted: Sequence[Sent]
) -> Iterator[str]:
    rows = Counter({one: count for one, count in kept.items() if one.key is None})
    both = rows + Counter({one: count for one, count in aside.items() if any(one == other for other in sent)})
    offered = Counter(one for one in sent if one.key is None)
    lost = Counter(one for one in accepted if one.key is None) - both
    if lost:
        yield f"INV1: {lost.total()} accepted records without a key are neither landed nor set aside"
    doubled = both - offered
    if doubled:
        yield f"INV2: {doubled.total()} records without a key are there more often than they were sent"


def _keyed(kept: Counter[Sent], aside: Counter[Sent], sent: Sequence[Sent], accepted: Sequence[Sent]) -> Iterator[str]:
    versions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in sent:
        if one.key is not None:
            versions[one.place, one.key].append(one.content)
    landed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in kept.elements():
        if one.key is not None:
            landed[one.place, one.key].append(one.content)
    apart = {(one.place, one.content) for one in aside}
    for (place, key), contents in landed.items():
        if len(contents) > 1:
            yield f"INV2: one record of {place} is landed {len(contents)} times"
        if not set(contents) <= set(versions[place, key]):
            yield f"INV2: a record of {place} is landed that was never sent"
    newest = {(one.place, one.key): one.content for one in accepted if one.key is not None}
    for (place, key), content in newest.items():
        told = versions[place, key]
        allowed = set(told[told.index(content) :])
        if not allowed & {*landed[place, key]} and (place, content) not in apart:
            yield f"INV1: an accepted record of {place} is lost or older than what was accepted"


def _landed(services: Services) -> Counter[Sent]:
    keyring = services.foundation.keyring
    with reading(services.engine) as connection:
        rows = connection.execute(select(tables.record).where(tables.record.c.removed_at.is_(None))).all()
        keys = keyring.record_keys([row.record_id for row in rows], create=False)
        found = []
        for row in rows:
            whole = loads(keys[row.record_id].open(RAW, row.sealed))
            keyless = row.connection == FEED and row.stream == "notes"
            found.append(Sent.of(f"{row.connection}/{row.stream}", None if keyless else whole["key"], whole["data"]))
    return Counter(found)


def _set_aside(services: Services) -> Counter[Sent]:
    """Records in quarantine; a key is not told there."""
    keyring, table = services.foundation.keyring, tables.rejected
    with reading(services.engine) as connection:
        rows = connection.execute(select(table).where(table.c.replayed_at.is_(None))).all()
        keys = keyring.record_keys([row.id for row in rows], create=False)
        return Counter(
            Sent.of(f"{row.connection}/{row.stream}", None, loads(keys[row.id].open(RAW, row.sealed))) for row in rows
        )


def _sent(ledger: Ledger) -> list[Sent]:
    return [*ledger.fed("customers"), *ledger.fed("notes"), *ledger.posts()]


def _accepted(services: Services, ledger: Ledger, *, settled: bool) -> list[Sent]:
    """What was answered, and what a committed state covers; once all is settled, all of a feed that was read."""
    found = ledger.promised()
    with reading(services.engine) as connection:
        for row in connection.execute(select(tables.state).where(tables.state.c.connection == FEED)):
            blob = services.foundation.keyring.open_secret(f"state:{FEED}:{row.stream}", row.sealed)
            covered = orjson.loads(blob)["stream"]["stream_state"]["next"]
            found += ledger.fed(row.stream, None if settled else covered)
    return found


def golden_follows(services: Services, *, settled: bool) -> Iterator[str]:
    """INV3: every cache opens, and a computation from the source records gives what is kept."""
    with reading(services.engine) as connection:
        snapshot(connection, services.foundation.keyring)
        different = check_rebuild(connection, services.resolver).different
        unheld = services.resolver.owners.broken(connection)
    if different:
        yield f"INV3: {len(different)} golden records are not what their records give"
    if unheld:
        yield f"INV3: {len(unheld)} golden records have no or more than one owner"
    if settled and services.rebuild.check().different:
        yield "INV3: golden records are not what the landed records give"


def fingerprint(services: Services) -> str:
    """A hash of the partition, the golden bytes and the evidence: equal for equal source records and decisions."""
    with reading(services.engine) as connection:
        found = snapshot(connection, services.foundation.keyring)
    lines = sorted(f"{sorted(members)}|{plain.hex()}|{evidence}" for members, plain, evidence in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def audit_holds(services: Services) -> Iterator[str]:
    """INV4: the log proves itself against its checkpoints, and tells of every change once."""
    with reading(services.engine) as connection:
        report = verify_database(connection, services.settings.checkpoints, str(services.sequencer.key))
        for finding in report.findings:
            # Nothing is promised outside before the first checkpoint was published; the next run does that.
            if finding.code != "audit.no_outside_checkpoint" or report.exposed != report.entries:
                yield f"INV4: {finding.code} at {finding.place}"
        events = _events(connection)
        yield from _ids_once(events)
        yield from _landings_told(connection, events)
        yield from _changes_told(connection, events)
        yield from _decisions_told(connection, events)
        yield from _versions_count_up(connection)


def _events(connection: Connection) -> list[dict[str, Any]]:
    bodies = [*connection.scalars(select(audit_entry.c.body)), *connection.scalars(select(audit_pending.c.body))]
    return [json.loads(body) for body in bodies]


def _ids_once(events: Sequence[dict[str, Any]]) -> Iterator[str]:
    seen = Counter((event["id"], event.get("part", 1)) for event in events)
    for (event_id, _), count in seen.items():
        if count > 1:
            yield f"INV4: the event {event_id} stands {count} times in the log"


def _landings_told(connection: Connection, events: Sequence[dict[str, Any]]) -> Iterator[str]:
    told: Counter[str] = Counter()
    for event in events:
        if event["action"] in {"record.landed", "record.quarantined"}:
            told[event["details"]["run"]] += event["details"]["landed"] + event["details"]["rejected"]
    for row in connection.execute(select(tables.run)):
        counted = row.landed + row.rejected
        if told[row.id] != counted:
            yield f"INV4: {row.id} landed and rejected {counted} records, the log tells {told[row.id]}"
    received = Counter(
        subject for event in events if event["action"] == "form.received" for subject in event["subjects"]
    )
    deliveries = Counter(connection.scalars(select(tables.delivery.c.record_id).where(_is_form())))
    if received != deliveries:
        yield f"INV4: {deliveries.total()} deliveries of forms, the log tells {received.total()}"


def _is_form() -> Any:
    return tables.delivery.c.form.like("form:%")


def _changes_told(connection: Connection, events: Sequence[dict[str, Any]]) -> Iterator[str]:
    told: Counter[tuple[str, str]] = Counter()
    for event in events:
        area, _, kind = event["action"].partition(".")
        if area == "golden" and kind in _ACTIONS:
            ids = [event["object_id"]] if kind in {"merged", "split"} else event["subjects"]
            told.update((kind, one) for one in ids)
    made = Counter((row.kind, row.golden_id) for row in connection.execute(select(merge_change)))
    if made - told:
        yield f"INV4: {(made - told).total()} changes of golden records are not in the log"
    if told - made:
        yield f"INV4: the log tells {(told - made).total()} changes of golden records that were not made"


def _decisions_told(connection: Connection, events: Sequence[dict[str, Any]]) -> Iterator[str]:
    told = {
        record
        for event in events
        if event["action"] in {"golden.unmerged", "golden.merged_by_hand"}
        for record in (*event["subjects"], *event["details"].get("records", ()))
    }
    made = connection.execute(select(merge_constraint.c.left_id, merge_constraint.c.right_id)).all()
    silent = [pair for pair in made if not told & set(pair)]
    if silent:
        yield f"INV4: {len(silent)} decisions of people are not in the log"
    if told and not made:
        yield "INV4: the log tells decisions of people that were not kept"


def _versions_count_up(connection: Connection) -> Iterator[str]:
    """INV2 of golden records: a change that was applied twice would count twice."""
    versions: dict[str, list[int]] = defaultdict(list)
    for row in connection.execute(select(merge_change).order_by(merge_change.c.sequence)):
        versions[row.golden_id].append(row.version)
    for golden_id, counted in versions.items():
        if counted != sorted(set(counted)):
            yield f"INV2: the versions of {golden_id} in the feed do not count up"
    for row in connection.execute(select(merge_golden.c.golden_id, merge_golden.c.version)):
        if row.version < max(versions[row.golden_id], default=0):
            yield f"INV2: {row.golden_id} is older than the feed says"


def nothing_waits(services: Services) -> Iterator[str]:
    """All landed records are resolved, no job waits or runs, all events have their place.

    A job may have been given up, its worker killed too often or its database gone too long: what it had to do is done.
    """
    with reading(services.engine) as connection:
        still = waiting(connection)
        events = len(connection.execute(select(audit_pending.c.pid)).all())
        jobs = connection.execute(select(tables.job.c.kind, tables.job.c.state, tables.job.c.code)).all()
    if still:
        yield f"{still} landed records were not resolved"
    if events:
        yield f"{events} events have no place in the log"
    for kind, state, code in jobs:
        if state not in {"done", "failed"}:
            yield f"a job of kind {kind} is {state} ({code})"
