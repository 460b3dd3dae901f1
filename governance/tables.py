"""People and programs that may sign in, the hashes of what they show, and one-time codes."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from core.database import JsonText, Utc, metadata

governance_user = Table(
    "governance_user",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True, comment="case-folded; of staff, never of a customer"),
    Column("display_name", Text, nullable=False, comment="of staff, never of a customer"),
    Column("password_hash", Text, comment="argon2id"),
    Column("roles", JsonText, nullable=False),
    Column("teams", JsonText, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("failed_attempts", Integer, nullable=False, default=0),
    Column("locked_until", Utc),
)

governance_token = Table(
    "governance_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="pat or key"),
    Column("user_id", Text, ForeignKey("governance_user.id"), comment="of a person's token"),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the token; the token itself is kept nowhere"),
    Column("roles", JsonText, nullable=False, comment="of a key; a person's token has the roles of the person"),
    Column("teams", JsonText, nullable=False),
    Column("scopes", JsonText, nullable=False),
    Column("purpose", Text, comment="fixed when a key is issued"),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("revoked_at", Utc),
    Column("last_used_at", Utc),
    Index(None, "user_id"),
)

governance_code = Table(
    "governance_code",
    metadata,
    Column("digest", LargeBinary, primary_key=True, comment="SHA-256 of the code; the code itself is kept nowhere"),
    Column("user_id", Text, ForeignKey("governance_user.id"), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)
