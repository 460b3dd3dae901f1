"""How often a thread that works in Python gives the others a turn, while some of them mostly wait for a database.

Whoever comes back from a statement of some milliseconds waits for the interpreter's lock until its holder has had it a
switch interval long, 5 ms by default. A landing reads in one thread without a rest, and two others run long statements:
at 5 ms each they would wait longer than they work, and the threads would in fact run one after the other.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

INTERVAL = 0.0005
"""Seconds. A turn given costs some microseconds, so a hundredth at most goes to that."""
_guard = threading.Lock()
_inside: list[float] = []


@contextmanager
def quick_turns() -> Iterator[None]:
    """Within this block, in however many threads, turns are short; afterwards as they were."""
    with _guard:
        _inside.append(sys.getswitchinterval())
        sys.setswitchinterval(min(INTERVAL, _inside[0]))
    try:
        yield
    finally:
        with _guard:
            before = _inside[0]
            _inside.pop()
            if not _inside:
                sys.setswitchinterval(before)
