"""Rows of the sync package: landed source records, state, runs, quarantine, jobs, deliveries."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from core.database import JsonText, Serial, Utc, metadata

NAME = String(200)

record = Table(
    "sync_record",
    metadata,
    Column("record_id", String(40), primary_key=True),
    Column("connection", NAME, nullable=False),
    Column("stream", NAME, nullable=False, comment="namespace and name of the stream"),
    Column("content_hash", LargeBinary(16), nullable=False, comment="keyed hash of the content"),
    Column("epoch", BigInteger, nullable=False, comment="number of committed states before it was landed, plus one"),
    Column("sealed", LargeBinary, nullable=False, comment="personal data: key and content, sealed per record"),
    Column("first_seen", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("run_id", String(40), nullable=False, comment="the run that saw it last"),
    Column("removed_at", Utc, comment="set when the source no longer has it"),
    Index("ix_sync_record_stream", "connection", "stream"),
    # Only what is counted by its content is looked up by it; in every other record it would cost as much as the row.
    Index(
        "ix_sync_record_content",
        "connection",
        "stream",
        "content_hash",
        sqlite_where=text("epoch >= 0"),
        postgresql_where=text("epoch >= 0"),
    ),
)

pending = Table(
    "sync_pending",
    metadata,
    Column("record_id", String(40), primary_key=True, comment="landed, not yet resolved"),
    Column("since", Utc, nullable=False),
)

pending_batch = Table(
    "sync_pending_batch",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("connection", NAME, nullable=False),
    Column("since", Utc, nullable=False),
    Column("records", Integer, nullable=False, comment="how many wait in it"),
    Column("record_ids", JsonText, nullable=False, comment="landed together, not yet in the list one by one"),
)

state = Table(
    "sync_state",
    metadata,
    Column("connection", NAME, primary_key=True),
    Column("stream", NAME, primary_key=True, comment="namespace and name, or the one shared state"),
    Column("epoch", BigInteger, nullable=False, comment="how many states of this stream were committed"),
    Column("sealed", LargeBinary, nullable=False, comment="can hold primary keys: sealed"),
    Column("changed_at", Utc, nullable=False),
)

run = Table(
    "sync_run",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("connection", NAME, nullable=False, index=True),
    Column("state", String(20), nullable=False, comment="running, succeeded, partial, failed, interrupted"),
    Column("started_at", Utc, nullable=False),
    Column("finished_at", Utc),
    Column("landed", BigInteger, nullable=False, default=0),
    Column("unchanged", BigInteger, nullable=False, default=0),
    Column("rejected", BigInteger, nullable=False, default=0),
    Column("estimated", BigInteger, comment="records expected of all streams; null when the source does not say"),
    Column("code", String(80)),
    Column("message", Text, comment="redacted: what went wrong and what to do"),
)

run_stream = Table(
    "sync_run_stream",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("stream", NAME, primary_key=True),
    Column("state", String(20), nullable=False, comment="pending, running, complete, incomplete"),
    Column("read", BigInteger, nullable=False, default=0),
    Column("rejected", BigInteger, nullable=False, default=0),
    Column("estimated", BigInteger, comment="records expected; null when the source does not say"),
    Column("started_at", Utc),
    Column("finished_at", Utc),
)

event = Table(
    "sync_event",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("run_id", String(40), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("stream", NAME),
    Column("facts", JsonText, nullable=False, comment="names, counts and codes only"),
    Column("sealed", LargeBinary, comment="the source's own words, which can hold anything"),
)

rejected = Table(
    "sync_rejected",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("run_id", String(40), nullable=False, index=True),
    Column("connection", NAME, nullable=False, index=True),
    Column("stream", NAME, nullable=False),
    Column("code", String(80), nullable=False),
    Column("message", Text, nullable=False, comment="names and places, never values"),
    Column("sealed", LargeBinary, nullable=False, comment="personal data: what came in, sealed under a key of its own"),
    Column("content_hash", LargeBinary(16), nullable=False),
    Column("epoch", BigInteger, nullable=False, comment="as of a record without a key; -1 for what is not counted"),
    Column("at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("replayed_at", Utc),
    Index(
        "ix_sync_rejected_content",
        "connection",
        "stream",
        "content_hash",
        sqlite_where=text("epoch >= 0"),
        postgresql_where=text("epoch >= 0"),
    ),
)

job = Table(
    "sync_job",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("dedupe_key", String(240), nullable=False, unique=True, comment="the job's own id once it has ended"),
    Column("payload", JsonText, nullable=False, comment="names and ids of ours only"),
    Column("state", String(20), nullable=False, comment="queued, running, done, failed"),
    Column("run_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("max_attempts", Integer, nullable=False),
    Column("lease_until", Utc),
    Column("holder", String(300), comment="the process that has the lease"),
    Column("fence", BigInteger, nullable=False, default=0, comment="plus one a claim: a late worker is refused"),
    Column("code", String(80)),
    Column("message", Text),
    Column("created_at", Utc, nullable=False),
    Column("finished_at", Utc),
    Index("ix_sync_job_due", "state", "run_at"),
)

schedule = Table(
    "sync_schedule",
    metadata,
    Column("connection", NAME, primary_key=True),
    Column("next_at", Utc, nullable=False),
)

mapping = Table(
    "sync_mapping",
    metadata,
    Column("connection", NAME, primary_key=True),
    Column("stream", NAME, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content", JsonText, nullable=False),
    Column("suggested", Boolean, nullable=False, comment="false once a person has set it"),
    Column("at", Utc, nullable=False),
    Column("actor", NAME, nullable=False),
)

delivery = Table(
    "sync_delivery",
    metadata,
    Column("form", NAME, primary_key=True),
    Column("delivery", LargeBinary(16), primary_key=True, comment="keyed hash of the delivery id"),
    Column("content_hash", LargeBinary(16), nullable=False),
    Column("record_id", String(40), nullable=False),
    Column("at", Utc, nullable=False),
)
