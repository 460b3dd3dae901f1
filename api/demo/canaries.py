"""Canaries: values of nobody, planted in the channels so that a byte search shows where clear values come to rest."""

import base64
import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from api.demo.identifiers import mobile, resident_id
from api.demo.seeds import digits, stream

_CHUNK = 1 << 20
_ANCHOR = 8
# Characters rare enough that no word of any program or text holds two of them side by side.
_RARE = "昶翀珺璟琰祎翾骁媞旻晗颢曦煜蕤曌彧韫懿璩麓鹮龘犇骉羴淼焱垚赟"
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "尉迟", "皇甫", "令狐", "慕容")
_Numbers = NDArray[np.uint64]
_GZIP_MAGIC = b"\x1f\x8b"


class CanaryKind(StrEnum):
    """What sort of value it is, in the order in which they are planted."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ID_NUMBER = "id_number"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted value. ``number`` tells which made-up person it belongs to: one of each kind a person."""

    number: int
    kind: CanaryKind
    value: str

    def byte_forms(self) -> Mapping[str, bytes]:
        """The bytes to look for, by the name of the form: encodings, base64 at each alignment, hex, escapes.

        Base64 of a value inside a longer text depends on where it starts; the three alignments hold the part that does
        not depend on what stands around it.
        """
        spellings = {"": self.value}
        if self.value.isascii() and self.value.upper() != self.value.lower():
            spellings |= {"-upper": self.value.upper(), "-lower": self.value.lower()}
        forms: dict[str, bytes] = {}
        for suffix, text in spellings.items():
            forms |= {f"{name}{suffix}": pattern for name, pattern in _forms(text).items()}
        return forms


@dataclass(frozen=True, slots=True)
class Finding:
    """A canary that was found: in which file, in which form, at which byte (of the unpacked content for gzip)."""

    path: Path
    number: int
    kind: CanaryKind
    form: str
    offset: int
    unpacked: bool = False


def plant(n: int, seed: int) -> list[Canary]:
    """``n`` canaries, person after person, one of each kind in turn: the same for the same arguments."""
    kinds = tuple(CanaryKind)
    made: list[Canary] = []
    used: set[str] = set()
    draw = stream(seed, "canaries")
    while len(made) < n:
        number = len(made) // len(kinds)
        values = {
            CanaryKind.NAME: draw.choice(_COMPOUND) + "".join(draw.sample(_RARE, 2)),
            CanaryKind.PHONE: mobile(draw, "CN", "010").removeprefix("+86"),
            CanaryKind.EMAIL: f"canary.{digits(draw, 6)}.{draw.choice('qxzjkv')}{digits(draw, 4)}@mail.example",
            CanaryKind.ID_NUMBER: resident_id(draw, "110105", date(draw.randint(1950, 2000), 3, 14), female=True),
            CanaryKind.ADDRESS: f"{''.join(draw.sample(_RARE, 3))}大道{draw.randint(1000, 9999)}号金丝雀公寓",
        }
        if used.isdisjoint(values.values()):
            used.update(values.values())
            made.extend(Canary(number, kind, values[kind]) for kind in kinds)
    return made[:n]


def search(folder: Path, canaries: Iterable[Canary]) -> list[Finding]:
    """Every place under that folder where a canary lies in clear, in the order of path and offset.

    Reads every regular file bytewise, and the content of gzip files too. Files that vanish while it looks (a database's
    temporary ones) are passed over.
    """
    looked_for = _Patterns(list(canaries))
    found: list[Finding] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        try:
            found.extend(looked_for.in_file(path))
        except FileNotFoundError:
            continue
    return sorted(found, key=lambda finding: (str(finding.path), finding.offset, finding.form))


