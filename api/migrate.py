"""The schema and its migrations, run from code, so that they work from an installed wheel."""

import warnings
from collections.abc import Callable
from importlib.resources import as_file, files

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SAWarning

from api.schema import all_tables
from core.database import make_engine, reading
from core.errors import Conflict


def upgrade(url: str) -> None:
    """Bring a database to the newest schema."""
    engine = make_engine(url)
    try:
        run(engine, lambda config: command.upgrade(config, "head"))
    finally:
        engine.dispose()


def check_version(engine: Engine) -> None:
    """Refuse a database of another version: what serves it would fail request by request.

    One that never went through a migration counts as fitting. Raises Conflict ``database.older``, ``database.newer``.
    """
    with reading(engine) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    with as_file(files("core") / "migrations") as folder:
        script = ScriptDirectory(str(folder))
        head, known = script.get_current_head(), {one.revision for one in script.walk_revisions()}
    if current in {None, head}:
        return
    if current in known:
        raise Conflict(
            "database.older", "The database is of an older version; stop every Ingot and run 'ingot db upgrade'."
        )
    raise Conflict("database.newer", "The database is of a newer version; start that version of Ingot.")


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
    with engine.connect() as connection, warnings.catch_warnings():
        # An index of an expression is not read back from SQLite, so it is not looked at.
        for kind in (SAWarning, UserWarning):
            warnings.filterwarnings("ignore", ".*expression-based index", kind)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, all_tables()))
