"""Runs a contender's process and tells what it and all its children took. Standard library and Linux only."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_EVERY = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


def measured(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Run it to its end; what it printed last as JSON, with wall and CPU seconds and the peak memory of its tree.

    The memory is the largest sum of resident pages that looks every 50 ms have found, and never less than the kernel
    counted for the largest process. Raises SystemExit where the process fails.
    """
    output, errors = folder / "output", folder / "errors"
    start = time.perf_counter()
    with output.open("wb") as out, errors.open("wb") as problems:
        child = subprocess.Popen(command, stdout=out, stderr=problems, cwd=folder, env=environment)
        watch = _Watch(child.pid)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    peak = max(watch.end(), used.ru_maxrss * 1024)
    if child.returncode:
        raise SystemExit(f"{' '.join(command[1:3])} failed:\n{errors.read_text(errors='replace')[-4000:]}")
    figures: dict[str, Any] = json.loads(output.read_text(encoding="utf-8").strip().splitlines()[-1])
    return {**figures, "wall": seconds, "cpu": used.ru_utime + used.ru_stime, "peak_mb": peak // 2**20}


class _Watch:
    """Looks at the memory of a process and its descendants until it is ended."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self._peak = max(self._peak, sum(map(_resident, _tree(self._pid))))

    def end(self) -> int:
        """The most that was seen, in bytes."""
        self._over.set()
        self._thread.join()
        return self._peak


def _tree(pid: int) -> list[int]:
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                left += map(int, children.read_text(encoding="ascii").split())
            except OSError:
                continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
