"""Runs migrations on the engine and metadata that the caller hands over in ``Config.attributes``.

On PostgreSQL an advisory lock lets one migration run at a time, and a short lock time-out keeps a waiting migration
from stopping the readers behind it.
"""

from alembic import context
from sqlalchemy import Engine, MetaData, text

# Any number, the same in every process that migrates.
_LOCK = 7_203_441


def migrate() -> None:
    """Run the revisions of the command in one transaction each."""
    engine: Engine = context.config.attributes["engine"]
    metadata: MetaData = context.config.attributes["metadata"]
    # SQLite takes its write lock at once, as every unit of work does.
    with engine.execution_options(ingot_writing=True).connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        context.configure(
            connection=connection, target_metadata=metadata, transaction_per_migration=False, compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


migrate()
