"""A large run whose output a process beside it reads lands the same, and whatever ends loses and doubles nothing."""

import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, select

from connectors.read_ahead import Made, ReadAhead
from core.database import reading, unit_of_work
from sync import ingest as ingesting
from sync import tables
from sync.ahead import WORKER, given_for, taken
from sync.batch import StreamPlan
from sync.foundation import Foundation
from sync.ingest import Ingest
from sync.preparing import Prepared
from sync.record_keys import RAW
from sync.waiting import waiting
from tests.connectors.children import all_gone
from tests.sync import counting_source
from tests.sync.conftest import MakeSource

ROWS = 6_000
# Slow enough for the process to start before the source has ended.
SLOW = {"rows": ROWS, "every": 200, "pace": 0.02}


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> list[Prepared]:
    """The process starts with the first records; what it made of records is told."""
    made: list[Prepared] = []

    def noted(one: Made) -> Prepared:
        made.append(taken(one))
        return made[-1]

    monkeypatch.setattr(ingesting, "AHEAD_RECORDS", 1)
    monkeypatch.setattr(ingesting, "_CORES", 2)
    monkeypatch.setattr(ingesting, "taken", noted)
    return made


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the processes that were started."""
    started: list[int] = []
    begun = ReadAhead.__init__

    def start(self: ReadAhead, *given: Any) -> None:
        begun(self, *given)
        started.append(self.pid)

    monkeypatch.setattr(ReadAhead, "__init__", start)
    return started


def contents(foundation: Foundation) -> list[Mapping[str, Any]]:
    """What is landed, opened with the keys in the store."""
    with reading(foundation.engine) as connection:
        rows = connection.execute(select(tables.record.c.record_id, tables.record.c.sealed)).all()
    keys = foundation.keyring.record_keys([row.record_id for row in rows], create=False)
    return [orjson.loads(keys[row.record_id].open(RAW, row.sealed))["data"] for row in rows]


def expected(**config: Any) -> list[Mapping[str, Any]]:
    return [counting_source.row(number, config) for number in range(ROWS)]


def in_order(rows: list[Mapping[str, Any]]) -> list[bytes]:
    return sorted(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows)


def counts(foundation: Foundation, run_id: str) -> tuple[int, int, int]:
    run = tables.run.c
    with reading(foundation.engine) as connection:
        row = connection.execute(select(run.landed, run.unchanged, run.rejected).where(run.id == run_id)).one()
    return row[0], row[1], row[2]


@pytest.mark.parametrize("keyed", [True, False])
def test_it_lands_what_the_source_sent_and_knows_it_again(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource, ahead: list[Prepared], keyed: bool
) -> None:
    source = make_source(**SLOW, keyed=keyed)
    first = ingest.run(source)
    assert first.state == "succeeded"
    assert any(made.made for made in ahead) is keyed
    assert in_order(contents(foundation)) == in_order(expected(keyed=keyed))
    ahead.clear()
    with unit_of_work(foundation.engine) as connection:
        connection.execute(delete(tables.state))
    again = ingest.run(source)
    assert ahead
    assert counts(foundation, again.run_id) == (0, ROWS, 0)
    with reading(foundation.engine) as connection:
        assert waiting(connection) == ROWS


def test_what_is_no_sound_record_comes_to_the_host_as_it_was_read(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource, ahead: list[Prepared]
) -> None:
    faults = {"wrong_type_at": ROWS - 500, "control_at": ROWS - 400, "junk_at": ROWS - 300}
    kept: list[Mapping[str, Any]] = []
    source = make_source(**SLOW, **faults)
    result = ingest.run(_keeping(source, kept.append))
    assert ahead
    assert (result.state, kept) == ("partial", [{"token": "rotated"}])
    assert counts(foundation, result.run_id) == (ROWS - 1, 0, 1)


def _keeping(source: Any, keep: Callable[[Mapping[str, Any]], None]) -> Any:
    values = {name: getattr(source, name) for name in ("name", "launch", "config", "catalog", "spec")}
    return type(source)(**values, keep_config=lambda _, renewed: keep(renewed))


def test_killed_in_the_middle_it_is_a_failed_run_that_goes_on_from_there(
    foundation: Foundation,
    ingest: Ingest,
    make_source: MakeSource,
    ahead: list[Prepared],
    processes: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noted = vars(ingesting)["taken"]

    def kill(one: Made) -> Prepared:
        os.kill(processes[-1], signal.SIGKILL)
        made: Prepared = noted(one)
        return made

    monkeypatch.setattr(ingesting, "taken", kill)
    failed = ingest.run(make_source(**SLOW))
    assert (failed.state, failed.code, failed.retryable) == ("failed", "source.reader_lost", True)
    assert all_gone(processes)
    monkeypatch.setattr(ingesting, "taken", noted)
    assert ingest.run(make_source(**SLOW)).state == "succeeded"
    assert in_order(contents(foundation)) == in_order(expected())


def test_a_source_that_is_killed_or_silent_is_told_and_nothing_is_left(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource, ahead: list[Prepared], processes: list[int]
) -> None:
    assert ingest.run(make_source(**SLOW, die_at=ROWS - 150)).code == "source.failed"
    assert ingest.run(make_source(**SLOW, silent_at=ROWS - 50)).code == "source.silent"
    assert all_gone(processes)
    assert ahead
    assert ingest.run(make_source(**SLOW)).state == "succeeded"
    assert in_order(contents(foundation)) == in_order(expected())


def test_where_it_cannot_start_the_run_goes_on_without_it(
    foundation: Foundation,
    ingest: Ingest,
    make_source: MakeSource,
    ahead: list[Prepared],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingesting, "WORKER", "sync.not_there")
    assert ingest.run(make_source(**SLOW)).state == "succeeded"
    assert not ahead
    assert in_order(contents(foundation)) == in_order(expected())


def test_it_starts_at_once_where_all_is_read_and_else_when_much_has_come(
    foundation: Foundation,
    ingest: Ingest,
    make_source: MakeSource,
    processes: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingesting, "_CORES", 2)
    assert ingest.run(make_source(rows=200, every=100)).state == "succeeded"
    assert len(processes) == 1
    # From a state on, little is expected.
    assert ingest.run(make_source(rows=400, every=100)).state == "succeeded"
    assert len(processes) == 1
    assert ingest.run(make_source(rows=8_000, every=100)).state == "succeeded"
    assert len(processes) == 2
    monkeypatch.setattr(ingesting, "_CORES", 1)
    assert ingest.run(make_source(rows=100, every=100, incremental=False)).state == "succeeded"
    assert len(processes) == 2
    assert all_gone(processes)
    assert len(contents(foundation)) == 8_000


def test_it_ends_when_its_host_does() -> None:
    plans = {"people": StreamPlan("people", (("id",),), incremental=True, from_state=0)}
    reader, writer = os.pipe()
    process = ReadAhead(WORKER, given_for("c", plans, bytes(32)), reader)
    while not process.ready():
        pass
    # The host's end of its pipe closes with the host.
    process.source_ended()
    assert all_gone([process.pid])
    process.close()
    for end in (reader, writer):
        os.close(end)
