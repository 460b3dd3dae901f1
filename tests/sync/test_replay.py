"""Replay of what was rejected: by batches, each kept for good, whatever happens between them. On both databases."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, event, func, select

from audit.tables import audit_pending
from connectors.catalogue import configured_catalog
from connectors.launch import Launch
from core.database import reading, unit_of_work
from sync import quarantine as module
from sync import tables
from sync.foundation import Foundation
from sync.ingest import Ingest, SourceToRead
from sync.loader import Loader
from sync.mapping import StreamMapping
from sync.mapping_store import MappingStore
from sync.quarantine import Quarantine
from sync.reconcile import Reconciler
from sync.record_keys import RAW
from sync.replay import replay_rejected
from sync.runs import Runs
from sync.waiting import waiting
from tests.conftest import SteppableClock
from tests.sync.test_edges import BROKEN, STATE, Brittle, Desk, ReadyConnection, row

# Every third text is that of the row before: two rows all the same, and often in two batches.
TEXTS = [f"row {number - (number % 3 == 2)}" for number in range(60)]
CATALOG = {
    "streams": [
        {
            "name": "rows",
            "json_schema": {"type": "object", "properties": {"text": {"type": "string"}}},
            "supported_sync_modes": ["full_refresh", "incremental"],
            "source_defined_cursor": True,
        }
    ]
}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_ROWS", 7)


@pytest.fixture
def source() -> SourceToRead:
    """The connection of ``Desk``, by whose schema of today texts are texts."""
    return SourceToRead("c", Launch(("nothing",)), {}, configured_catalog(CATALOG), None, lambda *_: None)


def keyed(*types: str) -> SourceToRead:
    """The same with a primary key, and a schema of today that takes values of these types; of all where none."""
    schema = {"properties": {"value": {"type": list(types)}}} if types else {}
    stream = {**CATALOG["streams"][0], "json_schema": schema, "source_defined_primary_key": [["text"]]}
    return SourceToRead("c", Launch(("nothing",)), {}, configured_catalog({"streams": [stream]}), None, lambda *_: None)


def replay(foundation: Foundation, ingest: Ingest, source: SourceToRead) -> tuple[int, int]:
    found = replay_rejected(foundation, ReadyConnection(source), ingest, Quarantine(foundation), "c", actor="user:u_1")
    return found.landed, found.refused


def texts(foundation: Foundation) -> Counter[str]:
    """What has landed."""
    with reading(foundation.engine) as connection:
        rows = connection.execute(select(tables.record)).all()
    keys = foundation.keyring.record_keys([one.record_id for one in rows], create=False)
    return Counter(orjson.loads(keys[one.record_id].open(RAW, one.sealed))["data"]["text"] for one in rows)


def replayed(foundation: Foundation) -> list[dict[str, Any]]:
    """The audit events of replays, in their order."""
    with reading(foundation.engine) as connection:
        bodies = [orjson.loads(one) for one in connection.scalars(select(audit_pending.c.body))]
    return [one for one in bodies if one["action"] == "record.replayed"]


def queued(foundation: Foundation) -> list[str]:
    with reading(foundation.engine) as connection:
        return [one.kind for one in foundation.queue.waiting(connection, "resolve")]


@contextmanager
def ended_at_commit(engine: Engine, number: int) -> Iterator[list[int]]:
    """Before that commit of the database from now on, nothing more is done; tells how many there were."""
    seen = [0]

    def strike(_: object) -> None:
        seen[0] += 1
        if seen[0] == number:
            raise KeyboardInterrupt

    event.listen(engine, "commit", strike)
    try:
        yield seen
    finally:
        event.remove(engine, "commit", strike)


def test_a_replay_goes_by_batches_each_with_its_entry_in_the_log(
    foundation: Foundation, ingest: Ingest, source: SourceToRead
) -> None:
    Desk(foundation, **BROKEN).run(*map(row, TEXTS), STATE)
    assert replay(foundation, ingest, source) == (60, 0)
    assert texts(foundation) == Counter(TEXTS)
    assert [(one["count"], one["actor"]) for one in replayed(foundation)] == [(7, "user:u_1")] * 8 + [(4, "user:u_1")]
    assert replay(foundation, ingest, source) == (0, 0)
    with reading(foundation.engine) as connection:
        found = Runs(foundation.audit, foundation.clock).history(connection, "c")
    assert [one["landed"] for one in found] == [0, 60]


def test_a_batch_is_bounded_by_its_bytes_too(
    foundation: Foundation, ingest: Ingest, source: SourceToRead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_BYTES", 1)
    Desk(foundation, **BROKEN).run(*map(row, TEXTS[:5]), STATE)
    assert replay(foundation, ingest, source) == (5, 0)
    assert [one["count"] for one in replayed(foundation)] == [1] * 5


@pytest.mark.parametrize("number", [1, 3, 4, 8, 11, 13, 14])
def test_nothing_is_lost_or_doubled_by_an_interruption(
    foundation: Foundation, ingest: Ingest, source: SourceToRead, number: int
) -> None:
    desk = Desk(foundation, **BROKEN)
    desk.run(*map(row, TEXTS), STATE)
    with ended_at_commit(foundation.engine, number), pytest.raises(KeyboardInterrupt):
        replay(foundation, ingest, source)
    left = Quarantine(foundation).count()
    assert texts(foundation).total() == 60 - left
    assert texts(foundation) <= Counter(TEXTS)
    # What landed is resolved by whoever works next, whether it is replayed further or not.
    assert queued(foundation) == (["resolve"] if left < 60 else [])
    with reading(foundation.engine) as connection:
        assert waiting(connection) == 60 - left

    assert replay(foundation, ingest, source) == (left, 0)
    assert texts(foundation) == Counter(TEXTS)
    assert sum(one["count"] for one in replayed(foundation)) == 60
    # Rows that come later are counted on from all of these.
    desk.changes = {}
    desk.run(*map(row, TEXTS[:9]), STATE)
    assert texts(foundation) == Counter(TEXTS) + Counter(TEXTS[:9])


def test_what_is_refused_again_is_tried_once_and_waits(
    foundation: Foundation, ingest: Ingest, source: SourceToRead
) -> None:
    wrong = [row(7) if number % 4 == 0 else row(text) for number, text in enumerate(TEXTS)]  # type: ignore[arg-type]
    Desk(foundation, types={"text": frozenset({"object"})}).run(*wrong, STATE)
    assert replay(foundation, ingest, source) == (45, 15)
    assert replay(foundation, ingest, source) == (0, 15)
    with reading(foundation.engine) as connection:
        tried = connection.execute(
            select(tables.rejected.c.attempts, func.count()).group_by(tables.rejected.c.attempts)
        )
        assert sorted(map(tuple, tried)) == [(1, 45), (2, 15)]


def test_a_record_that_landed_and_was_set_aside_is_resolved_again(
    foundation: Foundation, ingest: Ingest, source: SourceToRead
) -> None:
    Desk(foundation).run(*map(row, TEXTS[:5]), STATE)
    mappings = MappingStore(foundation.audit, foundation.clock)
    with unit_of_work(foundation.engine) as connection:
        mappings.set(connection, "c", "rows", StreamMapping(fields={"text": "need"}), actor="system")
        poison = min(connection.execute(select(tables.record.c.record_id)).scalars())
    loader = Loader(foundation.keyring, mappings)
    Reconciler(foundation, loader, Brittle(poison)).run()
    before = texts(foundation)

    assert replay(foundation, ingest, source) == (1, 0)
    assert texts(foundation) == before
    mended = Brittle("")
    Reconciler(foundation, loader, mended).run()
    assert mended.taken == [poison]
    assert Quarantine(foundation).count() == 0

    # Where it breaks the program still, it is in quarantine again.
    with unit_of_work(foundation.engine) as connection:
        connection.execute(tables.pending.insert().values(record_id=poison, since=foundation.clock.now()))
    Reconciler(foundation, loader, Brittle(poison)).run()
    assert Quarantine(foundation).count() == 1


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_replay_never_puts_an_older_version_over_a_newer_one(
    foundation: Foundation,
    ingest: Ingest,
    stepping: SteppableClock,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    """Three versions of each record, a run each: good ones, and such as are mended with the schema sooner or later."""
    monkeypatch.setattr(module, "BATCH_ROWS", size)
    desk = Desk(foundation, primary_key=(("text",),), types={"value": frozenset({"integer"})})
    values: dict[str, Any] = {"g": 1, "s": "one", "b": {"one": 1}}
    histories = ["".join(one) for one in product(values, repeat=3)]
    for number in range(3):
        desk.run(*(row(one, value=values[one[number]], version=number) for one in histories), STATE)
        stepping.step(seconds=1)
    for source in (keyed("integer", "string"), keyed("integer", "string"), keyed()):
        replay(foundation, ingest, source)
        stepping.step(seconds=1)

    assert Quarantine(foundation).count() == 0
    with reading(foundation.engine) as connection:
        landed = connection.execute(select(tables.record)).all()
    keys = foundation.keyring.record_keys([one.record_id for one in landed], create=False)
    found = [orjson.loads(keys[one.record_id].open(RAW, one.sealed))["data"] for one in landed]
    assert {one["text"]: one["version"] for one in found} == dict.fromkeys(histories, 2)
    told = replayed(foundation)
    rejected = sum(len(one.replace("g", "")) for one in histories)
    assert sum(one["count"] + one["details"]["superseded"] for one in told) == rejected
