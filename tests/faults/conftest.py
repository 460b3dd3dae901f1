from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.arena import Arena, arena
from tests.faults.zygote import Zygote


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    with Zygote() as started:
        yield started


@pytest.fixture(scope="session")
def sqlite_arena(zygote: Zygote, sqlite_template: Path) -> Iterator[Arena]:
    with arena(zygote, sqlite_template) as made:
        yield made


@pytest.fixture(scope="session")
def postgres_arena(zygote: Zygote, postgres_url: str, postgres_template: str) -> Iterator[Arena]:
    with arena(zygote, postgres_template, postgres_url) as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def place(request: pytest.FixtureRequest) -> Arena:
    """The arena of each kind of database."""
    found = request.getfixturevalue("sqlite_arena" if request.param == "sqlite" else "postgres_arena")
    assert isinstance(found, Arena)
    return found
