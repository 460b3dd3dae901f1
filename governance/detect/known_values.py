"""The record's own values as a gazetteer: a note about a customer mentions that customer."""

import re
from collections.abc import Iterable, Iterator

from governance.detect.patterns import folded
from governance.detect.spans import KNOWN_VALUE, Span

_LEAST_CHARACTERS = 2
_LEAST_DIGITS = 5
_LATIN = re.compile("[0-9A-Za-z\u00c0-\u024f]")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]*")


def find_known(text: str, known_values: Iterable[str]) -> Iterator[Span]:
    """Every place where one of the values stands, whatever its case, width, spaces or grouping of digits."""
    plain = folded(text)
    for value in sorted({folded(value).strip() for value in known_values}):
        pattern = _pattern(value)
        if pattern is not None:
            for found in pattern.finditer(plain):
                yield Span(found.start(), found.end(), KNOWN_VALUE, 1.0)


def _pattern(value: str) -> re.Pattern[str] | None:
    """What finds the value; None where it is too short to mean the person."""
    if _NUMBER.fullmatch(value):
        digits = "".join(character for character in value if character.isdigit())
        if value.startswith("+86"):
            digits = digits[2:]
        if len(digits) < _LEAST_DIGITS:
            return None
        return re.compile("(?<![0-9])(?:\\+?86[ -]?)?" + "[ ()-]{0,2}".join(digits) + "(?![0-9])")
    if len(value) < _LEAST_CHARACTERS:
        return None
    body = r"\s+".join(re.escape(word) for word in value.split())
    before = "(?<![0-9A-Za-z\u00c0-\u024f])" if _LATIN.match(value[0]) else ""
    after = "(?![0-9A-Za-z\u00c0-\u024f])" if _LATIN.match(value[-1]) else ""
    return re.compile(before + body + after, re.IGNORECASE)
