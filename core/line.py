"""Who of several processes writes next to an SQLite database: its lock goes to who looks at the right moment.

That is the process that has just let go of it: a sync would starve everybody else. So a writer first becomes the next
one, which only one can be, and stays it until the database's own lock is its own. Who has just written finds another
the next one and waits behind it.

This is a courtesy. What protects the data is SQLite's lock: where the file system has no such locks of files, or the
next one does not move, writers go on without it.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SUFFIX = ".next"
_LOOK_AGAIN = 0.0005
_LONGEST = 2.0
"""Seconds after which a writer no longer stands behind a next one: that one may have been stopped by its user."""


@contextmanager
def next_in_line(database: str, *, at_once: bool = False) -> Iterator[bool]:
    """Be the next writer inside the block; tells whether that is so.

    Args:
        database: path of the database's file.
        at_once: do not wait where another is the next one.
    """
    until = time.monotonic() + (0 if at_once else _LONGEST)
    with _opened(database, os.O_RDWR | os.O_CREAT) as file:
        taken = file is None or _taken(file)
        while not taken and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN)
            taken = _taken(file)
        yield taken


def anybody_next(database: str) -> bool:
    """Whether a writer of another process, or another thread of this one, waits for the database."""
    with _opened(database, os.O_RDWR) as file:
        return file is not None and not _taken(file)


@contextmanager
def _opened(database: str, how: int) -> Iterator[int | None]:
    # Opened each time: what a lock of this kind belongs to is the opening, and a process that was split off shares it.
    file: int | None
    try:
        file = os.open(database + _SUFFIX, how | os.O_CLOEXEC, 0o600)
    except OSError:
        file = None
    try:
        yield file
    finally:
        if file is not None:
            os.close(file)


def _taken(file: int | None) -> bool:
    if file is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without such locks
        return True
    return True
