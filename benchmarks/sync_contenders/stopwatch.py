"""Seconds and CPU seconds of a piece of work, with its child processes once they have ended. Standard library only."""

import resource
import time
from typing import Self


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Stopwatch:
    """Use as a context manager around the work; ``figures`` tells what it took."""

    def __enter__(self) -> Self:
        self._start, self._cpu = time.perf_counter(), _cpu()
        return self

    def __exit__(self, *_: object) -> None:
        self.figures = {"seconds": time.perf_counter() - self._start, "cpu": _cpu() - self._cpu}
