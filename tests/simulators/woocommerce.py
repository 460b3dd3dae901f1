"""A shop's WooCommerce REST API, version 3, as its public reference describes it: read, by page, by time of change.

Basic authentication with consumer key and secret; ``per_page`` at most 100 with ``offset``; ``modified_after`` and
``modified_before`` leave out the instant itself and are in GMT with ``dates_are_gmt``.
https://woocommerce.github.io/woocommerce-rest-api-docs/
"""

from datetime import datetime, timedelta
from typing import Any

from tests.simulators.vendor_api import Query, VendorApi

_PREFIX = "/wp-json/wc/v3"
# Collections of an ordinary shop that holds nothing of that kind.
_EMPTY = (
    "/coupons", "/products", "/products/attributes", "/products/categories", "/products/reviews",
    "/products/shipping_classes", "/products/tags", "/shipping_methods", "/shipping/zones", "/taxes",
    "/taxes/classes", "/payment_gateways",
)  # fmt: skip


class WooCommerce(VendorApi):
    """A shop with customers, orders and the notes of orders."""

    def __init__(
        self, key: str, secret: str, *, customers: int, orders: int, first: datetime, apart: timedelta
    ) -> None:
        super().__init__(key, secret)
        self.customers = [_customer(number) for number in range(1, customers + 1)]
        self.orders = [_order(number, first + apart * number) for number in range(1, orders + 1)]

    def notes(self, order: int) -> list[dict[str, Any]]:
        """Every third order has one note."""
        note = {"id": 9000 + order, "author": "WooCommerce", "note": f"备注 {order}", "customer_note": False}
        return [note] if order % 3 == 0 else []

    def add_order(self, number: int, at: datetime) -> None:
        """A new order, or a change of one that is there."""
        self.orders = [order for order in self.orders if order["id"] != number]
        self.orders.append({**_order(number, at), "status": "completed"})

    def respond(self, path: str, query: Query) -> Any:
        if not path.startswith(_PREFIX):
            return None
        inside = path.removeprefix(_PREFIX)
        parts = inside.strip("/").split("/")
        if inside == "/system_status/tools":
            return _page([{"id": "clear_transients", "name": "WooCommerce transients", "action": "Clear"}], query)
        if inside == "/customers":
            return _page(self.customers, query)
        if inside == "/orders":
            return _page(_changed(self.orders, query), query)
        if parts[0] == "orders" and len(parts) == 3:
            return _page(self.notes(int(parts[1])) if parts[2] == "notes" else [], query)
        return [] if inside in _EMPTY else None


def _page(rows: list[dict[str, Any]], query: Query) -> list[dict[str, Any]]:
    size = min(int(query.get("per_page", "10")), 100)
    start = int(query.get("offset", "0"))
    return sorted(rows, key=lambda row: str(row["id"]).zfill(12))[start : start + size]


def _changed(rows: list[dict[str, Any]], query: Query) -> list[dict[str, Any]]:
    after, before = query.get("modified_after", ""), query.get("modified_before", "9999")
    return [row for row in rows if after < str(row["date_modified_gmt"]) < before]


def _customer(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "date_created_gmt": "2025-03-01T08:00:00",
        "email": f"buyer{number}@example.com",
        "first_name": f"名{number}",
        "last_name": "顾",
        "role": "customer",
        "username": f"buyer{number}",
        "billing": {"first_name": f"名{number}", "city": "上海", "country": "CN", "phone": f"1380013{number:04d}"},
        "is_paying_customer": number % 2 == 0,
    }


def _order(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "number": str(number),
        "status": "processing",
        "currency": "CNY",
        "total": f"{number * 10}.00",
        "customer_id": number,
        "date_created_gmt": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_modified_gmt": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "line_items": [{"id": number * 7, "name": "茶叶", "quantity": 2}],
    }
