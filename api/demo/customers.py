"""What the made-up world knows of one customer: the truth that the channels see parts of."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from api.demo.names_zh import PersonName
from api.demo.places import Address


class Tier(StrEnum):
    """The value of a customer to the house."""

    HIGH_VALUE = "high_value"
    ORDINARY = "ordinary"
    POTENTIAL = "potential"


@dataclass(frozen=True, slots=True)
class CompanyName:
    """The registered name in parts: place, brand, trade, legal form; ``branch`` names the place of a branch office."""

    place: str
    brand: str
    trade: str
    legal_form: str
    domain: str
    chinese: bool
    branch: str = ""

    @property
    def full(self) -> str:
        """The registered name."""
        if self.chinese:
            return f"{self.place}{self.brand}{self.trade}{self.legal_form}" + (
                f"{self.branch}分公司" if self.branch else ""
            )
        return f"{self.brand} {self.trade} {self.legal_form}" + (f" ({self.branch} Branch)" if self.branch else "")


@dataclass(frozen=True, slots=True)
class Order:
    """An order; the amount is in ``currency``."""

    number: str
    product: str
    amount: Decimal
    currency: str
    status: str
    ordered_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A telephone call; ``direction`` is ``inbound`` or ``outbound``."""

    direction: str
    summary: str
    called_at: datetime


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint, question or suggestion; ``status`` is ``open`` or ``closed``."""

    kind: str
    content: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer of the world: a person, or a company with the person who speaks for it.

    ``entity`` names it in the truth. Phones are E.164. ``old_mobile``, ``old_address`` and ``second_email`` are values
    that some channels still hold. ``household`` and ``parent`` name people who share a home and companies that have
    branches: different customers all the same.
    """

    entity: str
    chinese: bool
    culture: str
    person: PersonName
    female: bool
    born: date
    company: CompanyName | None
    mobile: str
    landline: str
    email: str
    address: Address
    industry: str
    tier: Tier
    title: str = ""
    employer: str = ""
    old_mobile: str = ""
    second_email: str = ""
    old_address: Address | None = None
    id_number: str = ""
    credit_code: str = ""
    handle: str = ""
    household: str = ""
    parent: str = ""
    shares_mobile: bool = False
    needs: tuple[str, ...] = ()
    orders: tuple[Order, ...] = field(default=())
    calls: tuple[Call, ...] = field(default=())
    complaints: tuple[Complaint, ...] = field(default=())

    @property
    def name(self) -> str:
        """What the customer is called: the company where it is one, else the person."""
        return self.company.full if self.company else self.person.full

    @property
    def identifier(self) -> str:
        """The strongest identifier it has: credit code, resident number or nothing."""
        return self.credit_code or self.id_number
