"""What a large job asks of Python and of allocators, so that threads hinder each other less and peaks do not add up."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TURN = 0.0005
"""Seconds after which a thread that waits for the interpreter gets it. At Python's 5 ms one that works on small arrays
stands still ten times as long as it works, while another one makes strings."""


@contextmanager
def large_job() -> Iterator[None]:
    """Short turns of threads, and cycles looked for only in ``give_back``: each look goes through millions of strings.

    These are settings of the whole process, and as they were afterwards.
    """
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    turn, collecting, pool = sys.getswitchinterval(), gc.isenabled(), pa.default_memory_pool()
    sys.setswitchinterval(_TURN)
    gc.disable()
    # What arrays of Arrow let go of is then at hand for those of numpy: pages that a process touches first cost most.
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(pool)
        sys.setswitchinterval(turn)
        if collecting:
            gc.enable()


def give_back() -> None:
    """Give back what allocators keep for later: Arrow's pool, and the C library's where it can (glibc)."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    gc.collect(1)  # what is younger than the last look
    pa.default_memory_pool().release_unused()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library: it gives back by itself or not at all
        return
