"""The process beside a large run: reads the source's output, prepares its records and seals them.

``python -m`` would not do: it is started by ``connectors.read_ahead``. It knows the streams and the key of blind
indexes and ids, which opens nothing, and makes the records' own keys, which go to the host with what they sealed. It
holds no state of the run and writes nothing.
"""

import gc
import marshal
import os
import select
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from connectors.lines import Lines, read_lines
from connectors.protocol import Records
from connectors.read_ahead import Made, Part, framed, framed_parts
from core.blinding import Blinding
from core.records import RecordRef
from sync.batch import StreamPlan
from sync.preparing import Prepared, Preparer, named, sealed, together

WORKER = __name__
# What is read at once: its lines and values stay in the processor's cache. Of 1 MiB a record takes a tenth longer.
_CHUNK = 128 * 1024
# Records that go to the host together, unless nothing more is there to be read.
_TOGETHER = 512
# How long what a source has left behind may take to write its last.
_LAST = 0.25
_FROM_HOST, _TO_HOST = 0, 1
_OBJECTS = 200_000


def given_for(connection_name: str, plans: Mapping[str, StreamPlan], blinding_key: bytes) -> tuple[Any, ...]:
    """What the process is told, for ``main``."""
    return connection_name, blinding_key, [(plan.name, plan.primary_key, dict(plan.types)) for plan in plans.values()]


def taken(made: Made) -> Prepared:
    """What the host gets of it."""
    return Prepared(*made.values)


class Worker:
    """Makes parts of lines. ``sealing``: whether most records are new, so that it pays to seal them unasked."""

    def __init__(self, connection_name: str, blinding_key: bytes, plans: Sequence[tuple[Any, ...]]) -> None:
        blinding = Blinding(blinding_key)
        planned = {name: StreamPlan(name, paths, False, 0, types) for name, paths, types in plans}
        self._preparer = Preparer(planned, partial(blinding.blinder, "content"))
        self._namers = {name: _namer(blinding, connection_name, name) for name in planned}
        self.sealing = False
        self.records = 0
        self._parts: list[Part] = []
        self._gathered: list[Prepared] = []

    def take(self, lines: Sequence[bytes]) -> None:
        """Read lines; ``records`` counts those that ``parts`` has not given yet."""
        at = 0
        for found in read_lines(lines):
            count = len(found.bodies) if isinstance(found, Records) else 1
            prepared = self._preparer.prepare(found) if isinstance(found, Records) else None
            if self._gathered and (prepared is None or prepared.stream != self._gathered[0].stream):
                self._finish()
            if prepared is None:
                self._parts.append(list(lines[at : at + count]))
            else:
                self._gathered.append(prepared)
            self.records += count
            at += count

    def parts(self) -> list[Part]:
        """What the host takes of the lines: records made ready, all else as it was read."""
        self._finish()
        found, self._parts, self.records = self._parts, [], 0
        return found

    def _finish(self) -> None:
        if self._gathered:
            found = together(self._gathered)
            found = named(found, self._namers[found.stream])
            self._parts.append(Made(tuple(sealed(found) if self.sealing else found)))
            self._gathered = []


def _namer(blinding: Blinding, connection_name: str, stream: str) -> Callable[[str], str]:
    namespace, _, name = stream.rpartition("|")
    return blinding.record_namer(RecordRef(connection_name, namespace, name, ""))


def main(output: int) -> None:
    """Work until the source's output, whose pipe has that number, or the host ends."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    worker = Worker(*_frame())
    _send(framed([]))
    pending, dropping = _frame()
    lines = Lines(pending, dropping=dropping)
    listened, wait = [output, _FROM_HOST], None
    while True:
        # What is made ready does not wait for more.
        ready, _, _ = select.select(listened, [], [], 0 if worker.records else wait)
        if _FROM_HOST in ready:
            said = os.read(_FROM_HOST, 64)
            if said:
                worker.sealing = said.endswith(b"1")
            else:
                listened, wait = [output], _LAST
        if output in ready:
            chunk = os.read(output, _CHUNK)
            if not chunk:
                break
            worker.take(lines.split(chunk))
        elif not ready and not worker.records:
            break
        if worker.records and (output not in ready or worker.records >= _TOGETHER):
            _send(framed_parts(worker.parts()))
    worker.take(lines.rest())
    _send(framed_parts(worker.parts()))
    _send(framed(None))


def _frame() -> Any:
    count = int.from_bytes(_exactly(4), "big")
    # Our own host wrote it, in this Python, into a pipe that nobody else has; nothing of it is ever run.
    return marshal.loads(_exactly(count))  # noqa: S302 - as said above  # nosemgrep: code-from-data


def _exactly(count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = os.read(_FROM_HOST, count - len(found))
        if not more:
            raise SystemExit(0)
        found += more
    return found


def _send(content: bytes) -> None:
    left = memoryview(content)
    try:
        while left:
            left = left[os.write(_TO_HOST, left) :]
    except BrokenPipeError:
        raise SystemExit(0) from None
