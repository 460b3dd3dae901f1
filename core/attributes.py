"""The canonical customer attributes: what the gateway understands, in which section and class each lies.

One list for mapping, matching, survivorship and policy. *Section* is where a value stands on the golden record;
*class* is what a policy speaks of. The attribute names are those of the command line
(``person.full_name``, ``phone``, ``id.cn.ric`` ...).
"""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import Invalid


class Section(StrEnum):
    """Where a value stands on a golden record."""

    PROFILE = "profile"
    IDENTIFIERS = "identifiers"
    CONTACT_POINTS = "contact_points"
    ADDRESSES = "addresses"
    ORGANIZATION = "organization"
    CONSENTS = "consents"
    NEEDS = "needs"
    TRANSACTIONS = "transactions"
    INTERACTIONS = "interactions"
    FEEDBACK = "feedback"


class DataClass(StrEnum):
    """What access rules speak of; tagged at mapping."""

    PROFILE = "profile"
    SENSITIVE = "sensitive"
    IDENTIFIER = "identifier"
    CONTACT = "contact"
    ADDRESS = "address"
    ORGANIZATION = "organization"
    CONSENT = "consent"
    NEED = "need"
    FINANCE = "finance"
    INTERACTION = "interaction"
    FEEDBACK = "feedback"


