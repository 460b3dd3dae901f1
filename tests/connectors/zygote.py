"""Our sources without the cost of their imports: a server imports them once and forks a process for every start.

What is run is the program itself, with its own arguments, output, folder and environment; only the two seconds of
imports are saved. ``python -m tests.connectors.zygote SOCKET`` is the server, ``forked`` gives the launches.
"""

import atexit
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from connectors.launch import Launch

ROOT = Path(__file__).parents[2]
MODULES = [f"connectors.sources.{name}" for name in ("file.source", "sql.source", "email_imap.source", "declarative")]
MODULES.append("pyarrow.parquet")
_CLIENT = """
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
told = {"module": sys.argv[2], "arguments": sys.argv[3:], "folder": os.getcwd(), "environment": dict(os.environ)}
socket.send_fds(line, [json.dumps(told).encode()], [1, 2])
for number in (1, 2): os.close(number)
sys.exit(int(line.recv(16) or b"1"))
"""


def forked(launch: Launch) -> Launch:
    """The same source (one of ours), started through the server."""
    assert launch.command[1] == "-m"
    command = (sys.executable, "-S", "-E", "-c", _CLIENT, _server(), launch.command[2])
    return replace(launch, command=command)


@cache
def _server() -> str:
    folder = tempfile.mkdtemp(prefix="ingot-zygote-")
    path = f"{folder}/socket"
    process = subprocess.Popen([sys.executable, "-m", "tests.connectors.zygote", path], cwd=ROOT)

    def end() -> None:
        process.kill()
        process.wait()
        Path(path).unlink(missing_ok=True)
        Path(folder).rmdir()

    atexit.register(end)
    while not Path(path).exists():
        assert process.poll() is None, "the server of sources did not start"
        time.sleep(0.02)
    return path


def _serve(path: str) -> None:
    for module in MODULES:
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path + ".new")
    listener.listen()
    Path(path + ".new").rename(path)
    while True:
        line, _ = listener.accept()
        with line:
            if os.fork() == 0:
                listener.close()
                _become(line)


def _become(line: socket.socket) -> None:
    message, descriptors, _, _ = socket.recv_fds(line, 1 << 16, 2)
    told: dict[str, Any] = json.loads(message)
    for given, number in zip(descriptors, (1, 2), strict=True):
        os.dup2(given, number)
        os.close(given)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(told["folder"])
    os.environ.clear()
    os.environ.update(told["environment"])
    tempfile.tempdir = None
    sys.argv = [told["module"], *told["arguments"]]
    code = 0
    try:
        runpy.run_module(told["module"], run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - as the interpreter ends: the hook, then code 1
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    for number in (1, 2):
        os.close(number)
    line.sendall(str(code).encode())
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
