from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from audit.append_only import guard_statements, unguard_statements
from audit.bulk import insert_rows
from audit.tables import audit_checkpoint, audit_entry, audit_node, audit_pending, audit_subject
from core.clock import Clock
from core.database import reading, unit_of_work
from core.errors import Conflict, Invalid, Unavailable
from tests.audit.helpers import FilledLog, SigningKey, shown


@pytest.fixture
def some(filled: FilledLog) -> FilledLog:
    filled.fill(300)
    filled.append([shown(1)])
    return filled


FORBIDDEN = (
    update(audit_entry).values(actor="user:bob"),
    update(audit_entry).values(body=b"{}"),
    update(audit_entry).values(body=None, actor="user:bob"),
    update(audit_entry).where(audit_entry.c.index == 299).values(index=300),
    update(audit_pending).values(body=b"{}"),
    update(audit_subject).values(subject="g_other"),
    update(audit_node).values(hash=b"x" * 32),
    update(audit_checkpoint).values(note="other"),
    delete(audit_entry).where(audit_entry.c.index == 299),
    delete(audit_subject),
    delete(audit_node),
    delete(audit_checkpoint),
)


def test_the_database_refuses_to_change_or_delete(some: FilledLog) -> None:
    with unit_of_work(some.engine) as connection:
        for change in FORBIDDEN:
            with pytest.raises(IntegrityError), connection.begin_nested():
                connection.execute(change)
    assert some.check().ok


def test_a_refused_change_undoes_its_unit_of_work(some: FilledLog) -> None:
    with pytest.raises(Conflict) as told, unit_of_work(some.engine) as connection:
        connection.execute(FORBIDDEN[0])
    assert told.value.code == "database.conflict"


def test_postgresql_refuses_to_truncate(postgres_engine: Engine, clock: Clock, tmp_path: Path) -> None:
    some = FilledLog(postgres_engine, clock, tmp_path / "checkpoints", SigningKey())
    some.fill(3)
    for table in ("audit_entry", "audit_pending", "audit_checkpoint"):
        with pytest.raises(Conflict), unit_of_work(some.engine) as connection:
            connection.execute(text(f"TRUNCATE {table}"))
    assert some.check().entries == 3


def test_a_batch_the_database_does_not_take_is_told_in_our_words(filled: FilledLog) -> None:
    filled.fill(3)
    again = (3, b"x" * 32, "a note", 0)
    with pytest.raises((Conflict, Unavailable)), unit_of_work(filled.engine) as connection:
        insert_rows(connection, audit_checkpoint, [again])
    assert filled.check().ok


def test_sqlite_refuses_to_replace_an_entry_or_to_leave_a_gap(on_sqlite: FilledLog) -> None:
    on_sqlite.fill(3)
    same = "SELECT {index}, leaf, body, at, 'user:bob', action, object_type, object_id, purpose, decision"
    for index in ("1", "7", "-1"):
        statement = f"INSERT OR REPLACE INTO audit_entry {same.format(index=index)} FROM audit_entry LIMIT 1"
        with pytest.raises(Conflict), unit_of_work(on_sqlite.engine) as connection:
            connection.execute(text(statement))
    with pytest.raises(Conflict), unit_of_work(on_sqlite.engine) as connection:
        connection.execute(
            text("INSERT OR REPLACE INTO audit_checkpoint SELECT size, root, 'other', at FROM audit_checkpoint")
        )
    assert on_sqlite.check().ok


def test_the_end_of_a_retention_is_the_one_change_allowed(some: FilledLog) -> None:
    with unit_of_work(some.engine) as connection:
        connection.execute(update(audit_entry).where(audit_entry.c.index == 5).values(body=None))
    with reading(some.engine) as connection:
        gone = select(audit_entry.c.index).where(audit_entry.c.body.is_(None))
        assert connection.scalars(gone).all() == [5]
    with pytest.raises(Conflict), unit_of_work(some.engine) as connection:
        connection.execute(update(audit_entry).where(audit_entry.c.index == 5).values(body=b"{}"))


def _append_and_fail(filled: FilledLog) -> None:
    with unit_of_work(filled.engine) as connection:
        filled.log.append(connection, shown(1))
        connection.execute(insert(audit_pending), {"body": None})


def test_an_event_is_not_there_when_its_transaction_fails(filled: FilledLog) -> None:
    with pytest.raises(Conflict):
        _append_and_fail(filled)
    assert filled.sequencer.sequence_all() == 0


def test_the_statements_are_plain_text_for_migrations(filled: FilledLog) -> None:
    dialect = filled.engine.dialect.name
    names = ("audit_pending", "audit_entry", "audit_subject", "audit_node", "audit_checkpoint")
    statements = [statement for name in names for statement in guard_statements(dialect, name)]
    assert all(":" not in statement and "%" not in statement for statement in statements)
    with unit_of_work(filled.engine) as connection:
        for name in reversed(names):
            connection.execute(text(f"DROP TABLE {name}"))
        for statement in unguard_statements(dialect):
            connection.execute(text(statement))
        audit_entry.metadata.create_all(connection, tables=[audit_entry])
        with pytest.raises(Exception, match="already exists"), connection.begin_nested():
            connection.execute(text(guard_statements(dialect, "audit_entry")[1]))


@pytest.mark.parametrize(("dialect", "table"), [("mysql", "audit_entry"), ("sqlite", "merge_record")])
def test_there_are_no_other_guards(dialect: str, table: str) -> None:
    with pytest.raises(Invalid) as refused:
        guard_statements(dialect, table)
    assert refused.value.code == "audit.no_guard"


def test_an_insert_keeps_its_bytes(filled: FilledLog) -> None:
    every = bytes(range(256))
    with unit_of_work(filled.engine) as connection:
        connection.execute(insert(audit_pending), {"body": every})
        assert connection.scalar(select(audit_pending.c.body)) == every
