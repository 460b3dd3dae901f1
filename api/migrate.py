"""The schema and its migrations, run from code, so that they work from an installed wheel."""

from collections.abc import Callable
from importlib.resources import as_file, files

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from api.schema import all_tables
from core.database import make_engine


def upgrade(url: str) -> None:
    """Bring a database to the newest schema."""
    engine = make_engine(url)
    try:
        run(engine, lambda config: command.upgrade(config, "head"))
    finally:
        engine.dispose()


def run(engine: Engine, do: Callable[[Config], None]) -> None:
    """Run an Alembic command on an engine."""
    with as_file(files("core") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["engine"] = engine
        config.attributes["metadata"] = all_tables()
        do(config)


def differences(engine: Engine) -> list[object]:
    """What the tables in code and those in the database do not agree on; empty is good."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, all_tables()))
