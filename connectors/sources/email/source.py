"""The e-mail source on a Maildir: the messages, and the contacts found in them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from connectors.broken import broken
from connectors.sources.base import CheckpointedStream, OurSource
from connectors.sources.email.maildir import behind, content, entries, left_to_read
from connectors.sources.email.message import BrokenMessage, Mail, read_mail
from connectors.sources.email.signature import read_signature
from connectors.sources.email.vcard import read_vcards
from connectors.sources.values import DEFAULT_CHECKPOINT_INTERVAL, TEXT, ConfigError, schema_of

_DETAILS = ("name", "email", "phone", "mobile", "fax", "title", "company", "address", "website")
_PEOPLE: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "object", "properties": {"name": TEXT, "email": TEXT}},
}
_SCHEMAS = {
    "messages": schema_of(
        {
            **dict.fromkeys(("uid", "message_id", "date", "subject", "text", "in_reply_to", "from_name"), TEXT),
            "from_email": TEXT,
            "contact": TEXT,
            "to": _PEOPLE,
        }
    ),
    "contacts": schema_of(dict.fromkeys((*_DETAILS, "contact", "message_uid", "found_in", "date"), TEXT)),
}
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
        super().__init__(name, key=key, schema=_SCHEMAS[name], checkpoint_interval=checkpoint_interval)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Records of the messages behind the position. It moves when the last record of a message is given."""
        for entry in left_to_read(entries(self._folder), self.position):
            raw = content(self._folder, entry)
            made = [] if raw is None else self._made(raw, entry.name)
            yield from made[:-1]
            self.position = behind(entry, self.position)
            yield from made[-1:]

    def _made(self, raw: bytes, uid: str) -> list[dict[str, Any]]:
        try:
            mail = read_mail(raw)
            return [_message(mail, uid)] if self.name == "messages" else _contacts(mail, uid, self._own)
        except BrokenMessage as problem:
            reason = str(problem)
        except Exception as error:  # noqa: BLE001 - one hostile message must not stop the mailbox
            reason = f"The message cannot be read ({type(error).__name__})."
        return [broken(reason, raw, file=uid)]


def _message(mail: Mail, uid: str) -> dict[str, Any]:
    name, address = mail.senders[0]
    return {
        "uid": uid,
        "message_id": mail.message_id,
        "from_name": name,
        "from_email": address,
        # With uid the key of the contact in stream contacts, so that a message finds its customer.
        "contact": address.lower(),
        "to": [{"name": shown, "email": address} for shown, address in mail.to],
        "date": mail.date.isoformat() if mail.date else None,
        "subject": mail.subject,
        "text": mail.text,
        "in_reply_to": mail.in_reply_to,
    }


def _contacts(mail: Mail, uid: str, own: frozenset[str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for place, (shown, address) in enumerate(mail.senders):
        told = read_signature(mail.text) if place == 0 else {}
        found.setdefault(
            address.lower(), {**told, **({"name": shown} if shown else {}), "email": address, "found_in": "from"}
        )
    for shown, address in mail.reply_to:
        found.setdefault(address.lower(), {"name": shown, "email": address, "found_in": "reply_to"})
    for number, card in enumerate((card for text in mail.vcards for card in read_vcards(text)), start=1):
        key = card.get("email", "").lower() or f"vcard:{number}"
        # A card is written on purpose: it wins over what a signature was read to say.
        found[key] = {**found.get(key, {}), **card, "found_in": "vcard"}
    date = mail.date.isoformat() if mail.date else None
    return [
        {**person, "contact": key, "message_uid": uid, "date": date}
        for key, person in found.items()
        if key not in own and f"@{key.rpartition('@')[2]}" not in own
    ]


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
        keys = {"messages": ["uid"], "contacts": ["contact", "message_uid"]}
        return [MailStream(name, key, folder, own=own, checkpoint_interval=interval) for name, key in keys.items()]
