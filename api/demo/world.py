"""A whole world: customers, what each channel holds of them now and later, and the truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from api.demo.customers import Customer
from api.demo.erp import ErpData, erp_data, erp_updates
from api.demo.forms import FormSubmission, form_submissions
from api.demo.mail import MailMessage, mail_messages
from api.demo.population import make_population
from api.demo.sightings import Channel, make_sightings
from api.demo.social import SocialProfile, social_profiles, social_updates
from api.demo.truth import TruthRow
from sync.record_keys import primary_key

# Far enough back that no computer's clock stands before it: sources read up to the present.
AS_OF = datetime(2025, 6, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Channels:
    """What the four channels hold at one time."""

    forms: list[FormSubmission]
    mail: list[MailMessage]
    erp: ErpData
    social: list[SocialProfile]

    def truth(self) -> Iterator[TruthRow]:
        """A row for each record that is a customer's, keyed as landing keys it.

        Forms by delivery id, mail by the key of stream ``contacts``, ERP by that of ``customers``, profiles by handle.
        """
        for submission in self.forms:
            yield TruthRow(Channel.FORMS, submission.delivery_id, submission.entity)
        for message in self.mail:
            yield TruthRow(Channel.EMAIL, mail_key(message), message.entity)
        for number, entity in self.erp.entities.items():
            yield TruthRow(Channel.ERP, primary_key({"id": number}, (("id",),)), entity)
        for profile in self.social:
            yield TruthRow(Channel.SOCIAL, profile.handle, profile.entity)


@dataclass(frozen=True, slots=True)
class World:
    """Customers as they are, the channels at the first sync (``now``), and what reaches them afterwards (``later``)."""

    seed: int
    customers: tuple[Customer, ...]
    now: Channels
    later: Channels

    def truth(self) -> list[TruthRow]:
        """The truth of both, each record once, sorted."""
        return sorted({*self.now.truth(), *self.later.truth()})


def make_world(seed: int, size: int = 2_000, as_of: datetime = AS_OF) -> World:
    """A world of ``size`` customers: the same for the same arguments, byte for byte.

    ``as_of`` (aware) is the time of the first sync: everything in ``now`` lies before it, everything in ``later``
    within half a day after it.
    """
    customers = make_population(seed, size, as_of)
    sightings = make_sightings(seed, customers, as_of)
    forms, mail = form_submissions(seed, sightings), mail_messages(seed, sightings)
    profiles = social_profiles(seed, sightings)
    erp = erp_data(seed, sightings)
    first = [profile for profile in profiles if not profile.late]
    new = [profile for profile in profiles if profile.late]
    now = Channels([s for s in forms if not s.late], [m for m in mail if not m.late], erp, first)
    later = Channels(
        [s for s in forms if s.late],
        [m for m in mail if m.late],
        erp_updates(seed, erp, as_of),
        sorted([*new, *social_updates(seed, first, as_of)], key=lambda p: (p.updated_at, p.handle)),
    )
    return World(seed, customers, now, later)


def mail_key(message: MailMessage) -> str:
    """The key of the contact that a message makes: the sender's address and the message's unique name."""
    contact = {"contact": message.from_email.lower(), "message_uid": message.unique_name}
    return primary_key(contact, (("contact",), ("message_uid",)))
