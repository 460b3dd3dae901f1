from collections.abc import Iterator

import pytest

from tests.console.shop import Shop, opened


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The workspace whose pages are looked at. Tests that change it make one of their own."""
    with opened(tmp_path_factory.mktemp("console") / "shop") as found:
        yield found
