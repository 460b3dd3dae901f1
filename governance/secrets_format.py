"""Tokens, API keys and one-time codes: how they are made, written and recognised. Only their hashes are kept.

Each carries 256 random bits (codes 160), so one SHA-256 without salt is enough: there is nothing to guess.
The prefixes let secret scanners find one that leaked.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """``pat``: a person's own token. ``key``: the API key of a program. ``web``: a person's session in a browser."""

    PERSON = "pat"
    KEY = "key"
    SESSION = "web"


@dataclass(frozen=True, slots=True)
class Presented:
    """A token as somebody presented it: its kind, the id of its row, and the hash to compare."""

    kind: TokenKind
    token_id: str
    digest: bytes


_TOKEN = re.compile(r"ingot_(pat|key|web)_([0-9a-f]{32})_[a-z2-7]{52}")
_CODE = re.compile(r"[a-z2-7]{32}")
_ID_PREFIX = "t_"


def new_token(kind: TokenKind, token_id: str) -> tuple[str, bytes]:
    """The text to be shown once, ``ingot_pat_<id>_<secret>``, and the hash to be kept. ``token_id`` is ``t_<hex>``."""
    text = f"ingot_{kind.value}_{token_id.removeprefix(_ID_PREFIX)}_{_random_text(32)}"
    return text, _digest(text)


def read_token(text: str) -> Presented | None:
    """What was presented, or None where it has not the form of a token."""
    found = _TOKEN.fullmatch(text)
    return Presented(TokenKind(found[1]), _ID_PREFIX + found[2], _digest(text)) if found else None


def token_id_of(text: str) -> str | None:
    """The id of the row that a token names, or None where it has not the form of a token."""
    found = _TOKEN.fullmatch(text)
    return _ID_PREFIX + found[2] if found else None


def new_code() -> tuple[str, bytes]:
    """A one-time code in groups of four, easily typed, and the hash to be kept."""
    text = _random_text(20)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4)), _digest(text)


def code_digest(code: str) -> bytes | None:
    """The hash of a code as typed (case, spaces and hyphens do not matter), or None where it cannot be one."""
    plain = "".join(code.split()).replace("-", "").lower()
    return _digest(plain) if _CODE.fullmatch(plain) else None


def same(kept: bytes, presented: bytes) -> bool:
    """Whether two hashes are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(kept, presented)


def _random_text(size: int) -> str:
    return base64.b32encode(secrets.token_bytes(size)).decode().rstrip("=").lower()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
