"""Tables of the merge package."""

import sqlalchemy as sa
from alembic import op

revision = "a0004"
down_revision = "a0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "merge_change",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("golden_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False, comment="losers of a merge, parts of a split"),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_merge_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_merge_change_golden_id_sequence"), "merge_change", ["golden_id", "sequence"], unique=False)
    op.create_table(
        "merge_constraint",
        sa.Column("constraint_id", sa.String(length=80), nullable=False),
        sa.Column("left_id", sa.String(length=80), nullable=False),
        sa.Column("right_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(length=80), nullable=False),
        sa.Column(
            "note", sa.LargeBinary(), nullable=True, comment="sealed under the key of the left record: free text"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("constraint_id", name=op.f("pk_merge_constraint")),
    )
    op.create_index(op.f("ix_merge_constraint_left_id"), "merge_constraint", ["left_id"], unique=False)
    op.create_index(op.f("ix_merge_constraint_right_id"), "merge_constraint", ["right_id"], unique=False)
    op.create_table(
        "merge_edge",
        sa.Column("left_id", sa.String(length=80), nullable=False),
        sa.Column("right_id", sa.String(length=80), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False, comment="thousandths of a bit"),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("left_id", "right_id", name=op.f("pk_merge_edge")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merge_edge_right_id"), "merge_edge", ["right_id"], unique=False)
    op.create_table(
        "merge_event",
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("golden_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_merge_event")),
    )
    op.create_index(op.f("ix_merge_event_golden_id_at"), "merge_event", ["golden_id", "at"], unique=False)
    op.create_table(
        "merge_golden",
        sa.Column("golden_id", sa.String(length=80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="keyed hash of golden values and member ids"),
        sa.Column("cache_key_id", sa.String(length=80), nullable=True),
        sa.Column(
            "cache",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed under a key of its own: golden values with lineage",
        ),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("golden_id", name=op.f("pk_merge_golden")),
    )
    op.create_index(op.f("ix_merge_golden_active_changed_at"), "merge_golden", ["active", "changed_at"], unique=False)
    op.create_table(
        "merge_index",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("token", "kind", "record_id", name=op.f("pk_merge_index")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merge_index_record_id"), "merge_index", ["record_id"], unique=False)
    op.create_table(
        "merge_item",
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "section", name=op.f("pk_merge_item")),
    )
    op.create_index(
        op.f("ix_merge_item_subject_id_section_occurred_at"),
        "merge_item",
        ["subject_id", "section", "occurred_at"],
        unique=False,
    )
    op.create_table(
        "merge_key",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("key", "record_id", name=op.f("pk_merge_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merge_key_record_id"), "merge_key", ["record_id"], unique=False)
    op.create_table(
        "merge_owner",
        sa.Column("assignment_id", sa.String(length=80), nullable=False),
        sa.Column("golden_id", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("permission", sa.String(length=8), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.Column("recorded_from", sa.BigInteger(), nullable=False),
        sa.Column("recorded_to", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("end_cause", sa.String(length=16), nullable=True),
        sa.Column("rule_ref", sa.String(length=120), nullable=True),
        sa.Column("decision_id", sa.String(length=80), nullable=False),
        sa.Column("reason_code", sa.String(length=80), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_merge_owner")),
    )
    op.create_index(op.f("ix_merge_owner_golden_id_valid_to"), "merge_owner", ["golden_id", "valid_to"], unique=False)
    op.create_index(op.f("ix_merge_owner_holder_valid_to"), "merge_owner", ["holder", "valid_to"], unique=False)
    op.create_index(
        "uq_merge_owner_open_primary",
        "merge_owner",
        ["golden_id", "scope"],
        unique=True,
        sqlite_where=sa.text("role = 'primary' AND valid_to IS NULL"),
        postgresql_where=sa.text("role = 'primary' AND valid_to IS NULL"),
    )
    op.create_table(
        "merge_owner_cursor",
        sa.Column("rule_ref", sa.String(length=120), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rule_ref", name=op.f("pk_merge_owner_cursor")),
    )
    op.create_table(
        "merge_owner_decision",
        sa.Column("decision_id", sa.String(length=80), nullable=False),
        sa.Column("golden_id", sa.String(length=80), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("rule_ref", sa.String(length=120), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False, comment="keyed hash of the facts the rules read"),
        sa.Column("evaluated", sa.Text(), nullable=False, comment="outcome of each condition by rule; no values"),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("cursor_before", sa.Text(), nullable=True),
        sa.Column("cursor_after", sa.Text(), nullable=True),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "note",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed under the key of the golden record's first record: free text",
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_merge_owner_decision")),
    )
    op.create_index(
        op.f("ix_merge_owner_decision_golden_id_at"), "merge_owner_decision", ["golden_id", "at"], unique=False
    )
    op.create_table(
        "merge_publication",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("golden_id", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_merge_publication")),
        sa.UniqueConstraint("golden_id", name=op.f("uq_merge_publication_golden_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "merge_record",
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("asserted_at", sa.BigInteger(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="keyed hash of the record, to know it unchanged"),
        sa.Column("subject_id", sa.String(length=80), nullable=True),
        sa.Column("is_item", sa.Boolean(), nullable=False),
        sa.Column("sections", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column(
            "verified", sa.Text(), nullable=False, comment="kind and keyed hash of each identifier that proves identity"
        ),
        sa.Column(
            "sealed_values", sa.LargeBinary(), nullable=True, comment="sealed: attribute values as the source gave them"
        ),
        sa.Column("sealed_standard", sa.LargeBinary(), nullable=True, comment="sealed: the same in standard form"),
        sa.Column("golden_id", sa.String(length=80), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "forward_to",
            sa.String(length=80),
            nullable=True,
            comment="record that held the preferred id when this one left",
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_merge_record")),
    )
    op.create_index(op.f("ix_merge_record_first_seen"), "merge_record", ["first_seen"], unique=False)
    op.create_index(op.f("ix_merge_record_golden_id"), "merge_record", ["golden_id"], unique=False)
    op.create_index(op.f("ix_merge_record_subject_id"), "merge_record", ["subject_id"], unique=False)
    op.create_table(
        "merge_retired_key",
        sa.Column("key_id", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_merge_retired_key")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("merge_retired_key")
    op.drop_table("merge_record")
    op.drop_table("merge_publication")
    op.drop_table("merge_owner_decision")
    op.drop_table("merge_owner_cursor")
    op.drop_table("merge_owner")
    op.drop_table("merge_key")
    op.drop_table("merge_item")
    op.drop_table("merge_index")
    op.drop_table("merge_golden")
    op.drop_table("merge_event")
    op.drop_table("merge_edge")
    op.drop_table("merge_constraint")
    op.drop_table("merge_change")
