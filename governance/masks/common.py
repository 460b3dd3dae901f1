"""What all masks share: the star, the text that says "there is a value and it is not shown", and windows.

Every mask is idempotent: what it shows of its own output is what it showed before. That holds because a star stands
where a hidden character stood (same windows again), or because the output has a fixed form that maps to itself.
"""

import unicodedata

STAR = "*"
# Shown instead of a value of which nothing may be seen; its length says nothing about the value.
HIDDEN = STAR * 4


def narrow(value: str) -> str:
    """Compatibility form (NFKC, Unicode Standard Annex 15): full-width digits and letters become plain ones."""
    return unicodedata.normalize("NFKC", value)


def window(text: str, head: int, tail: int) -> str:
    """The first ``head`` and last ``tail`` characters, a star for each one between."""
    hidden = max(len(text) - head - tail, 0)
    return text[:head] + STAR * hidden + text[len(text) - tail :] if hidden else STAR * len(text)


def ends_of(length: int, most: int) -> int:
    """How many characters each end of a text of that length may show: a quarter, never more than ``most``."""
    return min(length // 4, most)


def width(text: str) -> int:
    """How many characters there are besides spaces."""
    return sum(not character.isspace() for character in text)
