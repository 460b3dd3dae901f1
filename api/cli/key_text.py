"""A verifier key from the command line: itself, or a file that holds it."""

from pathlib import Path

from core.errors import NotFound


def key_text(key: str) -> str:
    """The text of the key. Raises NotFound ``audit.no_key``.

    A verifier key has two plus signs and a path of a file seldom any; what is no key is read as a file.
    """
    if key.count("+") >= 2 and not Path(key).is_file():
        return key
    try:
        return Path(key).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotFound(
            "audit.no_key", f"'{key}' is neither a verifier key nor a readable file that holds one."
        ) from None
