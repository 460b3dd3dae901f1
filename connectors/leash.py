"""Holds a source on a leash: it ends with the host, however the host ends.

Run by path, with the standard library only: ``leash.py FD FOLDER COMMAND...``. FD is the reading end of a pipe whose
writing end only the host holds. When the host is killed the kernel closes the pipe; then the whole process group is
killed and FOLDER, which holds the source's configuration, is removed. PR_SET_PDEATHSIG alone would not do: it speaks
of the *thread* that started the child, misses grandchildren and exists on Linux only. It is used here as a second
line, between this single-threaded process and the source, for the case that the leash itself is killed.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Run the command, pass its exit on; 127 when it cannot be started."""
    leash, folder, command = int(arguments[0]), arguments[1], arguments[2:]
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    child = os.fork()
    if child == 0:
        _become(command, leash)
    _let_go_of_output()
    while True:
        ready, _, _ = select.select([leash, wake_read], [], [])
        if leash in ready:
            _end_all(child, folder)
        os.read(wake_read, 4096)
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return _pass_on(status)


def _become(command: list[str], leash: int) -> None:
    try:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.close(leash)
        signal.set_wakeup_fd(-1)
        os.execvp(command[0], command)  # noqa: S606 - the command is the operator's own, no shell is run
    except OSError as error:
        os.write(2, f"cannot start: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def _let_go_of_output() -> None:
    # The host reads to the end of the output, which comes only when nobody else holds it.
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)


def _end_all(child: int, folder: str) -> None:
    try:
        os.kill(child, signal.SIGKILL)
        # What the child started may write a little longer; what then stays, the next start of a worker removes.
        for _ in range(3):
            _remove(folder)
    finally:
        os.killpg(0, signal.SIGKILL)


def _remove(folder: str) -> None:
    from pathlib import Path  # noqa: PLC0415 - a third of this program's start, and only needed at its end

    with contextlib.suppress(OSError):
        for path, folders, files in os.walk(folder, topdown=False):
            for name in files:
                Path(path, name).unlink()
            for name in folders:
                Path(path, name).rmdir()
        Path(folder).rmdir()


def _pass_on(status: int) -> int:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        signal.signal(number, signal.SIG_DFL) if number not in {signal.SIGKILL, signal.SIGSTOP} else None
        os.kill(os.getpid(), number)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
