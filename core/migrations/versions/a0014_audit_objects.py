"""Entries about golden records are found by their subjects: the index of objects leaves them out."""

import sqlalchemy as sa
from alembic import op

revision = "a0014"
down_revision = "a0013"
branch_labels = None
depends_on = None

_NAME = "ix_audit_entry_object_id_index"
_NO_CUSTOMER = sa.text("object_type <> 'golden'")


def upgrade() -> None:
    """Make it anew without them."""
    op.drop_index(_NAME, table_name="audit_entry")
    op.create_index(
        op.f(_NAME),
        "audit_entry",
        ["object_id", "index"],
        unique=False,
        sqlite_where=_NO_CUSTOMER,
        postgresql_where=_NO_CUSTOMER,
    )


def downgrade() -> None:
    """With them."""
    op.drop_index(_NAME, table_name="audit_entry")
    op.create_index(op.f(_NAME), "audit_entry", ["object_id", "index"], unique=False)
