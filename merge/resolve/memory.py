"""Memory given back to the system between the stages of a large job, so that their peaks do not add up."""

import ctypes
import gc


def give_back() -> None:
    """Give back what allocators keep for later: Arrow's pool, and the C library's where it can (glibc)."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    gc.collect()
    pa.default_memory_pool().release_unused()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library: it gives back by itself or not at all
        return
