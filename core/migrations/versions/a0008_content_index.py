"""Only records without a primary key are looked up by their content."""

import sqlalchemy as sa
from alembic import op

revision = "a0008"
down_revision = "a0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A smaller index for all records, and the one by content for those that are counted by it."""
    op.drop_index("ix_sync_record_stream", table_name="sync_record")
    op.create_index("ix_sync_record_stream", "sync_record", ["connection", "stream"], unique=False)
    op.create_index(
        "ix_sync_record_content",
        "sync_record",
        ["connection", "stream", "content_hash"],
        unique=False,
        sqlite_where=sa.text("epoch >= 0"),
        postgresql_where=sa.text("epoch >= 0"),
    )


def downgrade() -> None:
    """One index for both, as it was."""
    op.drop_index("ix_sync_record_content", table_name="sync_record")
    op.drop_index("ix_sync_record_stream", table_name="sync_record")
    op.create_index("ix_sync_record_stream", "sync_record", ["connection", "stream", "content_hash"], unique=False)
