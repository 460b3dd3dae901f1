"""Tables of the audit package."""

import sqlalchemy as sa
from alembic import op

revision = "a0001"
down_revision = None
branch_labels = None
depends_on = None

# The log's tables are append-only: triggers stop our own mistakes, the tree and its checkpoints find the rest.
GUARDS = {
    "sqlite": [
        "CREATE TRIGGER audit_pending_no_update BEFORE UPDATE ON audit_pending BEGIN SELECT RAISE(ABORT, 'audit_pending is append-only'); END",
        'CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry WHEN NOT (NEW.body IS NULL AND NEW."index" IS OLD."index" AND NEW."leaf" IS OLD."leaf" AND NEW."at" IS OLD."at" AND NEW."actor" IS OLD."actor" AND NEW."action" IS OLD."action" AND NEW."object_type" IS OLD."object_type" AND NEW."object_id" IS OLD."object_id" AND NEW."purpose" IS OLD."purpose" AND NEW."decision" IS OLD."decision") BEGIN SELECT RAISE(ABORT, \'audit_entry is append-only\'); END',
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
        'CREATE TRIGGER audit_entry_in_order BEFORE INSERT ON audit_entry WHEN NEW."index" <> (SELECT coalesce(max("index"), -1) + 1 FROM audit_entry) BEGIN SELECT RAISE(ABORT, \'audit_entry is append-only\'); END',
        "CREATE TRIGGER audit_subject_no_update BEFORE UPDATE ON audit_subject BEGIN SELECT RAISE(ABORT, 'audit_subject is append-only'); END",
        "CREATE TRIGGER audit_subject_no_delete BEFORE DELETE ON audit_subject BEGIN SELECT RAISE(ABORT, 'audit_subject is append-only'); END",
        "CREATE TRIGGER audit_node_no_update BEFORE UPDATE ON audit_node BEGIN SELECT RAISE(ABORT, 'audit_node is append-only'); END",
        "CREATE TRIGGER audit_node_no_delete BEFORE DELETE ON audit_node BEGIN SELECT RAISE(ABORT, 'audit_node is append-only'); END",
        "CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END",
        "CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END",
        "CREATE TRIGGER audit_checkpoint_in_order BEFORE INSERT ON audit_checkpoint WHEN EXISTS (SELECT 1 FROM audit_checkpoint WHERE size >= NEW.size) BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$",
        "CREATE TRIGGER audit_pending_no_update BEFORE UPDATE ON audit_pending FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_pending_no_truncate BEFORE TRUNCATE ON audit_pending FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        'CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry FOR EACH ROW WHEN (NOT (NEW.body IS NULL AND NEW."index" IS NOT DISTINCT FROM OLD."index" AND NEW."leaf" IS NOT DISTINCT FROM OLD."leaf" AND NEW."at" IS NOT DISTINCT FROM OLD."at" AND NEW."actor" IS NOT DISTINCT FROM OLD."actor" AND NEW."action" IS NOT DISTINCT FROM OLD."action" AND NEW."object_type" IS NOT DISTINCT FROM OLD."object_type" AND NEW."object_id" IS NOT DISTINCT FROM OLD."object_id" AND NEW."purpose" IS NOT DISTINCT FROM OLD."purpose" AND NEW."decision" IS NOT DISTINCT FROM OLD."decision")) EXECUTE FUNCTION audit_refuse()',
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_subject_no_update BEFORE UPDATE ON audit_subject FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_subject_no_truncate BEFORE TRUNCATE ON audit_subject FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_subject_no_delete BEFORE DELETE ON audit_subject FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_node_no_update BEFORE UPDATE ON audit_node FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_node_no_truncate BEFORE TRUNCATE ON audit_node FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_node_no_delete BEFORE DELETE ON audit_node FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    ],
}


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_action_index"), "audit_entry", ["action", "index"], unique=False)
    op.create_index(op.f("ix_audit_entry_actor_index"), "audit_entry", ["actor", "index"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_object_id_index"), "audit_entry", ["object_id", "index"], unique=False)
    op.create_table(
        "audit_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_audit_node")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_pending",
        sa.Column("pid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pid", name=op.f("pk_audit_pending")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_subject",
        sa.Column("index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("index", "subject", name=op.f("pk_audit_subject")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_audit_subject_subject_index"), "audit_subject", ["subject", "index"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Drop them."""
    op.drop_table("audit_subject")
    op.drop_table("audit_pending")
    op.drop_table("audit_node")
    op.drop_table("audit_entry")
    op.drop_table("audit_checkpoint")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS audit_refuse()")
