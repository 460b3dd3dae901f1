"""The rows of this package: configured connections."""

from sqlalchemy import Boolean, Column, LargeBinary, String, Table

from core.database import JsonText, Utc, metadata

connectors_connection = Table(
    "connectors_connection",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("launch", JsonText, nullable=False),
    Column("spec", JsonText),
    Column("sealed_config", LargeBinary, nullable=False, comment="sealed: credentials"),
    Column("catalog", JsonText),
    Column("streams", JsonText),
    Column("schedule", String(200), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
)
