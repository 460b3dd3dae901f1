"""The stewards' queue, their decisions, and versions of the lines that pairs are judged by."""

import sqlalchemy as sa
from alembic import op

revision = "a0012"
down_revision = "a0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "merge_review",
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False, comment="record ids"),
        sa.Column(
            "about",
            sa.String(length=120),
            nullable=False,
            comment="what tells it from other items about the same records",
        ),
        sa.Column("detail", sa.Text(), nullable=False, comment="names, rules and figures; no values of persons"),
        sa.Column(
            "between",
            sa.String(length=24),
            nullable=False,
            comment="whether stewards confirmed the two before: new_new ...",
        ),
        sa.Column("weight", sa.Integer(), nullable=True, comment="what the machine gave, thousandths of a bit"),
        sa.Column("verdict", sa.String(length=16), nullable=False, comment="the machine's"),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("deferred_until", sa.BigInteger(), nullable=True),
        sa.Column(
            "decision_id",
            sa.String(length=80),
            nullable=True,
            comment="the decision that ended it, or that waits for a second person",
        ),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=True, comment="why it ended"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_merge_review")),
    )
    op.create_index(
        op.f("ix_merge_review_state_priority_opened_at"),
        "merge_review",
        ["state", "priority", "opened_at"],
        unique=False,
    )
    op.create_table(
        "merge_review_subject",
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "item_id", name=op.f("pk_merge_review_subject")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "merge_review_decision",
        sa.Column("decision_id", sa.String(length=80), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("records", sa.Text(), nullable=False, comment="the records it was said of"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(length=80), nullable=False),
        sa.Column(
            "note", sa.LargeBinary(), nullable=True, comment="sealed under the key of the first record: free text"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "blind",
            sa.Boolean(),
            nullable=False,
            comment="whether the machine's verdict was hidden from who decided",
        ),
        sa.Column("verdict", sa.String(length=16), nullable=False, comment="the machine's at that time"),
        sa.Column("weight", sa.Integer(), nullable=True),
        sa.Column("second", sa.Text(), nullable=True, comment="who had the second look"),
        sa.Column("second_at", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False, comment="golden ids of the records before"),
        sa.Column("after", sa.Text(), nullable=False, comment="golden ids of the records after"),
        sa.Column("made", sa.Text(), nullable=False, comment="ids of the constraints it made or lifted"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_merge_review_decision")),
    )
    op.create_index(op.f("ix_merge_review_decision_item_id"), "merge_review_decision", ["item_id"], unique=False)
    op.create_index(op.f("ix_merge_review_decision_at"), "merge_review_decision", ["at"], unique=False)
    op.create_table(
        "merge_match_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(length=80), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False, comment="what was foretold of it when it was taken"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_merge_match_version")),
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("merge_match_version")
    op.drop_index(op.f("ix_merge_review_decision_at"), table_name="merge_review_decision")
    op.drop_index(op.f("ix_merge_review_decision_item_id"), table_name="merge_review_decision")
    op.drop_table("merge_review_decision")
    op.drop_table("merge_review_subject")
    op.drop_index(op.f("ix_merge_review_state_priority_opened_at"), table_name="merge_review")
    op.drop_table("merge_review")
