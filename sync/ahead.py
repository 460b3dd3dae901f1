"""The process beside a large run: reads the source's output, prepares its records and seals them.

``python -m`` would not do: it is started by ``connectors.read_ahead``. It knows the streams and the key of blind
indexes and ids, which opens nothing, and makes the records' own keys, which go to the host with what they sealed. It
holds no state of the run and writes nothing.
"""

import gc
import marshal
import os
import select
from collections.abc import Callable, Iterator, Mapping, Sequence
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
_CHUNK = 1024 * 1024
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

    def parts(self, lines: Sequence[bytes]) -> Iterator[Part]:
        """What the host takes of these lines: records made ready, all else as it was read."""
        at = 0
        gathered: list[Prepared] = []
        for found in read_lines(lines):
            count = len(found.bodies) if isinstance(found, Records) else 1
            prepared = self._preparer.prepare(found) if isinstance(found, Records) else None
            if gathered and (prepared is None or prepared.stream != gathered[0].stream):
                yield self._finished(gathered)
                gathered = []
            if prepared is None:
                yield list(lines[at : at + count])
            else:
                gathered.append(prepared)
            at += count
        if gathered:
            yield self._finished(gathered)

    def _finished(self, gathered: Sequence[Prepared]) -> Made:
        found = together(gathered)
        found = named(found, self._namers[found.stream])
        return Made(tuple(sealed(found) if self.sealing else found))


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
        ready, _, _ = select.select(listened, [], [], wait)
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
            if group := lines.split(chunk):
                _send(framed_parts(worker.parts(group)))
        elif not ready:
            break
    _send(framed_parts(worker.parts(lines.rest())))
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
