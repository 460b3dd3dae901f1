"""What customers did: orders, calls and complaints over the two years before the world's date."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from api.demo import words
from api.demo.customers import Call, Complaint, Customer, Order, Tier
from api.demo.seeds import chance, some, stream

YEARS = timedelta(days=730)
_ORDERS = {Tier.HIGH_VALUE: (4, 11), Tier.ORDINARY: (1, 4), Tier.POTENTIAL: (0, 0)}
_CALLS = {Tier.HIGH_VALUE: (2, 5), Tier.ORDINARY: (0, 3), Tier.POTENTIAL: (0, 2)}


def moment(draw: random.Random, as_of: datetime, within: timedelta = YEARS) -> datetime:
    """A whole second in the ``within`` before ``as_of``, in working hours."""
    day = as_of - timedelta(days=draw.randint(1, within.days))
    return day.replace(hour=draw.randint(1, 9), minute=draw.randint(0, 59), second=draw.randint(0, 59), microsecond=0)


def with_activity(seed: int, customer: Customer, as_of: datetime) -> Customer:
    """The customer with needs, orders, calls and complaints that fit the tier."""
    draw = stream(seed, "activity", customer.entity)
    chinese = customer.chinese
    orders = [_order(draw, customer, as_of) for _ in range(draw.randint(*_ORDERS[customer.tier]))]
    calls = [_call(draw, as_of, chinese=chinese) for _ in range(draw.randint(*_CALLS[customer.tier]))]
    complaints = [_complaint(draw, as_of, chinese=chinese) for _ in range(1 + chance(draw, 0.2))]
    return replace(
        customer,
        needs=tuple(some(draw, words.NEEDS_ZH if chinese else words.NEEDS_LATIN, 1, 3)),
        orders=tuple(sorted(orders, key=lambda order: order.ordered_at)),
        calls=tuple(sorted(calls, key=lambda call: call.called_at)),
        complaints=tuple(complaints) if chance(draw, 0.22) else (),
    )


def _order(draw: random.Random, customer: Customer, as_of: datetime) -> Order:
    product, low, high = draw.choice(words.PRODUCTS_ZH if customer.chinese else words.PRODUCTS_LATIN)
    at = moment(draw, as_of)
    amount = Decimal(draw.randint(low * 100, high * 100)) / 100
    status = draw.choice(("paid", "paid", "paid", "shipped", "open", "returned"))
    currency = words.CURRENCIES.get(customer.address.country, "EUR")
    return Order(f"SO{at:%Y%m%d}{draw.randint(0, 999_999):06d}", product, amount, currency, status, at)


def _call(draw: random.Random, as_of: datetime, *, chinese: bool) -> Call:
    summary = draw.choice(words.CALLS_ZH if chinese else words.CALLS_LATIN)
    return Call(draw.choice(("inbound", "outbound")), summary, moment(draw, as_of))


def _complaint(draw: random.Random, as_of: datetime, *, chinese: bool) -> Complaint:
    kind, content = draw.choice(words.COMPLAINTS_ZH if chinese else words.COMPLAINTS_LATIN)
    return Complaint(kind, content, draw.choice(("open", "closed")), moment(draw, as_of))
