"""A real log of another implementation, byte for byte through our code."""

from pathlib import Path

import pytest

from audit.checkpoint import open_checkpoint, sign_checkpoint
from audit.notes import VerifierKey
from audit.tiles import Tile, pack_entries, pack_hashes, unpack_entries
from audit.tlog import leaf_hash, root_of
from audit.verify import verify_directory
from tests.audit.helpers import SigningKey


@pytest.fixture(scope="module")
def tessera(bench: Path) -> Path:
    return bench / "vectors" / "tessera_log"


def test_every_checkpoint_is_signed_and_its_root_is_that_of_the_entries(tessera: Path) -> None:
    key = VerifierKey.parse((tessera / "key.txt").read_text())
    entries = unpack_entries((tessera / "log" / Tile(None, 0, 15).path).read_bytes(), 15)
    leaves = [leaf_hash(entry) for entry in entries]
    for size in range(16):
        note = (tessera / "log" / f"checkpoint.{size}").read_bytes().decode()
        checkpoint = open_checkpoint(note, key)
        assert (checkpoint.size, checkpoint.root) == (size, root_of(leaves[:size]))
        own = sign_checkpoint(checkpoint, SigningKey())
        assert own.rpartition("\n\n")[0] == note.rpartition("\n\n")[0]


@pytest.mark.parametrize("width", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
def test_tiles_and_bundles_are_the_bytes_we_would_write(tessera: Path, width: int) -> None:
    entries = unpack_entries((tessera / "log" / Tile(None, 0, 15).path).read_bytes(), 15)[:width]
    assert (tessera / "log" / Tile(None, 0, width).path).read_bytes() == pack_entries(entries)
    assert (tessera / "log" / Tile(0, 0, width).path).read_bytes() == pack_hashes(map(leaf_hash, entries))


@pytest.mark.parametrize("size", range(16))
def test_the_verifier_proves_it_against_each_earlier_checkpoint(tessera: Path, size: int) -> None:
    log = tessera / "log"
    report = verify_directory(log, (tessera / "key.txt").read_text(), log / f"checkpoint.{size}")
    assert (report.ok, report.size, report.entries, report.checkpoints) == (True, 15, 15, 2)
    assert report.tiles == 30
