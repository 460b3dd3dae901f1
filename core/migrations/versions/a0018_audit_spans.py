"""Entries about a person are found span by span: most of what a read wrote was pages of the index that is gone."""

import sqlalchemy as sa
from alembic import op

revision = "a0018"
down_revision = "a0017"
branch_labels = None
depends_on = None

_TABLE, _OLD, _NEW = "audit_subject", "ix_audit_subject_subject_index", "ix_audit_subject_span_subject_index"


def upgrade() -> None:
    """The one in place of the other."""
    op.drop_index(_OLD, table_name=_TABLE)
    op.create_index(op.f(_NEW), _TABLE, [sa.text('("index" >> 12)'), "subject", "index"], unique=False)


def downgrade() -> None:
    """And back."""
    op.drop_index(_NEW, table_name=_TABLE)
    op.create_index(op.f(_OLD), _TABLE, ["subject", "index"], unique=False)
