import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli.init import make_workspace
from api.wiring import Services, open_services
from core.database import unit_of_work
from governance.authentication import Authenticated

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Shop:
    """A workspace with an administrator's token, and its own temporary folder."""

    workspace: Path
    token: str
    temporary: Path

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.temporary),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOT),
            "INGOT_TOKEN": self.token,
            "INGOT_WORKSPACE": str(self.workspace),
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "api.cli.main", *arguments]

    def ingot(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=240, check=False
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def token_for(services: Services, login: str, *roles: str) -> str:
    """A person with these roles, and a token of theirs."""
    with unit_of_work(services.engine) as connection:
        user = services.people.create_user(
            connection, login=login, display_name=login, roles=list(roles), actor="system"
        )
        return services.tokens.issue_token(connection, user.id, name="test", actor="system").text


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    workspace = tmp_path / "workspace"
    code = make_workspace(workspace, "admin")
    with open_services(workspace) as services:
        with unit_of_work(services.engine) as connection:
            assert isinstance(services.people.redeem_code(connection, code), Authenticated)
        token = token_for(services, "it", "admin", "it", "operations", "auditor")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    return Shop(workspace, token, temporary)
