import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.audit import app
from audit.export import export
from core.database import reading
from core.errors import Invalid, NotFound
from tests.audit.helpers import KEY, FilledLog


@pytest.fixture
def exported(on_sqlite: FilledLog, tmp_path: Path) -> Path:
    on_sqlite.fill(3, 2)
    with reading(on_sqlite.engine) as connection:
        export(connection, tmp_path / "export", KEY)
    return tmp_path / "export"


@pytest.mark.parametrize("as_file", [True, False])
def test_a_whole_export_is_proved(exported: Path, on_sqlite: FilledLog, as_file: bool) -> None:
    key = str(exported / "log.vkey") if as_file else str(KEY)
    against = str(on_sqlite.folder / "3")
    result = CliRunner().invoke(app, ["verify", "--dir", str(exported), "--key", key, "--against", against])
    assert result.exit_code == 0
    assert "size     5\n" in result.stdout
    assert "begins with what '3' promised" in result.stdout


def test_the_report_as_json(exported: Path) -> None:
    result = CliRunner().invoke(app, ["verify", "--dir", str(exported), "--key", str(KEY), "--json"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["ok"], told["size"], told["findings"]) == (0, True, 5, [])


def test_a_broken_export_ends_with_exit_code_7_and_says_where(exported: Path) -> None:
    lines = (exported / "entries.jsonl").read_bytes()
    (exported / "entries.jsonl").write_bytes(lines.replace(b"user:ann", b"user:bob", 1))
    result = CliRunner().invoke(app, ["verify", "--dir", str(exported), "--key", str(KEY)])
    assert result.exit_code == 7
    assert "entry 0: The line is not the entry of its bundle. [audit.lines_differ]" in result.stderr
    assert "whole" not in result.stdout
    told = CliRunner().invoke(app, ["verify", "--dir", str(exported), "--key", str(KEY), "--json"])
    assert (told.exit_code, json.loads(told.stdout)["ok"]) == (7, False)


def test_an_earlier_promise_that_does_not_hold_ends_with_exit_code_7(exported: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("no note", encoding="utf-8")
    result = CliRunner().invoke(
        app, ["verify", "--dir", str(exported), "--key", str(KEY), "--against", str(tmp_path / "kept")]
    )
    assert result.exit_code == 7


def test_what_cannot_be_read_is_an_error_of_ours(exported: Path, tmp_path: Path) -> None:
    for arguments, kind in (
        (["--dir", str(tmp_path), "--key", str(KEY)], NotFound),
        (["--dir", str(exported), "--key", str(tmp_path / "none")], NotFound),
        (["--dir", str(exported), "--key", "a+b+c"], Invalid),
    ):
        result = CliRunner().invoke(app, ["verify", *arguments])
        assert isinstance(result.exception, kind)
