"""What grows with the pairs beyond its memory: the same results, nothing left behind, a full disk told at once."""

import errno
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import Unavailable
from merge.match.room import Room, room, within

LARGE = 1 << 20


def test_what_fits_stays_in_memory_and_what_does_not_goes_to_a_file() -> None:
    space = Room(3 * LARGE)
    first = space.empty((2 * LARGE,), np.uint8)
    second = space.empty((2, LARGE), np.uint8)
    assert (isinstance(first, np.memmap), isinstance(second, np.memmap), space.spilled) == (False, True, 2 * LARGE)
    second[:] = 7
    assert int(second.sum()) == 14 * LARGE
    del first
    assert not isinstance(space.empty((2 * LARGE,), np.uint8), np.memmap)


def test_small_arrays_count_for_nothing() -> None:
    assert not isinstance(Room(0).empty((LARGE - 1,), np.uint8), np.memmap)


def test_a_kept_array_is_the_same() -> None:
    numbers = np.arange(LARGE, dtype=np.int64)
    kept = Room(0).keep(numbers)
    assert isinstance(kept, np.memmap)
    assert np.array_equal(kept, numbers)
    assert Room(1 << 40).keep(numbers) is numbers


def test_a_file_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    held = Room(0).empty((LARGE,), np.float32)
    held[:] = 1
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_when_room_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(Unavailable) as told:
        Room(0).empty((LARGE,), np.uint8)
    assert told.value.code == "resolve.no_room"
    assert "TMPDIR" in told.value.message


def test_a_bound_holds_inside_and_not_after() -> None:
    with within(0) as space:
        assert room() is space
    assert room() is not space
