from datetime import timedelta

from sqlalchemy import insert

from core.database import reading, unit_of_work
from sync.foundation import Foundation
from sync.rejections import all_waiting, reasons, waiting
from sync.tables import rejected

TIMES = 3


def keep(foundation: Foundation, name: str, code: str, count: int) -> None:
    """So many entries of one reason; several of one moment, as a batch leaves them."""
    at = foundation.clock.now()
    rows = [
        {
            "id": f"q_{name}_{code}_{number:04}",
            "run_id": "run_test",
            "connection": name,
            "stream": "rows",
            "code": code,
            "message": "It cannot be used.",
            "sealed": b"",
            "content_hash": number.to_bytes(16, "big"),
            "epoch": 0,
            "at": at + timedelta(seconds=number % TIMES),
            "attempts": 0,
        }
        for number in range(count)
    ]
    with unit_of_work(foundation.engine) as connection:
        connection.execute(insert(rejected), rows)


def test_reasons_are_counted_however_many_wait(foundation: Foundation) -> None:
    keep(foundation, "erp", "record.type", 1_100)
    keep(foundation, "erp", "record.too_deep", 1)
    keep(foundation, "mail", "record.type", 2)
    with reading(foundation.engine) as connection:
        assert reasons(connection) == [
            ("erp", "record.too_deep", 1),
            ("erp", "record.type", 1_100),
            ("mail", "record.type", 2),
        ]
        assert reasons(connection, "mail") == [("mail", "record.type", 2)]
        # What is asked for is found behind any number of others.
        assert [row["connection"] for row in waiting(connection, "", "record.type", limit=1)] == ["erp"]
        assert len(waiting(connection, "erp", "record.too_deep", limit=1)) == 1


def test_every_page_is_walked_once_in_order(foundation: Foundation) -> None:
    keep(foundation, "erp", "record.type", 25)
    for page in (1, 5, 24, 25, 26):
        found = list(all_waiting(foundation.engine, "erp", "record.type", page=page))
        assert [(row["at"], row["id"]) for row in found] == sorted({(row["at"], row["id"]) for row in found})
        assert len(found) == 25
