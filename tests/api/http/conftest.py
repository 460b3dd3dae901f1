from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.api.http.house import SETTINGS, House, opened


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    """A gateway on SQLite that the tests of a module share."""
    with opened(tmp_path_factory.mktemp("door") / "w", template=sqlite_template) as house:
        yield house


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """A gateway of the test's own, on SQLite."""
    with opened(tmp_path / "w", template=sqlite_template) as found:
        yield found


@pytest.fixture
def on_both(engine: Engine, tmp_path: Path) -> Iterator[House]:
    """A gateway of the test's own, on both databases."""
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with opened(tmp_path / "w", database=url) as found:
        yield found


@pytest.fixture
def small(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """A gateway whose limits are small."""
    limits = {
        "upload_megabytes": 1,
        "upload_expanded_megabytes": 1,
        "person_requests_per_minute": 40,
        "exports_per_minute": 2,
    }
    settings = {**SETTINGS, "limits": {**SETTINGS.get("limits", {}), **limits}}
    with opened(tmp_path / "w", template=sqlite_template, settings=settings) as found:
        yield found
