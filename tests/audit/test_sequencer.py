import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from sqlalchemy import insert, select

from audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from audit.checkpoint_folder import LATEST
from audit.sequencer import Sequencer
from audit.tables import audit_entry, audit_pending
from audit.tlog import EMPTY_ROOT
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.errors import Damaged, Unavailable
from tests.audit.helpers import KEY, ORIGIN, FilledLog, SigningKey, shown


def _promised(filled: FilledLog) -> int:
    return open_checkpoint((filled.folder / LATEST).read_text(encoding="utf-8"), KEY).size


def test_events_get_places_without_gaps_in_the_order_they_were_written(filled: FilledLog) -> None:
    filled.fill(3, 4)
    with reading(filled.engine) as connection:
        rows = connection.execute(select(audit_entry.c.index, audit_entry.c.object_id).order_by(audit_entry.c.index))
        assert [tuple(row) for row in rows] == [(number, f"g_{number:032x}") for number in range(7)]
        assert connection.scalars(select(audit_pending.c.pid)).all() == []
    assert filled.check().ok


def test_one_checkpoint_a_batch_is_kept_outside(filled: FilledLog) -> None:
    filled.append([shown(number) for number in range(7)])
    assert filled.sequencer.sequence_all(limit=3) == 7
    assert filled.sequencer.folder.sizes() == [3, 6, 7]
    assert _promised(filled) == 7
    assert filled.sequencer.run_once() == 0
    report = filled.check()
    # Three rows in the database, three files and the newest once more.
    assert (report.ok, report.size, report.entries, report.checkpoints, report.exposed) == (True, 7, 7, 7, 0)


def test_beside_others_only_the_last_promise_of_a_run_is_written_outside(filled: FilledLog) -> None:
    rests: list[int] = []
    filled.append([shown(number) for number in range(11)])
    sequencer = filled.sequencer
    assert sequencer.sequence_beside(3, 2, lambda: rests.append(len(rests))) == 6
    assert (sequencer.folder.sizes(), _promised(filled), rests) == ([6], 6, [0, 1])
    assert sequencer.sequence_beside(3, 9, lambda: rests.append(len(rests))) == 5
    assert (sequencer.folder.sizes(), _promised(filled), len(rests)) == ([6, 11], 11, 4)
    assert sequencer.sequence_beside(3, 9, lambda: rests.append(0)) == 0
    assert filled.check().ok


