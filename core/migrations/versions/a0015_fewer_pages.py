"""Fewer pages for each record that comes in: records that nothing points at stand in no index of what they point at."""

import sqlalchemy as sa
from alembic import op

revision = "a0015"
down_revision = "a0014"
branch_labels = None
depends_on = None

_POINTING = ("golden_id", "subject_id")


def upgrade() -> None:
    """Leave them out; keys that wait to be destroyed are a table that is its own index."""
    for column in _POINTING:
        there = sa.text(f"{column} IS NOT NULL")
        op.drop_index(op.f(f"ix_merge_record_{column}"), "merge_record")
        op.create_index(
            op.f(f"ix_merge_record_{column}"),
            "merge_record",
            [column],
            unique=False,
            sqlite_where=there,
            postgresql_where=there,
        )
    _retired_anew(sqlite_with_rowid=False)


def downgrade() -> None:
    """As they were."""
    for column in _POINTING:
        op.drop_index(op.f(f"ix_merge_record_{column}"), "merge_record")
        op.create_index(op.f(f"ix_merge_record_{column}"), "merge_record", [column], unique=False)
    _retired_anew(sqlite_with_rowid=True)


def _retired_anew(*, sqlite_with_rowid: bool) -> None:
    """SQLite cannot change how a table is kept; elsewhere it stays as it is."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table("merge_retired_key", "merge_retired_key_before")
    op.create_table(
        "merge_retired_key",
        sa.Column("key_id", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_merge_retired_key")),
        sqlite_with_rowid=sqlite_with_rowid,
    )
    op.execute("INSERT INTO merge_retired_key SELECT key_id, at FROM merge_retired_key_before")
    op.drop_table("merge_retired_key_before")
