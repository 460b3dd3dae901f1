"""Customers are taken away as files by those who may export, and by nobody else."""

import csv
import io
import re
from typing import Any

import orjson
import pytest

from audit.actions import Action
from audit.log import Query
from core.database import reading
from merge.listing import count_goldens
from tests.console.shop import SELLER, Shop

pytestmark = pytest.mark.xdist_group("console")


@pytest.mark.parametrize("who", [SELLER, "steward", "privacy_officer", "service"])
def test_who_may_look_but_not_export_gets_no_file(shop: Shop, who: str) -> None:
    for path in ("/customers", f"/customers/{shop.customer}"):
        answer = shop.get(f"{path}?format=csv", who)
        assert answer.status_code == 403
        assert "attachment" not in answer.headers.get("content-disposition", "")
        assert "format=csv" not in shop.get(path, who).text


def test_a_file_holds_every_page_and_the_log_calls_it_an_export(shop: Shop) -> None:
    before = exported(shop)
    answer = shop.get("/customers?format=csv", "analyst")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    with reading(shop.services.engine) as connection:
        assert len(rows) == count_goldens(connection)
    screen = set(re.findall(r"/customers/(g_[0-9a-f]{32})", shop.get("/customers", "analyst").text))
    assert screen
    assert screen < {row["id"] for row in rows}
    told = exported(shop)[len(before) :]
    assert {subject for one in told for subject in one["subjects"]} == {row["id"] for row in rows}
    assert {one["actor"] for one in told} == {shop.principal("analyst").actor}


def test_a_file_of_one_customer_or_one_owner_is_an_export_too(shop: Shop) -> None:
    before = len(exported(shop))
    assert shop.get(f"/customers/{shop.customer}?format=json", "analyst").json()
    mine = shop.get(f"/customers?owner=user:{SELLER}&format=json", "analyst").json()
    assert {row["owner"] for row in mine} == {f"user:{SELLER}"}
    one, of_owner = exported(shop)[before:]
    assert one["subjects"] == [shop.customer]
    assert sorted(of_owner["subjects"]) == sorted(row["id"] for row in mine)


def test_a_file_without_rows_is_whole(shop: Shop) -> None:
    assert shop.get("/customers?owner=user:nobody&format=json", "analyst").json() == []
    text = shop.get("/customers?owner=user:nobody&format=csv", "analyst").content.decode("utf-8-sig")
    assert text.startswith("id,name,")
    assert len(text.splitlines()) == 1


def test_a_form_of_file_that_there_is_not_is_refused(shop: Shop) -> None:
    assert shop.get("/customers?format=xls", "analyst").status_code == 422


def exported(shop: Shop) -> list[dict[str, Any]]:
    """What the log says was exported, the oldest first."""
    shop.services.sequencer.sequence_all()
    with reading(shop.services.engine) as connection:
        found = shop.services.foundation.audit.search(connection, Query(action=Action.GOLDEN_EXPORTED), limit=1000)
    return [orjson.loads(one.body or b"{}") for one in reversed(found)]


def test_a_file_of_the_log_holds_every_page_of_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.console.views.audit.MAX_PAGE", 7)
    shop.services.sequencer.sequence_all()
    with reading(shop.services.engine) as connection:
        size = shop.services.foundation.audit.checkpoint(connection)[0].size
    rows = shop.get("/audit?format=json", "auditor").json()
    assert [row["index"] for row in rows][-size:] == list(range(size))[::-1]


@pytest.mark.parametrize("moment", ["yesterday", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_is_none_is_told_beside_the_form(shop: Shop, moment: str) -> None:
    for language in ("en", "zh"):
        answer = shop.get(f"/audit?since={moment}", "auditor", language)
        assert answer.status_code == 422
        assert "request.time" in answer.text
