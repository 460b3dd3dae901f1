"""One small world for all tests of the demonstration's data."""

import pytest

from api.demo.world import World, make_world


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(seed=5, size=300)
