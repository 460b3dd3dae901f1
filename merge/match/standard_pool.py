"""Standard forms in two processes: this one and a helper, which take chunks of values in turn.

The helper speaks over its pipes: no port, no file, no code of the caller is run in it again. What it does not answer
is done here, so a helper that dies costs time and nothing else. Results do not depend on who made which chunk.
"""

import struct
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from threading import Lock, Thread
from types import TracebackType
from typing import IO, Self

import orjson

from merge.match.parts import Parts, standard_parts

_CHUNK = 1_000
_WORTH_HELP = 100
"""Values from which the helper is asked: what few of them load for a rare script would hold up all threads here."""
_WORTH_BOTH = 40_000
_LENGTH = struct.Struct("<I")


def _send(pipe: IO[bytes], body: object) -> None:
    data = orjson.dumps(body)
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> list[list[str | None]] | None:
    """The next message, None at the end."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    found: list[list[str | None]] = orjson.loads(pipe.read(_LENGTH.unpack(head)[0]))
    return found


def serve() -> None:
    """What the helper does: chunks of (attribute, values) in, columns of strings out, until the pipe is closed."""
    while (asked := _receive(sys.stdin.buffer)) is not None:
        attribute, raws = asked
        found = standard_parts(str(attribute), raws)  # type: ignore[arg-type]
        width = max((len(parts) for parts in found if parts is not None), default=1)
        nothing = (None,) * width
        _send(sys.stdout.buffer, list(zip(*(nothing if parts is None else parts for parts in found), strict=True)))


class StandardPool:
    """``standard_parts`` with a helper process for columns of many distinct values."""

    def __init__(self, *, helped: bool) -> None:
        """Start the helper at once where it is wanted, so that it is ready when values come."""
        self._helper: subprocess.Popen[bytes] | None = None
        self._ended: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        if helped:
            code = f"import sys; sys.path[:] = {sys.path!r}; from merge.match.standard_pool import serve; serve()"
            self._helper = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def finish(self) -> None:
        """Tell the helper that nothing more will be asked: it ends by itself while the caller goes on."""
        self._ended, self._helper = self._helper or self._ended, None
        if self._ended is not None and self._ended.stdin is not None:
            try:
                self._ended.stdin.close()
            except OSError:  # it died before it read what was written
                self._ended.kill()

    def close(self) -> None:
        """End the helper and wait for its end."""
        self.finish()
        if self._ended is not None and self._ended.stdout is not None:
            self._ended.stdout.close()
            self._ended.wait()

    def standard(self, attribute: str, raws: list[str]) -> Sequence[Parts | None]:
        """``standard_parts`` of all values."""
        if self._helper is None or len(raws) < _WORTH_HELP:
            return standard_parts(attribute, raws)
        waiting = deque(range(0, len(raws), _CHUNK))
        found: dict[int, Sequence[Parts | None]] = {}
        thread = Thread(target=self._ask, args=(attribute, raws, waiting, found))
        thread.start()
        # Of few values the helper makes all, while this process works on another column without Python's lock.
        while len(raws) > _WORTH_BOTH and (start := _next(waiting)) is not None:
            found[start] = standard_parts(attribute, raws[start : start + _CHUNK])
        thread.join()
        for start in range(0, len(raws), _CHUNK):
            if start not in found:  # the helper died with it
                found[start] = standard_parts(attribute, raws[start : start + _CHUNK])
        return [parts for start in sorted(found) for parts in found[start]]

    def _ask(
        self, attribute: str, raws: list[str], waiting: deque[int], found: dict[int, Sequence[Parts | None]]
    ) -> None:
        helper = self._helper
        while helper is not None and helper.stdin and helper.stdout and (start := _next(waiting)) is not None:
            try:
                with self._lock:  # two columns may be on their way
                    _send(helper.stdin, [attribute, raws[start : start + _CHUNK]])
                    columns = _receive(helper.stdout)
            except (OSError, ValueError, TypeError):  # a dead helper, or a text that JSON cannot hold
                return
            if columns is None:
                return
            found[start] = [None if parts[0] is None else parts for parts in zip(*columns, strict=True)]


def _next(waiting: deque[int]) -> int | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None
