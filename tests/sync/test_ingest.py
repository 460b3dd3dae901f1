"""Syncs of a real subprocess into a real database: what is kept when things go well, and when they do not."""

import pytest
from sqlalchemy import func, select

from core.database import reading
from sync import tables
from sync.foundation import Foundation
from sync.ingest import Ingest
from sync.runs import Runs
from sync.waiting import waiting as count_waiting
from tests.sync.conftest import MakeSource


def landed(foundation: Foundation) -> int:
    with reading(foundation.engine) as connection:
        return connection.execute(select(func.count()).select_from(tables.record)).scalar_one()


def waiting(foundation: Foundation) -> int:
    with reading(foundation.engine) as connection:
        return count_waiting(connection)


def test_a_whole_sync_lands_every_record_once(foundation: Foundation, ingest: Ingest, make_source: MakeSource) -> None:
    result = ingest.run(make_source(rows=3000, every=700))
    assert (result.state, result.code) == ("succeeded", None)
    assert landed(foundation) == waiting(foundation) == 3000
    again = ingest.run(make_source(rows=3200, every=700))
    assert again.state == "succeeded"
    assert landed(foundation) == 3200


def streams_of(foundation: Foundation) -> dict[str, str]:
    """The state of the one stream, by the state of its run."""
    run, stream = tables.run, tables.run_stream
    query = (
        select(run.c.state, stream.c.state)
        .join_from(run, stream, run.c.id == stream.c.run_id)
        .where(stream.c.finished_at.is_not(None))
    )
    with reading(foundation.engine) as connection:
        return {str(row[0]): str(row[1]) for row in connection.execute(query)}


def test_no_stream_seems_to_go_on_after_its_run_failed(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    assert ingest.run(make_source(rows=300, die_at=150)).state == "failed"
    assert streams_of(foundation) == {"failed": "incomplete"}


def test_a_child_killed_in_the_middle_loses_and_doubles_nothing(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    for die_at in (0, 1, 99, 100, 101, 450, 999):
        failed = ingest.run(make_source(rows=1000, die_at=die_at))
        assert (failed.state, failed.retryable) == ("failed", True)
    assert ingest.run(make_source(rows=1000)).state == "succeeded"
    assert landed(foundation) == 1000


@pytest.mark.parametrize("incremental", [True, False])
def test_equal_rows_without_a_key_are_all_kept_also_across_a_crash(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource, incremental: bool
) -> None:
    for die_at in (2, 5, 101, 200, 299):
        ingest.run(make_source(rows=300, every=10, keyed=False, incremental=incremental, die_at=die_at))
    assert ingest.run(make_source(rows=300, every=10, keyed=False, incremental=incremental)).state == "succeeded"
    assert landed(foundation) == 300


def test_a_full_refresh_read_twice_is_the_same_records(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    for _ in range(2):
        assert ingest.run(make_source(rows=50, keyed=False, incremental=False)).state == "succeeded"
    assert landed(foundation) == 50


def test_success_needs_exit_code_and_completeness(ingest: Ingest, make_source: MakeSource) -> None:
    result = ingest.run(make_source(rows=10, exit_code=3))
    assert (result.state, result.code) == ("failed", "source.failed")
    assert "customers" in (result.message or "")


def test_a_count_that_does_not_agree_keeps_the_state_back(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    result = ingest.run(make_source(rows=400, every=100, lie_at=250))
    assert (result.state, result.code) == ("failed", "sync.count_mismatch")
    assert ingest.run(make_source(rows=400, every=100)).state == "succeeded"
    assert landed(foundation) == 400


def test_a_source_that_falls_silent_is_ended(ingest: Ingest, make_source: MakeSource) -> None:
    result = ingest.run(make_source(rows=400, every=100, silent_at=250))
    assert (result.state, result.code, result.retryable) == ("failed", "source.silent", True)


def test_a_wrong_type_and_a_junk_line_go_to_quarantine_and_log(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    result = ingest.run(make_source(rows=20, wrong_type_at=7, junk_at=9))
    assert result.state == "partial"
    assert landed(foundation) == 19
    with reading(foundation.engine) as connection:
        row = connection.execute(select(tables.rejected)).one()
        kinds = list(connection.execute(select(tables.event.c.kind)).scalars())
    assert row.code == "record.type"
    assert "'name'" in row.message
    assert "not" not in row.message.split("'name'")[0]
    assert "junk" in kinds


def test_progress_is_told_with_what_was_read(ingest: Ingest, make_source: MakeSource) -> None:
    told: list[int] = []
    ingest.run(make_source(rows=5000, every=1000), progress=lambda where: told.append(where.read["customers"]))
    assert told[-1] == 5000
    assert told == sorted(told)


def test_an_interrupted_run_is_closed_by_the_next(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    with pytest.raises(KeyboardInterrupt):
        ingest.run(make_source(rows=5000, every=100), progress=interrupt)
    assert ingest.run(make_source(rows=5000, every=100)).state == "succeeded"
    with reading(foundation.engine) as connection:
        states = sorted(connection.execute(select(tables.run.c.state)).scalars())
    assert states == ["interrupted", "succeeded"]
    assert streams_of(foundation) == {"interrupted": "incomplete", "succeeded": "complete"}
    assert landed(foundation) == 5000


def interrupt(_: object) -> None:
    raise KeyboardInterrupt


def test_the_newest_events_of_a_run_are_found_among_many(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    result = ingest.run(make_source(rows=20, junk_at=9))
    runs = Runs(foundation.audit, foundation.clock)
    with reading(foundation.engine) as connection:
        every = runs.events(connection, result.run_id)
        assert len(every) > 2
        assert runs.newest_events(connection, result.run_id, limit=2) == every[-2:]
        assert runs.newest_events(connection, result.run_id, limit=len(every) + 1) == every
        assert runs.event_kinds(connection, result.run_id) == sorted({one["kind"] for one in every})
        junk = runs.newest_events(connection, result.run_id, kind="junk", limit=5)
        assert junk == [one for one in every if one["kind"] == "junk"] != []
        stream = str(every[0]["stream"])
        assert runs.newest_events(connection, result.run_id, stream=stream, limit=99) == [
            one for one in every if one["stream"] == stream
        ]
