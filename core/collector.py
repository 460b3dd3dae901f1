"""Python's garbage collector, set for a process that keeps much and makes few cycles."""

import gc

# What is looked through is what was made since; libraries alone are half a million objects.
_YOUNG, _MIDDLE, _OLD = 10_000, 10, 10


def collect_less() -> None:
    """To be called once a process has loaded what it needs: that is not looked through again, the rest more rarely.

    A step makes and drops objects by the ten thousand, next to none of them in cycles; what is remembered in memory is
    bounded and was looked through again and again: a ninth of the time of matching (docs/benchmarks.md).
    """
    if not gc.get_freeze_count():
        # Once: what is frozen is never let go of, and a process may open many workspaces.
        gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
