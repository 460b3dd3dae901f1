"""Identifiers of persons and companies, and bank cards: a window at each end, of a width told by the shape."""

import re

from governance.masks.common import HIDDEN, STAR, ends_of, narrow, window

# GB 11643 (resident identity number) and GB 32100 (unified social credit code) have 18 characters; their first six
# name the place of registration, as the first six of a bank card (ISO/IEC 7812) name the bank.
_EIGHTEEN = re.compile(r"[0-9*]{17}[0-9Xx*]|[0-9A-Z*]{18}")
_CARD = re.compile(r"[0-9*]{16,19}")


def mask_identifier(value: str) -> str:
    """``11010519491231002X`` -> ``110105********002X``; other numbers show a quarter, at most four, at each end.

    What separates groups is left out.
    """
    text = "".join(character for character in narrow(value) if character.isalnum() or character == STAR)
    if not text:
        return HIDDEN
    if _EIGHTEEN.fullmatch(text) or _CARD.fullmatch(text):
        return window(text, 6, 4)
    shown = ends_of(len(text), 4)
    return window(text, shown, shown)
