"""Tables of the governance package."""

import sqlalchemy as sa
from alembic import op

revision = "a0002"
down_revision = "a0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "governance_user",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False, comment="case-folded; of staff, never of a customer"),
        sa.Column("display_name", sa.Text(), nullable=False, comment="of staff, never of a customer"),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="argon2id"),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governance_user")),
        sa.UniqueConstraint("login", name=op.f("uq_governance_user_login")),
    )
    op.create_table(
        "governance_code",
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the code; the code itself is kept nowhere"
        ),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["governance_user.id"], name=op.f("fk_governance_code_user_id_governance_user")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_governance_code")),
    )
    op.create_table(
        "governance_token",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="pat or key"),
        sa.Column("user_id", sa.Text(), nullable=True, comment="of a person's token"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the token; the token itself is kept nowhere"
        ),
        sa.Column("roles", sa.Text(), nullable=False, comment="of a key; a person's token has the roles of the person"),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True, comment="fixed when a key is issued"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["governance_user.id"], name=op.f("fk_governance_token_user_id_governance_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governance_token")),
    )
    op.create_index(op.f("ix_governance_token_user_id"), "governance_token", ["user_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("governance_token")
    op.drop_table("governance_code")
    op.drop_table("governance_user")
