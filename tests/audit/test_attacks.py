"""The tampering attacks: edit, delete, insert, swap, cut the tail, put an old backup back. Each must be caught.

Each is tried on rows alone and as a rewriting of the whole database in harmony, which a hash chain does not see.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from audit.check import verify_database
from audit.checkpoint_folder import LATEST
from audit.export import export
from audit.verify import verify_directory
from core.database import reading, unit_of_work
from core.errors import Damaged
from tests.audit.attacks import ON_BODIES, ON_ROWS, bodies_of, copy_all, drop_guards, put_back, rewrite
from tests.audit.helpers import KEY, FilledLog, SigningKey, codes, shown

FORGERS = {"signed by another key": SigningKey(9), "old signatures kept": None}


def _exported_and_compared(filled: FilledLog, directory: Path) -> bool:
    """Whether an auditor who kept the newest checkpoint would believe an export of the database as it is."""
    with reading(filled.engine) as connection:
        export(connection, directory, KEY)
    return verify_directory(directory, str(KEY), filled.folder / LATEST).ok


def _refuses_to_sign(filled: FilledLog) -> bool:
    filled.append([shown(1)])
    try:
        filled.sequencer.run_once()
    except Damaged:
        return True
    return False


def _rewrite_with(
    change: Callable[[Sequence[bytes]], list[bytes]], forger: SigningKey | None, connection: Connection
) -> None:
    rewrite(connection, change(bodies_of(connection)), forger)


@pytest.fixture
def some(on_sqlite: FilledLog, tmp_path: Path) -> FilledLog:
    on_sqlite.fill(250, 7, 20)
    assert on_sqlite.check().ok
    assert _exported_and_compared(on_sqlite, tmp_path / "honest")
    return on_sqlite


@pytest.mark.parametrize("attack", ON_ROWS)
def test_an_attack_on_rows_is_caught(some: FilledLog, attack: str) -> None:
    with unit_of_work(some.engine) as connection:
        drop_guards(connection)
        ON_ROWS[attack](connection)
    report = some.check()
    assert not report.ok
    assert report.wrong >= len(report.findings) > 0


def test_every_attack_is_caught_on_either_database(filled: FilledLog) -> None:
    filled.fill(250, 7, 20)
    attacks = {f"{name} rows": attack for name, attack in ON_ROWS.items()}
    for forger in FORGERS.values():
        for name, change in ON_BODIES.items():
            attacks[f"{name} all, {forger}"] = partial(_rewrite_with, change, forger)
    with unit_of_work(filled.engine) as connection:
        drop_guards(connection)
        for name, attack in attacks.items():
            with connection.begin_nested() as savepoint:
                attack(connection)
                assert not verify_database(connection, filled.folder, str(KEY)).ok, name
                savepoint.rollback()
        assert verify_database(connection, filled.folder, str(KEY)).ok


@pytest.mark.parametrize("forger", FORGERS)
@pytest.mark.parametrize("attack", ON_BODIES)
def test_an_attack_that_recomputes_the_whole_database_is_caught(
    some: FilledLog, attack: str, forger: str, tmp_path: Path
) -> None:
    with unit_of_work(some.engine) as connection:
        drop_guards(connection)
        _rewrite_with(ON_BODIES[attack], FORGERS[forger], connection)
    assert codes(some.check()) & {"audit.rewritten", "audit.rolled_back", "audit.note_unsigned"}
    assert not _exported_and_compared(some, tmp_path / "export")
    assert _refuses_to_sign(some)


def test_an_old_backup_put_back_is_caught(filled: FilledLog, tmp_path: Path) -> None:
    filled.fill(250)
    with reading(filled.engine) as connection:
        backup = copy_all(connection)
    filled.append([shown(number) for number in range(3)])
    filled.sequencer.sequence_all()
    with unit_of_work(filled.engine) as connection:
        drop_guards(connection)
        put_back(connection, backup)
    # Every row and signature of it is genuine; only the promise outside tells.
    assert codes(filled.check()) == {"audit.rolled_back"}
    assert not _exported_and_compared(filled, tmp_path / "export")
    assert _refuses_to_sign(filled)


def test_a_log_made_anew_with_another_key_is_caught(some: FilledLog) -> None:
    with unit_of_work(some.engine) as connection:
        drop_guards(connection)
        rewrite(connection, ON_BODIES["edit"](bodies_of(connection)), SigningKey(9))
    assert "audit.note_unsigned" in codes(some.check())


def test_checkpoints_outside_that_vanish_are_told(some: FilledLog) -> None:
    for path in some.folder.iterdir():
        path.unlink()
    report = some.check()
    assert codes(report) == {"audit.no_outside_checkpoint"}
    assert report.exposed == 277


def test_a_checkpoint_outside_that_is_changed_is_told(some: FilledLog) -> None:
    kept = some.folder / "257"
    kept.write_text(kept.read_text(encoding="utf-8").replace("257", "258"), encoding="utf-8")
    assert codes(some.check()) == {"audit.note_forged"}
    kept.write_bytes(b"\xff")
    assert codes(some.check()) == {"audit.note_malformed"}
    kept.write_bytes((some.folder / "250").read_bytes())
    assert codes(some.check()) == {"audit.checkpoint_differs"}
