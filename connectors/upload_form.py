"""What an uploaded file is, judged before anything is kept: its name, its format, its encoding, its real size. Pure.

The bytes decide, not the name and not what the sender says of them; where bytes and name disagree it is refused.
Nothing of the content is in a sentence.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from connectors.upload_encoding import encoding_of
from core.errors import Invalid, TooMuch

PREFIX = "upload:"
MAX_NAME_BYTES = 120
_REFERENCE = re.compile(r"upload:(up_[0-9a-f]{32})")
_FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
_PARQUET = {".parquet": "parquet", ".pq": "parquet"}
# Separators of paths, magic of patterns, and what shells and pages could take for something else.
_UNFIT = re.compile(r"[\x00-\x1f<>:\"'|?*\[\]`$&;\\/]")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_ENDING = re.compile(r"(?s)(.*?)((?:\.[A-Za-z0-9]{1,10}){0,2})")
_CHUNK = 1024 * 1024
_SAMPLE = 64 * 1024
_DELIMITERS = ",;\t|"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class UploadForm:
    """What a file is.

    Attributes:
        name: a safe file name with its ending, at most 120 bytes in UTF-8.
        format: ``csv``, ``jsonl`` or ``parquet``.
        encoding: of text: what the bytes fit (a guess where several would); empty for Parquet.
        delimiter: what seems to separate the fields of a CSV; empty for the others.
        expanded: bytes after decompression.
    """

    name: str
    format: str
    encoding: str = ""
    delimiter: str = ""
    expanded: int = 0

    def settings(self, upload_id: str) -> dict[str, object]:
        """The configuration by which the file source reads it."""
        found: dict[str, object] = {"paths": [PREFIX + upload_id], "format": self.format}
        if self.encoding:
            found["encoding"] = self.encoding
        if self.delimiter:
            found["delimiter"] = self.delimiter
        return found


def upload_ids(config: object) -> list[str]:
    """Ids of the uploads that a configuration names under ``paths``, in order."""
    paths = config.get("paths") if isinstance(config, dict) else None
    texts = [one for one in paths if isinstance(one, str)] if isinstance(paths, list) else []
    return [found.group(1) for found in map(_REFERENCE.fullmatch, texts) if found is not None]


def safe_name(given: str) -> str:
    """The last part of a file name, without what could lead elsewhere; ``upload`` where nothing is left.

    Composed (NFC), so that one name is one text; no control, format or private characters (RFC 6266, 4.3).
    """
    last = re.split(r"[/\\]", given)[-1]
    visible = "".join(one for one in last if unicodedata.category(one) not in _UNSEEN or one in "\t\n\r")
    plain = re.sub(r"\s+", " ", _UNFIT.sub("_", unicodedata.normalize("NFC", re.sub(r"\s+", " ", visible))))
    stem, ending = _ENDING.fullmatch(plain.rstrip(" .")).groups()  # type: ignore[union-attr]  # it fits every text
    stem = stem.strip(" .") or "upload"
    return _cut(stem, MAX_NAME_BYTES - len(ending)) + ending


def form_of(name: str, content: bytes, *, expanded_limit: int) -> UploadForm:
    """What the file is. ``expanded_limit`` in bytes bounds what it may become when it is decompressed.

    Raises Invalid ``upload.empty``, ``upload.kind``, ``upload.ending``, ``upload.gzip``, ``upload.array`` and TooMuch
    ``upload.expands``.
    """
    if not content:
        raise Invalid("upload.empty", "The file is empty; choose one with records.")
    name = safe_name(name)
    suffix = PurePosixPath(name).suffix.lower()
    if content.startswith(b"PAR1"):
        return _parquet(name, suffix, content)
    zipped = content.startswith(b"\x1f\x8b")
    if zipped != (suffix == ".gz"):
        raise Invalid("upload.ending", "A compressed file ends in .gz and no other does; name it after what it is.")
    suffix = PurePosixPath(name.removesuffix(PurePosixPath(name).suffix)).suffix.lower() if zipped else suffix
    format_name = _FORMATS.get(suffix)
    if format_name is None:
        raise Invalid(
            "upload.ending", "The ending tells no format; name the file .csv, .tsv, .jsonl or .parquet (text also .gz)."
        )
    parts = _expanded(content, expanded_limit) if zipped else _slices(content)
    return _text(name, suffix, format_name, parts)


def _text(name: str, suffix: str, format_name: str, parts: Iterator[bytes]) -> UploadForm:
    first = next(parts, b"")
    _refuse_other_kinds(first)
    encoding, expanded = encoding_of(first, parts)
    start = first[:_SAMPLE].decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if format_name == "csv":
        return UploadForm(name, format_name, encoding, "\t" if suffix == ".tsv" else _delimiter(start), expanded)
    if not start.startswith("{"):
        raise Invalid(
            "upload.array", "The file is not JSON lines: write one JSON object a line, without a list around."
        )
    return UploadForm(name, format_name, encoding, "", expanded)


def _parquet(name: str, suffix: str, content: bytes) -> UploadForm:
    # The format's own frame: magic, the footer's length, magic (https://parquet.apache.org/docs/file-format/).
    footer = int.from_bytes(content[-8:-4], "little")
    if len(content) < 12 or not content.endswith(b"PAR1") or footer > len(content) - 12:
        raise Invalid("upload.kind", "The Parquet file is cut short or damaged; write it anew.")
    if suffix not in _PARQUET:
        raise Invalid("upload.ending", "The file is Parquet and its ending says another thing; name it .parquet.")
    return UploadForm(name, "parquet", expanded=len(content))


def _refuse_other_kinds(first: bytes) -> None:
    if first.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid(
            "upload.kind", "A workbook or an archive is not read; save the sheet as CSV in UTF-8 and send that."
        )
    if first.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"%PDF", b"SQLite format 3")):
        raise Invalid("upload.kind", "The content is no text of records; send CSV, JSON lines or Parquet.")
    if b"\x00" in first[:_SAMPLE] and not first.startswith(_WIDE_MARKS):
        raise Invalid("upload.kind", "The content is no text (it holds NUL bytes); send CSV, JSON lines or Parquet.")


def _slices(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def _expanded(content: bytes, limit: int) -> Iterator[bytes]:
    """The content decompressed piece by piece, so that a bomb costs no more memory than one piece (CWE-409)."""
    broken = Invalid("upload.gzip", "The compressed file is cut short or damaged; compress it anew.")
    unpacker = zlib.decompressobj(wbits=31)
    size, waiting = 0, content
    while waiting or not unpacker.eof:
        if unpacker.eof:
            unpacker = zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(waiting, _CHUNK)
        except zlib.error:
            raise broken from None
        waiting = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        size += len(part)
        if size > limit:
            raise TooMuch("upload.expands", f"The file expands to more than {limit} bytes; send it in smaller files.")
        if part:
            yield part
        elif not waiting and not unpacker.eof:
            raise broken


def _delimiter(start: str) -> str:
    """What stands most often in the first lines outside quotes; a comma where nothing does."""
    bare = re.sub(r'"[^"]*"', "", "\n".join(start.splitlines()[:5]))
    return max(_DELIMITERS, key=lambda one: (bare.count(one), one == ","))


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore").rstrip(" .")
