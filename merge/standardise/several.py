"""Several values that people wrote into one cell: telephones and mailboxes, as address books and exports have them."""

import re

from merge.standardise.text import clean

_MAILBOX = re.compile(r"[^@\s<>()\[\],;:|/\"、]+@[^@\s<>()\[\],;:|/\"、]+")
# Two telephones need this many figures.
_LEAST_FIGURES = 14
_LEAST_OF_ONE = 7
_APART = re.compile(r"\s*(?:[;、|]|\s/\s)\s*")
_MAYBE_APART = re.compile(r"\s*[/,]\s*")
_SPACE_APART = re.compile(r"(?:(?:\+?86|0086)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?:\s+(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}))+")


SOMETIMES = frozenset({"phone", "email"})
"""Attributes of which a cell may hold several values."""


def _figures(text: str) -> int:
    return sum(map(str.isdigit, text))


def _telephones(raw: str) -> list[str]:
    text = clean(raw)
    if _SPACE_APART.fullmatch(text):
        return text.split()
    found = [one for piece in _APART.split(text) for one in _maybe_apart(piece)]
    # What is too short to be a telephone is a note.
    whole = [one for one in found if _figures(one) >= _LEAST_OF_ONE]
    return whole if len(found) > 1 and whole else [raw]


def _maybe_apart(text: str) -> list[str]:
    """A slash and a comma also stand before an extension and behind an area code."""
    pieces = [piece for piece in _MAYBE_APART.split(text) if piece]
    apart = len(pieces) > 1 and all(_figures(piece) >= _LEAST_OF_ONE for piece in pieces)
    return pieces if apart else [text]


def several(attribute: str, raw: str) -> list[str]:
    """The values that a cell holds: itself, or telephones or mailboxes that stand side by side in it."""
    if attribute == "phone" and len(raw) > _LEAST_FIGURES and _figures(raw) >= _LEAST_FIGURES:
        return list(dict.fromkeys(_telephones(raw)))
    if attribute == "email" and raw.count("@") + raw.count("\uff20") > 1:
        found = _MAILBOX.findall(clean(raw))
        return list(dict.fromkeys(found)) if len(found) > 1 else [raw]
    return [raw]
