"""A process of ours that reads a source's output in our stead and passes on what it made of it.

What a record costs before it can be written is work without a database: parsing, checking, sealing. Two threads of one
process take turns at it, two processes do not. The other process starts while we still read; once it says that it is
ready we hand the pipe over, in the middle of a line or not. It keeps nothing between two lines, so whatever becomes of
it the run is no further than what is committed.

Frames go both ways: four bytes with the length, then values that both have in the same Python (``marshal``). To it:
what the worker needs, then where the lines stand, then one byte for ``prefer``; that the pipe closes says that the
source has ended. From it: an empty list when it is ready, lists of parts, None at the end.
"""

import contextlib
import marshal
import selectors
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connectors.lines import Lines, LineTooLong
from core.errors import Unavailable

_START = (
    "import sys; from importlib import import_module; sys.path[:] = sys.argv[3:]; "
    "import_module(sys.argv[1]).main(int(sys.argv[2]))"
)
_PIPE = 1024 * 1024
_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Made:
    """What the worker made of some records, for its other half to take: plain values."""

    values: tuple[Any, ...]


Part = Made | list[bytes]
"""What the worker made, or lines as they were read, which the host is to read itself."""


def framed_parts(parts: Iterable[Part]) -> bytes:
    """Parts as a frame."""
    return framed([("made", *one.values) if isinstance(one, Made) else _plain(one) for one in parts])


def _plain(lines: list[bytes]) -> tuple[Any, ...]:
    return ("lines", [bytes(line) for line in lines], [isinstance(line, LineTooLong) for line in lines])


def _part(plain: tuple[Any, ...]) -> Part:
    kind, *values = plain
    if kind == "made":
        return Made(tuple(values))
    return [LineTooLong(line) if long else line for line, long in zip(*values, strict=True)]


def framed(value: Any) -> bytes:
    """A value as a frame."""
    content = marshal.dumps(value)
    return len(content).to_bytes(_LENGTH, "big") + content


class ReadAhead:
    """The process, from its start to its end.

    Args:
        worker: the module whose ``main`` it runs, with the number of the pipe as its argument.
        given: what the worker needs to know; it may hold a key, so it goes through the pipe alone.
        output: the pipe of the source.
    """

    def __init__(self, worker: str, given: object, output: int) -> None:
        # Nothing of the user's Python settings, and no word of it anywhere: an error's text could hold values.
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", "-c", _START, worker, str(output), *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            pass_fds=(output,),
            pipesize=_PIPE,
        )
        self._selector = selectors.DefaultSelector()
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        self._from: Any = self._process.stdout
        self._selector.register(self._from, selectors.EVENT_READ)
        self._prefers: bool | None = None
        self._tell(framed(given))

    @property
    def pid(self) -> int:
        """Id of the process."""
        return self._process.pid

    def ready(self) -> bool:
        """Whether it has started. Raises Unavailable ``source.reader_lost`` where it has ended instead."""
        return bool(self._selector.select(0)) and self._frame() is not None

    def begin(self, lines: Lines) -> None:
        """From here on it reads. Only once, after ``ready``."""
        self._tell(framed((bytes(lines.pending), lines.dropping)))

    def prefer(self, wanted: bool) -> None:
        """Tell the worker which of its two ways to work, while it works."""
        if self._prefers != wanted:
            self._prefers = wanted
            self._tell(b"1" if wanted else b"0")

    def source_ended(self) -> None:
        """What the source has written is still to be read; nothing more comes."""
        self._process.stdin and self._process.stdin.close()

    def parts(self, wait: float) -> list[Part] | None:
        """The next parts; an empty list when ``wait`` seconds brought nothing, None at the end.

        Raises Unavailable ``source.reader_lost`` when the process has ended before that.
        """
        return self._frame() if self._selector.select(wait) else []

    def close(self) -> None:
        """End it. May be called twice."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        self._from.close()
        self.source_ended()

    def _tell(self, content: bytes) -> None:
        # That it is gone is seen where its words are missing.
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.write(content)

    def _frame(self) -> list[Part] | None:
        content = self._exactly(int.from_bytes(self._exactly(_LENGTH), "big"))
        # Our own process wrote it, in this Python, into a pipe that nobody else has: what a source said is in it as
        # bytes and texts, and nothing of it is ever run.
        found = marshal.loads(content)  # noqa: S302 - as said above  # nosemgrep: code-from-data
        return None if found is None else [_part(one) for one in found]

    def _exactly(self, count: int) -> bytearray:
        found = bytearray(count)
        view, done = memoryview(found), 0
        while done < count:
            more = self._from.readinto(view[done:])
            if not more:
                raise Unavailable(
                    "source.reader_lost",
                    "The process that read the source's output has ended; what was committed is kept. Run the sync "
                    "again.",
                )
            done += more
        return found
