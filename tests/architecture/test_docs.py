"""The documents point to what is there, and the README stays short."""

import re
from pathlib import Path

import pytest

from api.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
_COMMAND = re.compile(r"^\s*(?:\$ )?ingot(?: -w \S+| --workspace \S+)? ([a-z]+)", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_exists(document: Path) -> None:
    assert set(_COMMAND.findall(document.read_text(encoding="utf-8"))) <= set(COMMANDS)


def test_the_readme_is_read_in_one_go() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= 120
    assert "python3 run.py demo" in readme
    assert "python3 run.py test" in readme
