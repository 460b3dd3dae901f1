from pathlib import Path

import sqlalchemy as sa

from api.demo.erp import CALLS, COMPLAINTS, CUSTOMERS, ORDERS, write_erp
from api.demo.world import World


def test_the_database_holds_every_row_and_takes_the_later_changes(world: World, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'erp.db'}"
    write_erp(url, world.now.erp)
    write_erp(url, world.later.erp)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        counts = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (CUSTOMERS, ORDERS, CALLS, COMPLAINTS)
        }
        erp = world.now.erp
        assert counts == {
            "customers": len(erp.customers),
            "orders": len(erp.orders),
            "calls": len(erp.calls),
            "complaints": len(erp.complaints),
        }
        stored = {row.id: row._asdict() for row in connection.execute(sa.select(CUSTOMERS))}
        connection.execute(sa.text("PRAGMA foreign_keys = ON"))
        assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()
    expected = {row["id"]: row for row in [*world.now.erp.customers, *world.later.erp.customers]}
    assert stored == expected


def test_companies_have_a_contact_and_people_none(world: World) -> None:
    companies = {customer.entity for customer in world.customers if customer.company}
    for row in world.now.erp.customers:
        entity = world.now.erp.entities[int(str(row["id"]))]
        assert (row["contact_name"] is not None) == (entity in companies)
        assert row["id_number"] is None or row["credit_code"] is None


def test_activity_belongs_to_the_customer_it_is_of(world: World) -> None:
    by_entity = {customer.entity: customer for customer in world.customers}
    erp = world.now.erp
    numbers = {customer.entity: [order.number for order in customer.orders] for customer in world.customers}
    for row in erp.orders:
        entity = erp.entities[int(str(row["customer_id"]))]
        assert row["order_no"] in numbers[entity]
    for row in erp.complaints:
        entity = erp.entities[int(str(row["customer_id"]))]
        assert row["content"] in {complaint.content for complaint in by_entity[entity].complaints}
