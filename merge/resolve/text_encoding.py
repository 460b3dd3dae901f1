"""In which encoding a text file is written, where it does not say so: by which reading gives usual characters. Pure."""

import re

UTF_8, GB = "utf-8-sig", "gb18030"
_BIG5, _WESTERN, _UTF_16 = "big5hkscs", "cp1252", "utf-16"
_SAMPLE = 1 << 20
_NAMES = {GB: "GB18030", _BIG5: "Big5", _WESTERN: "Windows-1252", _UTF_16: "UTF-16"}
# The characters in use fill the first planes: GB 2312 level 1 by its lead byte, Big5 level 1 likewise.
_GB_USUAL, _BIG5_USUAL = (0xB0, 0xD7), (0xA4, 0xC6)
_GB_SIGNS, _BIG5_SIGNS = (0xA1, 0xA9), (0xA1, 0xA3)
_USUAL = 0.8
_CLEARLY = 0.2
_HALF = 0.5
# So many lines in a hundred are UTF-8 by no chance.
_BY_CHANCE = 0.01
_THREE_BYTES = "\u0800"
_FEW = 3
# Letters of Windows-1252 beside plain ones: a word of other scripts is longer.
_MARKED = re.compile(
    rb"(?<![\x80-\xff])[\xc0-\xd6\xd8-\xf6\xf8-\xff\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xaa\xba\xb0]{1,2}(?![\x80-\xff])"
)


def name_of(encoding: str) -> str:
    """What people call an encoding."""
    return _NAMES.get(encoding, encoding)


def _usual(data: bytes, ranges: tuple[tuple[int, int], ...], least_trail: int) -> float:
    """Which share of the two-byte characters lies in planes of usual ones."""
    usual = total = position = 0
    while position < len(data) - 1:
        lead = data[position]
        if lead < 0x80:
            position += 1
            continue
        total += 1
        inside = any(low <= lead <= high for low, high in ranges)
        usual += inside and data[position + 1] >= least_trail
        position += 2
    return usual / total if total else 0.0


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(data: bytes) -> str | None:
    """The encoding of a text, None where it is none of those known: UTF-8, UTF-16, GB18030, Big5, Windows-1252."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _UTF_16 if _reads(data, _UTF_16) else None
    if b"\x00" in data:
        return None
    return UTF_8 if _reads(data, UTF_8) else _older(data)


def _older(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    if _lone(sample):
        return _WESTERN if _reads(data, _WESTERN) else None
    gb = _usual(sample, (_GB_USUAL, _GB_SIGNS), 0xA1) if _reads(data, GB) else None
    big5 = _usual(sample, (_BIG5_USUAL, _BIG5_SIGNS), 0x40) if _reads(data, _BIG5) else 0.0
    if big5 >= _USUAL and (gb is None or big5 > gb + _CLEARLY):
        return _BIG5
    # Two marked letters together (ção) can be read as a character, but not as a usual one.
    if (gb or 0.0) < _HALF and _western(sample) and _reads(data, _WESTERN):
        return _WESTERN
    return None if gb is None else GB


def _western(data: bytes) -> bool:
    """Whether bytes beyond ASCII are letters with marks inside words, two of them together at most mostly (``ção``)."""
    letters = sum(len(run) for run in _MARKED.findall(data))
    return letters >= _USUAL * sum(byte >= 0x80 for byte in data)


def _lone(data: bytes) -> bool:
    """Whether bytes beyond ASCII mostly stand alone among others, as accented letters do in Western words."""
    beyond = [position for position, byte in enumerate(data) if byte >= 0x80]
    alone = sum(
        1
        for position in beyond
        if (position == 0 or data[position - 1] < 0x80) and (position + 1 == len(data) or data[position + 1] < 0x80)
    )
    # A Chinese character of which the second byte is in ASCII stands so too, but among many that are not.
    return alone >= _USUAL * len(beyond)


def mixed_line(data: bytes) -> int | None:
    """The first line that is not UTF-8 where others are; None where the text is all of one encoding."""
    clear = others = first = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            others, first = others + 1, first or number
        else:
            clear += _clearly_utf_8(text)
    return first if others and clear > _BY_CHANCE * (clear + others) else None


def _clearly_utf_8(text: str) -> bool:
    """Whether a line is hardly UTF-8 by chance, as a short one in another encoding may be."""
    return (
        sum(character >= _THREE_BYTES for character in text) > 1
        or sum(not character.isascii() for character in text) > _FEW
    )
