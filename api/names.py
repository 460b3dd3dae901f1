"""Names that a caller made up, before they are repeated to anybody: a name can be a value in disguise. Pure."""

import re

UNNAMED = "(a name that is not repeated)"
# Five digits in a row are a number of somebody's, not the name of a field.
_NUMBER = re.compile(r"\d{5}")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,59}")


def shown_name(name: object) -> str:
    """The name as an answer may repeat it: positions and plain identifiers; anything else stays unsaid."""
    if isinstance(name, int):
        return str(name)
    text = str(name)
    return text if _PLAIN.fullmatch(text) and not _NUMBER.search(text) else UNNAMED
