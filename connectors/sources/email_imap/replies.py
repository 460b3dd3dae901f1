"""What a server answers, as plain values. Pure: takes the pieces that ``imaplib`` leaves unread.

A piece is a line, or a pair of a line that ends in ``{n}`` and the n bytes that follow it. RFC 3501 section 9.
"""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Piece = bytes | tuple[bytes, bytes] | None
_TOKEN = re.compile(
    rb'\s*(?:(?P<paren>[()])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<atom>[^\s()"\[]*(?:\[[^\]]*\][^\s()]*)?))', re.DOTALL
)
_LITERAL_MARK = re.compile(rb"~?\{\d+\+?\}$")
_DATE = re.compile(r"\s*(\d{1,2})-(\w{3})-(\d{4}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Atom(bytes):
    """A word that was not quoted."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder: ``name`` as people read it, ``wire`` its bytes (read as Latin-1) as commands need them."""

    wire: str
    name: str
    attributes: frozenset[str]


def values(pieces: Sequence[Piece]) -> list[Any]:
    """Atoms, strings (bytes) and nested lists of one answer. What is cut off is closed where it ends."""
    stack: list[list[Any]] = [[]]
    for token in _tokens(pieces):
        if isinstance(token, Atom) and token == b"(":
            stack.append([])
        elif isinstance(token, Atom) and token == b")":
            if len(stack) > 1:
                done = stack.pop()
                stack[-1].append(done)
        else:
            stack[-1].append(token)
    while len(stack) > 1:
        done = stack.pop()
        stack[-1].append(done)
    return stack[0]


def _tokens(pieces: Sequence[Piece]) -> Iterator[bytes]:
    for piece in pieces:
        text, literal = piece if isinstance(piece, tuple) else (piece or b"", None)
        if literal is not None:
            text = _LITERAL_MARK.sub(b"", text)
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.end() == at:
                at += 1  # a character with no meaning here
                continue
            at = found.end()
            if found["quoted"] is not None:
                yield re.sub(rb"\\(.)", rb"\1", found["quoted"], flags=re.DOTALL)
            elif found["paren"] or found["atom"]:
                yield Atom(found["paren"] or found["atom"])
        if literal is not None:
            yield literal


def answers(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The pieces of each untagged answer: those with literals end with the line that has none."""
    current: list[Piece] = []
    for piece in pieces:
        current.append(piece)
        if not isinstance(piece, tuple):
            yield current
            current = []


def fetched(pieces: Sequence[Piece]) -> dict[int, dict[str, Any]]:
    """What FETCH gave, by UID; answers without a UID (a flag that changed meanwhile) are left out.

    ``BODY[]<0>`` and ``BODY[]`` are both called ``BODY[]``.
    """
    found: dict[int, dict[str, Any]] = {}
    for answer in answers(pieces):
        parts = next((part for part in values(answer) if isinstance(part, list)), [])
        named = {
            re.sub(r"<\d+>$", "", key.decode("ascii", "replace").upper()): value
            for key, value in zip(parts[::2], parts[1::2], strict=False)
            if isinstance(key, bytes)
        }
        uid = named.get("UID")
        if isinstance(uid, bytes) and uid.isdigit():
            found.setdefault(int(uid), {}).update(named)
    return found


def listed(pieces: Sequence[Piece]) -> list[Listed]:
    """The folders that LIST gave."""
    found = []
    for answer in answers(pieces):
        parts = values(answer)
        if len(parts) < 3 or not isinstance(parts[0], list) or not isinstance(parts[2], bytes):
            continue
        if isinstance(parts[1], list) or any(isinstance(word, list) for word in parts[0]):
            continue
        attributes = frozenset(bytes(word).decode("ascii", "replace").lower() for word in parts[0])
        delimiter = "" if isinstance(parts[1], Atom) else parts[1].decode("ascii", "replace")
        wire = parts[2].decode("latin-1")
        name = decode_name(wire) if wire.isascii() else parts[2].decode("utf-8", "replace")
        if delimiter and delimiter != "/":
            name = name.replace(delimiter, "/")
        found.append(Listed(wire, "INBOX" if name.upper() == "INBOX" else name, attributes))
    return found


def status(pieces: Sequence[Piece]) -> dict[str, int]:
    """What STATUS told: UIDNEXT, UIDVALIDITY, HIGHESTMODSEQ ... those that are numbers."""
    parts = next((part for part in reversed(values(pieces)) if isinstance(part, list)), [])
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return {
        bytes(key).decode("ascii", "replace").upper(): int(value)
        for key, value in pairs
        if isinstance(key, bytes) and isinstance(value, bytes) and value.isdigit()
    }


def numbers(pieces: Sequence[Piece]) -> list[int]:
    """The numbers that SEARCH gave, ascending. A server may split them over several answers."""
    words = (word for piece in pieces if isinstance(piece, bytes) for word in piece.split())
    return sorted({int(word) for word in words if word.isdigit()})


def spans(text: str) -> list[tuple[int, int]]:
    """A sequence set as first and last numbers: ``1:3,7``. Never expanded: a server may name all numbers there are."""
    found = (re.fullmatch(r"(\d{1,10})(?::(\d{1,10}))?", part) for part in text.split(","))
    pairs = [(int(part[1]), int(part[2] or part[1])) for part in found if part]
    return [(min(pair), max(pair)) for pair in pairs]


def vanished(text: bytes) -> list[tuple[int, int]]:
    """The UIDs of a VANISHED answer: ``(EARLIER) 300:310,405`` (RFC 7162 section 3.2.10)."""
    return spans(text.decode("ascii", "replace").split(" ")[-1])


def internal_date(value: object) -> datetime | None:
    """INTERNALDATE in UTC."""
    found = _DATE.match(value.decode("ascii", "replace")) if isinstance(value, bytes) else None
    if found is None or found[2].title() not in _MONTHS:
        return None
    month = _MONTHS.index(found[2].title()) + 1
    try:
        text = f"{found[3]}-{month:02d}-{int(found[1]):02d}T{found[4]}{found[5]}"
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def decode_name(wire: str) -> str:
    """A folder's name from modified UTF-7 (RFC 3501 section 5.1.3); what is no such text stays as it is."""
    return re.sub(r"&([^-&]*)-", _decoded_run, wire)


def _decoded_run(found: re.Match[str]) -> str:
    run = found[1]
    if not run:
        return "&"
    try:
        padded = run.replace(",", "/") + "=" * (-len(run) % 4)
        return binascii.a2b_base64(padded, strict_mode=True).decode("utf-16-be")
    except (ValueError, UnicodeError):
        return found[0]


def ranges(uids: Sequence[int]) -> str:
    """Ascending UIDs as a sequence set: ``1:3,7``."""
    parts: list[list[int]] = []
    for uid in uids:
        if parts and parts[-1][1] == uid - 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in parts)


def members(text: str) -> set[int]:
    """The UIDs of a sequence set that ``ranges`` made."""
    return {uid for first, last in spans(text) for uid in range(first, last + 1)}