class ValueKind(StrEnum):
    """What sort of value it is: chooses the standardiser, the comparison and the mask."""

    PERSON_NAME = "person_name"
    ORGANIZATION_NAME = "organization_name"
    DATE = "date"
    SEX = "sex"
    PHONE = "phone"
    EMAIL = "email"
    IDENTIFIER = "identifier"
    ADDRESS = "address"
    REGION = "region"
    POSTCODE = "postcode"
    HANDLE = "handle"
    URL = "url"
    TEXT = "text"
    MONEY = "money"
    CODE = "code"
    TIME = "time"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One canonical attribute.

    ``multiple`` says that a customer may hold several values at once (phones), so that survivorship unites them.
    ``item`` says that it describes an event (an order, a call), not the customer.
    """

    name: str
    section: Section
    data_class: DataClass
    kind: ValueKind
    multiple: bool = False
    item: bool = False


_P, _S, _I, _C = DataClass.PROFILE, DataClass.SENSITIVE, DataClass.IDENTIFIER, DataClass.CONTACT
_ADDR, _ORG = (Section.ADDRESSES, DataClass.ADDRESS), (Section.ORGANIZATION, DataClass.ORGANIZATION)
_TX = (Section.TRANSACTIONS, DataClass.FINANCE)
_IX = (Section.INTERACTIONS, DataClass.INTERACTION)
_FB = (Section.FEEDBACK, DataClass.FEEDBACK)

CANONICAL: tuple[Attribute, ...] = (
    Attribute("person.full_name", Section.PROFILE, _P, ValueKind.PERSON_NAME),
    Attribute("person.given_name", Section.PROFILE, _P, ValueKind.PERSON_NAME),
    Attribute("person.family_name", Section.PROFILE, _P, ValueKind.PERSON_NAME),
    Attribute("person.middle_name", Section.PROFILE, _P, ValueKind.PERSON_NAME),
    Attribute("person.title", Section.PROFILE, _P, ValueKind.TEXT),
    Attribute("person.birth_date", Section.PROFILE, _P, ValueKind.DATE),
    Attribute("person.sex", Section.PROFILE, _P, ValueKind.SEX),
    Attribute("person.income", Section.PROFILE, _S, ValueKind.MONEY),
    Attribute("occupation", Section.PROFILE, _P, ValueKind.TEXT),
    Attribute("preferences", Section.PROFILE, _P, ValueKind.TEXT, multiple=True),
    Attribute("tags", Section.PROFILE, _P, ValueKind.CODE, multiple=True),
    Attribute("value_tier", Section.PROFILE, _P, ValueKind.CODE),
    Attribute("phone", Section.CONTACT_POINTS, _C, ValueKind.PHONE, multiple=True),
    Attribute("email", Section.CONTACT_POINTS, _C, ValueKind.EMAIL, multiple=True),
    Attribute("website", Section.CONTACT_POINTS, _C, ValueKind.URL, multiple=True),
    Attribute("organization.name", *_ORG, ValueKind.ORGANIZATION_NAME),
    Attribute("organization.industry", *_ORG, ValueKind.CODE),
    Attribute("organization.size", *_ORG, ValueKind.CODE),
    Attribute("address.full", *_ADDR, ValueKind.ADDRESS),
    Attribute("address.street", *_ADDR, ValueKind.ADDRESS),
    Attribute("address.number", *_ADDR, ValueKind.ADDRESS),
    Attribute("address.unit", *_ADDR, ValueKind.ADDRESS),
    Attribute("address.district", *_ADDR, ValueKind.REGION),
    Attribute("address.city", *_ADDR, ValueKind.REGION),
    Attribute("address.province", *_ADDR, ValueKind.REGION),
    Attribute("address.postcode", *_ADDR, ValueKind.POSTCODE),
    Attribute("address.country", *_ADDR, ValueKind.REGION),
    Attribute("need", Section.NEEDS, DataClass.NEED, ValueKind.TEXT, multiple=True),
    Attribute("consent.marketing", Section.CONSENTS, DataClass.CONSENT, ValueKind.CODE),
    Attribute("transaction.number", *_TX, ValueKind.CODE, item=True),
    Attribute("transaction.type", *_TX, ValueKind.CODE, item=True),
    Attribute("transaction.amount", *_TX, ValueKind.MONEY, item=True),
    Attribute("transaction.currency", *_TX, ValueKind.CODE, item=True),
    Attribute("transaction.product", *_TX, ValueKind.TEXT, item=True),
    Attribute("transaction.status", *_TX, ValueKind.CODE, item=True),
    Attribute("transaction.at", *_TX, ValueKind.TIME, item=True),
    Attribute("interaction.channel", *_IX, ValueKind.CODE, item=True),
    Attribute("interaction.direction", *_IX, ValueKind.CODE, item=True),
    Attribute("interaction.subject", *_IX, ValueKind.TEXT, item=True),
    Attribute("interaction.text", *_IX, ValueKind.TEXT, item=True),
    Attribute("interaction.at", *_IX, ValueKind.TIME, item=True),
    Attribute("feedback.type", *_FB, ValueKind.CODE, item=True),
    Attribute("feedback.text", *_FB, ValueKind.TEXT, item=True),
    Attribute("feedback.status", *_FB, ValueKind.CODE, item=True),
    Attribute("feedback.at", *_FB, ValueKind.TIME, item=True),
)
_BY_NAME = {attribute.name: attribute for attribute in CANONICAL}
EVENT_TIMES = {one.section.value: one.name for one in CANONICAL if one.item and one.kind is ValueKind.TIME}
"""The attribute of each section of events that says when they were."""


def attribute(name: str) -> Attribute:
    """The attribute of that name.

    ``id.<kind>``, ``handle.<network>``, ``date.<event>`` and ``text.<name>`` are open families.

    Raises Invalid ``attribute.unknown`` for any other name.
    """
    known = _BY_NAME.get(name)
    if known is not None:
        return known
    family, _, rest = name.partition(".")
    if rest and family == "id":
        return Attribute(name, Section.IDENTIFIERS, DataClass.IDENTIFIER, ValueKind.IDENTIFIER)
    if rest and family == "handle":
        return Attribute(name, Section.CONTACT_POINTS, DataClass.CONTACT, ValueKind.HANDLE, multiple=True)
    if rest and family == "date":
        return Attribute(name, Section.PROFILE, DataClass.SENSITIVE, ValueKind.DATE)
    if rest and family == "text":
        return Attribute(name, Section.PROFILE, DataClass.SENSITIVE, ValueKind.TEXT)
    raise Invalid(
        "attribute.unknown",
        f"There is no attribute '{name}'. Use one of the canonical attributes, id.<kind>, handle.<network>, "
        "date.<event> or text.<name>; 'ingot source attributes' lists them.",
        attribute=name,
    )
