"""A gateway with one person of every role, and a key with every scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.attributes import DataClass
from core.database import unit_of_work
from governance.roles import Role
from governance.scopes import SCOPE_ACTIONS
from tests.api.http.house import SETTINGS, House, opened

UNBOUND = {
    **SETTINGS,
    "limits": {
        "form_posts_per_minute": 100_000,
        "person_requests_per_minute": 1_000_000,
        "key_requests_per_minute": 1_000_000,
        "exports_per_minute": 100_000,
        "uploads_per_minute": 100_000,
        "refused_tokens_per_minute": 100_000,
        "upload_megabytes": 1,
    },
}


@dataclass
class Crowd:
    """A house, and by role an id of the person and their token; ``golden`` is the id of a golden record."""

    house: House
    people: dict[Role, str]
    golden: str

    def token(self, role: Role) -> str:
        return self.house.tokens[f"everybody {role}"]

    def session(self, role: Role) -> str:
        """A session of the person; for ``downstream``, which no person has, of one who has every other role."""
        services = self.house.services
        with unit_of_work(services.engine) as connection:
            return services.tokens.open_session(connection, self.people[role], actor="system").text


def crowd_of(house: House) -> Crowd:
    """Add one person a role."""
    services, people = house.services, dict[Role, str]()
    with unit_of_work(services.engine) as connection:
        for role in Role:
            if role is Role.DOWNSTREAM:
                continue
            user = services.people.create_user(
                connection, login=f"x-{role}", display_name="x", roles=[role.value], actor="system"
            )
            people[role] = user.id
            issued = services.tokens.issue_token(connection, user.id, name="x", actor="system")
            house.tokens[f"everybody {role}"] = issued.text
        # One person with every role, who gets past every door.
        every = [role.value for role in Role if role is not Role.DOWNSTREAM]
        chief = services.people.create_user(connection, login="x-all", display_name="x", roles=every, actor="system")
        house.tokens["everybody"] = services.tokens.issue_token(connection, chief.id, name="x", actor="system").text
        people[Role.DOWNSTREAM] = chief.id
        scopes = [*sorted(SCOPE_ACTIONS), *(f"view:{one.value}" for one in DataClass)]
        key = services.tokens.issue_key(connection, name="x", purpose="integration", scopes=scopes, actor="system")
        house.tokens[f"everybody {Role.DOWNSTREAM}"] = key.text
    golden = house.customer("crowd-1", name="Zhao Min", phone="13700137000", email="zhao@example.com")
    return Crowd(house, people, golden)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Crowd]:
    settings: dict[str, Any] = UNBOUND
    with opened(tmp_path_factory.mktemp("crowd") / "w", template=sqlite_template, settings=settings) as house:
        yield crowd_of(house)
