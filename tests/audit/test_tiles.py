import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.tiles import (
    Tile,
    levels_of,
    pack_entries,
    pack_hashes,
    parse_path,
    tiles_of,
    unpack_entries,
    unpack_hashes,
)
from core.errors import Damaged

TILES = st.builds(Tile, st.none() | st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067, 256), "tile/0/x001/x234/067"),
        (Tile(2, 0, 1), "tile/2/000.p/1"),
        (Tile(None, 999, 256), "tile/entries/999"),
        (Tile(None, 1000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_paths_are_those_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@given(TILES)
def test_a_path_names_its_tile(tile: Tile) -> None:
    assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/0",
        "tile/0/001/x002",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "checkpoint",
    ],
)
def test_what_is_no_path_of_a_tile_is_none(path: str) -> None:
    assert parse_path(path) is None


def test_the_worked_example_of_seventy_thousand_entries() -> None:
    widths = {level: [tile.width for tile in tiles_of(70_000, level)] for level in range(levels_of(70_000))}
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert [tile.width for tile in tiles_of(70_000, None)] == widths[0]


@pytest.mark.parametrize(("size", "levels"), [(0, 0), (1, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 3)])
def test_how_many_levels_a_tree_has(size: int, levels: int) -> None:
    assert levels_of(size) == levels


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above() -> None:
    assert list(tiles_of(256, 0)) == [Tile(0, 0, 256)]
    assert list(tiles_of(256, 1)) == [Tile(1, 0, 1)]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_keep_their_entries(entries: list[bytes]) -> None:
    assert unpack_entries(pack_entries(entries), len(entries)) == entries


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=20))
def test_tiles_keep_their_hashes(hashes: list[bytes]) -> None:
    assert unpack_hashes(pack_hashes(hashes), len(hashes)) == hashes


def test_an_entry_as_long_as_allowed_fits_and_a_longer_one_is_refused() -> None:
    assert unpack_entries(pack_entries([b"x" * 65_535]), 1) == [b"x" * 65_535]
    with pytest.raises(OverflowError):
        pack_entries([b"x" * 65_536])


@pytest.mark.parametrize(
    ("bundle", "width"),
    [(b"\x00\x01a", 2), (b"\x00\x01ab", 1), (b"\x00\x02a", 1), (b"\x00", 1), (b"\x00\x01a\x00", 1), (b"", 1)],
)
def test_a_bundle_of_a_wrong_length_is_damaged(bundle: bytes, width: int) -> None:
    with pytest.raises(Damaged) as told:
        unpack_entries(bundle, width)
    assert told.value.code == "audit.bundle_length"


def test_a_tile_of_a_wrong_length_is_damaged() -> None:
    with pytest.raises(Damaged) as told:
        unpack_hashes(b"x" * 33, 1)
    assert told.value.code == "audit.tile_length"
