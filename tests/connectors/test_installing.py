"""Sources installed from packages, by the real installers and without a network: every wheel is made here."""

import os
import shutil
from pathlib import Path

import pytest

from connectors import package_tools
from connectors.catalogue import configured_catalog, launch_from
from connectors.installed import InstalledSources
from connectors.installing import Installer, Wish
from connectors.process import installer_environment
from connectors.protocol import Kind, Message
from connectors.runner import Runner
from core.clock import Clock
from core.errors import Conflict, Damaged, IngotError, Invalid, NotFound
from tests.connectors.wheels import (
    CODED_MANIFEST,
    COMPONENTS,
    PLAIN_MANIFEST,
    PROGRAM,
    SPEC,
    offline,
    program_files,
    wheel,
)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path / "private")


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InstalledSources:
    offline(monkeypatch)
    return InstalledSources(tmp_path / "connectors")


@pytest.fixture
def installer(sources: InstalledSources, runner: Runner, clock: Clock) -> Installer:
    return Installer(sources, runner, clock)


def folders(sources: InstalledSources) -> list[str]:
    return sorted(path.name for path in sources.environments.iterdir())


@pytest.mark.parametrize("tool", ["any", pytest.param("pip", marks=pytest.mark.full)])
def test_a_program_runs_in_an_environment_of_its_own(
    tool: str,
    tmp_path: Path,
    sources: InstalledSources,
    installer: Installer,
    runner: Runner,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if tool == "pip":
        monkeypatch.setattr(package_tools, "find_uv", lambda: None)
    path = wheel(tmp_path / "wheels", program_files())
    found = sources.keep(installer.prepare(Wish(str(path))))
    assert (found.name, found.version, found.hosting) == ("tiny", "1.0", "program")
    assert [row["name"] for row in found.packages] == ["airbyte-source-tiny"]
    launch = launch_from("installed", {"name": "tiny"}, sources)
    assert str(sources.environments) in launch.command[0]
    catalog = configured_catalog(runner.discover(launch, {}))
    with runner.read(launch, {}, catalog) as reading:
        records = [one.body["data"] for one in reading if isinstance(one, Message) and one.kind is Kind.RECORD]
    assert records == [{"id": 0}, {"id": 1}, {"id": 2}]
    again = Installer(InstalledSources(tmp_path / "elsewhere"), runner, clock).prepare(Wish(str(path)))
    assert again.digest == found.digest


@pytest.mark.full
def test_another_version_replaces_and_other_content_has_another_digest(
    tmp_path: Path, sources: InstalledSources, installer: Installer
) -> None:
    first = sources.keep(installer.prepare(Wish(str(wheel(tmp_path / "one", program_files())))))
    changed = wheel(tmp_path / "two", program_files(PROGRAM.replace("ROWS = 3", "ROWS = 4")), version="1.1")
    second = sources.keep(installer.prepare(Wish(str(changed))))
    assert (second.version, second.before) == ("1.1", first.environment)
    assert second.digest != first.digest
    assert sources.launch_of(first).command != sources.launch("tiny").command
    third = sources.keep(installer.prepare(Wish(str(changed))))
    installer.clean()
    kept = {one.partition("/")[0] for one in (third.environment, second.environment)}
    assert set(folders(sources)) == kept


@pytest.mark.full
@pytest.mark.parametrize(
    ("files", "more"),
    [
        (program_files("import nothing_that_is_there\n" + PROGRAM), {}),
        (program_files(), {"metadata": ["Requires-Python: >=4"]}),
        (program_files(), {"metadata": ["Requires-Dist: nothing-that-is-there==1.0"]}),
        ({"source_tiny/__init__.py": ""}, {"programs": []}),
    ],
    ids=["its program breaks", "another Python", "what it needs is not there", "no program"],
)
def test_a_manifest_is_hosted_where_the_program_cannot_run(
    files: dict[str, str], more: dict[str, list[str]], tmp_path: Path, installer: Installer, sources: InstalledSources
) -> None:
    plain = wheel(tmp_path / "plain", files, **more)  # type: ignore[arg-type]
    with pytest.raises(IngotError) as caught:
        installer.prepare(Wish(str(plain)))
    assert caught.value.code in {
        "source.failed",
        "source.python_unfit",
        "source.install_failed",
        "source.no_program",
    }
    assert folders(sources) == []
    with_manifest = {**files, "source_tiny/manifest.yaml": PLAIN_MANIFEST, "source_tiny/spec.json": SPEC}
    found = sources.keep(installer.prepare(Wish(str(wheel(tmp_path / "both", with_manifest, **more)))))  # type: ignore[arg-type]
    assert (found.name, found.hosting, found.trust_components) == ("tiny", "manifest", False)
    assert installer._runner.spec(sources.launch("tiny"))["connectionSpecification"]["properties"] == {
        "shop": {"type": "string"}
    }


@pytest.mark.full
def test_a_manifest_s_own_code_runs_only_when_it_is_allowed(
    tmp_path: Path, installer: Installer, sources: InstalledSources, runner: Runner
) -> None:
    files = {
        **program_files(),
        "source_tiny/manifest.yaml": CODED_MANIFEST,
        "source_tiny/components.py": COMPONENTS,
    }
    path = str(wheel(tmp_path, files))
    with pytest.raises(Invalid) as caught:
        installer.prepare(Wish(path, manifest_only=True))
    assert caught.value.code == "source.code_not_allowed"
    found = sources.keep(installer.prepare(Wish(path, manifest_only=True, allow_code=True)))
    assert found.trust_components
    catalog = runner.discover(sources.launch("tiny"), {})
    assert [stream["name"] for stream in catalog["streams"]] == ["people"]


@pytest.mark.parametrize(
    "package", ["--index-url=http://127.0.0.1/", "tiny @ http://127.0.0.1/x", "tiny>=1", "../tiny", "-e", "a b", ""]
)
def test_what_is_no_plain_package_is_refused(package: str, installer: Installer) -> None:
    with pytest.raises(Invalid) as caught:
        installer.prepare(Wish(package))
    assert caught.value.code == "source.package_invalid"


@pytest.mark.full
def test_what_is_missing_or_taken_is_said(tmp_path: Path, installer: Installer, sources: InstalledSources) -> None:
    for package in ("nothing-that-is-there==1.0", str(tmp_path / "absent.whl")):
        with pytest.raises(NotFound) as missing:
            installer.prepare(Wish(package))
        assert missing.value.code == "source.package_missing"
    with pytest.raises(NotFound, match="python_missing"):
        installer.prepare(Wish(str(wheel(tmp_path, program_files())), python=tmp_path / "python9"))
    with pytest.raises(Conflict, match="name_taken"):
        installer.prepare(Wish(str(wheel(tmp_path, program_files())), name="file"))
    sources.keep(installer.prepare(Wish(str(wheel(tmp_path, program_files())))))
    other = wheel(tmp_path, program_files(), name="another_source_tiny")
    with pytest.raises(Conflict, match="name_taken"):
        installer.prepare(Wish(str(other)))
    assert sources.get("tiny").distribution == "airbyte-source-tiny"
    assert sources.launch("tiny").command


@pytest.mark.full
def test_one_of_several_programs_is_chosen(tmp_path: Path, installer: Installer) -> None:
    programs = ["source-tiny=source_tiny.run:run", "source-tiny-two=source_tiny.run:run", "tool=source_tiny.run:run"]
    path = str(wheel(tmp_path, program_files(), programs=programs))
    with pytest.raises(Invalid) as caught:
        installer.prepare(Wish(path))
    assert "source-tiny, source-tiny-two" in caught.value.message
    assert installer.prepare(Wish(path, program="source-tiny-two")).name == "tiny-two"


@pytest.mark.full
def test_files_that_are_gone_or_damaged_are_said(
    tmp_path: Path, installer: Installer, sources: InstalledSources
) -> None:
    found = sources.keep(installer.prepare(Wish(str(wheel(tmp_path, program_files())))))
    shutil.rmtree(sources.environments / found.environment)
    with pytest.raises(NotFound, match=r"airbyte-source-tiny==1\.0"):
        sources.launch("tiny")
    (sources.folder / "tiny.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Damaged):
        sources.list()


def test_one_at_a_time(sources: InstalledSources) -> None:
    with sources.alone(), pytest.raises(Conflict, match="install_running"), sources.alone():
        pass


def test_an_installer_is_told_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGOT_TOKEN", "sesame")
    monkeypatch.setenv("DATABASE_PASSWORD", "sesame")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    told = installer_environment()
    assert "sesame" not in told.values()
    assert told["https_proxy"] == "http://127.0.0.1:3128"
    assert told["PATH"] == os.environ["PATH"]
