"""The reference page says what the code does."""

from pathlib import Path

import pytest

from api.app import ALL_ROUTES
from api.errors import STATUS_OF_CODE, STATUSES
from api.limits import DEFAULTS
from sync.forms import _SETTINGS

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "http-api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", sorted({f"`{one.method} {one.path}`" for routes in ALL_ROUTES for one in routes.declared})
)
def test_every_route_is_told(path: str) -> None:
    assert path in PAGE


def test_every_setting_and_status_is_told() -> None:
    for name, default in DEFAULTS.items():
        assert f"| `{name}` | {default} |" in PAGE
    for name in _SETTINGS:
        assert f"| `{name}` |" in PAGE
    for status in {*(status for _, status, _ in STATUSES), *STATUS_OF_CODE.values()}:
        assert f"| {status} |" in PAGE
    for code in STATUS_OF_CODE:
        assert f"`{code}`" in PAGE
