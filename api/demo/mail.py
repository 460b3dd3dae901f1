"""The e-mail channel: what customers wrote to the house, with the signatures they write under it."""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.demo import distort, words
from api.demo.customers import Customer
from api.demo.seeds import chance, stream
from api.demo.sightings import Channel, Sighting

# The house's own mailboxes, and the signature of its people that customers quote back.
MAILBOXES = ("sales@gateway.example", "service@gateway.example")
_OUR_TEXT = "Thank you for your interest. We will come back to you shortly."
_OUR_SIGNATURE = ("--", "Dana Whitlock", "Customer Desk, Gateway Example House", "Tel. +86 21 6888 0101")


@dataclass(frozen=True, slots=True)
class MailMessage:
    """One message. ``unique_name`` is its name in the Maildir (without folder and flags), ``vcard`` an attachment."""

    unique_name: str
    message_id: str
    in_reply_to: str
    from_name: str
    from_email: str
    to: str
    subject: str
    text: str
    html: bool
    vcard: str
    charset: str
    seen: bool
    sent_at: datetime
    entity: str
    late: bool


def mail_messages(seed: int, sightings: Iterable[Sighting]) -> list[MailMessage]:
    """The messages of all sightings in the mail channel, oldest first."""
    found = [_message(seed, seen) for seen in sightings if seen.channel is Channel.EMAIL]
    return sorted(found, key=lambda message: (message.sent_at, message.unique_name))


def _message(seed: int, seen: Sighting) -> MailMessage:
    draw = stream(seed, "mail", seen.name)
    customer = seen.customer
    mark = hashlib.blake2b(f"{seed}/{seen.name}".encode(), digest_size=8).hexdigest()
    need = draw.choice(customer.needs)
    subject = draw.choice(words.SUBJECTS_ZH if customer.chinese else words.SUBJECTS_LATIN).format(need=need)
    reply = chance(draw, 0.3)
    body = draw.choice(words.MESSAGES_ZH if customer.chinese else words.MESSAGES_LATIN).format(need=need)
    lines = ["您好:" if customer.chinese else "Dear all,", "", body, "", *_signature(draw, seen)]
    if reply:
        lines += ["", *_quote(draw, seen)]
    text = "\n".join(lines) + "\n"
    return MailMessage(
        unique_name=f"{int(seen.at.timestamp())}.M{int(mark[:5], 16)}P{int(mark[5:9], 16)}.{mark[9:]}",
        message_id=f"<{mark}@{getattr(customer, seen.email).rpartition('@')[2]}>",
        in_reply_to=f"<{mark[::-1]}@gateway.example>" if reply else "",
        from_name=_from_name(draw, seen),
        from_email=getattr(customer, seen.email),
        to=draw.choice(MAILBOXES),
        subject=f"Re: {subject}" if reply else subject,
        text=text,
        html=chance(draw, 0.35),
        vcard=_vcard(seen) if chance(draw, 0.1) and not seen.name_slip else "",
        charset=_charset(draw, text, chinese=customer.chinese),
        seen=chance(draw, 0.5),
        sent_at=seen.at,
        entity=customer.entity,
        late=seen.late,
    )


def _charset(draw: random.Random, text: str, *, chinese: bool) -> str:
    if chinese:
        return "gb18030" if chance(draw, 0.4) else "utf-8"
    try:
        text.encode("iso-8859-1")
    except UnicodeEncodeError:
        return "utf-8"
    return "iso-8859-1" if chance(draw, 0.4) else "utf-8"


def _from_name(draw: random.Random, seen: Sighting) -> str:
    """The display name in the From header; empty where the sender set none."""
    name = seen.customer.person
    if seen.name_slip:
        return ""
    form = draw.random()
    if seen.customer.chinese:
        if form < 0.5:
            return name.full
        return name.latin if form < 0.75 else name.latin_family_first
    if form < 0.7 or not name.family:
        return name.full
    return f"{name.family}, {name.given}" if form < 0.85 else name.latin


def _signature(draw: random.Random, seen: Sighting) -> list[str]:
    customer = seen.customer
    phone = distort.written_phone(draw, getattr(customer, seen.phone)) if seen.phone else ""
    company = customer.company.full if customer.company else customer.employer
    if customer.chinese:
        lines = [
            "" if seen.name_slip else customer.person.full,
            customer.title if company else "",
            company,
            f"{draw.choice(('手机', '电话', 'Tel', 'M'))}: {phone}" if phone else "",
            f"地址: {customer.address.full}" if chance(draw, 0.3) else "",
        ]
    else:
        lines = [
            "" if seen.name_slip else customer.person.full,
            customer.title if company else "",
            distort.legal_form(draw, company) if chance(draw, 0.2) else company,
            f"{draw.choice(('Tel.', 'Phone', 'Mobile', 'M'))}: {phone}" if phone else "",
            customer.address.full if chance(draw, 0.3) else "",
        ]
    if company and chance(draw, 0.4):
        lines.append(getattr(customer, seen.email))
    kept = [line for line in lines if line]
    return ["-- ", *kept] if kept else []


def _quote(draw: random.Random, seen: Sighting) -> list[str]:
    """What the customer answers to: our own text with our own signature, quoted."""
    asked = (seen.at - timedelta(hours=draw.randint(2, 60))).astimezone(UTC)
    if seen.customer.chinese:
        opening = f"在 {asked:%Y-%m-%d %H:%M}, Dana Whitlock <{MAILBOXES[0]}> 写道:"
    else:
        opening = f"On {asked:%Y-%m-%d %H:%M}, Dana Whitlock <{MAILBOXES[0]}> wrote:"
    return [opening, *(f"> {line}" for line in (_OUR_TEXT, *_OUR_SIGNATURE))]


def _vcard(seen: Sighting) -> str:
    """A vCard 3.0 (RFC 2426) of the sender."""
    customer: Customer = seen.customer
    name = customer.person
    phone = getattr(customer, seen.phone) if seen.phone else ""
    company = customer.company.full if customer.company else customer.employer
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{name.family};{name.given};;;",
        f"FN:{name.full}",
        f"ORG:{company.replace(',', chr(92) + ',')}" if company else "",
        f"TITLE:{customer.title}" if company else "",
        f"TEL;TYPE=CELL:{phone}" if phone else "",
        f"EMAIL;TYPE=INTERNET:{getattr(customer, seen.email)}",
        "END:VCARD",
    ]
    return "\r\n".join(line for line in lines if line) + "\r\n"
