"""Tables of the sync package."""

import sqlalchemy as sa
from alembic import op

revision = "a0005"
down_revision = "a0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "sync_delivery",
        sa.Column("form", sa.String(length=200), nullable=False),
        sa.Column("delivery", sa.LargeBinary(length=16), nullable=False, comment="keyed hash of the delivery id"),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("form", "delivery", name=op.f("pk_sync_delivery")),
    )
    op.create_table(
        "sync_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stream", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False, comment="names, counts and codes only"),
        sa.Column("sealed", sa.LargeBinary(), nullable=True, comment="the source's own words, which can hold anything"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_event")),
    )
    op.create_index(op.f("ix_sync_event_run_id"), "sync_event", ["run_id"], unique=False)
    op.create_table(
        "sync_job",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dedupe_key", sa.String(length=240), nullable=False, comment="the job's own id once it has ended"),
        sa.Column("payload", sa.Text(), nullable=False, comment="names and ids of ours only"),
        sa.Column("state", sa.String(length=20), nullable=False, comment="queued, running, done, failed"),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("holder", sa.String(length=300), nullable=True, comment="the process that has the lease"),
        sa.Column("fence", sa.BigInteger(), nullable=False, comment="plus one a claim: a late worker is refused"),
        sa.Column("code", sa.String(length=80), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_job")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_sync_job_dedupe_key")),
    )
    op.create_index("ix_sync_job_due", "sync_job", ["state", "run_at"], unique=False)
    op.create_table(
        "sync_mapping",
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("stream", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False, comment="false once a person has set it"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("connection", "stream", "version", name=op.f("pk_sync_mapping")),
    )
    op.create_table(
        "sync_pending",
        sa.Column("record_id", sa.String(length=40), nullable=False, comment="landed, not yet resolved"),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_sync_pending")),
    )
    op.create_table(
        "sync_record",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("stream", sa.String(length=200), nullable=False, comment="namespace and name of the stream"),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False, comment="keyed hash of the content"),
        sa.Column(
            "epoch",
            sa.BigInteger(),
            nullable=False,
            comment="number of committed states before it was landed, plus one",
        ),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=False, comment="personal data: key and content, sealed per record"
        ),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False, comment="the run that saw it last"),
        sa.Column("removed_at", sa.BigInteger(), nullable=True, comment="set when the source no longer has it"),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_sync_record")),
    )
    op.create_index("ix_sync_record_stream", "sync_record", ["connection", "stream", "content_hash"], unique=False)
    op.create_table(
        "sync_rejected",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("stream", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="names and places, never values"),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="personal data: what came in, sealed under a key of its own",
        ),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("replayed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_rejected")),
    )
    op.create_index(op.f("ix_sync_rejected_connection"), "sync_rejected", ["connection"], unique=False)
    op.create_index(op.f("ix_sync_rejected_run_id"), "sync_rejected", ["run_id"], unique=False)
    op.create_table(
        "sync_run",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column(
            "state", sa.String(length=20), nullable=False, comment="running, succeeded, partial, failed, interrupted"
        ),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("landed", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=True),
        sa.Column("message", sa.Text(), nullable=True, comment="redacted: what went wrong and what to do"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_run")),
    )
    op.create_index(op.f("ix_sync_run_connection"), "sync_run", ["connection"], unique=False)
    op.create_table(
        "sync_run_stream",
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("stream", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False, comment="pending, running, complete, incomplete"),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column(
            "estimated", sa.BigInteger(), nullable=True, comment="records expected; null when the source does not say"
        ),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "stream", name=op.f("pk_sync_run_stream")),
    )
    op.create_table(
        "sync_schedule",
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_sync_schedule")),
    )
    op.create_table(
        "sync_state",
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column(
            "stream", sa.String(length=200), nullable=False, comment="namespace and name, or the one shared state"
        ),
        sa.Column("epoch", sa.BigInteger(), nullable=False, comment="how many states of this stream were committed"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="can hold primary keys: sealed"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "stream", name=op.f("pk_sync_state")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("sync_state")
    op.drop_table("sync_schedule")
    op.drop_table("sync_run_stream")
    op.drop_table("sync_run")
    op.drop_table("sync_rejected")
    op.drop_table("sync_record")
    op.drop_table("sync_pending")
    op.drop_table("sync_mapping")
    op.drop_table("sync_job")
    op.drop_table("sync_event")
    op.drop_table("sync_delivery")