def _forms(text: str) -> dict[str, bytes]:
    encoded = {
        "utf-8": text.encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "gb18030": text.encode("gb18030"),
    }
    forms = dict(encoded)
    for name in ("utf-8", "gb18030"):
        data = encoded[name]
        forms[f"hex-{name}"] = data.hex().encode()
        forms[f"hex-upper-{name}"] = data.hex().upper().encode()
        for shift in range(3):
            forms[f"base64-{shift}-{name}"] = _base64_core(data, shift)
            forms[f"base64url-{shift}-{name}"] = _base64_core(data, shift).replace(b"+", b"-").replace(b"/", b"_")
    forms["url"] = quote(text, safe="").encode()
    forms["quoted-printable"] = "".join(f"={byte:02X}" for byte in text.encode()).encode()
    if not text.isascii():
        escaped = json.dumps(text).strip('"')
        forms["json"] = escaped.encode()
        forms["json-upper"] = "".join(f"\\u{ord(c):04X}" if ord(c) > 0x7F else c for c in text).encode()
    # Equal patterns under two names would be reported twice.
    return {name: pattern for pattern, name in {pattern: name for name, pattern in reversed(forms.items())}.items()}


def _base64_core(data: bytes, shift: int) -> bytes:
    """The base64 letters of ``data`` starting at byte ``shift`` of a group that come from ``data`` alone."""
    text = base64.b64encode(b"\0" * shift + data)
    first = -(-shift * 8 // 6)
    return text[first : (shift + len(data)) * 8 // 6]


class _Patterns:
    """All byte forms of all canaries, found in one pass.

    The first eight bytes of each pattern are its anchor. A pass turns every eight bytes of the data into a number, asks
    a table of hashed anchors which could be one, and compares the whole pattern only there: the cost does not grow
    with the number of canaries.
    """

    def __init__(self, canaries: Sequence[Canary]) -> None:
        self._at: defaultdict[int, list[tuple[bytes, Canary, str]]] = defaultdict(list)
        self._longest = _ANCHOR
        for canary in canaries:
            for form, pattern in canary.byte_forms().items():
                self._at[int.from_bytes(pattern[:_ANCHOR], "little")].append((pattern, canary, form))
                self._longest = max(self._longest, len(pattern))
        anchors = np.fromiter(self._at, dtype=np.uint64, count=len(self._at))
        self._anchors = np.sort(anchors)
        self._could_be = np.zeros(1 << 20, dtype=bool)
        self._could_be[self._hash(anchors)] = True

    def in_file(self, path: Path) -> Iterator[Finding]:
        """Findings in the file's bytes and, where it is gzip, in what it unpacks to."""
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP_MAGIC
            file.seek(0)
            yield from self._in_stream(path, file, unpacked=False)
        if packed:
            try:
                with gzip.open(path) as content:
                    # It has the reading side of a binary file, which is all that is used.
                    yield from self._in_stream(path, cast("BinaryIO", content), unpacked=True)
            except (OSError, EOFError, zlib.error):
                return  # cut off or not gzip after all: its bytes as they are were looked at already

    def _in_stream(self, path: Path, data: BinaryIO, *, unpacked: bool) -> Iterator[Finding]:
        kept, start = b"", 0
        while chunk := data.read(_CHUNK):
            block = kept + chunk
            # What starts in the last bytes may go on in the next chunk: those starts are looked at then.
            for offset, canary, form in self._in_block(block):
                if offset + self._longest <= len(block):
                    yield Finding(path, canary.number, canary.kind, form, start + offset, unpacked)
            kept = block[max(0, len(block) - self._longest + 1) :]
            start += len(block) - len(kept)
        for offset, canary, form in self._in_block(kept):
            yield Finding(path, canary.number, canary.kind, form, start + offset, unpacked)

    def _in_block(self, block: bytes) -> Iterator[tuple[int, Canary, str]]:
        count = len(block) - _ANCHOR + 1
        if count <= 0:
            return
        data = np.frombuffer(block, dtype=np.uint8)
        windows = np.zeros(count, dtype=np.uint64)
        for place in range(_ANCHOR):
            windows |= data[place : place + count].astype(np.uint64) << np.uint64(8 * place)
        likely = np.flatnonzero(self._could_be[self._hash(windows)])
        for place in likely[np.isin(windows[likely], self._anchors)].tolist():
            for pattern, canary, form in self._at[int(windows[place])]:
                if block.startswith(pattern, place):
                    yield place, canary, form

    @staticmethod
    def _hash(values: _Numbers) -> _Numbers:
        return (values * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(44)
