"""Records that land together wait together: one row a batch."""

import json

import sqlalchemy as sa
from alembic import op

revision = "a0016"
down_revision = "a0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what waits one by one goes on to."""
    op.create_table(
        "sync_pending_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False, comment="how many wait in it"),
        sa.Column("record_ids", sa.Text(), nullable=False, comment="landed together, not yet in the list one by one"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_pending_batch")),
    )


def downgrade() -> None:
    """All wait one by one again."""
    connection = op.get_bind()
    add = sa.text(
        "INSERT INTO sync_pending (record_id, since) VALUES (:one, :since) "
        "ON CONFLICT (record_id) DO UPDATE SET since = excluded.since"
    )
    for since, ids in connection.execute(sa.text("SELECT since, record_ids FROM sync_pending_batch ORDER BY id")).all():
        connection.execute(add, [{"one": one, "since": since} for one in json.loads(ids)])
    op.drop_table("sync_pending_batch")
