"""Characters first: width, script variants, marks and spaces, before any kind of value is looked at."""

import re
import unicodedata
from functools import lru_cache
from typing import Protocol

_NOT_WORD = re.compile(r"[^\w]+")
# Letters that Unicode does not decompose although people write them without their stroke or ligature.
_FOLDS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "ħ": "h"}
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007\U00020000-\U0003134f]")
_OTHER_EAST_ASIAN = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
# The first byte of a character of UTF-8 and the one behind it, as Windows-1252 shows them.
_MISREAD = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf" + re.escape(bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")) + "]"
)
# Letters of phonetics, controls and characters that are for nobody's use: then it was no misreading.
_UNUSUAL = re.compile("[\u0080-\u009f\u0250-\u036f\u0530-\u05cf\u07c0-\u08ff\ue000-\uf8ff\ufff0-\uffff]")
_LATIN_1 = 0x100
_MISSING = """
|-|--|---|n/a|na|n.a.|n.a|#n/a|nan|nil|none|null|(null)|<na>|(blank)|unknown|unk|unkn|not known
|not on file|not available|not applicable|not provided|not given|not stated|not specified
|unspecified|no data|none given|missing|tbd|tba|?|??|unbekannt|keine angabe|k.a.|k. a.|inconnu
|inconnue|non renseigne|non renseigné|desconocido|desconocida|sin datos|desconhecido
|nao informado|não informado|sconosciuto|onbekend|brak danych|ukjent|okand|okänd|bilinmiyor|无|暂无
|未知|不详|不明|空|未填|未填写|未提供|没有|没填|未登记|未留|待补充|待定|保密|不便透露|同上|/|//|\\|.|..|...|*|**|***|****
|なし|없음
"""
MISSING = frozenset(_MISSING.replace("\n", "").split("|"))


def vocabulary(words_in_a_row: str) -> frozenset[str]:
    """A set of words, written as one text to be read as one."""
    return frozenset(words_in_a_row.split())


class _Converter(Protocol):
    dict_cache: dict[str, tuple[int, int, dict[str, str]]]

    def convert(self, text: str) -> str: ...


@lru_cache(maxsize=1)
def _traditional_to_simplified() -> _Converter:
    from opencc import OpenCC  # noqa: PLC0415  (dictionaries load only where Chinese text is met)

    converter: _Converter = OpenCC("t2s")
    return converter


@lru_cache(maxsize=1)
def _only_traditional() -> frozenset[str]:
    """A text without any of these holds no entry of the dictionaries that says another thing in Simplified."""
    found: set[str] = set()
    for _, _, entries in _traditional_to_simplified().dict_cache.values():
        for traditional, simplified in entries.items():
            alike = len(traditional) == len(simplified)
            changed = (a for a, b in zip(traditional, simplified, strict=False) if a != b)
            found.update(changed if alike else traditional)
    return frozenset(found)


def clean(text: str) -> str:
    """NFKC, no invisible characters, single spaces. Case, marks and script stay: this is still for people to read."""
    if text.isascii():
        return " ".join(text.split()) if text.isprintable() else " ".join(_visible(text).split())
    normal = unicodedata.normalize("NFKC", read_anew(text))
    # What is printable holds no control or format character, and no blank but the space.
    return " ".join((normal if normal.isprintable() else _visible(normal)).split())


def read_anew(text: str) -> str:
    """UTF-8 that a program took for Windows-1252, as it was written: ``KrÃ³l`` is Król, ``å¼\u00a0ä¼Ÿ`` is 张伟.

    Only where all of it can be read so and gives letters that people write.
    """
    while _MISREAD.search(text):
        try:
            anew = b"".join(map(_byte_of, text)).decode()
        except UnicodeError:
            break
        if _UNUSUAL.search(anew):
            break
        text = anew
    return text


def _byte_of(character: str) -> bytes:
    # Five bytes are nothing in Windows-1252; programs leave them as they are.
    return character.encode("latin-1" if ord(character) < _LATIN_1 else "cp1252")


def _visible(text: str) -> str:
    # Cf holds zero-width joiners and byte order marks, Cc control characters; tabs and line ends become spaces.
    return "".join(
        " " if character in "\t\r\n" else character
        for character in text
        if character in "\t\r\n" or unicodedata.category(character) not in {"Cf", "Cc"}
    )


def is_missing(text: str) -> bool:
    """Whether the text only says that there is no value (``N/A``, ``无``)."""
    return clean(text).lower() in MISSING


def has_han(text: str) -> bool:
    """Whether the text holds a Han character."""
    return not text.isascii() and _HAN.search(text) is not None


def is_chinese(text: str) -> bool:
    """Han characters, and neither kana nor hangul beside them."""
    return has_han(text) and _OTHER_EAST_ASIAN.search(text) is None


def simplify(text: str) -> str:
    """Traditional to Simplified Chinese where there are Han characters (OpenCC's ``t2s``)."""
    if not has_han(text) or _only_traditional().isdisjoint(text):
        return text
    return _traditional_to_simplified().convert(text)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The form for comparison: clean, lower case, Simplified, without diacritics."""
    cleaned = clean(text).lower()
    if cleaned.isascii():
        return cleaned
    lowered = simplify(cleaned).translate(_FOLDS)
    if _OTHER_EAST_ASIAN.search(lowered):  # taking kana and hangul apart would change what they say
        return lowered
    decomposed = unicodedata.normalize("NFD", lowered)
    marks_gone = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", marks_gone)


def words(text: str) -> list[str]:
    """The folded words of a text; punctuation separates, an apostrophe inside a word does not."""
    joined = fold(text).replace("'", "").replace("\u2019", "")
    return [word for word in _NOT_WORD.split(joined) if word]
