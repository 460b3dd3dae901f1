"""What a large job asks of Python and of allocators: threads that hinder each other less, memory that is used again."""

import ctypes
import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_TURN = 0.0005
"""Seconds after which a thread that waits for the interpreter gets it. At Python's 5 ms one that works on small arrays
stands still ten times as long as it works, while another one makes strings."""

# Settings of glibc (https://man7.org/linux/man-pages/man3/mallopt.3.html), by their numbers in malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -2, -3, -4, -8
_MEGABYTE = 1024 * 1024
# As it is, every array above a threshold is asked of the system and given back: at a million records two million pages
# that are touched first, which took an eighth of the time. Kept in one heap they are .6 million, and the peak as high.
_KEEPING = {_MMAP_MAX: 0, _TRIM_THRESHOLD: 2**31 - 1, _TOP_PAD: 64 * _MEGABYTE, _ARENA_MAX: 1}
# What glibc has of itself, and the thresholds that it comes to by itself where large arrays are let go.
_USUAL = {
    _MMAP_MAX: 65_536,
    _MMAP_THRESHOLD: 32 * _MEGABYTE,
    _TRIM_THRESHOLD: 64 * _MEGABYTE,
    _TOP_PAD: _MEGABYTE // 8,
    _ARENA_MAX: 0,
}


@contextmanager
def large_job() -> Iterator[None]:
    """Short turns of threads, memory kept for use again, and cycles looked for only in ``look_for_cycles``.

    Each look for cycles goes through millions of strings. These are settings of the whole process, and as they were
    afterwards, when memory is given back.
    """
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    turn, collecting, pool = sys.getswitchinterval(), gc.isenabled(), pa.default_memory_pool()
    sys.setswitchinterval(_TURN)
    gc.disable()
    _set(_KEEPING)
    # What arrays of Arrow let go of is then at hand for those of numpy: pages that a process touches first cost most.
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(pool)
        sys.setswitchinterval(turn)
        if collecting:
            gc.enable()
        _set(_USUAL)
        _give_back()


def look_for_cycles() -> None:
    """Let go of what holds itself and is younger than the last look."""
    gc.collect(1)


def _set(settings: Mapping[int, int]) -> None:
    # Another C library has no such settings, or does well without.
    if sys.platform == "linux":
        try:
            mallopt = ctypes.CDLL(None).mallopt
        except (AttributeError, OSError):
            return
        for name, value in settings.items():
            mallopt(name, value)


def _give_back() -> None:
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library: it gives back by itself or not at all
        return
