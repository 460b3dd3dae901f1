"""Customers are taken away as files by those who may export, and by nobody else."""

import csv
import io

import pytest

from tests.console.shop import SELLER, Shop


@pytest.mark.parametrize("who", [SELLER, "steward", "privacy_officer", "service"])
def test_who_may_look_but_not_export_gets_no_file(shop: Shop, who: str) -> None:
    for path in ("/customers", f"/customers/{shop.customer}"):
        answer = shop.get(f"{path}?format=csv", who)
        assert answer.status_code == 403
        assert "attachment" not in answer.headers.get("content-disposition", "")
        assert "format=csv" not in shop.get(path, who).text


def test_a_file_holds_what_the_screen_shows(shop: Shop) -> None:
    answer = shop.get("/customers?format=csv", "analyst")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    screen = shop.get("/customers", "analyst").text
    assert all(f"/customers/{row['id']}" in screen for row in rows)
