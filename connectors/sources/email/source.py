"""The e-mail source on a Maildir: the messages, and the contacts found in them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from connectors.sources.base import CheckpointedStream, OurSource
from connectors.sources.email.maildir import behind, content, entries, left_to_read
from connectors.sources.email.records import KEYS, SCHEMAS, parsed, records_of
from connectors.sources.values import DEFAULT_CHECKPOINT_INTERVAL, ConfigError

SPECIFICATION: Mapping[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "E-mail",
    "type": "object",
    "required": ["path"],
    "additionalProperties": True,
    "properties": {
        "path": {"type": "string", "minLength": 1, "description": "A Maildir: a folder that holds new and cur."},
        "own_addresses": {
            "type": "array",
            "items": {"type": "string"},
            "default": [],
            "description": "Addresses or @domains of our own people, who are no contacts.",
        },
        "checkpoint_interval": {"type": "integer", "minimum": 1, "default": DEFAULT_CHECKPOINT_INTERVAL},
    },
}


class MailStream(CheckpointedStream):
    """Records made from each message of a Maildir, in the order of arrival."""

    def __init__(
        self, name: str, key: list[str], folder: Path, *, own: frozenset[str], checkpoint_interval: int
    ) -> None:
        self._folder = folder
        self._own = own
        super().__init__(name, key=key, schema=SCHEMAS[name], checkpoint_interval=checkpoint_interval)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Records of the messages behind the position. It moves when the last record of a message is given."""
        for entry in left_to_read(entries(self._folder), self.position):
            raw = content(self._folder, entry)
            made = [] if raw is None else records_of(self.name, parsed(raw), raw, entry.name, self._own)
            yield from made[:-1]
            self.position = behind(entry, self.position)
            yield from made[-1:]


class EmailSource(OurSource):
    """Reads one Maildir."""

    specification = SPECIFICATION

    def open_streams(self, config: Mapping[str, Any]) -> list[CheckpointedStream]:
        """``messages`` and ``contacts``."""
        folder = Path(str(config["path"]))
        if not (folder / "new").is_dir() and not (folder / "cur").is_dir():
            raise ConfigError("The folder in 'path' is no Maildir: it holds neither 'new' nor 'cur'; check the path.")
        own = frozenset(str(address).lower() for address in config.get("own_addresses") or ())
        interval = int(config.get("checkpoint_interval") or DEFAULT_CHECKPOINT_INTERVAL)
        return [MailStream(name, key, folder, own=own, checkpoint_interval=interval) for name, key in KEYS.items()]
