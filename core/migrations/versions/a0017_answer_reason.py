"""Why an owner answered as they did, as a code; answers by what was asked."""

import sqlalchemy as sa
from alembic import op

revision = "a0017"
down_revision = "a0016"
branch_labels = None
depends_on = None

_TABLE = "merge_review_question"
_BEFORE, _NOW = "same, different or unknown", "by the kind of the item: same, holds, mine, unknown ..."


def upgrade() -> None:
    """Add it; what was answered before has none."""
    reason = sa.Column("reason_code", sa.String(length=80), nullable=True, comment="why the owner answers so")
    op.add_column(_TABLE, reason)
    _said_of_answers(_NOW, _BEFORE)


def downgrade() -> None:
    """Without it."""
    _said_of_answers(_BEFORE, _NOW)
    op.drop_column(_TABLE, "reason_code")


def _said_of_answers(comment: str, before: str) -> None:
    """SQLite keeps no comments."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(_TABLE, "answer", existing_type=sa.String(length=16), comment=comment, existing_comment=before)
