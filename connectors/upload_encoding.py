"""Which encoding the bytes of a text fit: a byte order mark, UTF-8, else what reads most like a language. Pure."""

import codecs
from collections.abc import Callable, Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 256 * 1024
_ENOUGH = 0.85


def encoding_of(first: bytes, rest: Iterator[bytes]) -> tuple[str, int]:
    """The encoding and the number of bytes altogether.

    Everything is read, because UTF-8 must hold for the whole file; what is not UTF-8 is judged by its beginning.
    The answer is what to propose to a person, who may know better.
    """
    marked = next((name for mark, name in _MARKS if first.startswith(mark)), None)
    decoder = codecs.getincrementaldecoder("utf-8")()
    fits, size = True, 0
    for part in _all(first, rest):
        size += len(part)
        if fits and marked is None:
            fits = _fits(decoder, part)
    fits = fits and _fits(decoder, b"", final=True)
    return marked or ("utf-8" if fits else _likeliest(first[:_SAMPLE])), size


def _all(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _fits(decoder: codecs.IncrementalDecoder, part: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(part, final)
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(sample: bytes) -> str:
    for name, common in _CANDIDATES:
        if _share(sample, name, common) >= _ENOUGH:
            return name
    return "windows-1252"


def _share(sample: bytes, name: str, common: Callable[[str], bool]) -> float:
    """Which part of the characters beyond ASCII are those that texts in this encoding are made of."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        text = decoder.decode(sample)
    except UnicodeDecodeError:
        return 0.0
    beyond = [one for one in text if not one.isascii()]
    return sum(map(common, beyond)) / len(beyond) if beyond else 0.0


def _of_level(name: str, first: int, last: int) -> Callable[[str], bool]:
    """Whether a character stands in those rows of a double-byte set that hold its everyday characters."""

    def common(one: str) -> bool:
        try:
            raw = one.encode(name)
        except UnicodeEncodeError:
            return False
        return len(raw) == 2 and first <= int.from_bytes(raw, "big") <= last

    return common


# GB/T 2312 level 1 with its punctuation, Big5 level 1, kana and kanji level 1 of JIS X 0208. The
# hangul of EUC-KR have the bytes of everyday Chinese characters, so nobody can tell those two apart by rows.
_CANDIDATES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("gb18030", _of_level("gb2312", 0xA1A1, 0xD7F9)),
    ("big5", _of_level("big5", 0xA140, 0xC67E)),
    ("shift_jis", _of_level("shift_jis", 0x8140, 0x9872)),
)
