"""Who is seen where: which customers each channel meets, with which of their contact points, and when.

Every sighting of a customer shows at least one contact point or identifier rightly that another sighting of the same
customer shows too, but for a small share that is left without: no channel is that kind.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from api.demo.activity import moment
from api.demo.customers import Customer, Tier
from api.demo.seeds import chance, stream

_LOST = 0.02


class Channel(StrEnum):
    """The four channels of the demonstration."""

    FORMS = "forms"
    EMAIL = "email"
    ERP = "erp"
    SOCIAL = "social"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One record of a customer in a channel.

    ``phone`` and ``email`` name the customer's field shown there (empty: none), ``identified`` says whether the
    identity number or credit code is; ``phone_slip`` and ``email_slip`` mark a typing error in it, ``name_slip`` a name
    that is another than the customer's (misheard, nickname, missing). ``late`` sightings come after the first sync.
    """

    customer: Customer
    channel: Channel
    ordinal: int
    at: datetime
    phone: str = ""
    email: str = ""
    identified: bool = False
    phone_slip: bool = False
    email_slip: bool = False
    name_slip: bool = False
    moved: bool = False
    late: bool = False

    @property
    def name(self) -> str:
        """A name of its own for the streams of chance."""
        return f"{self.customer.entity}/{self.channel}/{self.ordinal}"

    @property
    def hints(self) -> frozenset[str]:
        """What it shows rightly that belongs to this customer alone, or, with a right name, to few."""
        shown = set()
        customer = self.customer
        if self.email and not self.email_slip and (self.email == "email" or not self.name_slip):
            shown.add(getattr(customer, self.email))
        if self.phone and not self.phone_slip and not self.name_slip and (self.phone != "landline" or customer.company):
            shown.add(getattr(customer, self.phone))
        if self.identified:
            shown.add(customer.identifier)
        return frozenset(shown - {""})


def make_sightings(seed: int, customers: tuple[Customer, ...], as_of: datetime) -> tuple[Sighting, ...]:
    """All sightings of all customers, in the order of the customers."""
    return tuple(sighting for customer in customers for sighting in _of_customer(seed, customer, as_of))


def _of_customer(seed: int, customer: Customer, as_of: datetime) -> list[Sighting]:
    draw = stream(seed, "sightings", customer.entity)
    counts = _counts(draw, customer)
    found = [
        _sighting(draw, customer, channel, ordinal, as_of)
        for channel, count in counts.items()
        for ordinal in range(count)
    ]
    return _connected(draw, found)


def _counts(draw: random.Random, customer: Customer) -> dict[Channel, int]:
    in_erp = 0.12 if customer.tier is Tier.POTENTIAL else 1.0
    counts = {
        Channel.ERP: int(chance(draw, in_erp)),
        Channel.FORMS: int(chance(draw, 0.45)),
        Channel.EMAIL: int(chance(draw, 0.42)),
        Channel.SOCIAL: int(chance(draw, 0.30)),
    }
    if not any(counts.values()):
        counts[draw.choice((Channel.FORMS, Channel.EMAIL, Channel.SOCIAL))] = 1
    again = {Channel.ERP: 0.04, Channel.FORMS: 0.35, Channel.EMAIL: 0.3, Channel.SOCIAL: 0.03}
    return {channel: count + int(count > 0 and chance(draw, again[channel])) for channel, count in counts.items()}


def _sighting(draw: random.Random, customer: Customer, channel: Channel, ordinal: int, as_of: datetime) -> Sighting:
    within = timedelta(days=360) if channel is Channel.SOCIAL else timedelta(days=700)
    late = channel is not Channel.ERP and ordinal > 0 and chance(draw, 0.4)
    at = as_of + timedelta(seconds=draw.randint(60, 36_000)) if late else moment(draw, as_of, within)
    bare = Sighting(customer=customer, channel=channel, ordinal=ordinal, at=at, late=late)
    see = {Channel.ERP: _in_erp, Channel.FORMS: _in_form, Channel.EMAIL: _in_mail, Channel.SOCIAL: _in_profile}
    seen = see[channel](draw, bare)
    # A customer known by a wrong name and a family phone only would be nobody in particular.
    return replace(seen, name_slip=False) if customer.shares_mobile and not seen.email else seen


def _in_erp(draw: random.Random, bare: Sighting) -> Sighting:
    """An ERP knows numbers and identifiers, is slow to hear of changes, and seldom errs."""
    customer = bare.customer
    phone = "landline" if customer.company and chance(draw, 0.35) else "old_mobile" if customer.old_mobile else "mobile"
    return replace(
        bare,
        phone=phone if chance(draw, 0.92) else "",
        email=_mail_field(draw, customer) if chance(draw, 0.6) else "",
        identified=bool(customer.identifier) and chance(draw, 0.8),
        moved=customer.old_address is not None,
        name_slip=not customer.company and chance(draw, 0.01),
    )


def _in_form(draw: random.Random, bare: Sighting) -> Sighting:
    """A form is typed in a hurry: half of it left out, slips in the rest."""
    slip = draw.random()
    phone = "landline" if bare.customer.company and chance(draw, 0.2) else "mobile"
    return replace(
        bare,
        phone=phone if chance(draw, 0.85) else "",
        email=_mail_field(draw, bare.customer) if chance(draw, 0.62) else "",
        phone_slip=slip < 0.04,
        email_slip=0.04 <= slip < 0.07,
        name_slip=0.07 <= slip < 0.10,
    )


def _in_mail(draw: random.Random, bare: Sighting) -> Sighting:
    """A message always has a sender; the signature may hold a phone."""
    return replace(
        bare,
        phone="mobile" if chance(draw, 0.6) else "",
        email=_mail_field(draw, bare.customer),
        name_slip=chance(draw, 0.05),
    )


def _in_profile(draw: random.Random, bare: Sighting) -> Sighting:
    """A profile shows what its owner likes to show."""
    nickname = not bare.customer.company and chance(draw, 0.06)
    return replace(
        bare,
        phone="mobile" if nickname or chance(draw, 0.35) else "",
        email="email" if nickname or chance(draw, 0.5) else "",
        name_slip=nickname,
    )


def _mail_field(draw: random.Random, customer: Customer) -> str:
    return "second_email" if customer.second_email and chance(draw, 0.25) else "email"


def _connected(draw: random.Random, found: list[Sighting]) -> list[Sighting]:
    """The sightings, changed where needed so that each is tied to the first by what they show."""
    if len(found) < 2:  # one sighting has nothing to be tied to
        return found
    first = found[0]
    if not first.hints - {first.customer.identifier}:
        first = replace(first, phone="mobile", email="email", phone_slip=False, email_slip=False)
    tied, shown = [first], set(first.hints)
    waiting = found[1:]
    while waiting:
        fitting = next((seen for seen in waiting if seen.hints & shown), None)
        seen = fitting or waiting[0]
        waiting.remove(seen)
        if fitting is None and not chance(draw, _LOST):
            seen = _tie(seen, first)
        tied.append(seen)
        shown |= seen.hints
    return sorted(tied, key=lambda seen: (seen.channel, seen.ordinal))


def _tie(seen: Sighting, to: Sighting) -> Sighting:
    """``seen`` with the contact point that ``to`` shows rightly, e-mail before phone."""
    if to.email and not to.email_slip:
        return replace(seen, email=to.email, email_slip=False)
    return replace(seen, phone=to.phone, phone_slip=False, name_slip=False)
