"""Bad input and bad luck: a clear error, and nothing lost."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from connectors.catalogue import Selection, configured_catalog
from connectors.protocol import Kind, Message, Records, StreamKey
from core.database import make_engine, reading, unit_of_work
from core.errors import Conflict, NotFound, Unavailable
from sync import tables
from sync.batch import GLOBAL_STATE, StreamPlan
from sync.foundation import Foundation
from sync.ingest import Ingest
from sync.reading import Reader
from tests.sync.conftest import MakeSource
from tests.sync.counting_source import catalog

PLAN = StreamPlan("customers", (("id",),), incremental=True, from_state=0, types={"name": frozenset({"string"})})


def record(**data: Any) -> Message:
    return Message(Kind.RECORD, {"stream": "customers", "data": data}, StreamKey("", "customers"))


def reader() -> Reader:
    return Reader({"customers": PLAN}, lambda before: lambda content: (before + content)[:16])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"id": 1, "name": ["not text"]}, "record.type"),
        ({"name": "no key"}, "record.key_missing"),
        (
            {"_ingot_broken": {"reason": "The row has 3 fields, 4 are due.", "file": "a.csv", "line": 7}},
            "record.broken",
        ),
    ],
)
def test_what_cannot_be_landed_is_kept_with_its_reason(data: dict[str, Any], code: str) -> None:
    reading_on = reader()
    reading_on.take(record(**data))
    rejected = reading_on.batch.rejected
    assert [one.code for one in rejected] == [code]
    assert reading_on.batch.records == []
    assert rejected[0].content
    assert "not text" not in rejected[0].message
    if code == "record.broken":
        assert rejected[0].message == "file a.csv, line 7: The row has 3 fields, 4 are due."


rows = st.sampled_from(
    [
        {"id": 1, "name": "a"},
        {"id": 2, "name": "b"},
        {"name": "c", "id": 2**70},
        {"id": "3", "name": None},
        {"id": True},
        {"id": 4, "name": 4},
        {"id": 5, "more": {"amount": 2**70}},
        {"name": "no key"},
        {"_ingot_broken": {"reason": "The row has 3 fields, 4 are due."}},
        {"_ingot_restarted": True},
    ]
)


@given(st.lists(rows, max_size=8), st.sampled_from(["customers", "nobody's"]), st.sampled_from([(("id",),), ()]))
def test_records_taken_together_are_landed_as_one_by_one(
    data: list[dict[str, Any]], stream: str, key: tuple[tuple[str, ...], ...]
) -> None:
    together, alone = (
        Reader({"customers": replace(PLAN, primary_key=key)}, lambda before: lambda content: (before + content)[:16])
        for _ in range(2)
    )
    records = Records(StreamKey("", stream), [{"stream": stream, "data": row} for row in data])
    together.take(records)
    for message in records.messages():
        alone.take(message)
    assert together.batch == alone.batch


def test_a_stream_nobody_asked_for_goes_to_quarantine() -> None:
    reading_on = reader()
    reading_on.take(Message(Kind.RECORD, {"stream": "other", "data": {"a": 1}}, StreamKey("", "other")))
    assert [one.code for one in reading_on.batch.rejected] == ["record.stream_unasked"]


def test_a_shared_state_covers_all_streams() -> None:
    reading_on = reader()
    reading_on.take(record(id=1, name="a"))
    shared = {"type": "GLOBAL", "global": {"shared_state": {"n": 1}}, "sourceStats": {"recordCount": 1.0}}
    reading_on.take(Message(Kind.STATE, shared))
    reading_on.take(record(id=2, name="b"))
    assert [one.epoch for one in reading_on.batch.records] == [1, 2]
    assert list(reading_on.batch.states) == [GLOBAL_STATE]
    with pytest.raises(Conflict) as caught:
        reading_on.take(Message(Kind.STATE, {**shared, "sourceStats": {"recordCount": 5.0}}))
    assert caught.value.code == "sync.count_mismatch"


def test_a_renewed_configuration_is_kept_before_the_next_record(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    source = make_source(rows=10, control_at=5)
    kept: list[Any] = []
    ingest.run(
        type(source)(
            source.name,
            source.launch,
            source.config,
            source.catalog,
            None,
            lambda connection, config: kept.append((count(connection), dict(config))),
        )
    )
    # At once: before the records around it, which are still on their way into a batch.
    assert kept == [(0, {"token": "rotated"})]
    with reading(foundation.engine) as connection:
        assert count(connection) == 10


def count(connection: Any) -> int:
    found = connection.execute(select(func.count()).select_from(tables.record)).scalar_one()
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_full_disk_stops_the_sync_and_loses_nothing(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    kilobytes = {"most": 2_000}

    def limit(connection: Any, *_: object) -> None:
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute(f"PRAGMA max_page_count={kilobytes['most'] * 1000 // page}")

    # A new connection for each unit of work, so that the limit of the moment counts.
    event.listen(foundation.engine, "checkout", lambda raw, *_: limit(raw))
    stopped = ingest.run(make_source(rows=5000, every=500))
    assert (stopped.state, stopped.code) == ("failed", "database.full")
    assert "free space" in (stopped.message or "")
    with reading(foundation.engine) as connection:
        kept = count(connection)
    assert kept < 5000
    kilobytes["most"] = 1_000_000
    assert ingest.run(make_source(rows=5000, every=500)).state == "succeeded"
    with reading(foundation.engine) as connection:
        assert count(connection) == 5000


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_locked_database_is_said_so_and_the_run_goes_on_later(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sqlite_connection.BUSY_TIMEOUT_MS", 50)
    # Another program, which does not queue with our writers.
    other = make_engine(str(foundation.engine.url).replace("sqlite:///", "sqlite:////"))
    foundation.engine.dispose()
    with unit_of_work(other), pytest.raises(Unavailable) as caught:
        ingest.run(make_source(rows=10))
    other.dispose()
    assert caught.value.code == "database.locked"
    assert ingest.run(make_source(rows=10)).state == "succeeded"


def test_an_unknown_stream_is_named_with_those_there_are(make_source: MakeSource) -> None:
    with pytest.raises(NotFound) as caught:
        configured_catalog(catalog({}), [Selection("custmers")])
    assert caught.value.code == "source.stream_unknown"
    assert "customers" in caught.value.message
