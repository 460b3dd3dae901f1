"""The web forms channel: what customers typed into the ``contact`` and ``complaint`` forms."""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from api.demo import distort, words
from api.demo.customers import Customer
from api.demo.places import Address
from api.demo.seeds import chance, stream
from api.demo.sightings import Channel, Sighting


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """One submission: the form's name, the delivery id that makes it idempotent, and the fields as posted.

    Fields of both forms: name, phone, email, submitted_at. ``contact`` adds company, province, city, address, message,
    need, consent_marketing (``yes`` or ``no``); ``complaint`` adds complaint and complaint_type. A field that was left
    empty is an empty string or missing, as browsers do it.
    """

    form: str
    delivery_id: str
    payload: dict[str, str]
    at: datetime
    entity: str
    late: bool


def form_submissions(seed: int, sightings: Iterable[Sighting]) -> list[FormSubmission]:
    """The submissions of all sightings in forms, oldest first."""
    found = [_submission(seed, seen) for seen in sightings if seen.channel is Channel.FORMS]
    return sorted(found, key=lambda submission: (submission.at, submission.delivery_id))


def _submission(seed: int, seen: Sighting) -> FormSubmission:
    draw = stream(seed, "form", seen.name)
    customer = seen.customer
    complaint = bool(customer.complaints) and seen.ordinal == 0
    payload = {
        "name": _name(draw, seen),
        "phone": _phone(draw, seen),
        "email": _email(draw, seen),
        "submitted_at": seen.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    payload |= _complaint(customer) if complaint else _contact(draw, seen)
    left_out = {field for field, value in payload.items() if not value and chance(draw, 0.5)}
    kept = {field: value for field, value in payload.items() if field not in left_out}
    form = "complaint" if complaint else "contact"
    return FormSubmission(form, delivery_id(seed, seen.name), kept, seen.at, customer.entity, seen.late)


def delivery_id(seed: int, name: str) -> str:
    """A delivery id that tells nothing about the customer."""
    return "msg_" + hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=12).hexdigest()


def _name(draw: random.Random, seen: Sighting) -> str:
    person = seen.customer.person
    if seen.name_slip:
        return distort.misheard_name(draw, person)
    typed = distort.typed_name(draw, person, chinese=seen.customer.chinese, title=seen.customer.title)
    return distort.middle_dot(draw, typed)


def _phone(draw: random.Random, seen: Sighting) -> str:
    if not seen.phone:
        return ""
    number = getattr(seen.customer, seen.phone)
    return distort.written_phone(draw, distort.wrong_phone(draw, number) if seen.phone_slip else number)


def _email(draw: random.Random, seen: Sighting) -> str:
    if not seen.email:
        return ""
    address = getattr(seen.customer, seen.email)
    if seen.email_slip:
        return distort.wrong_email(draw, address)
    return address.upper() if chance(draw, 0.05) else f" {address}" if chance(draw, 0.05) else address


def _complaint(customer: Customer) -> dict[str, str]:
    first = customer.complaints[0]
    company = customer.company.full if customer.company else ""
    return {"company": company, "complaint": first.content, "complaint_type": first.kind}


def _contact(draw: random.Random, seen: Sighting) -> dict[str, str]:
    customer = seen.customer
    need = draw.choice(customer.needs)
    message = draw.choice(words.MESSAGES_ZH if customer.chinese else words.MESSAGES_LATIN).format(need=need)
    place = _place(draw, customer.address) if chance(draw, 0.7) else {"province": "", "city": "", "address": ""}
    return {
        "company": _company(draw, customer),
        **place,
        "message": distort.traditional(message) if customer.chinese and chance(draw, 0.06) else message,
        "need": need if chance(draw, 0.7) else "",
        "consent_marketing": draw.choice(("yes", "no", "no")),
    }


def _company(draw: random.Random, customer: Customer) -> str:
    if customer.company is None:
        return customer.employer if chance(draw, 0.5) else ""
    full = customer.company.full
    if chance(draw, 0.15):
        return distort.place_in_brackets(customer.company.place, full)
    return distort.legal_form(draw, full) if chance(draw, 0.2) else full


def _place(draw: random.Random, address: Address) -> dict[str, str]:
    if address.country != "CN":
        return {"province": address.province, "city": address.city, "address": address.local}
    street = distort.typed_street(draw, address.local)
    if chance(draw, 0.25):
        # Everything in one box, the endings that go without saying left out.
        city = address.city.removesuffix("市")
        return {"province": "", "city": "", "address": f"{city}{address.district}{street}"}
    if chance(draw, 0.1):
        return {"province": address.province, "city": address.city, "address": distort.traditional(street)}
    city = address.city.removesuffix("市") if chance(draw, 0.3) else address.city
    return {"province": address.province, "city": city, "address": f"{address.district}{street}"}
