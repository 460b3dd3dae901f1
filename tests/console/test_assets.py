import json
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from api.console import assets
from tests.architecture.test_house import ROOT

CONSOLE = ROOT / "api" / "console"


def packages() -> dict[str, Any]:
    lock: dict[str, Any] = json.loads((CONSOLE / "package-lock.json").read_text(encoding="utf-8"))
    return {name: about for name, about in lock["packages"].items() if name}


def test_the_lock_names_no_registry() -> None:
    text = (CONSOLE / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert not re.search(r'"[^"]*registry[^"]*"', text)


def test_every_package_of_the_lock_is_whole() -> None:
    assert packages()
    for name, about in packages().items():
        assert about["integrity"].startswith("sha512-"), name
        assert re.fullmatch(r"\d+\.\d+\.\d+", about["version"]), name


def test_the_lock_holds_exactly_the_versions_that_are_asked_for() -> None:
    asked = json.loads((CONSOLE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert asked == {name: packages()[f"node_modules/{name}"]["version"] for name in asked}
    # What is copied is asked for, so nothing that is only there by another's wish is shipped.
    assert {source.partition("/dist/")[0] for source in assets.COPIED.values()} <= set(asked)


def test_wheels_and_run_py_use_the_same_npm() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (wanted,) = settings["dependency-groups"]["assets"]
    assert wanted in settings["build-system"]["requires"]
    assert f"\n{wanted} " in (ROOT / "locks" / "assets.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt", "assets.txt"])
def test_the_locks_of_python_name_no_address(lock: str) -> None:
    text = (ROOT / "locks" / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert all("--hash=sha256:" in one for one in re.split(r"\n(?=[a-z])", text)[1:])


def test_icons_are_named_once_and_in_order() -> None:
    names = (CONSOLE / "icons.txt").read_text(encoding="utf-8").splitlines()
    assert names == sorted(set(names))


def picture(body: str) -> str:
    return f'<svg\n  xmlns="http://www.w3.org/2000/svg"\n  viewBox="0 0 24 24"\n  class="x"\n>\n{body}\n</svg>\n'


def test_the_sprite_holds_each_icon_once_and_does_not_hang_on_their_order(tmp_path: Path) -> None:
    (tmp_path / "one.svg").write_text(picture('  <path d="M1 1" />\n  <path d="M2 2" />'), encoding="utf-8")
    (tmp_path / "two.svg").write_text(picture('  <path d="M3 3" />'), encoding="utf-8")
    made = assets.sprite(["two", "one", "two"], tmp_path)
    assert made == assets.sprite(["one", "two"], tmp_path)
    assert re.findall(r'<symbol id="(\w+)" viewBox="0 0 24 24"', made) == ["one", "two"]
    assert '<path d="M1 1" /><path d="M2 2" /></symbol>' in made


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.svg").write_text(picture("<path/>"), encoding="utf-8")
    with pytest.raises(ValueError, match="no-such, nor-this"):
        assets.sprite(["one", "nor-this", "no-such"], tmp_path)


@pytest.mark.parametrize("end", ["/*# sourceMappingURL=a.css.map */\n", "//# sourceMappingURL=a.js.map", ""])
def test_browsers_are_not_sent_for_maps(end: str) -> None:
    assert assets.without_map("a{}\n" + end) == "a{}\n"


def test_a_change_of_what_they_are_made_from_makes_them_outdated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = tuple(tmp_path / path.name for path in assets.MADE_FROM)
    for copy, path in zip(sources, assets.MADE_FROM, strict=True):
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(assets, "MADE_FROM", sources)
    assert not assets.current(tmp_path)
    (tmp_path / "made-from").write_text(assets.wanted(), encoding="utf-8")
    assert assets.current(tmp_path)
    for copy in sources:
        before = copy.read_bytes()
        copy.write_bytes(before + b"\n")
        assert not assets.current(tmp_path)
        copy.write_bytes(before)
    assert assets.current(tmp_path)


@pytest.fixture(scope="module")
def npm_python() -> Path:
    """The Python that has npm, made as a user's is."""
    python: Path = runpy.run_path(str(ROOT / "run.py"))["environment"](".env-assets", ROOT / "locks" / "assets.txt")
    return python


@pytest.mark.full
def test_the_same_lock_makes_the_same_files_and_none_asks_another_site(tmp_path: Path, npm_python: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        subprocess.run([npm_python, CONSOLE / "assets.py", folder], check=True)
    made, again = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert made == again
    assert set(made) == {*assets.COPIED, "icons.svg", "THIRD_PARTY.txt", "made-from"}
    assert not any(b"sourceMappingURL" in content for content in made.values())
    style = made["tabler.min.css"].decode()
    # design: the policy of the pages allows pictures of ours and data: ones, fonts and styles of ours only.
    assert "@import" not in style
    assert {found[:11] for found in re.findall(r"url\(['\"]?([^'\")]*)", style)} == {"data:image/"}
    licences = made["THIRD_PARTY.txt"].decode()
    assert licences.count("Permission is hereby granted") == 2
    assert "Permission to use, copy, modify, and/or distribute" in licences
    assert "Copyright 2018-" in licences


@pytest.mark.full
def test_a_wheel_holds_what_the_console_needs(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    listed = subprocess.run([sys.executable, "-m", "zipfile", "-l", wheel], check=True, capture_output=True, text=True)
    held = {line.split()[0] for line in listed.stdout.splitlines()}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("templates", "i18n", "static")
        for path in (CONSOLE / folder).rglob("*")
        if path.is_file()
    }
    assert {f"api/console/static/vendor/{name}" for name in assets.COPIED} <= wanted <= held
