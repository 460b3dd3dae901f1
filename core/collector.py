"""Python's garbage collector, set for a process that keeps much and makes few cycles."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# What is looked through is what was made since; libraries alone are half a million objects.
_YOUNG, _MIDDLE, _OLD = 10_000, 10, 10
_HARDLY_EVER = 500_000
_guard = threading.Lock()
_before: list[tuple[int, int, int]] = []


def collect_less() -> None:
    """To be called once a process has loaded what it needs: that is not looked through again, the rest more rarely.

    A step makes and drops objects by the ten thousand, next to none of them in cycles; what is remembered in memory is
    bounded and was looked through again and again: a ninth of the time of matching (docs/benchmarks.md).
    """
    if not gc.get_freeze_count():
        # Once: what is frozen is never let go of, and a process may open many workspaces.
        gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Within this block, in however many threads, what was made since is hardly ever looked through.

    For work that makes objects by the hundred thousand and none in cycles; those of others wait a little longer.
    """
    with _guard:
        _before.append(gc.get_threshold())
        gc.set_threshold(max(_HARDLY_EVER, _before[0][0]), *_before[0][1:])
    try:
        yield
    finally:
        with _guard:
            before = _before[0]
            _before.pop()
            if not _before:
                gc.set_threshold(*before)
