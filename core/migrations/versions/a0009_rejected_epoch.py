"""Rejected rows without a key are counted behind the state, as landed ones are."""

import sqlalchemy as sa
from alembic import op

revision = "a0009"
down_revision = "a0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Where each entry was read; what is there already lies behind every state, so that an equal row is a new one."""
    epoch = sa.Column("epoch", sa.BigInteger(), nullable=False, server_default="0")
    with op.batch_alter_table("sync_rejected") as table:
        table.add_column(epoch)
    with op.batch_alter_table("sync_rejected") as table:
        table.alter_column(
            "epoch",
            existing_type=sa.BigInteger(),
            existing_nullable=False,
            server_default=None,
            comment="as of a record without a key; -1 for what is not counted",
        )
    op.create_index(
        "ix_sync_rejected_content",
        "sync_rejected",
        ["connection", "stream", "content_hash"],
        unique=False,
        sqlite_where=sa.text("epoch >= 0"),
        postgresql_where=sa.text("epoch >= 0"),
    )


def downgrade() -> None:
    """Without them."""
    op.drop_index("ix_sync_rejected_content", table_name="sync_rejected")
    with op.batch_alter_table("sync_rejected") as table:
        table.drop_column("epoch")
