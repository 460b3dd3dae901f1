"""Tables of the connectors package."""

import sqlalchemy as sa
from alembic import op

revision = "a0003"
down_revision = "a0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "connectors_connection",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("launch", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=True),
        sa.Column("sealed_config", sa.LargeBinary(), nullable=False, comment="sealed: credentials"),
        sa.Column("catalog", sa.Text(), nullable=True),
        sa.Column("streams", sa.Text(), nullable=True),
        sa.Column("schedule", sa.String(length=200), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connectors_connection")),
        sa.UniqueConstraint("name", name=op.f("uq_connectors_connection_name")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("connectors_connection")
