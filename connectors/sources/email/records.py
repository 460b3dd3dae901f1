"""What is made of one message: a record of it, and one of each contact in it. Shared by every source of mail."""

from collections.abc import Mapping
from typing import Any

from connectors.broken import broken
from connectors.sources.email.message import BrokenMessage, Mail, read_mail
from connectors.sources.email.signature import read_signature
from connectors.sources.email.vcard import read_vcards
from connectors.sources.values import TEXT, schema_of

KEYS: Mapping[str, list[str]] = {"messages": ["uid"], "contacts": ["contact", "message_uid"]}
"""Primary key of each stream; ``uid`` and ``message_uid`` are the source's own name of a message."""
_DETAILS = ("name", "email", "phone", "mobile", "fax", "title", "company", "address", "website")
_PEOPLE: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "object", "properties": {"name": TEXT, "email": TEXT}},
}
SCHEMAS: Mapping[str, dict[str, Any]] = {
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


def parsed(raw: bytes) -> Mail | str:
    """The message in these bytes, or the sentence why it cannot be used, which names no value of it."""
    try:
        return read_mail(raw)
    except BrokenMessage as problem:
        return str(problem)
    except Exception as error:  # noqa: BLE001 - one hostile message must not stop the mailbox
        return f"The message cannot be read ({type(error).__name__})."


def records_of(stream: str, found: Mail | str, raw: bytes, uid: str, own: frozenset[str]) -> list[dict[str, Any]]:
    """The records of a stream (``messages`` or ``contacts``) that come of one message, given as ``parsed`` gave it.

    ``own`` are addresses and ``@domains`` of our own people. A message that cannot be used becomes a broken record.
    """
    if isinstance(found, Mail):
        try:
            return [_message(found, uid)] if stream == "messages" else _contacts(found, uid, own)
        except Exception as error:  # noqa: BLE001 - as above: a vCard or signature can be hostile too
            found = f"The message cannot be read ({type(error).__name__})."
    return [broken(found, raw, file=uid)]


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
