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


def measured(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Run it to its end; what it printed last as JSON, with wall and CPU seconds and the peak memory of its tree.

    The memory is the largest sum of what is resident that looks every 50 ms have found, and never less than the most
    that one process held between them by the kernel's count (VmHWM; ``ru_maxrss`` would count what the caller held
    when it forked). Raises SystemExit where the process fails.
    """
    output, errors = folder / "output", folder / "errors"
    start = time.perf_counter()
    with output.open("wb") as out, errors.open("wb") as problems:
        child = subprocess.Popen(command, stdout=out, stderr=problems, cwd=folder, env=environment)
        watch = _Watch(child.pid)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    peak = watch.end()
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
            held = [_resident(pid) for pid in _tree(self._pid)]
            self._peak = max(self._peak, sum(now for now, _ in held), *(most for _, most in held))

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


def _resident(pid: int) -> tuple[int, int]:
    """Bytes that are resident now, and the most that were; nothing for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0, 0
    told = dict(line.split(":", 1) for line in lines if line.startswith("Vm"))
    now, most = (int(told[name].split()[0]) * 1024 if name in told else 0 for name in ("VmRSS", "VmHWM"))
    return now, most
