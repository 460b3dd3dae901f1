"""An uploaded file, read from a request: bounded while it reads, in memory only, never a file in clear.

Two forms: the bytes themselves with their name in ``Content-Disposition`` (RFC 6266), for programs; and
``multipart/form-data`` (RFC 7578) with one file and some short fields, as pages send it. A name in the address would
stand in the logs of proxies.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from api.request_body import content_type
from core.errors import Invalid, TooMuch

MEGABYTE = 1024 * 1024
DEFAULT_MEGABYTES = 64
MAX_FIELDS = 20
MAX_FIELD_BYTES = 4096
_MAX_HEADER = 1024
_MULTIPART = "multipart/form-data"
_EXTENDED = re.compile(r"(?i);\s*filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)")
# Room for the frame around a file: boundaries, headers, the other fields.
_FRAME = 128 * 1024


@dataclass(slots=True)
class SentFile:
    """A file as it was sent, and the fields beside it; the name is not yet fit for anything."""

    name: str = ""
    content: bytes = b""
    fields: dict[str, str] = field(default_factory=dict)


async def read_upload(request: Request, megabytes: int) -> SentFile:
    """The one file of a request, at most ``megabytes``; reading stops as soon as it is known to be more.

    Raises TooMuch ``request.too_large``; Invalid ``request.content_encoding``, ``request.form``, ``upload.missing``,
    ``upload.fields``.
    """
    limit = megabytes * MEGABYTE
    too_large = TooMuch("request.too_large", f"The file is larger than {megabytes} MiB; split it or raise the limit.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Invalid("request.content_encoding", "Compressed requests are not taken; send a .gz file as it is.")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > limit + _FRAME:
        raise too_large
    parts = _Parts(limit, too_large)
    if content_type(request) == _MULTIPART:
        return await _multipart(request, parts)
    parts.begin_file(_named(request.headers.get("content-disposition", "")))
    async for piece in request.stream():
        parts.take(piece, 0, len(piece))
    parts.end()
    return parts.sent()


async def _multipart(request: Request, parts: "_Parts") -> SentFile:
    broken = Invalid("request.form", "The form stops half-way or is not multipart/form-data; send it again.")
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise broken
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": parts.start,
            "on_header_field": parts.header_name,
            "on_header_value": parts.header_value,
            "on_header_end": parts.header_end,
            "on_part_data": parts.take,
            "on_part_end": parts.end,
            "on_end": parts.all_ended,
        },
    )
    try:
        async for piece in request.stream():
            parser.write(piece)
        parser.finalize()
    except FormParserError:
        raise broken from None
    if not parts.whole:
        raise broken
    return parts.sent()


class _Parts:
    """Collects the parts of a body; exactly one may be a file."""

    def __init__(self, limit: int, too_large: TooMuch) -> None:
        self.whole = False
        self._limit = limit
        self._too_large = too_large
        self._files: list[tuple[str, bytes]] = []
        self._fields: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        self._header = (b"", b"")
        self._field: bytes | None = None
        self._file: str | None = None
        self._pieces: list[bytes] = []
        self._size = 0

    def begin_file(self, name: str) -> None:
        self._file = name

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])
        self._check_header()

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])
        self._check_header()

    def _check_header(self) -> None:
        if len(self._header[0]) + len(self._header[1]) > _MAX_HEADER:
            raise Invalid("request.form", "A part of the form has too long a header; send it as a browser does.")

    def header_end(self) -> None:
        name, value = self._header
        self._header = (b"", b"")
        if name.lower() == b"content-disposition":
            _, options = parse_options_header(value)
            self._field = options.get(b"name")
            if b"filename" in options or b"filename*" in options:
                self.begin_file(_file_name(options))

    def take(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._size > (MAX_FIELD_BYTES if self._file is None else self._limit):
            raise self._too_large
        self._pieces.append(data[start:end])

    def end(self) -> None:
        content = b"".join(self._pieces)
        self._pieces = []
        if self._file is not None:
            self._files.append((self._file, content))
        elif self._field is None:
            raise Invalid("request.form", "A part of the form has no name; send it as a browser does.")
        else:
            name = self._field.decode("utf-8", "replace")
            self._fields[name] = content.decode("utf-8", "replace")
        if len(self._fields) > MAX_FIELDS or len(self._files) > 1:
            raise Invalid("upload.fields", f"Send one file at a time and at most {MAX_FIELDS} fields beside it.")

    def all_ended(self) -> None:
        self.whole = True

    def sent(self) -> SentFile:
        if not self._files or not self._files[0][1]:
            raise Invalid("upload.missing", "No file was sent, or an empty one; choose one with records.")
        name, content = self._files[0]
        return SentFile(name, content, self._fields)


def _file_name(options: dict[bytes, bytes]) -> str:
    """The name in a part of a form; browsers write UTF-8 where RFC 7578 leaves it open, others Latin-1."""
    raw = options.get(b"filename", b"")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _named(disposition: str) -> str:
    """The name in a header, ``filename*`` before ``filename`` (RFC 6266, 4.3; RFC 8187)."""
    extended = _EXTENDED.search(disposition)
    if extended is not None:
        return unquote(extended.group(1), errors="replace")
    _, options = parse_options_header(disposition)
    return _file_name(options)
