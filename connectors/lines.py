"""Lines of a source's output, from what a pipe gives to messages. Used by whoever reads the pipe."""

from collections.abc import Iterator, Sequence

from connectors.protocol import Junk, Message, Records, parse_line, parse_lines

MAX_LINE = 16 * 1024 * 1024
_KEPT_OF_LONG_LINE = 64 * 1024
# Lines that are parsed at once.
_TOGETHER = 64


class LineTooLong(bytes):
    """The beginning of a line that was longer than the limit; the rest was read and dropped."""


class Lines:
    """Cuts what is read into lines; ``pending`` is the beginning of the next one.

    ``dropping`` says that we are in the middle of a line that was too long.
    """

    def __init__(self, pending: bytes = b"", *, dropping: bool = False) -> None:
        self.pending = bytearray(pending)
        self.dropping = dropping

    def split(self, chunk: bytes) -> list[bytes]:
        """The lines that end in this chunk, without empty ones."""
        head, *rest = chunk.split(b"\n")
        if not rest:
            return self._keep(head)
        found: list[bytes] = []
        if self.dropping:
            self.dropping = False
        else:
            self.pending += head
            if self.pending.strip():
                found.append(bytes(self.pending))
        self.pending = bytearray(rest.pop())
        # Nearly every line has something in it, and to strip each copies it.
        found += [line for line in rest if line and not line.isspace()]
        return found

    def rest(self) -> list[bytes]:
        """A last line without its end, as it is."""
        return [bytes(self.pending)] if self.pending and not self.dropping else []

    def _keep(self, part: bytes) -> list[bytes]:
        if self.dropping:
            return []
        self.pending += part
        if len(self.pending) <= MAX_LINE:
            return []
        begun = LineTooLong(self.pending[:_KEPT_OF_LONG_LINE])
        self.pending.clear()
        self.dropping = True
        return [begun]


def read_line(line: bytes) -> Message | Junk:
    """The message a line is, or why it is none."""
    if isinstance(line, LineTooLong):
        return Junk("too_long", f"The line is longer than {MAX_LINE} bytes; only its beginning is kept.", bytes(line))
    return parse_line(line)


def read_lines(group: Sequence[bytes]) -> Iterator[Message | Junk | Records]:
    """The messages of some lines in their order, records of one stream that come behind each other together."""
    for start in range(0, len(group), _TOGETHER):
        lines = group[start : start + _TOGETHER]
        if any(type(line) is not bytes for line in lines):
            yield from map(read_line, lines)
        else:
            yield from parse_lines(lines)
