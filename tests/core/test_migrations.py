"""Migrations and tables agree, every revision goes down and up, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import make_url

from api.migrate import differences, run, upgrade
from core.database import make_engine
from tests.conftest import run_on_server

ROOT = Path(__file__).parents[2]
REVISIONS = sorted((Path(__file__).parents[2] / "core" / "migrations" / "versions").glob("a*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('empty') / 'ingot.db'}"
        return
    server = request.getfixturevalue("postgres_url")
    run_on_server(server, "CREATE DATABASE migrated")
    yield make_url(server).set(database="migrated", drivername="postgresql").render_as_string(hide_password=False)
    run_on_server(server, "DROP DATABASE migrated WITH (FORCE)")


def test_the_newest_schema_is_what_the_code_expects(empty: str) -> None:
    upgrade(empty)
    engine = make_engine(empty)
    assert differences(engine) == []
    upgrade(empty)
    assert differences(engine) == []
    engine.dispose()


def test_every_revision_goes_down_and_up(empty: str) -> None:
    upgrade(empty)
    engine = make_engine(empty)
    for _ in REVISIONS:
        run(engine, lambda config: command.downgrade(config, "-1"))
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    run(engine, lambda config: command.upgrade(config, "head"))
    assert differences(engine) == []
    engine.dispose()


def test_the_audit_triggers_are_those_of_the_code(empty: str, request: pytest.FixtureRequest) -> None:
    upgrade(empty)
    migrated = make_engine(empty)
    kind = "sqlite" if migrated.dialect.name == "sqlite" else "postgres"
    assert triggers(migrated) == triggers(request.getfixturevalue(f"{kind}_engine"))
    migrated.dispose()


def triggers(engine: Engine) -> list[tuple[str, str]]:
    queries = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }
    with engine.connect() as connection:
        found = [(row[0], row[1]) for row in connection.exec_driver_sql(queries[engine.dialect.name])]
    assert found
    return found
