"""``ingot user`` shuts people out and lets them in again."""

import json

import pytest
from typer.testing import CliRunner, Result

from api.cli import users
from core.errors import Conflict, Denied
from tests.api.http.house import House


def run(house: House, who: str, *arguments: str) -> Result:
    environment = {"INGOT_WORKSPACE": str(house.services.settings.workspace), "INGOT_TOKEN": house.tokens[who]}
    found = CliRunner().invoke(users.app, list(arguments), env=environment)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def active(house: House, login: str) -> bool:
    people = json.loads(run(house, "admin", "list", "--json").stdout)
    return bool({one["login"]: one["active"] for one in people}[login])


def test_who_was_disabled_is_enabled(house: House) -> None:
    run(house, "admin", "disable", "service")
    assert not active(house, "service")
    assert "roles service" in run(house, "admin", "enable", "service").stderr
    assert active(house, "service")
    told = house.audited("user.enabled")
    assert [(one["object_type"], one["decision"]) for one in told] == [("user", "allow")]
    with pytest.raises(Denied):
        run(house, "operations", "enable", "service")
    with pytest.raises(Conflict):
        run(house, "admin", "disable", "admin")
