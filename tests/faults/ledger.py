"""What the world outside sent and what it was promised, in files: a killed process cannot take them back."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FEED = "feed"


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as it was sent: connection and stream, its key there (None without one), its content."""

    place: str
    key: str | None
    content: str

    @staticmethod
    def of(place: str, key: str | None, content: Mapping[str, Any]) -> "Sent":
        """With the content in one form."""
        return Sent(place, key, json.dumps(content, sort_keys=True, ensure_ascii=False))


class Ledger:
    """The files of one workspace: the feed's lines, posts sent, posts answered, and the feed file of the source."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.feed = folder / "feed.jsonl"

    def grow_feed(self, lines: list[dict[str, Any]], upto: int) -> None:
        """Let the source have that many of the lines, at least."""
        if len(self.lines()) < upto:
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines[:upto])
            fresh = self.feed.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self.feed)

    def lines(self) -> list[dict[str, Any]]:
        """What the source has."""
        return _read(self.feed)

    def fed(self, stream: str, upto: int | None = None) -> list[Sent]:
        """Records of a stream of the feed among its first lines, all when not said."""
        return [
            Sent.of(f"{FEED}/{stream}", json.dumps([line["data"].get("id")]) if stream == "customers" else None, data)
            for line in self.lines()[:upto]
            if line["stream"] == stream
            for data in [line["data"]]
        ]

    def post(self, sent: Sent) -> None:
        """It is about to be sent."""
        self._write("posted.jsonl", sent)

    def answered(self, sent: Sent) -> None:
        """It was answered as received."""
        self._write("answered.jsonl", sent)

    def posts(self) -> list[Sent]:
        """What was sent, once however often it was."""
        return list(dict.fromkeys(Sent(**one) for one in _read(self.folder / "posted.jsonl")))

    def promised(self) -> list[Sent]:
        """What was answered as received, once however often it was."""
        return list(dict.fromkeys(Sent(**one) for one in _read(self.folder / "answered.jsonl")))

    def _write(self, name: str, sent: Sent) -> None:
        line = json.dumps({"place": sent.place, "key": sent.key, "content": sent.content}) + "\n"
        handle = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, line.encode())
        os.close(handle)


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
