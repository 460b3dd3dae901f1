"""Files that are written whole or not at all, and refused before any work where they cannot be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Unavailable


def check_output(path: Path) -> None:
    """Refuse before any work what cannot be written in the end. Raises Unavailable ``resolve.output``."""
    folder = path.resolve().parent
    if not folder.is_dir():
        reason = f"there is no folder {folder}; make it first"
    elif path.exists() and not path.is_file():
        reason = "it is there and is not a plain file; name another"
    elif not os.access(folder, os.W_OK | os.X_OK):
        reason = f"you may not write to {folder}"
    else:
        return
    raise Unavailable("resolve.output", f"{path} cannot be written: {reason}.")


def write_json(path: Path, body: str) -> None:
    """Text as a file; written whole or not at all."""
    with whole(path) as partial:
        partial.write_text(body + "\n", encoding="utf-8")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write, so that the file is there whole or not at all. Raises Unavailable ``resolve.output``."""
    check_output(path)
    target = path.resolve()
    partial = target.with_name(target.name + ".partial")
    try:
        yield partial
        partial.replace(target)
    except OSError as error:
        raise Unavailable(
            "resolve.output", f"{path} cannot be written: {error.strerror or 'unknown reason'}."
        ) from None
    finally:
        partial.unlink(missing_ok=True)
