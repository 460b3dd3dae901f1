"""How many records a source expects of a whole run."""

import sqlalchemy as sa
from alembic import op

revision = "a0006"
down_revision = "a0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    op.add_column(
        "sync_run",
        sa.Column(
            "estimated",
            sa.BigInteger(),
            nullable=True,
            comment="records expected of all streams; null when the source does not say",
        ),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("sync_run", "estimated")
