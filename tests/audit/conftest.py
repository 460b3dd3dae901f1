from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.clock import Clock
from tests.audit.helpers import FilledLog, SigningKey


@pytest.fixture
def filled(engine: Engine, clock: Clock, tmp_path: Path) -> FilledLog:
    """An empty log on either database."""
    return FilledLog(engine, clock, tmp_path / "checkpoints", SigningKey())


@pytest.fixture
def on_sqlite(sqlite_engine: Engine, clock: Clock, tmp_path: Path) -> FilledLog:
    """An empty log where one database is enough."""
    return FilledLog(sqlite_engine, clock, tmp_path / "checkpoints", SigningKey())
