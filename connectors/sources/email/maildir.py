"""A Maildir as an ordered list of messages that can be taken up where it was left.

Order and position go by the time the file's *entry* last changed (ctime) and by name. The modification time would lose
messages: tools that copy mailboxes set it to the date of the message, so what arrives today can look years old, and a
message written early may be delivered late. The entry changes when a message is delivered, and when its flags do: such
messages come again with the same key and the same content, which costs little and loses nothing.
Maildir: https://cr.yp.to/proto/maildir.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One message: when its entry changed (ns since 1970), its unique name, and where it lies."""

    changed: int
    name: str
    path: Path


def entries(folder: Path) -> list[Entry]:
    """The messages of ``new`` and ``cur``, in order. ``tmp`` holds messages that are not delivered yet."""
    found: dict[str, Entry] = {}
    for part in ("new", "cur"):
        for path in (folder / part).iterdir() if (folder / part).is_dir() else ():
            name = unique_name(path.name)
            try:
                changed = path.stat().st_ctime_ns
            except FileNotFoundError:
                continue  # moved or deleted meanwhile; a moved one is met in the other folder, or by the next sync
            if path.is_file() and not name.startswith("."):
                found[name] = Entry(changed, name, path)
    return sorted(found.values())


def unique_name(file_name: str) -> str:
    """The part of a file name that stays when flags change (``:2,S``; ``;2,S`` where colons cannot be used)."""
    return file_name.partition(":2,")[0].partition(";2,")[0]


def left_to_read(found: list[Entry], position: Mapping[str, Any]) -> list[Entry]:
    """Those behind the position. Of its own instant the names already read are known: none is lost, none doubled."""
    last, names = int(position.get("changed", -1)), set(position.get("names", ()))
    return [entry for entry in found if entry.changed > last or (entry.changed == last and entry.name not in names)]


def behind(entry: Entry, position: Mapping[str, Any]) -> dict[str, Any]:
    """The position behind an entry that was read from ``position``."""
    same_instant = position.get("names", []) if position.get("changed") == entry.changed else []
    return {"changed": entry.changed, "names": [*same_instant, entry.name]}


def content(folder: Path, entry: Entry) -> bytes | None:
    """The bytes of a message, also when it has moved since it was listed; None when it was deleted."""
    for path in _places(folder, entry):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            continue
    return None


def _places(folder: Path, entry: Entry) -> Iterator[Path]:
    yield entry.path
    for part in ("cur", "new"):
        if (folder / part).is_dir():
            yield from (path for path in (folder / part).iterdir() if unique_name(path.name) == entry.name)
