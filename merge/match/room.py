"""Room for what grows with the number of pairs: in memory up to a bound, beyond it in files that have no name.

Only places of records, levels, weights and likeness go there, never a value. A file is without a name from the
beginning (POSIX), so nothing of it is left whatever ends the process, and its blocks are taken when it is made: a full
disk is an error then, not a signal later.
"""

import errno
import math
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from core.errors import Unavailable

Number = TypeVar("Number", bound=np.generic)
_SMALL = 1 << 20
"""Arrays below this size stay in memory: a page more or less for each does not count."""


class Room:
    """Gives arrays. ``memory`` is what they may take together, in bytes; what is let go of can be taken again."""

    def __init__(self, memory: int) -> None:
        self._left = memory
        self.spilled = 0

    def empty(self, shape: tuple[int, ...], kind: type[Number]) -> npt.NDArray[Number]:
        """An array to be filled. Raises Unavailable ``resolve.no_room`` where the temporary folder is full."""
        size = math.prod(shape) * np.dtype(kind).itemsize
        if size < _SMALL:
            return np.empty(shape, dtype=kind)
        if size <= self._left:
            found = np.empty(shape, dtype=kind)
            self._left -= size
            weakref.finalize(found, self._give_back, size)
            return found
        self.spilled += size
        return _in_a_file(shape, kind, size)

    def keep(self, array: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """The same numbers, out of memory where there is no room for them."""
        if array.nbytes < _SMALL or array.nbytes <= self._left:
            return array
        found = self.empty(array.shape, array.dtype.type)
        found[...] = array
        return found

    def _give_back(self, size: int) -> None:
        self._left += size


def _in_a_file(shape: tuple[int, ...], kind: type[Number], size: int) -> npt.NDArray[Number]:
    with tempfile.TemporaryFile(prefix="ingot-") as file:
        try:
            reserve = getattr(os, "posix_fallocate", None)
            if reserve is not None:
                reserve(file.fileno(), 0, size)
            found: npt.NDArray[Any] = np.memmap(file, dtype=kind, mode="w+" if reserve is None else "r+", shape=shape)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM}:
                raise
            raise Unavailable(
                "resolve.no_room",
                f"'{tempfile.gettempdir()}', the folder for temporary files, has no room for {size / 1e6:,.0f} MB; "
                "make some, name another one in TMPDIR, or give more memory (--memory).",
            ) from None
    return found


def _half_of_the_machine() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):
        return 1 << 62


_CURRENT: ContextVar[Room | None] = ContextVar("room", default=None)


def room() -> Room:
    """The room of what is being resolved: half of the machine's memory where nothing else was said."""
    found = _CURRENT.get()
    if found is None:
        found = Room(_half_of_the_machine())
        _CURRENT.set(found)
    return found


@contextmanager
def within(memory: int | None) -> Iterator[Room]:
    """Resolve with so many bytes for what grows with the pairs, or half of the machine's memory."""
    token = _CURRENT.set(Room(_half_of_the_machine() if memory is None else memory))
    try:
        yield room()
    finally:
        _CURRENT.reset(token)
