"""The rows of the log. Written once and never changed: the database itself refuses, see ``audit.append_only``."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    event,
    literal_column,
    text,
)

from audit.append_only import guard_statements
from core.database import Serial, Utc, metadata

# What was done but has no place in the tree yet; written in the transaction of the thing audited.
audit_pending = Table(
    "audit_pending",
    metadata,
    Column("pid", Serial, primary_key=True, autoincrement=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# One row an entry. ``leaf`` stands apart from ``body`` so that retention can drop a body and every proof still holds.
# The other columns repeat what the body says, for search; ``audit.check`` compares them.
# Written out, as the databases compare the words of a search with it.
NO_CUSTOMER = text("object_type <> 'golden'")

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("index", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("body", LargeBinary),
    Column("at", Utc, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object_type", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Index(None, "actor", "index"),
    Index(None, "action", "index"),
    # An entry about a golden record is found by its subject, which is one; ids in random places twice over cost
    # a read of a customer a twentieth of its time.
    Index(None, "object_id", "index", sqlite_where=NO_CUSTOMER, postgresql_where=NO_CUSTOMER),
    Index(None, "at"),
)

# Which entries concern a person: what a subject report reads.
audit_subject = Table(
    "audit_subject",
    metadata,
    Column("index", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("subject", Text, primary_key=True),
    sqlite_with_rowid=False,
)
# Ids of people lie in random places: one index of them all would be written to in another page for every entry, most
# of what a read of a customer puts on the disk. Within a span of so many entries they lie in few pages, and who looks
# for a person looks once a span.
SPAN = audit_subject.c.index.op(">>", return_type=Integer())(literal_column("12"))
Index("ix_audit_subject_span_subject_index", SPAN, audit_subject.c.subject, audit_subject.c.index)

# Hashes of full tiles, by level (from 1) and index: with the leaves, all that roots and proofs are read from.
audit_node = Table(
    "audit_node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Every promise the log signed. The copies that count are the files outside the database.
audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("size", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

GUARDED = (audit_pending, audit_entry, audit_subject, audit_node, audit_checkpoint)


def _guard(table: Table, connection: Connection, **_: Any) -> None:
    for statement in guard_statements(connection.dialect.name, table.name):
        connection.exec_driver_sql(statement)


for _table in GUARDED:
    event.listen(_table, "after_create", _guard)
