"""Raw lines of a file with a position that proves what was read: resume only where the bytes before are the same."""

import codecs
import hashlib
from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, BinaryIO

from connectors.broken import MAX_RAW
from connectors.sources.values import ConfigError

_CHUNK = 1024 * 1024
_WIDE = {"utf-16": 2, "utf-16-le": 2, "utf-16-be": 2, "utf-32": 4, "utf-32-le": 4, "utf-32-be": 4}


class Encoding:
    """How the bytes of one file become text, and what a line end looks like in them.

    Raises ConfigError for an encoding nobody knows.
    """

    def __init__(self, name: str, first_bytes: bytes) -> None:
        try:
            self.codec = codecs.lookup(name).name
        except LookupError:
            raise ConfigError(
                f"There is no encoding '{name}'; give one such as utf-8, gb18030, big5, shift_jis or windows-1252."
            ) from None
        if self.codec == "utf-8-sig":
            self.codec = "utf-8"
        self.width = _WIDE.get(self.codec, 1)
        if self.codec in {"utf-16", "utf-32"}:
            big = codecs.BOM_UTF16_BE if self.width == 2 else codecs.BOM_UTF32_BE
            self.codec += "-be" if first_bytes.startswith(big) else "-le"
        self.newline = "\n".encode(self.codec)

    def decode(self, raw: bytes) -> str:
        """The text of a line with its end; raises UnicodeDecodeError."""
        return raw.decode(self.codec).removeprefix("\ufeff")


class LineReader:
    """Takes lines one after the other and settles on how many of them a record had.

    ``take`` looks ahead; ``keep(n)`` says that the first ``n`` lines taken are dealt with and gives the others back.
    Only kept lines move the position.
    """

    def __init__(self, stream: BinaryIO, encoding: Encoding) -> None:
        self._stream = stream
        self._encoding = encoding
        self._ahead: deque[bytes] = deque()
        self._taken: list[bytes] = []
        self._digest = hashlib.blake2b(digest_size=16)
        self.offset = 0
        self.line = 1
        self._open_from: int | None = None
        self._source = self._lines()

    def resume(self, position: Mapping[str, Any]) -> bool:
        """Go to where an earlier reader stood; False when the bytes before have changed."""
        offset = int(position.get("offset", 0))
        open_from = position.get("open_from")
        until_open = offset if open_from is None else int(open_from)
        before = self._hash_to(until_open)
        whole = None if before is None else self._hash_on(before.copy(), offset - until_open)
        if before is None or whole is None or whole.hexdigest() != position.get("digest") or open_from == 0:
            return False
        self.offset, self.line, self._digest = offset, int(position.get("line", 1)), whole
        if open_from is not None and not self._line_was_whole(until_open):
            # The last line had no end then; it may have grown since, so it is read again.
            self.offset, self.line, self._digest = until_open, self.line - 1, before
        self._stream.seek(self.offset)
        return True

    def _line_was_whole(self, open_from: int) -> bool:
        following = self._stream.read(2 * self._encoding.width)
        if not following:
            self._open_from = open_from
            return True
        ends = (self._encoding.newline, "\r\n".encode(self._encoding.codec))
        if not following.startswith(ends):
            return False
        end = next(end for end in ends if following.startswith(end))
        self._digest.update(end)
        self.offset += len(end)
        return True

    def _hash_to(self, offset: int) -> "hashlib.blake2b | None":
        self._stream.seek(0)
        return self._hash_on(hashlib.blake2b(digest_size=16), offset)

    def _hash_on(self, digest: "hashlib.blake2b", size: int) -> "hashlib.blake2b | None":
        while size > 0:
            chunk = self._stream.read(min(size, _CHUNK))
            if not chunk:
                return None
            digest.update(chunk)
            size -= len(chunk)
        return digest

    def position(self) -> dict[str, Any]:
        """Where the reader stands: what was read, and a digest of all of it."""
        return {
            "offset": self.offset,
            "line": self.line,
            "digest": self._digest.hexdigest(),
            "open_from": self._open_from,
        }

    def take(self) -> bytes | None:
        """The next line with its end, or None at the end of the file."""
        raw = self._ahead.popleft() if self._ahead else next(self._source, None)
        if raw is not None:
            self._taken.append(raw)
        return raw

    def keep(self, count: int) -> bytes:
        """Settle on the first ``count`` lines taken, give the others back; returns the bytes of those kept."""
        kept, given_back = self._taken[:count], self._taken[count:]
        self._ahead.extendleft(reversed(given_back))
        self._taken.clear()
        for raw in kept:
            self._open_from = None if raw.endswith(self._encoding.newline) else self.offset
            self._digest.update(raw)
            self.offset += len(raw)
            self.line += 1
        return b"".join(kept)

    def _lines(self) -> Iterator[bytes]:
        if self._encoding.width == 1:
            yield from iter(partial(self._stream.readline, MAX_RAW), b"")
            return
        pending = b""
        while chunk := self._stream.read(_CHUNK):
            pending += chunk
            start = 0
            while (end := self._line_end(pending, start)) is not None:
                yield pending[start:end]
                start = end
            pending = pending[start:]
        if pending:
            yield pending

    def _line_end(self, data: bytes, start: int) -> int | None:
        newline, width = self._encoding.newline, self._encoding.width
        found = data.find(newline, start)
        while found >= 0 and (found - start) % width:
            found = data.find(newline, found + 1)
        return None if found < 0 else found + width
