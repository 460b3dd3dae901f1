"""Writes messages as a Maildir of real RFC 5322 messages, in the charsets that senders really use."""

import html
import os
from collections.abc import Iterable
from email.header import Header
from email.message import EmailMessage
from email.policy import default as modern
from email.utils import format_datetime, formataddr
from pathlib import Path

from api.demo.mail import MailMessage

_FOLDERS = ("cur", "new", "tmp")


def write_maildir(folder: Path, messages: Iterable[MailMessage]) -> int:
    """Write the messages into that Maildir (made where missing) and return how many.

    Each is written into ``tmp`` and renamed, as the format asks for, so that a reader never sees half a message;
    unread ones stand in ``new``, read ones in ``cur`` with the flag S. Equal messages make equal bytes.
    """
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    count = 0
    for message in messages:
        draft = folder / "tmp" / message.unique_name
        draft.write_bytes(message_bytes(message))
        moment = message.sent_at.timestamp()
        os.utime(draft, (moment, moment))
        target = f"cur/{message.unique_name}:2,S" if message.seen else f"new/{message.unique_name}"
        draft.replace(folder / target)
        count += 1
    return count


def message_bytes(message: MailMessage) -> bytes:
    """The message on the wire (with bare newlines, as Maildirs keep them)."""
    return _headers(message).encode("ascii") + _body(message).as_bytes()


def _headers(message: MailMessage) -> str:
    # Written by hand, because the modern policy encodes every header in UTF-8 and real senders do not.
    lines = [
        f"Date: {format_datetime(message.sent_at)}",
        f"From: {_mailbox(message.from_name, message.from_email, message.charset)}",
        f"To: {message.to}",
        f"Subject: {_encoded(message.subject, message.charset, 'Subject')}",
        f"Message-ID: {message.message_id}",
    ]
    if message.in_reply_to:
        lines += [f"In-Reply-To: {message.in_reply_to}", f"References: {message.in_reply_to}"]
    return "\n".join(lines) + "\n"


def _mailbox(name: str, address: str, charset: str) -> str:
    return formataddr((name, address)) if name.isascii() else f"{_encoded(name, charset, 'From')} <{address}>"


def _encoded(text: str, charset: str, header: str) -> str:
    """The text as RFC 2047 encoded words in that charset, or as it is where it is ASCII."""
    return text if text.isascii() else Header(text, charset, header_name=header).encode(linesep="\n")


def _body(message: MailMessage) -> EmailMessage:
    body = EmailMessage(policy=modern)
    body.set_content(message.text, charset=message.charset)
    if message.html:
        lines = "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in message.text.splitlines())
        body.add_alternative(f"<html><body>{lines}</body></html>\n", subtype="html", charset=message.charset)
    if message.vcard:
        body.add_attachment(message.vcard, subtype="vcard", filename="contact.vcf")
    mark = message.message_id.strip("<>").partition("@")[0]
    for number, part in enumerate(part for part in body.walk() if part.is_multipart()):
        # The library would draw a boundary by chance, and the same seed would give other bytes.
        part.set_boundary(f"=_{mark}_{number}")
    return body
