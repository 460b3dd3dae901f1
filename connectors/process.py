"""One child process on a leash: started with little, read by line, ended for certain, leaving nothing behind."""

import contextlib
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from connectors.lines import Lines
from connectors.protocol import dumps
from connectors.read_ahead import Part, ReadAhead
from connectors.redaction import Redactor
from core.errors import NotFound

_CHUNK = 1024 * 1024
_STDERR_LINES = 200
_STDERR_LINE = 4096
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, for us alone
_PREFIX = "ingot-run-"
# Without these nothing leaves a house that has a proxy, and nothing is believed that its own authority signed.
_WAY_OUT = re.compile(r"(?i:(https?|all|no)_proxy)|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE")
_LEASH = str(Path(__file__).with_name("leash.py"))


class PrivateFolder:
    """A folder for one run, mode 0700, on a memory file system where there is one, else below ``fallback``.

    It holds what the child is told (mode 0600) and is the child's working folder and TMPDIR.
    """

    def __init__(self, fallback: Path) -> None:
        on_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK | os.X_OK)
        parent = _MEMORY if on_memory else fallback
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
        self.temporary = self.path / "tmp"
        self.temporary.mkdir(mode=0o700)

    def write(self, name: str, value: object) -> Path:
        """A JSON file only we may read."""
        path = self.path / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(dumps(value))
        return path

    def place(self, name: str, parts: Iterable[bytes]) -> Path:
        """A file for the child that only we may read; ``name`` is a plain file name."""
        folder = self.path / "files"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(parts)
        return path

    def remove(self) -> None:
        """Remove it with all it holds."""
        shutil.rmtree(self.path, ignore_errors=True)


