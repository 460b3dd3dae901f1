"""Processes of ours without the cost of their imports: a server imports once and forks for every call.

``python -m tests.faults.zygote`` reads one JSON line a command and answers with one. A call names a function of
``tests.faults``; its keyword arguments and its answer are JSON. What the forked process does and how it dies is real.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, Self

ROOT = Path(__file__).parents[2]
PRELOADED = ("tests.faults.operations", "api.cli.main", "api.cli.serve", "tests.faults.programs")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code (negative: the signal), and its answer where it gave one."""

    code: int
    answer: Any

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL


class Zygote:
    """The client: starts processes and learns how they ended."""

    def __init__(self) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(timeout=30)
        self._server.stdout.close()

    def start(self, function: str, environment: dict[str, str] | None = None, **arguments: Any) -> int:
        """Start ``module:function`` in a process of its own; returns the process id."""
        command = {"start": function, "arguments": arguments, "environment": environment or {}}
        return int(self._ask(command)["pid"])

    def wait(self, pid: int) -> Ended:
        """Wait for its end. Fails with the trace where it broke."""
        found = self._ask({"wait": pid})
        answer = found["answer"]
        if isinstance(answer, dict) and "broke" in answer:
            raise AssertionError(answer["broke"])
        return Ended(found["code"], answer)

    def call(self, function: str, environment: dict[str, str] | None = None, **arguments: Any) -> Ended:
        """Start and wait."""
        return self.wait(self.start(function, environment, **arguments))

    def _ask(self, command: dict[str, Any]) -> dict[str, Any]:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(command) + "\n")
        self._server.stdin.flush()
        found: dict[str, Any] = json.loads(self._server.stdout.readline())
        return found


def serve() -> None:
    """Answer commands until there are no more, then end what still runs."""
    for name in PRELOADED:
        import_module(name)
    # What is loaded late (tables of names, models) is loaded now, once.
    import_module("tests.faults.operations").rehearse()
    answers: dict[int, int] = {}
    for line in sys.stdin:
        command = json.loads(line)
        if "start" in command:
            pid, answer = _fork(command)
            answers[pid] = answer
            told: dict[str, Any] = {"pid": pid}
        else:
            told = _await(command["wait"], answers.pop(command["wait"]))
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    for pid in answers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _fork(command: dict[str, Any]) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _become(command, writing)
    os.close(writing)
    return pid, reading


def _await(pid: int, answer: int) -> dict[str, Any]:
    with os.fdopen(answer, "rb") as pipe:
        said = pipe.read()
    _, state = os.waitpid(pid, 0)
    return {"code": os.waitstatus_to_exitcode(state), "answer": json.loads(said) if said else None}


def _become(command: dict[str, Any], writing: int) -> NoReturn:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.environ.update(command["environment"])
    module, _, name = command["start"].partition(":")
    code = 0
    try:
        said = getattr(import_module(module), name)(**command["arguments"])
    except SystemExit as end:
        said, code = None, end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it was is told to the test, which fails by it
        said, code = {"broke": traceback.format_exc()}, 1
    os.write(writing, json.dumps(said).encode())
    os._exit(code)


if __name__ == "__main__":
    serve()
