"""The workspace that ``benchmarks.reads`` reads from: made-up customers, resolved, and a key that sees masks."""

import sqlite3
from pathlib import Path

import orjson

from api.cli.init import make_workspace
from api.wiring import Services, open_services
from audit.actions import Action
from core.database import unit_of_work
from sync.entry import Entry
from sync.mapping import StreamMapping

NAMES = (
    "person.full_name",
    "person.birth_date",
    "phone",
    "email",
    "address.province",
    "address.city",
    "address.full",
    "organization.name",
    "consent.marketing",
    "transaction.number",
    "transaction.amount",
    "transaction.at",
)
SCOPES = (
    "read",
    "view:profile:partial",
    "view:contact:partial",
    "view:address:partial",
    "view:organization",
    "view:consent",
    "view:finance",
)
# Characters of made-up names: two of 200 and two of 400 are enough for every customer to have another one.
_FAMILY, _GIVEN, _CITIES = 0x4E10, 0x5F20, ("上海市", "苏州市", "广州市", "成都市", "武汉市")


def customer(number: int) -> dict[str, str]:
    """One made-up customer with an order: twelve values, some 400 bytes."""
    name = chr(_FAMILY + number % 199) + chr(_GIVEN + number % 397) + chr(_GIVEN + 400 + number % 389)
    city = _CITIES[number % len(_CITIES)]
    return {
        "person.full_name": name,
        "person.birth_date": f"{1940 + number % 60}-{1 + number % 12:02}-{1 + number % 28:02}",
        "phone": f"13{number * 7919 % 10**9:09}",
        "email": f"c{number}@example.com",
        "address.province": city,
        "address.city": city,
        "address.full": f"{city}世纪大道{number}号",
        "organization.name": f"{name}贸易有限公司",
        "consent.marketing": "yes" if number % 2 else "no",
        "transaction.number": f"SO-{number}",
        "transaction.amount": f"{number % 9000}.50",
        "transaction.at": f"2026-01-{1 + number % 28:02}T08:00:00Z",
    }


def make(folder: Path, customers: int, *, database: str | None = None, keys: str | None = None) -> None:
    """Make the workspace with its golden records; its key and the ids stand in ``bench.json`` beside it."""
    make_workspace(folder, "admin", database=database, keys=keys)
    with open_services(folder) as services:
        ids = _fill(services, customers)
        token = _key(services)
    (folder / "bench.json").write_bytes(orjson.dumps({"token": token, "ids": ids}))


def plain_copy(path: Path, customers: int, ids: list[str]) -> None:
    """The same customers in clear in one SQLite table, for the peer that serves rows as they stand."""
    columns = [name.replace(".", "_") for name in NAMES]
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE golden (id TEXT PRIMARY KEY, {', '.join(f'{one} TEXT' for one in columns)})")
        marks = ", ".join("?" * (len(columns) + 1))
        rows = ((ids[number], *customer(number).values()) for number in range(customers))
        connection.executemany(f"INSERT INTO golden VALUES ({marks})", rows)  # noqa: S608  names and marks of ours


def _fill(services: Services, customers: int) -> list[str]:
    mapping = StreamMapping(fields={name: name for name in NAMES})
    with unit_of_work(services.engine) as connection:
        services.mappings.set(connection, "crm", "people", mapping, actor="system:benchmark")
    ids = []
    for number in range(customers):
        entry = Entry("crm", "people", str(number), customer(number))
        taken = services.entries.take(entry, actor="system:benchmark", action=Action.RECORD_ENTERED, delivery=False)
        ids.append(taken.record_id)
    while services.worker.run_one():
        pass
    return ids


def _key(services: Services) -> str:
    with unit_of_work(services.engine) as connection:
        issued = services.tokens.issue_key(
            connection, name="benchmark", purpose="integration", scopes=SCOPES, actor="system:benchmark"
        )
    return issued.text
