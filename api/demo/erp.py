"""The ERP channel: an old but orderly SQL database with customers, orders, calls and complaints."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from api.demo import distort
from api.demo.customers import Customer
from api.demo.identifiers import fifteen_digits
from api.demo.seeds import chance, listed, stream
from api.demo.sightings import Channel, Sighting

Row = dict[str, object]

# The ERP belongs to somebody else: its tables stay out of the program's own metadata.
SCHEMA = sa.MetaData()
_TEXTS = listed(
    "name contact_name id_number credit_code phone email province city district address industry customer_level"
)
CUSTOMERS = sa.Table(
    "customers",
    SCHEMA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_no", sa.String(20), nullable=False, unique=True),
    *(sa.Column(name, sa.String(200)) for name in _TEXTS),
    sa.Column("updated_at", sa.DateTime, nullable=False, index=True),
)
ORDERS = sa.Table(
    "orders",
    SCHEMA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_no", sa.String(30), nullable=False),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("product", sa.String(200)),
    # Text, because SQLite has no decimals and an amount must not become a binary fraction.
    sa.Column("amount", sa.String(20)),
    sa.Column("currency", sa.String(3)),
    sa.Column("status", sa.String(20)),
    sa.Column("ordered_at", sa.DateTime),
    sa.Column("updated_at", sa.DateTime, nullable=False, index=True),
)
CALLS = sa.Table(
    "calls",
    SCHEMA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("direction", sa.String(20)),
    sa.Column("summary", sa.Text),
    sa.Column("called_at", sa.DateTime),
    sa.Column("updated_at", sa.DateTime, nullable=False, index=True),
)
COMPLAINTS = sa.Table(
    "complaints",
    SCHEMA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("kind", sa.String(20)),
    sa.Column("content", sa.Text),
    sa.Column("status", sa.String(20)),
    sa.Column("created_at", sa.DateTime),
    sa.Column("updated_at", sa.DateTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class ErpData:
    """The rows of the four tables; ``entities`` tells the truth by ``customers.id``; times are naive UTC, as stored."""

    customers: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    complaints: list[Row] = field(default_factory=list)
    entities: dict[int, str] = field(default_factory=dict)

    def tables(self) -> Mapping[sa.Table, Sequence[Row]]:
        """Rows by table, in an order that foreign keys allow."""
        return {CUSTOMERS: self.customers, ORDERS: self.orders, CALLS: self.calls, COMPLAINTS: self.complaints}


def erp_data(seed: int, sightings: Iterable[Sighting]) -> ErpData:
    """The ERP of those sightings: numbered in an order of its own, activity on a customer's first row."""
    mine = [seen for seen in sightings if seen.channel is Channel.ERP]
    stream(seed, "erp order").shuffle(mine)
    data = ErpData()
    for number, seen in enumerate(mine, start=1):
        data.customers.append(_customer(seed, number, seen))
        data.entities[number] = seen.customer.entity
        if seen.ordinal == 0:
            _add_activity(data, number, seen.customer)
    return data


def erp_updates(seed: int, data: ErpData, as_of: datetime) -> ErpData:
    """What changed after ``as_of``: rows of the same keys with a newer ``updated_at``, about one customer in 25."""
    later = ErpData()
    draw = stream(seed, "erp updates")
    for row in data.customers:
        if chance(draw, 0.04):
            at = _naive(as_of + timedelta(minutes=draw.randint(1, 600)))
            level = draw.choice(("high_value", "ordinary"))
            later.customers.append({**row, "customer_level": level, "updated_at": at})
            later.entities[_number(row)] = data.entities[_number(row)]
    return later


def write_erp(url: str, data: ErpData) -> None:
    """Make the tables at that SQLAlchemy URL where they are missing, and insert or replace the rows by their key."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            SCHEMA.create_all(connection)
            for table, rows in data.tables().items():
                if not rows:
                    continue
                # Updated where the key is there already: a plain delete would break the orders that point to it.
                known = set(connection.execute(sa.select(table.c.id)).scalars())
                fresh = [row for row in rows if row["id"] not in known]
                if fresh:
                    connection.execute(table.insert(), fresh)
                for row in rows:
                    if row["id"] in known:
                        connection.execute(table.update().where(table.c.id == row["id"]).values(row))
    finally:
        engine.dispose()


def _number(row: Row) -> int:
    return int(str(row["id"]))


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _customer(seed: int, number: int, seen: Sighting) -> Row:
    draw = stream(seed, "erp", seen.name)
    customer = seen.customer
    address = customer.old_address if seen.moved and customer.old_address else customer.address
    phone = getattr(customer, seen.phone) if seen.phone else None
    return {
        "id": number,
        "customer_no": f"C{100_000 + number}",
        "name": _company(draw, customer) if customer.company else _person(draw, seen),
        "contact_name": _person(draw, seen) if customer.company else None,
        "id_number": _resident_number(draw, customer) if seen.identified and customer.id_number else None,
        "credit_code": customer.credit_code if seen.identified and customer.credit_code else None,
        "phone": distort.written_phone(draw, phone) if phone else None,
        "email": getattr(customer, seen.email) if seen.email else None,
        "province": address.province,
        "city": address.city,
        "district": address.district or None,
        "address": address.local,
        "industry": customer.industry,
        "customer_level": customer.tier.value,
        "updated_at": _naive(seen.at),
    }


def _person(draw: random.Random, seen: Sighting) -> str:
    customer = seen.customer
    if seen.name_slip:
        return distort.misheard_name(draw, customer.person)
    if chance(draw, 0.04 if customer.chinese else 0.6):
        return distort.legacy_name(draw, customer.person, chinese=customer.chinese)
    return distort.middle_dot(draw, customer.person.full)


def _company(draw: random.Random, customer: Customer) -> str:
    if customer.company is None:
        return ""
    full = customer.company.full
    text = distort.legal_form(draw, full) if chance(draw, 0.25) else full
    return text if customer.chinese or chance(draw, 0.5) else text.upper()


def _resident_number(draw: random.Random, customer: Customer) -> str:
    # Numbers of 15 digits were issued until 1999.
    if customer.born.year < 1980 and chance(draw, 0.25):
        return fifteen_digits(customer.id_number)
    return customer.id_number.lower() if chance(draw, 0.1) else customer.id_number


def _add_activity(data: ErpData, number: int, customer: Customer) -> None:
    for order in customer.orders:
        at = _naive(order.ordered_at)
        data.orders.append({
            "id": len(data.orders) + 1, "order_no": order.number, "customer_id": number, "product": order.product,
            "amount": str(order.amount), "currency": order.currency, "status": order.status, "ordered_at": at,
            "updated_at": at,
        })  # fmt: skip
    for call in customer.calls:
        at = _naive(call.called_at)
        data.calls.append({
            "id": len(data.calls) + 1, "customer_id": number, "direction": call.direction, "summary": call.summary,
            "called_at": at, "updated_at": at,
        })  # fmt: skip
    for complaint in customer.complaints:
        at = _naive(complaint.created_at)
        data.complaints.append({
            "id": len(data.complaints) + 1, "customer_id": number, "kind": complaint.kind,
            "content": complaint.content, "status": complaint.status, "created_at": at, "updated_at": at,
        })  # fmt: skip