def clean_leftovers(fallback: Path) -> int:
    """Remove the folders of runs whose host is gone; called when a worker starts. Returns how many."""
    removed = 0
    for parent in (_MEMORY, fallback):
        for path in sorted(parent.glob(f"{_PREFIX}*")) if parent.is_dir() else ():
            owner = path.name.removeprefix(_PREFIX).partition("-")[0]
            if owner.isdigit() and not _is_alive(int(owner)):
                shutil.rmtree(path, ignore_errors=True)
                removed += not path.exists()
    return removed


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Child:
    """A running source. Use as a context manager: leaving it ends the child and its whole group."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: PrivateFolder, redactor: Redactor
    ) -> None:
        if shutil.which(command[0], path=environment.get("PATH")) is None:
            raise NotFound(
                "source.command_missing",
                "The program of the source is not there or may not be run; check its path.",
            )
        self._redactor = redactor
        leash_end, self._leash = os.pipe()
        try:
            # The leash needs neither site packages nor the user's Python settings.
            self._process = subprocess.Popen(  # noqa: S603 - the operator's own command, no shell
                [sys.executable, "-I", "-S", _LEASH, str(leash_end), str(folder.path), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(environment),
                cwd=folder.path,
                start_new_session=True,
                pass_fds=(leash_end,),
                pipesize=_CHUNK,
            )
        except BaseException:
            os.close(self._leash)
            raise
        finally:
            os.close(leash_end)
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._drain = threading.Thread(target=self._drain_stderr, name="source-stderr", daemon=True)
        self._drain.start()
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        self._output = self._process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)
        self._lines = Lines()
        self._ahead: ReadAhead | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """Process id of the leash, which leads the child's process group."""
        return self._process.pid

    @property
    def stderr(self) -> list[str]:
        """The last lines of standard error, secrets taken out. They may hold personal data: show, do not store."""
        return list(self._stderr)

    def lines(self, chunk_wait: float) -> Iterator[bytes | None]:
        """The lines of standard output as they come; None whenever ``chunk_wait`` seconds brought nothing.

        Ends when the child has ended and all it wrote is read. A last line without its end is given as it is.
        """
        for group in self.groups(chunk_wait):
            yield from group or (None,)

    def groups(self, chunk_wait: float) -> Iterator[list[bytes]]:
        """``lines``, by what was read at once; an empty list whenever ``chunk_wait`` seconds brought nothing."""
        ended = False
        while True:
            if not self._selector.select(chunk_wait):
                if ended:
                    break
                ended = self._has_ended()
                if ended:
                    # What it left behind must not hold the pipe; what it wrote meanwhile is still to be read.
                    self._kill_group()
                else:
                    yield []
                continue
            chunk = os.read(self._output.fileno(), _CHUNK)
            if not chunk:
                break
            group = self._lines.split(chunk)
            if group:
                yield group
        if rest := self._lines.rest():
            yield rest

    def read_ahead(self, worker: str, given: object) -> ReadAhead:
        """A process that may read the output in our stead; it ends with the child."""
        self._ahead = ReadAhead(worker, given, self._output.fileno())
        return self._ahead

    def parts(self, ahead: ReadAhead, chunk_wait: float) -> Iterator[list[Part]]:
        """``groups``, read by that process from where we stand; ``groups`` must not be gone on with.

        Raises as ``ReadAhead.parts``.
        """
        ahead.begin(self._lines)
        ended = False
        while (found := ahead.parts(chunk_wait)) is not None:
            if not found and not ended and self._has_ended():
                ended = True
                self._kill_group()
                ahead.source_ended()
            yield found

    def wait(self, seconds: float) -> bool:
        """Whether the child ends by itself within ``seconds``."""
        until = time.monotonic() + seconds
        while not self._has_ended():
            if time.monotonic() >= until:
                return False
            time.sleep(0.01)
        return True

    def end(self) -> int:
        """End the child and its group if they still run; returns the exit code (negative: the signal that ended it).

        May be called twice.
        """
        if self._leash < 0:
            return self._process.wait()
        self._kill_group()
        code = self._process.wait()
        os.close(self._leash)
        self._leash = -1
        if self._ahead is not None:
            self._ahead.close()
        self._drain.join(timeout=5)
        self._selector.close()
        self._output.close()
        return code

    def _has_ended(self) -> bool:
        # WNOWAIT leaves the dead leash in place, so that its id cannot belong to a stranger when the group is killed.
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _kill_group(self) -> None:
        # The group has the leash's id; it may outlive the leash when the source left children behind.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _drain_stderr(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - for the type checker
        with self._process.stderr as stream:
            while line := stream.readline(_STDERR_LINE):
                self._stderr.append(self._redactor(line.decode(errors="replace").rstrip()))


def minimal_environment(folder: PrivateFolder, added: Mapping[str, str], *, way_out: bool = False) -> dict[str, str]:
    """What a child gets: PATH, a UTF-8 locale, its own TMPDIR and HOME, UTC, and what its launch adds.

    ``way_out`` adds the proxy and the certificates of this machine, where they are set. Sources of others are asked to
    send no usage reports of their own (the convention DO_NOT_TRACK).
    """
    outward = {name: value for name, value in os.environ.items() if _WAY_OUT.fullmatch(name)} if way_out else {}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": str(folder.temporary),
        "HOME": str(folder.temporary),
        "DO_NOT_TRACK": "1",
        **outward,
        **added,
    }


# What an installer needs of its surroundings: its own settings.
_INSTALLER = re.compile(r"PATH|HOME|USER|LANG|LC_.*|TMPDIR|XDG_.*|PIP_.*|UV_.*|NETRC")


def installer_environment() -> dict[str, str]:
    """What pip and uv get: their own settings, proxies and certificates of this machine, and nothing of ours."""
    wanted = (_INSTALLER, _WAY_OUT)
    kept = {name: value for name, value in os.environ.items() if any(one.fullmatch(name) for one in wanted)}
    # Both names of the setting that makes uv trust what the system trusts.
    return {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true", **kept, "PYTHONSAFEPATH": "1"}
