"""What stewards ask owners and what these answer; tokens of pinned values; what records are of."""

import sqlalchemy as sa
from alembic import op

revision = "a0013"
down_revision = "a0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "merge_review_question",
        sa.Column("question_id", sa.String(length=80), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("golden_id", sa.String(length=80), nullable=False, comment="the golden record whose owner is asked"),
        sa.Column("holder", sa.Text(), nullable=False, comment="who is asked: user:..., team:..., dept:..."),
        sa.Column("record_id", sa.String(length=80), nullable=False, comment="the record whose key seals the words"),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed: the steward's words"),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=True, comment="same, different or unknown"),
        sa.Column("comment", sa.LargeBinary(), nullable=True, comment="sealed: the owner's words"),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_merge_review_question")),
    )
    op.create_index(op.f("ix_merge_review_question_item_id"), "merge_review_question", ["item_id"], unique=False)
    op.create_index(
        op.f("ix_merge_review_question_holder_answer"), "merge_review_question", ["holder", "answer"], unique=False
    )
    entity = sa.Column(
        "entity",
        sa.String(length=16),
        nullable=True,
        comment="person or organization; none: taken in before that was kept",
    )
    op.add_column("merge_record", entity)
    op.create_table(
        "merge_pin_token",
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pin_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("token", "pin_id", name=op.f("pk_merge_pin_token")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merge_pin_token_pin_id"), "merge_pin_token", ["pin_id"], unique=False)


def downgrade() -> None:
    """Without them."""
    op.drop_table("merge_pin_token")
    op.drop_column("merge_record", "entity")
    op.drop_table("merge_review_question")
