"""A workspace into which sources of others are really installed, from the registry, once a run."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli.init import make_workspace
from api.wiring import Services, open_services
from connectors.process import installer_environment
from core.database import unit_of_work
from governance.authentication import Authenticated
from tests.flows.conftest import token_for

ROOT = Path(__file__).parents[2]
# Pinned, so that a new release of somebody else cannot break our run; what is tested is our side.
FAKER = "airbyte-source-faker==7.2.1"
PYAIRBYTE = "airbyte==0.71.3"


@dataclass(frozen=True)
class House:
    """A workspace with an administrator's token; installers find their configuration as on any machine."""

    workspace: Path
    token: str

    def ingot(self, *arguments: str, seconds: float = 300) -> subprocess.CompletedProcess[str]:
        environment = {
            **installer_environment(),
            "PATH": f"{ROOT / '.boot' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "INGOT_TOKEN": self.token,
            "INGOT_WORKSPACE": str(self.workspace),
        }
        command = [sys.executable, "-m", "api.cli.main", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)

    def data(self, *arguments: str) -> Any:
        """What a command prints as JSON; the command must succeed."""
        ended = self.ingot(*arguments, "--json")
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def services(self) -> Any:
        """The services of the workspace, as a context."""
        return open_services(self.workspace)

    def write(self, name: str, content: object) -> str:
        path = self.workspace / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with _opened(tmp_path_factory.mktemp("hosted")) as found:
        yield found


@pytest.fixture(scope="session")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Another one, whose first sync does not resolve the hundred thousand customers that others have landed."""
    with _opened(tmp_path_factory.mktemp("small")) as found:
        yield found


@contextmanager
def _opened(folder: Path) -> Iterator[House]:
    workspace = folder / "workspace"
    code = make_workspace(workspace, "admin")
    with (workspace / "ingot.yaml").open("a", encoding="utf-8") as settings:
        # The twins of vendors' interfaces serve on this machine.
        settings.write('\negress:\n  allow: ["127.0.0.1"]\n')
    with open_services(workspace) as services:
        with unit_of_work(services.engine) as connection:
            assert isinstance(services.people.redeem_code(connection, code), Authenticated)
        token = token_for(services, "it", "admin", "it", "operations", "auditor")
    yield House(workspace, token)
    # The environments are hundreds of megabytes; pytest would keep three runs of them.
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def faker(house: House) -> Any:
    """``airbyte-source-faker``, installed as an operator does."""
    return house.data("source", "install", FAKER)


@pytest.fixture(scope="session")
def smoke(house: House) -> Any:
    """``source-smoke-test`` of the distribution ``airbyte``, which brings PyAirbyte along."""
    if sys.version_info >= (3, 13):
        pytest.skip("the distribution 'airbyte' asks for a Python below 3.13")
    return house.data("source", "install", PYAIRBYTE)


@pytest.fixture(scope="session")
def outside(house: House, smoke: Any) -> Path:
    """The interpreter of PyAirbyte's environment: a host that nobody here wrote."""
    with house.services() as services:
        assert isinstance(services, Services)
        found = services.installed.get(smoke["name"])
        return services.installed.environments / found.environment / "bin" / "python"
