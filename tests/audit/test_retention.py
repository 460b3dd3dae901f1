from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from audit.actions import Action
from audit.events import Event
from audit.export import export
from audit.pruning import PruningLedger, announced_range
from audit.retention import announce, apply_announced
from audit.tables import audit_entry
from audit.tlog import verify_inclusion
from audit.verify import verify_directory
from core.clock import Clock
from core.database import reading, unit_of_work
from tests.audit.helpers import KEY, FilledLog, codes, shown
from tests.conftest import SteppableClock


def _announce(filled: FilledLog, clock: Clock) -> int:
    with unit_of_work(filled.engine) as connection:
        return announce(connection, filled.log, before=clock.now() - timedelta(days=1095), actor="job:retention")


def _apply(filled: FilledLog) -> int:
    with unit_of_work(filled.engine) as connection:
        return apply_announced(connection)


def _gone(filled: FilledLog) -> list[int]:
    with reading(filled.engine) as connection:
        gone = select(audit_entry.c.index).where(audit_entry.c.body.is_(None)).order_by(audit_entry.c.index)
        return list(connection.scalars(gone))


@pytest.fixture
def aged(filled: FilledLog, stepping: SteppableClock) -> FilledLog:
    """Four old entries, then two young ones."""
    filled.fill(4)
    stepping.step(days=1_200)
    filled.append([shown(4), shown(5)])
    filled.sequencer.sequence_all()
    return filled


def test_a_log_whose_bodies_are_gone_by_retention_still_verifies(
    aged: FilledLog, stepping: SteppableClock, tmp_path: Path
) -> None:
    assert _announce(aged, stepping.as_clock()) == 4
    assert _apply(aged) == 0  # not before the announcement has its place
    aged.sequencer.sequence_all()
    assert _apply(aged) == 4
    assert _apply(aged) == 0
    assert _gone(aged) == [0, 1, 2, 3]
    report = aged.check()
    assert (report.ok, report.entries, report.pruned) == (True, 3, 4)
    with reading(aged.engine) as connection:
        export(connection, tmp_path / "export", KEY)
        proof = aged.log.prove(connection, 2)
        root = aged.log.checkpoint(connection)[0].root
    exported = verify_directory(tmp_path / "export", str(KEY), aged.folder / "4")
    assert (exported.ok, exported.entries, exported.pruned) == (True, 3, 4)
    assert verify_inclusion(proof.leaf, 2, proof.size, proof.hashes, root)
    assert (tmp_path / "export" / "entries.jsonl").read_text(encoding="utf-8").startswith("null\nnull\nnull\nnull\n{")


def test_the_next_retention_begins_where_the_last_one_ended(aged: FilledLog, stepping: SteppableClock) -> None:
    _announce(aged, stepping.as_clock())
    aged.sequencer.sequence_all()
    _apply(aged)
    assert _announce(aged, stepping.as_clock()) == 0
    stepping.step(days=1_200)
    # The two young entries, and the announcement behind them which is kept for ever.
    assert _announce(aged, stepping.as_clock()) == 3
    aged.sequencer.sequence_all()
    assert _apply(aged) == 2
    assert _gone(aged) == [0, 1, 2, 3, 4, 5]
    assert aged.check().ok


def test_nothing_is_announced_of_an_empty_log(on_sqlite: FilledLog, clock: Clock) -> None:
    assert _announce(on_sqlite, clock) == 0
    assert on_sqlite.sequencer.sequence_all() == 0


def test_a_body_dropped_without_an_announcement_is_told(aged: FilledLog, tmp_path: Path) -> None:
    with unit_of_work(aged.engine) as connection:
        connection.execute(update(audit_entry).where(audit_entry.c.index == 2).values(body=None))
    assert codes(aged.check()) == {"audit.body_missing"}
    with reading(aged.engine) as connection:
        export(connection, tmp_path / "export", KEY)
    exported = verify_directory(tmp_path / "export", str(KEY))
    assert codes(exported) == {"audit.body_missing"}
    assert exported.findings[0].place == "entries 2-2"


@pytest.mark.parametrize(
    ("announced", "left"),
    [
        ([], [(2, 5), (8, 9)]),
        ([(2, 5), (8, 9)], []),
        ([(0, 100)], []),
        ([(3, 4)], [(2, 3), (4, 5), (8, 9)]),
        ([(0, 3), (4, 8)], [(3, 4), (8, 9)]),
    ],
)
def test_what_announcements_cover(announced: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    ledger = PruningLedger()
    for index in (2, 3, 4, 8):
        ledger.gone(index)
    for begin, end in announced:
        ledger.body(b'{"action":"audit.pruned","details":{"from":%d,"to":%d}}' % (begin, end))
    assert ledger.unannounced() == left
    assert ledger.pruned == 4


@pytest.mark.parametrize(
    "body",
    [
        b'"audit.pruned"',
        b'{"action":"audit.searched","details":{"action":"audit.pruned","from":0,"to":9}}',
        b'{"action":"audit.pruned"}',
        b'{"action":"audit.pruned","details":{"from":9,"to":0}}',
        b'{"action":"audit.pruned","details":{"from":"0","to":"9"}}',
        b'{"action":"audit.pruned","details":null}',
        b'["audit.pruned"]',
    ],
)
def test_only_a_whole_announcement_counts(body: bytes) -> None:
    assert announced_range(body) is None


def test_an_announcement_that_names_nothing_is_passed_over(on_sqlite: FilledLog) -> None:
    on_sqlite.append([Event(Action.AUDIT_PRUNED, "job:retention", details={"from": 3})])
    on_sqlite.sequencer.sequence_all()
    assert _apply(on_sqlite) == 0