def test_what_others_sequence_within_their_transactions_is_left_to_them_and_promised_outside(
    filled: FilledLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequencer = filled.sequencer
    filled.append([shown(number) for number in range(5)])
    with unit_of_work(filled.engine) as connection:
        placed = sequencer.sequence_within(connection, 3)
    assert placed == (3 if filled.engine.dialect.name == "sqlite" else 0)
    if placed:
        assert sequencer.sequence_beside(9, 9, lambda: None) == 0
        assert (sequencer.folder.sizes(), _promised(filled)) == ([3], 3)
    monkeypatch.setattr("audit.sequencer.WITHIN_SECONDS", 0.0)
    assert sequencer.sequence_beside(9, 9, lambda: None) == 5 - placed
    assert _promised(filled) == 5
    assert filled.check().ok


def test_a_transaction_that_was_undone_leaves_no_promise(filled: FilledLog) -> None:
    """What it signed never was; a promise of it would accuse the database of having been set back."""
    sequencer = filled.sequencer
    filled.append([shown(number) for number in range(5)])
    with contextlib.suppress(KeyError), unit_of_work(filled.engine) as connection:
        sequencer.sequence_within(connection, 5)
        raise KeyError
    sequencer.sequence_beside(9, 9, lambda: None)
    assert sequencer.folder.sizes() in ([], [5])
    sequencer.sequence_all()
    assert _promised(filled) == 5
    assert filled.check().ok


def test_a_batch_of_another_process_between_two_of_a_run_is_built_upon(filled: FilledLog) -> None:
    filled.append([shown(number) for number in range(9)])
    other = filled.sequencer
    taken: list[int] = []
    assert filled.sequencer.sequence_beside(2, 9, lambda: taken.append(other.run_once(1))) == 6
    assert taken == [1, 1, 1]
    assert filled.check().ok
    with reading(filled.engine) as connection:
        assert connection.scalars(select(audit_entry.c.index).order_by(audit_entry.c.index)).all() == list(range(9))


def test_a_run_that_breaks_between_batches_has_promised_what_it_did(filled: FilledLog) -> None:
    filled.append([shown(number) for number in range(7)])

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.sequencer.sequence_beside(3, 9, interrupted)
    assert _promised(filled) == 3
    (filled.folder / "3").unlink()
    (filled.folder / LATEST).unlink()
    assert filled.sequencer.sequence_beside(2, 9, lambda: None) == 4
    # The later promise holds what the lost one did.
    assert filled.sequencer.folder.sizes() == [7]
    assert filled.check().ok


def test_a_caller_about_to_commit_sequences_and_the_next_run_promises_it_outside(on_sqlite: FilledLog) -> None:
    sequencer = on_sqlite.sequencer
    for first in (0, 5, 10):
        on_sqlite.append([shown(number) for number in range(first, first + 5)])
        with unit_of_work(on_sqlite.engine) as connection:
            assert sequencer.sequence_within(connection, 9) == 5
    assert sequencer.folder.sizes() == []
    assert sequencer.run_once() == 0
    assert (sequencer.folder.sizes(), _promised(on_sqlite)) == ([15], 15)
    assert on_sqlite.check().ok


def test_what_a_caller_takes_back_is_sequenced_again(on_sqlite: FilledLog) -> None:
    sequencer = on_sqlite.sequencer
    on_sqlite.append([shown(number) for number in range(6)])
    with unit_of_work(on_sqlite.engine) as connection:
        assert sequencer.sequence_within(connection, 2) == 2
    with on_sqlite.engine.connect() as connection:
        assert sequencer.sequence_within(connection, 2) == 2
        connection.rollback()
    with unit_of_work(on_sqlite.engine) as connection:
        assert sequencer.sequence_within(connection, 9) == 4
    assert sequencer.run_once() == 0
    assert on_sqlite.check().ok
    with reading(on_sqlite.engine) as connection:
        assert connection.scalars(select(audit_entry.c.index).order_by(audit_entry.c.index)).all() == list(range(6))


def test_a_batch_within_that_fails_leaves_the_callers_own_writes(on_sqlite: FilledLog) -> None:
    with unit_of_work(on_sqlite.engine) as connection:
        connection.execute(insert(audit_pending), {"body": b"not an event"})
    with unit_of_work(on_sqlite.engine) as connection:
        connection.execute(insert(audit_pending), {"body": b"another"})
        with pytest.raises(Damaged):
            on_sqlite.sequencer.sequence_within(connection, 9)
    with reading(on_sqlite.engine) as connection:
        bodies = connection.scalars(select(audit_pending.c.body).order_by(audit_pending.c.pid)).all()
    assert bodies == [b"not an event", b"another"]


def test_within_a_caller_a_broken_promise_is_seen_at_the_first_batch(on_sqlite: FilledLog) -> None:
    on_sqlite.fill(4)
    further = Checkpoint(ORIGIN, 9, EMPTY_ROOT)
    on_sqlite.sequencer.folder.publish(further, sign_checkpoint(further, SigningKey()), KEY)
    on_sqlite.append([shown(9)])
    with unit_of_work(on_sqlite.engine) as connection, pytest.raises(Damaged) as told:
        on_sqlite.sequencer.sequence_within(connection, 9)
    assert told.value.code == "audit.rolled_back"


def test_nothing_is_promised_of_an_empty_log(on_sqlite: FilledLog) -> None:
    assert on_sqlite.sequencer.sequence_all() == 0
    assert not on_sqlite.folder.exists()
    assert on_sqlite.check().ok


def test_the_keyring_signs_as_any_key_does(on_sqlite: FilledLog, keyring: Keyring) -> None:
    on_sqlite.append([shown(1)])
    sequencer = Sequencer(on_sqlite.engine, keyring, on_sqlite.folder, on_sqlite.clock, ORIGIN)
    assert sequencer.sequence_all() == 1
    latest = sequencer.folder.latest(sequencer.key)
    assert latest is not None
    assert latest.size == 1


def test_trees_of_several_levels_grow_over_restarts(on_sqlite: FilledLog) -> None:
    on_sqlite.fill(1, 254, 1, 1, 600, 300)
    assert on_sqlite.check().ok


@pytest.mark.parametrize("lost", [["latest", "5"], ["latest"], ["latest", "2", "5"]])
def test_a_crash_between_commit_and_file_is_healed_by_the_next_run(on_sqlite: FilledLog, lost: list[str]) -> None:
    on_sqlite.fill(2)
    older = (on_sqlite.folder / LATEST).read_bytes()
    on_sqlite.fill(3)
    newer = {path.name: path.read_bytes() for path in on_sqlite.folder.iterdir() if not path.name.startswith(".")}
    for name in lost:
        (on_sqlite.folder / name).unlink()
    if "2" not in lost:
        (on_sqlite.folder / LATEST).write_bytes(older)
    assert on_sqlite.sequencer.run_once() == 0
    healed = {path.name: path.read_bytes() for path in on_sqlite.folder.iterdir() if not path.name.startswith(".")}
    # Older promises are not written again: the newest holds what they did.
    assert healed == {name: note for name, note in newer.items() if name != "2" or "2" not in lost}


def test_a_folder_that_cannot_be_written_loses_nothing(on_sqlite: FilledLog) -> None:
    on_sqlite.fill(2)
    on_sqlite.append([shown(2)])
    # Where the file would be made stands a folder: the write fails for anybody, root too.
    (on_sqlite.folder / ".3.new").mkdir()
    with pytest.raises(Unavailable) as told:
        on_sqlite.sequencer.run_once()
    assert told.value.code == "audit.checkpoint_unwritten"
    report = on_sqlite.check()
    assert (report.ok, report.size, report.exposed) == (True, 3, 1)
    (on_sqlite.folder / ".3.new").rmdir()
    assert on_sqlite.sequencer.run_once() == 0
    assert _promised(on_sqlite) == 3
    assert on_sqlite.check().exposed == 0


def test_a_folder_that_cannot_be_read_stops_the_signing(on_sqlite: FilledLog) -> None:
    on_sqlite.folder.write_text("in the way", encoding="utf-8")
    on_sqlite.append([shown(1)])
    with pytest.raises(Unavailable) as told:
        on_sqlite.sequencer.run_once()
    assert told.value.code == "audit.checkpoint_unread"
    with reading(on_sqlite.engine) as connection:
        assert len(connection.scalars(select(audit_pending.c.pid)).all()) == 1


def test_two_promises_of_one_size_are_never_kept(on_sqlite: FilledLog) -> None:
    on_sqlite.fill(2)
    sequencer = on_sqlite.sequencer
    latest = sequencer.folder.latest(KEY)
    assert latest is not None
    forked = type(latest)(latest.origin, latest.size, b"x" * 32)
    with pytest.raises(Damaged) as told:
        sequencer.folder.publish(forked, "a note", KEY)
    assert told.value.code == "audit.checkpoint_conflict"
    assert sequencer.folder.latest(KEY) == latest


def test_latest_never_goes_back(on_sqlite: FilledLog) -> None:
    on_sqlite.fill(2, 2)
    folder = on_sqlite.sequencer.folder
    note = folder.note(2)
    assert note is not None
    folder.publish(open_checkpoint(note, KEY), note, KEY)
    assert _promised(on_sqlite) == 4


def test_another_key_cannot_go_on_with_the_log(on_sqlite: FilledLog) -> None:
    on_sqlite.fill(2)
    on_sqlite.append([shown(2)])
    intruder = Sequencer(on_sqlite.engine, SigningKey(9), on_sqlite.folder, on_sqlite.clock, ORIGIN)
    with pytest.raises(Damaged):
        intruder.run_once()
    assert on_sqlite.check().ok


def test_bytes_that_are_no_event_stop_the_log_and_stay(filled: FilledLog) -> None:
    with unit_of_work(filled.engine) as connection:
        connection.execute(insert(audit_pending), {"body": b"not an event"})
    with pytest.raises(Damaged) as told:
        filled.sequencer.run_once()
    assert told.value.code == "audit.body_unreadable"
    with reading(filled.engine) as connection:
        assert connection.scalars(select(audit_pending.c.body)).all() == [b"not an event"]


def _threads(work: Callable[[int], None], count: int, failures: list[BaseException]) -> list[threading.Thread]:
    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - a thread's failure is told by the test that waits for it
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_writers_and_two_sequencers_at_once_lose_and_double_nothing(filled: FilledLog) -> None:
    writers, each = 3, 20
    failures: list[BaseException] = []
    written = threading.Event()

    def write(writer: int) -> None:
        for number in range(each):
            filled.append([shown(number, actor=f"user:{writer}")])

    def sequence(_: int) -> None:
        while not written.is_set():
            filled.sequencer.run_once(limit=7)

    sequencers = _threads(sequence, 2, failures)
    for thread in _threads(write, writers, failures):
        thread.join()
    written.set()
    for thread in sequencers:
        thread.join()
    filled.sequencer.sequence_all()
    assert failures == []
    with reading(filled.engine) as connection:
        rows = connection.execute(select(audit_entry.c.index, audit_entry.c.body).order_by(audit_entry.c.index)).all()
    assert [row[0] for row in rows] == list(range(writers * each))
    told = [(body["actor"], body["object_id"]) for body in (orjson.loads(row[1]) for row in rows)]
    for writer in range(writers):
        own = [object_id for actor, object_id in told if actor == f"user:{writer}"]
        assert own == [f"g_{number:032x}" for number in range(each)]
    assert filled.check().ok


def test_files_are_readable_text(on_sqlite: FilledLog, tmp_path: Path) -> None:
    on_sqlite.fill(1)
    lines = (on_sqlite.folder / "1").read_text(encoding="utf-8").split("\n")
    assert lines[:2] == [ORIGIN, "1"]
    assert lines[4].startswith(f"— {ORIGIN} ")
