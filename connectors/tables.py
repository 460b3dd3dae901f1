"""The rows of this package: configured connections, and files that were uploaded for them."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

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
connectors_upload = Table(
    "connectors_upload",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("sealed_name", LargeBinary, nullable=False, comment="sealed: a file name can name a person"),
    Column("format", String(16), nullable=False),
    Column("size", BigInteger, nullable=False, comment="bytes as they came"),
    Column("parts", Integer, nullable=False),
    Column("connection", String(64), index=True, comment="the one connection that reads it; null while none does"),
    Column("created_by", String(200), nullable=False),
    Column("created_at", Utc, nullable=False),
)
connectors_upload_part = Table(
    "connectors_upload_part",
    metadata,
    Column("upload_id", String(40), ForeignKey("connectors_upload.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False, comment="sealed under the upload's own data key"),
)
