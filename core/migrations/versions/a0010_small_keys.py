"""Keys and search tokens as 64 bits by record number; hubs, shared contacts, relations.

What records are found by can be made only where values can be opened: it is left to the next maintenance step, which
the scheduler runs and ``ingot golden maintain`` too. Until then new records do not find the old ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "a0010"
down_revision = "a0009"
branch_labels = None
depends_on = None

_PACKED = {
    "sealed_features": "sealed: what it is compared by",
    "match_keys": "packed: its rows in merge_key, with the kinds they are of",
    "shared": "packed: its rows in merge_shared",
    "tokens": "packed: its rows in merge_index",
}
_RENUMBER = sa.text(
    "UPDATE merge_record SET first_seen = given.place FROM (SELECT record_id, row_number() OVER "
    "(ORDER BY first_seen, record_id) AS place FROM merge_record) AS given "
    "WHERE given.record_id = merge_record.record_id"
)


def upgrade() -> None:
    """Every record gets a number of its own, in the order it had."""
    op.drop_table("merge_key")
    op.drop_table("merge_index")
    op.execute(_RENUMBER)
    op.drop_index(op.f("ix_merge_record_first_seen"), table_name="merge_record")
    with op.batch_alter_table("merge_record") as table:
        for name, comment in _PACKED.items():
            table.add_column(sa.Column(name, sa.LargeBinary(), nullable=True, comment=comment))
        table.alter_column(
            "first_seen",
            existing_type=sa.BigInteger(),
            existing_nullable=False,
            comment="number of the record: the order records came in",
        )
    op.create_index(op.f("ix_merge_record_first_seen"), "merge_record", ["first_seen"], unique=True)
    for name, columns in (
        ("merge_key", ("key", "record")),
        ("merge_index", ("token", "record")),
        ("merge_shared", ("value", "name", "record")),
    ):
        op.create_table(
            name,
            *(sa.Column(column, sa.BigInteger(), autoincrement=False, nullable=False) for column in columns),
            sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
    for name, column in (("merge_hub", "key"), ("merge_generic", "value")):
        op.create_table(
            name,
            sa.Column(column, sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("at", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{name}")),
        )
    op.create_table(
        "merge_relation",
        sa.Column("left_id", sa.String(length=80), nullable=False),
        sa.Column("right_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("left_id", "right_id", name=op.f("pk_merge_relation")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merge_relation_right_id"), "merge_relation", ["right_id"], unique=False)


def downgrade() -> None:
    """Without them; the older version makes its keys anew when its records come again."""
    for name in ("merge_relation", "merge_generic", "merge_hub", "merge_shared", "merge_index", "merge_key"):
        op.drop_table(name)
    op.drop_index(op.f("ix_merge_record_first_seen"), table_name="merge_record")
    with op.batch_alter_table("merge_record") as table:
        for name in _PACKED:
            table.drop_column(name)
        table.alter_column("first_seen", existing_type=sa.BigInteger(), existing_nullable=False, comment=None)
    op.create_index(op.f("ix_merge_record_first_seen"), "merge_record", ["first_seen"], unique=False)
    op.create_table(
        "merge_key",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("key", "record_id", name=op.f("pk_merge_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merge_key_record_id"), "merge_key", ["record_id"], unique=False)
    op.create_table(
        "merge_index",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("token", "kind", "record_id", name=op.f("pk_merge_index")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merge_index_record_id"), "merge_index", ["record_id"], unique=False)
