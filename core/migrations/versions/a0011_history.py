"""The past of records and memberships, pins, versions of the survivorship policy, and decisions that expire."""

import sqlalchemy as sa
from alembic import op

revision = "a0011"
down_revision = "a0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them. What is there already was there from the beginning: its times stay empty."""
    op.add_column(
        "merge_record",
        sa.Column(
            "recorded_at",
            sa.BigInteger(),
            nullable=True,
            comment="since when the values that stand are known here; none: since before it was kept",
        ),
    )
    op.add_column(
        "merge_record",
        sa.Column(
            "joined_at",
            sa.BigInteger(),
            nullable=True,
            comment="since when it belongs to its golden record; none: since before it was kept",
        ),
    )
    op.add_column("merge_constraint", sa.Column("expires_at", sa.BigInteger(), nullable=True))
    _expiring("merge_constraint")
    op.create_table(
        "merge_record_past",
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("asserted_at", sa.BigInteger(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column(
            "sealed_values",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed: attribute values as the source gave them",
        ),
        sa.PrimaryKeyConstraint("record_id", "until", name=op.f("pk_merge_record_past")),
    )
    op.create_table(
        "merge_member_past",
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("golden_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "until", name=op.f("pk_merge_member_past")),
    )
    op.create_index(op.f("ix_merge_member_past_golden_id"), "merge_member_past", ["golden_id"], unique=False)
    _pins()
    op.create_table(
        "merge_policy",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False, comment="file: ingot.yaml; set: by a person"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "applied_at",
            sa.BigInteger(),
            nullable=True,
            comment="since when every golden record that is kept was made by it or a later one",
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_merge_policy")),
    )


def _pins() -> None:
    op.create_table(
        "merge_pin",
        sa.Column("pin_id", sa.String(length=80), nullable=False),
        sa.Column(
            "anchor_id",
            sa.String(length=80),
            nullable=False,
            comment="the golden id it was set on: it goes wherever that record goes",
        ),
        sa.Column("attribute", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False, comment="pin or ignore"),
        sa.Column("sealed_value", sa.LargeBinary(), nullable=False, comment="sealed under the key of the anchor"),
        sa.Column(
            "basis",
            sa.LargeBinary(),
            nullable=True,
            comment="keyed hash of what the sources said when it was set or last looked at",
        ),
        sa.Column("on_source_change", sa.String(length=8), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(length=80), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed under the key of the anchor: free text"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("pin_id", name=op.f("pk_merge_pin")),
    )
    op.create_index(op.f("ix_merge_pin_anchor_id"), "merge_pin", ["anchor_id"], unique=False)
    _expiring("merge_pin")


def _expiring(table: str) -> None:
    op.create_index(
        op.f(f"ix_{table}_expires_at"),
        table,
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("merge_policy", "merge_pin", "merge_member_past", "merge_record_past"):
        op.drop_table(table)
    op.drop_index(op.f("ix_merge_constraint_expires_at"), table_name="merge_constraint")
    op.drop_column("merge_constraint", "expires_at")
    op.drop_column("merge_record", "joined_at")
    op.drop_column("merge_record", "recorded_at")
