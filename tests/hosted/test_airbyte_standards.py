"""Airbyte's own standard tests (``airbyte_cdk.test.standard_tests``) over every source we ship.

They run as a connector's author runs them: pytest in a folder with the files of a connector, in a process of its own.
The tests that build a Docker image are left out, since what we ship is no image.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from connectors.catalogue import our_sources
from tests.hosted.own_sources import Own, own_sources

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("standards")]
ROOT = Path(__file__).parents[2]
NAMES = ("email", "email_imap", "file", "social", "sql")
_PYTHON = """
from MODULE import CLASS

from airbyte_cdk.test import standard_tests

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]


class TestSuite(standard_tests.SourceTestSuiteBase):
    connector = CLASS
"""
_DECLARATIVE = """
from airbyte_cdk.test import standard_tests

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]


class TestSuite(standard_tests.DeclarativeSourceTestSuite):
    pass
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Own]]:
    with own_sources(tmp_path_factory.mktemp("own")) as found:
        yield found


def as_connector(folder: Path, source: Own) -> Path:
    """A folder as Airbyte's tests expect a connector: metadata, acceptance tests, configurations, a suite."""
    root = folder / f"source-{source.name}"
    (root / "secrets").mkdir(parents=True)
    (root / "secrets" / "config.json").write_text(json.dumps(source.config), encoding="utf-8")
    (root / "bad_config.json").write_text(json.dumps(source.bad_config), encoding="utf-8")
    good = {"config_path": "secrets/config.json"}
    empty = [{"name": name, "bypass_reason": reason} for name, reason in source.empty.items()]
    tests = {
        "spec": {"tests": [good]},
        "connection": {
            "tests": [{**good, "status": "succeed"}, {"config_path": "bad_config.json", "status": "failed"}]
        },
        "discovery": {"tests": [good]},
        "basic_read": {"tests": [{**good, "empty_streams": empty}]},
        "full_refresh": {"tests": [good]},
    }
    content = {"connector_image": f"ingot/source-{source.name}:dev", "acceptance_tests": tests}
    (root / "acceptance-test-config.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    language = "manifest-only" if source.manifest else "python"
    metadata = {
        "metadataSpecVersion": "1.0",
        "data": {
            "name": source.name,
            "definitionId": "00000000-0000-4000-8000-000000000000",
            "connectorType": "source",
            "dockerRepository": f"ingot/source-{source.name}",
            "dockerImageTag": "0.1.0",
            "tags": [f"language:{language}"],
        },
    }
    (root / "metadata.yaml").write_text(yaml.safe_dump(metadata), encoding="utf-8")
    suite = _DECLARATIVE
    if source.manifest is not None:
        (root / "manifest.yaml").write_text(source.manifest.read_text(encoding="utf-8"), encoding="utf-8")
    else:
        module, _, name = source.class_path.partition(":")
        suite = _PYTHON.replace("MODULE", module).replace("CLASS", name)
    (root / "test_standards.py").write_text(suite, encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return root


@pytest.mark.parametrize("name", NAMES)
def test_a_source_of_ours_passes_airbyte_s_standard_tests(name: str, tmp_path: Path, sources: dict[str, Own]) -> None:
    root = as_connector(tmp_path, sources[name])
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-k", "not docker", "-p", "no:cacheprovider", str(root)],
        cwd=root,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-4000:]
    passed = re.search(r"(\d+) passed", ended.stdout)
    # Specification, configuration, both checks, discovery, reading, and reading with a catalogue that is wrong.
    assert passed is not None
    assert int(passed[1]) >= 7, ended.stdout[-4000:]
    assert "DiscoveredCatalogWarning" not in ended.stdout


def test_every_source_we_ship_is_among_them() -> None:
    assert set(our_sources()) == set(NAMES)
