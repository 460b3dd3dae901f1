"""Runs migrations on the engine and metadata that the caller hands over in ``Config.attributes``.

On PostgreSQL an advisory lock lets one migration run at a time, and a short lock time-out keeps a waiting migration
from stopping the readers behind it.
"""

from alembic import context
from sqlalchemy import Engine, MetaData, text

from core.database import unit_of_work

# Any number, the same in every process that migrates.
_LOCK = 7_203_441


def migrate() -> None:
    """Run the revisions of the command in one transaction: all of them or none."""
    engine: Engine = context.config.attributes["engine"]
    metadata: MetaData = context.config.attributes["metadata"]
    with unit_of_work(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        context.run_migrations()


migrate()
