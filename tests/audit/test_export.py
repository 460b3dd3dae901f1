"""An export proves itself, and nothing in it can be changed unseen."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.checkpoint import sign_checkpoint
from audit.checkpoint_folder import LATEST
from audit.export import export
from audit.notes import sign_note
from audit.tiles import Tile
from audit.verify import verify_directory
from core.database import reading
from core.errors import Conflict, Invalid, NotFound, Unavailable
from tests.audit.helpers import KEY, ORIGIN, FilledLog, SigningKey, codes

ROOT = Path(__file__).parents[2]


def _export(filled: FilledLog, directory: Path) -> int:
    with reading(filled.engine) as connection:
        return export(connection, directory, KEY)


@pytest.fixture
def exported(on_sqlite: FilledLog, tmp_path: Path) -> Path:
    on_sqlite.fill(250, 262, 90)
    _export(on_sqlite, tmp_path / "export")
    return tmp_path / "export"


def _files(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


def test_an_export_is_a_tiled_log_and_proves_itself(filled: FilledLog, tmp_path: Path) -> None:
    filled.fill(250, 262, 90)
    assert _export(filled, tmp_path / "export") == 602
    assert _files(tmp_path / "export") == {
        "checkpoint",
        "entries.jsonl",
        "log.vkey",
        *(f"tile/{kind}/{name}" for kind in ("0", "entries") for name in ("000", "001", "002.p/90")),
        "tile/1/000.p/2",
    }
    assert (tmp_path / "export" / "checkpoint").read_bytes() == (filled.folder / LATEST).read_bytes()
    assert (tmp_path / "export" / "log.vkey").read_text(encoding="utf-8") == f"{KEY}\n"
    for earlier in (None, filled.folder / "250", filled.folder / "512", filled.folder / "602"):
        report = verify_directory(tmp_path / "export", str(KEY), earlier)
        assert (report.ok, report.size, report.entries, report.tiles) == (True, 602, 602, 7)
        assert report.checkpoints == (1 if earlier is None else 2)


def test_a_log_of_exactly_full_tiles(on_sqlite: FilledLog, tmp_path: Path) -> None:
    on_sqlite.fill(512)
    _export(on_sqlite, tmp_path / "export")
    assert "tile/1/000.p/2" in _files(tmp_path / "export")
    assert verify_directory(tmp_path / "export", str(KEY)).ok


def _flip(path: Path, at: int = -1) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def _drop_line(directory: Path) -> None:
    lines = (directory / "entries.jsonl").read_bytes().splitlines(keepends=True)
    (directory / "entries.jsonl").write_bytes(b"".join(lines[:5] + lines[6:]))


def _add_line(directory: Path) -> None:
    with (directory / "entries.jsonl").open("ab") as lines:
        lines.write(b"{}\n")


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "an entry": (lambda d: _flip(d / Tile(None, 1, 256).path), "audit.leaf_differs"),
    "a length of an entry": (lambda d: _flip(d / Tile(None, 1, 256).path, 0), "audit.bundle_length"),
    "a leaf": (lambda d: _flip(d / Tile(0, 1, 256).path), "audit.leaf_differs"),
    "a hash above": (lambda d: _flip(d / Tile(1, 0, 2).path), "audit.tile_differs"),
    "a line": (lambda d: _flip(d / "entries.jsonl", 100), "audit.lines_differ"),
    "a line less": (_drop_line, "audit.lines_differ"),
    "a line more": (_add_line, "audit.lines_differ"),
    "a signature": (lambda d: _flip(d / "checkpoint", -10), "audit.note_forged"),
    "a checkpoint's size": (
        lambda d: (d / "checkpoint").write_text((d / "checkpoint").read_text().replace("602", "601")),
        "audit.note_forged",
    ),
    "a checkpoint that is no text": (lambda d: (d / "checkpoint").write_bytes(b"\xff\n\n"), "audit.note_malformed"),
    "no leaf tile": (lambda d: (d / Tile(0, 1, 256).path).unlink(), "audit.tile_missing"),
    "no bundle": (lambda d: (d / Tile(None, 2, 90).path).unlink(), "audit.tile_missing"),
    "no tile above": (lambda d: (d / Tile(1, 0, 2).path).unlink(), "audit.tile_missing"),
    "a short tile": (lambda d: (d / Tile(0, 1, 256).path).write_bytes(b"x" * 32), "audit.tile_length"),
    "a tile too many": (lambda d: (d / "tile/0/003").write_bytes(b"x" * 8192), "audit.file_unproved"),
    "a wider tile": (lambda d: (d / Tile(0, 2, 91).path).write_bytes(b"x" * 91 * 32), "audit.file_unproved"),
    "a file that is no tile": (lambda d: (d / "tile/0/notes.txt").write_bytes(b"x"), "audit.file_unproved"),
    "a wrong narrower tile": (lambda d: (d / Tile(0, 2, 1).path).write_bytes(b"x" * 32), "audit.tile_differs"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_changed_export_is_told(exported: Path, what: str) -> None:
    tamper, code = TAMPERINGS[what]
    tamper(exported)
    report = verify_directory(exported, str(KEY))
    assert not report.ok
    assert code in codes(report)


def test_narrower_tiles_of_earlier_checkpoints_are_checked_and_allowed(exported: Path) -> None:
    whole = (exported / Tile(0, 2, 90).path).read_bytes()
    (exported / Tile(0, 2, 7).path).write_bytes(whole[: 7 * 32])
    (exported / Tile(0, 0, 8).path).parent.mkdir()
    (exported / Tile(0, 0, 8).path).write_bytes((exported / Tile(0, 0, 256).path).read_bytes()[: 8 * 32])
    report = verify_directory(exported, str(KEY))
    assert (report.ok, report.tiles) == (True, 9)


def test_a_signed_root_of_other_entries_is_told(exported: Path, on_sqlite: FilledLog) -> None:
    latest = on_sqlite.sequencer.folder.latest(KEY)
    assert latest is not None
    forked = type(latest)(latest.origin, latest.size, b"x" * 32)
    (exported / "checkpoint").write_text(sign_checkpoint(forked, SigningKey()), encoding="utf-8")
    assert codes(verify_directory(exported, str(KEY))) == {"audit.root_differs"}


def test_an_earlier_promise_that_was_broken_is_told(exported: Path, tmp_path: Path, on_sqlite: FilledLog) -> None:
    latest = on_sqlite.sequencer.folder.latest(KEY)
    assert latest is not None
    for size, code in ((300, "audit.rewritten"), (700, "audit.rolled_back")):
        earlier = tmp_path / f"kept-{size}"
        other = type(latest)(latest.origin, size, b"x" * 32)
        earlier.write_text(sign_checkpoint(other, SigningKey()), encoding="utf-8")
        assert codes(verify_directory(exported, str(KEY), earlier)) == {code}


def test_an_earlier_checkpoint_that_is_forged_is_told(exported: Path, tmp_path: Path, on_sqlite: FilledLog) -> None:
    earlier = tmp_path / "kept"
    earlier.write_text((on_sqlite.folder / "250").read_text(encoding="utf-8").replace("250", "251"), encoding="utf-8")
    assert codes(verify_directory(exported, str(KEY), earlier)) == {"audit.note_forged"}
    earlier.write_text(sign_note("no checkpoint\n", ORIGIN, SigningKey()), encoding="utf-8")
    assert codes(verify_directory(exported, str(KEY), earlier)) == {"audit.checkpoint_malformed"}


def test_a_badly_broken_export_gives_few_findings_and_their_number(exported: Path) -> None:
    (exported / "entries.jsonl").write_bytes(b"\n" * 602)
    report = verify_directory(exported, str(KEY))
    assert (len(report.findings), report.wrong) == (50, 602)


def test_what_cannot_be_verified_at_all_is_an_error(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as told:
        verify_directory(tmp_path, str(KEY))
    assert told.value.code == "audit.no_export"
    with pytest.raises(NotFound) as told:
        verify_directory(exported, str(KEY), tmp_path / "none")
    assert told.value.code == "audit.no_earlier_checkpoint"
    with pytest.raises(Invalid):
        verify_directory(exported, "no key")


def test_an_export_goes_only_where_nothing_is(exported: Path, on_sqlite: FilledLog, tmp_path: Path) -> None:
    with pytest.raises(Conflict) as told:
        _export(on_sqlite, exported)
    assert told.value.code == "audit.export_not_empty"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable) as unwritten:
        _export(on_sqlite, tmp_path / "file")
    assert unwritten.value.code == "audit.export_unwritten"


def test_there_is_nothing_to_export_before_the_first_checkpoint(on_sqlite: FilledLog, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as told:
        _export(on_sqlite, tmp_path / "export")
    assert told.value.code == "audit.no_checkpoint"


@pytest.mark.parametrize("module", ["audit.verify", "api.cli.audit"])
def test_the_verifier_imports_neither_database_nor_settings(module: str) -> None:
    heavy = "{'sqlalchemy', 'core.database', 'core.settings', 'orjson', 'airbyte_cdk', 'fastapi'}"
    program = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
