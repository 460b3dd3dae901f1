"""The page of one person, and what shutting out and letting in again do to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import reading
from tests.api.http.house import opened
from tests.console.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Iterator[Desk]:
    with opened(tmp_path / "w", template=sqlite_template) as house:
        yield Desk(house)


def page_of(desk: Desk, login: str) -> str:
    with reading(desk.house.services.engine) as connection:
        return f"/users/{desk.house.services.people.user_by_login(connection, login).id}"


def test_a_disabled_person_is_enabled_from_their_page(desk: Desk) -> None:
    path = page_of(desk, "sales")
    assert desk.get("/", "sales").status_code == 200
    assert 'value="enable"' not in desk.get(path, "admin").text
    assert desk.post(path, "admin", do="disable").status_code == 303
    assert desk.get("/", "sales").status_code == 303
    shown = desk.get(path, "admin").text
    assert ('value="enable"' in shown, 'value="disable"' in shown) == (True, False)

    assert desk.post(path, "admin", do="enable").status_code == 303
    assert 'value="enable"' not in desk.get(path, "admin").text
    # The session from before stays ended; a new one is theirs.
    assert desk.get("/", "sales").status_code == 303
    desk.sessions.pop("sales")
    assert desk.get("/", "sales").status_code == 200
    assert len(desk.house.audited("user.enabled")) == 1


@pytest.mark.parametrize("who", ["operations", "privacy_officer", "steward"])
def test_only_who_manages_people_enables_them(desk: Desk, who: str) -> None:
    path = page_of(desk, "sales")
    desk.post(path, "admin", do="disable")
    assert desk.post(path, who, do="enable").status_code == 403
    assert 'value="enable"' in desk.get(path, "admin").text
    assert desk.house.audited("user.enabled") == []
