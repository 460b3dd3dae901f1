"""Faults that were found once and stay mended: loss, doubling and clear text at the edges of landing and resolution."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from audit.log import AuditLog
from connectors.protocol import Junk, Kind, Message, StreamKey
from connectors.store import ConnectionStore
from connectors.upload_store import UploadStore
from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.errors import Conflict, Damaged
from core.records import SourceRecord
from sync import tables
from sync.batch import StreamPlan
from sync.connecting import Connecting
from sync.foundation import Foundation
from sync.ingest import Ingest, SourceToRead
from sync.landing import Landing
from sync.loader import Loader
from sync.mapping import StreamMapping, parse_time
from sync.mapping_store import MappingStore
from sync.quarantine import Quarantine
from sync.queue import LEASE, Queue
from sync.reading import Reader
from sync.reconcile import Reconciler
from sync.replay import replay_rejected
from sync.runs import Runs
from sync.tables import job
from tests.sync.conftest import MakeSource


def plan(**changes: Any) -> StreamPlan:
    given: dict[str, Any] = {"name": "rows", "primary_key": (), "incremental": True, "from_state": 0, **changes}
    return StreamPlan(**given)


class ReadyConnection(Connecting):
    """One connection that stands ready."""

    def __init__(self, source: SourceToRead) -> None:
        self.source = source

    def ready(self, name: str) -> SourceToRead:
        assert name == self.source.name
        return self.source


class Desk:
    """Lands runs of a stream without a key, one call a run."""

    def __init__(self, foundation: Foundation, **changes: Any) -> None:
        self.foundation = foundation
        self.changes = changes
        self.runs = 0
        self.state = 0

    def run(self, *messages: Message | Junk, behind_state: bool = False, **changes: Any) -> None:
        self.runs += 1
        plans = {"rows": plan(from_state=self.state, **self.changes, **changes)}
        landing = Landing(self.foundation, connection_name="c", run_id=f"run_{self.runs}", job=None, plans=plans)
        reader = Reader(plans, partial(self.foundation.keyring.blinder, "content"), behind_state=behind_state)
        for message in messages:
            reader.take(message)
            if isinstance(message, Message) and message.kind is Kind.STATE:
                self.state += 1
                landing.commit(reader.take_batch())
        landing.commit(reader.take_batch())

    def count(self) -> int:
        with reading(self.foundation.engine) as connection:
            return connection.execute(select(func.count()).select_from(tables.record)).scalar_one()


def row(text: str, **more: Any) -> Message:
    return Message(Kind.RECORD, {"stream": "rows", "data": {"text": text, **more}}, StreamKey("", "rows"))


STATE = Message(Kind.STATE, {"type": "STREAM", "stream": {"stream_state": {}}}, StreamKey("", "rows"))
RESTARTED = Message(Kind.RECORD, {"stream": "rows", "data": {"_ingot_restarted": True}}, StreamKey("", "rows"))


def test_a_file_that_was_edited_does_not_double_its_other_rows(foundation: Foundation) -> None:
    desk = Desk(foundation)
    desk.run(row("a"), row("a"), row("b"), STATE, row("c"), STATE)
    assert desk.count() == 4
    desk.run(RESTARTED, row("a"), row("a"), row("b"), row("c2"), STATE)
    assert desk.count() == 5
    # Killed in the middle of reading it anew, and resumed behind the state that was committed.
    desk.run(RESTARTED, row("a"), STATE)
    desk.run(row("a"), row("b"), row("c2"), STATE)
    assert desk.count() == 5
    # A row that is really new and equal to others is one more.
    desk.run(row("a"), STATE)
    assert desk.count() == 6


def test_a_cursor_that_gives_its_last_rows_again_adds_none(foundation: Foundation) -> None:
    desk = Desk(foundation, cursor_in_record=True)
    desk.run(row("a", at=1), row("b", at=2), row("b", at=2), STATE)
    for _ in range(3):
        desk.run(row("b", at=2), row("b", at=2), STATE)
    assert desk.count() == 3


def test_a_replayed_row_without_a_key_is_one_more_and_stays(foundation: Foundation) -> None:
    desk = Desk(foundation)
    desk.run(row("a"), STATE)
    desk.run(row("a"), behind_state=True, count_all=True)
    assert desk.count() == 2
    desk.run(row("a"), STATE)
    assert desk.count() == 3


BROKEN = {"types": {"text": frozenset({"integer"})}}


def set_aside(foundation: Foundation) -> int:
    with reading(foundation.engine) as connection:
        return connection.execute(select(func.count()).select_from(tables.rejected)).scalar_one()


def test_two_equal_rejected_rows_are_two_in_quarantine(foundation: Foundation) -> None:
    desk = Desk(foundation, **BROKEN)
    desk.run(row("a"), row("a"))
    # No state was committed: the same two are read again.
    desk.run(row("a"), row("a"))
    assert set_aside(foundation) == 2


def test_an_equal_rejected_row_behind_the_state_is_one_more(foundation: Foundation) -> None:
    desk = Desk(foundation, **BROKEN)
    desk.run(row("a"), STATE, row("a"))
    assert set_aside(foundation) == 2
    # Killed before the second state: its row is read again, then there are two new ones, one of a line that is no JSON.
    cut = Junk("not_json", "The line is not JSON.", b"half", StreamKey("", "rows"))
    for _ in range(2):
        desk.state = 1
        desk.run(row("a"), STATE, row("a"), cut, STATE)
        assert set_aside(foundation) == 4
    desk.run(cut, row("a"), STATE)
    assert set_aside(foundation) == 6


def test_a_dismissed_entry_still_counts(foundation: Foundation) -> None:
    desk = Desk(foundation, **BROKEN)
    quarantine = Quarantine(foundation)
    desk.run(row("a"), STATE)
    [entry] = quarantine.waiting()
    quarantine.dismiss([entry["id"]], actor="system", reason_code="corrected_in_source")
    desk.run(row("a"), STATE)
    [fresh] = quarantine.waiting()
    assert fresh["id"] != entry["id"]


@pytest.mark.parametrize(
    "reads_all", [{"incremental": False}, {"cursor_in_record": True}, {"primary_key": (("id",),)}], ids=str
)
def test_rejected_rows_that_come_again_are_the_same_entries(foundation: Foundation, reads_all: dict[str, Any]) -> None:
    desk = Desk(foundation, **BROKEN, **reads_all)
    for _ in range(3):
        if "incremental" in reads_all:
            desk.state = 0
        desk.run(row("a", id=1), row("b", id=2), STATE)
    assert set_aside(foundation) == 2


def test_a_file_that_was_edited_does_not_double_its_rejected_rows(foundation: Foundation) -> None:
    desk = Desk(foundation, **BROKEN)
    desk.run(row("a"), row("a"), STATE, row("b"), STATE)
    desk.run(RESTARTED, row("a"), row("a"), row("b2"), STATE)
    assert set_aside(foundation) == 4
    # Killed in the middle of reading it anew, and resumed behind the state that was committed.
    desk.run(RESTARTED, row("a"), STATE)
    desk.run(row("a"), row("b2"), STATE)
    assert set_aside(foundation) == 4
    desk.run(row("a"), STATE)
    assert set_aside(foundation) == 5


def test_the_words_of_a_source_are_sealed(foundation: Foundation) -> None:
    desk = Desk(foundation)
    log = {"level": "warn", "message": "cannot parse row of Zhang Canary 13800138000"}
    desk.run(
        Message(Kind.LOG, log),
        Junk("not_json", "The line is not JSON.", b"a row of Li Canary"),
        Message(Kind.TRACE_ERROR, {"failure_type": "system_error", "message": "Zhang Canary"}),
    )
    with reading(foundation.engine) as connection:
        rows = connection.execute(select(tables.event)).all()
    assert [one.kind for one in rows] == ["log", "junk", "error"]
    assert not [one for one in rows if b"Canary" in one.sealed or "Canary" in str(one.facts)]
    opened = foundation.keyring.open_secret("event:run_1", rows[0].sealed)
    assert b"Zhang Canary" in opened


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_date_that_stands_for_none_is_no_time(text: str) -> None:
    assert parse_time(text) is None


class Brittle:
    """A merge engine that breaks on one record, as a fault in a standardiser would make it."""

    def __init__(self, poison: str) -> None:
        self.poison = poison
        self.taken: list[str] = []

    def apply(self, connection: Connection, changed: Sequence[SourceRecord], removed: Sequence[str]) -> None:
        del connection, removed
        if any(record.record_id == self.poison for record in changed):
            raise ZeroDivisionError
        self.taken += [record.record_id for record in changed]

    def sweep(self, connection: Connection) -> int:
        del connection
        return 0


def test_one_record_that_breaks_the_program_does_not_stop_the_others(foundation: Foundation) -> None:
    desk = Desk(foundation)
    mappings = MappingStore(foundation.audit, foundation.clock)
    desk.run(*(row(f"row {number}") for number in range(7)))
    with unit_of_work(foundation.engine) as connection:
        mappings.set(connection, "c", "rows", StreamMapping(fields={"text": "need"}), actor="system")
        ids = sorted(connection.execute(select(tables.record.c.record_id)).scalars())
    engine = Brittle(ids[3])
    reconciler = Reconciler(foundation, Loader(foundation.keyring, mappings), engine)
    assert reconciler.run() == 7
    assert sorted(engine.taken) == [one for one in ids if one != ids[3]]
    assert reconciler.waiting() == 0
    with reading(foundation.engine) as connection:
        entry = connection.execute(select(tables.rejected)).one()
    assert (entry.code, "ZeroDivisionError" in entry.message) == ("record.unresolvable", True)


def test_a_connection_added_anew_starts_from_the_beginning(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource, keyring: Keyring
) -> None:
    store = ConnectionStore(keyring, AuditLog(foundation.clock), foundation.clock)
    ingest.run(make_source(rows=30))
    with unit_of_work(foundation.engine) as connection:
        store.add(connection, name="counting", kind="exec", launch={"command": "x"}, config={}, actor="system")
    Connecting(
        foundation, store, ingest.runner, UploadStore(foundation.keyring, foundation.audit, foundation.clock)
    ).remove("counting", actor="system")
    with reading(foundation.engine) as connection:
        assert ingest.epochs(connection, "counting") == {}
    assert ingest.run(make_source(rows=30, keyed=False)).state == "succeeded"
    with reading(foundation.engine) as connection:
        assert connection.execute(select(func.count()).select_from(tables.record)).scalar_one() == 60


def test_a_sync_that_runs_while_its_connection_is_removed_leaves_no_state(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource, keyring: Keyring
) -> None:
    """Else a connection that is added under that name would go on from there, and skip what came before."""
    store = ConnectionStore(keyring, AuditLog(foundation.clock), foundation.clock)
    uploads = UploadStore(foundation.keyring, foundation.audit, foundation.clock)
    with unit_of_work(foundation.engine) as connection:
        store.add(connection, name="counting", kind="exec", launch={"command": "x"}, config={}, actor="system")
        foundation.queue.put(connection, "sync", {}, dedupe_key="sync:counting")
        running = foundation.queue.claim(connection, ["sync"])
        Runs(foundation.audit, foundation.clock).begin(connection, "counting", {}, actor="system")
    assert running is not None
    Connecting(foundation, store, ingest.runner, uploads).remove("counting", actor="system")
    with reading(foundation.engine) as connection:
        [run] = Runs(foundation.audit, foundation.clock).history(connection, "counting")
    assert run["state"] == "cancelled"
    with pytest.raises(Conflict) as caught:
        ingest.run(make_source(rows=30), running)
    assert caught.value.code == "job.lease_lost"
    with reading(foundation.engine) as connection:
        assert ingest.epochs(connection, "counting") == {}
        assert connection.execute(select(func.count()).select_from(tables.record)).scalar_one() == 0


def test_a_worker_that_lost_its_job_stores_no_configuration(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    with unit_of_work(foundation.engine) as connection:
        foundation.queue.put(connection, "sync", {}, dedupe_key="sync:counting")
        late = foundation.queue.claim(connection, ["sync"])
        assert late is not None
        connection.execute(tables.job.update().values(fence=late.fence + 1))
    kept: list[object] = []
    source = make_source(rows=10, control_at=0)
    told = type(source)(
        source.name, source.launch, source.config, source.catalog, None, lambda *renewed: kept.append(renewed)
    )
    with pytest.raises(Conflict) as caught:
        ingest.run(told, late)
    assert caught.value.code == "job.lease_lost"
    assert kept == []


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_job_that_is_asked_for_again_is_not_ended_before_the_asking_lasts(foundation: Foundation) -> None:
    queue, engine = foundation.queue, foundation.engine
    with unit_of_work(engine) as connection:
        queue.put(connection, "resolve", {}, dedupe_key="next:resolve")
    with unit_of_work(engine) as asking:
        queue.put(asking, "resolve", {}, dedupe_key="next:resolve")
        with unit_of_work(engine) as worker:
            # The row is held by who asks, so nobody can claim it and be done before the asking is committed.
            assert queue.claim(worker, ["resolve"]) is None
    with unit_of_work(engine) as worker:
        assert queue.claim(worker, ["resolve"]) is not None


def test_a_dead_replay_does_not_keep_a_connection_from_syncing(
    foundation: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = foundation.queue
    with unit_of_work(foundation.engine) as connection:
        dead = queue.put(connection, "replay", {}, dedupe_key="sync:c")
        assert queue.claim(connection, ["replay"]) is not None
        assert queue.put(connection, "sync", {}, dedupe_key="sync:c") == dead
    monkeypatch.setattr("sync.queue.has_ended", lambda _: True)
    with unit_of_work(foundation.engine) as connection:
        fresh = queue.put(connection, "sync", {}, dedupe_key="sync:c")
        assert fresh != dead
        assert queue.get(connection, fresh).kind == "sync"


def test_a_replay_that_died_on_another_machine_keeps_a_connection_for_a_lease_only(
    clock: Clock, foundation: Foundation
) -> None:
    now = clock.now()
    queue = Queue(Clock(now=lambda: now))
    with unit_of_work(foundation.engine) as connection:
        dead = queue.put(connection, "replay", {}, dedupe_key="sync:c")
        assert queue.claim(connection, ["replay"]) is not None
        connection.execute(update(job).values(holder="elsewhere|1|1"))
    now += LEASE - timedelta(seconds=1)
    with unit_of_work(foundation.engine) as connection:
        assert queue.put(connection, "sync", {}, dedupe_key="sync:c") == dead
    now += timedelta(seconds=2)
    with unit_of_work(foundation.engine) as connection:
        fresh = queue.put(connection, "sync", {}, dedupe_key="sync:c")
        assert queue.get(connection, fresh).kind == "sync"


def test_a_replay_that_breaks_does_not_seem_to_go_on(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    source = make_source(rows=10, every=5, wrong_type_at=3)
    quarantine, runs = Quarantine(foundation), Runs(foundation.audit, foundation.clock)
    desk = ReadyConnection(source)
    with unit_of_work(foundation.engine) as connection:
        queued = foundation.queue.put(connection, "sync", {}, dedupe_key="sync:counting")
        claimed = foundation.queue.claim(connection, ["sync"], only=queued)
    assert claimed is not None
    ingest.run(source, claimed)
    with unit_of_work(foundation.engine) as connection:
        foundation.queue.done(connection, claimed)
        connection.execute(update(tables.rejected).values(sealed=b"damaged"))
    with pytest.raises(Damaged):
        replay_rejected(foundation, desk, ingest, quarantine, "counting", actor="system")
    with reading(foundation.engine) as connection:
        newest, first = runs.history(connection, "counting")
    assert (newest["state"], newest["code"]) == ("failed", "seal.format")
    assert first["state"] == "partial"
    with pytest.raises(Damaged):
        replay_rejected(foundation, desk, ingest, quarantine, "counting", actor="system")


def test_a_record_line_that_was_cut_off_goes_to_quarantine(foundation: Foundation) -> None:
    desk = Desk(foundation)
    cut = b'{"type":"RECORD","record":{"stream":"rows","data":{"text":"half'
    desk.run(Junk("not_json", "The line is not JSON.", cut), Junk("not_json", "The line is not JSON.", b"chatter"))
    with reading(foundation.engine) as connection:
        assert [one.code for one in connection.execute(select(tables.rejected))] == ["record.not_json"]
        assert connection.execute(select(tables.run)).first() is None
        assert [one.kind for one in connection.execute(select(tables.event))] == ["junk"]


def test_the_later_of_two_records_with_one_key_counts_and_that_is_told(foundation: Foundation) -> None:
    desk = Desk(foundation, primary_key=(("text",),))
    desk.run(row("a", n=1), row("a", n=2))
    assert desk.count() == 1
    with reading(foundation.engine) as connection:
        told = connection.execute(select(tables.event)).one()
    assert (told.kind, told.facts["records"]) == ("superseded", 1)
