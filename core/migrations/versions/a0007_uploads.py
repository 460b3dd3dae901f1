"""Uploaded files of the connectors package."""

import sqlalchemy as sa
from alembic import op

revision = "a0007"
down_revision = "a0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "connectors_upload",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False, comment="sealed: a file name can name a person"),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes as they came"),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column(
            "connection",
            sa.String(length=64),
            nullable=True,
            comment="the one connection that reads it; null while none does",
        ),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connectors_upload")),
    )
    op.create_index(op.f("ix_connectors_upload_connection"), "connectors_upload", ["connection"], unique=False)
    op.create_table(
        "connectors_upload_part",
        sa.Column("upload_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="sealed under the upload's own data key"),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["connectors_upload.id"],
            name=op.f("fk_connectors_upload_part_upload_id_connectors_upload"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_connectors_upload_part")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("connectors_upload_part")
    op.drop_table("connectors_upload")
