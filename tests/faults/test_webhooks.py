"""FT6: webhooks that come twice, out of order, late, replayed, badly signed, far too large, or at once."""

import json
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from tests.api.http.house import House, opened, signed
from tests.faults.invariants import audit_holds, golden_follows, nothing_waits

MEGABYTE = 1024 * 1024


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Iterator[House]:
    """A gateway on each kind of database."""
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with opened(tmp_path / "w", database=url) as found:
        yield found


def order(number: int, at: str = "2026-04-01T08:00:00Z", name: str = "Ada Moreau") -> dict[str, str]:
    return {"name": name, "phone": "+33612345678", "number": f"A-{number}", "amount": "12.50", "at": at}


def held(shop: House) -> list[str]:
    """What is wrong once all is resolved."""
    shop.settle()
    services = shop.services
    return [*golden_follows(services, settled=True), *audit_holds(services), *nothing_waits(services)]


def test_FT6_each_delivery_counts_once_however_often_and_in_whatever_order(shop: House) -> None:
    posts = [(f"m{number}", json.dumps(order(number)).encode()) for number in range(12)]
    sent = [one for one in posts for _ in range(3)]
    random.Random(6).shuffle(sent)
    answers: dict[str, set[tuple[int, bytes]]] = {}
    for delivery, body in sent:
        answer = shop.client.post("/v1/forms/shop", content=body, headers=signed(delivery, body))
        answers.setdefault(delivery, set()).add((answer.status_code, answer.content))
    # A repeated delivery is answered with the same bytes.
    assert {len(told) for told in answers.values()} == {1}
    assert {status for told in answers.values() for status, _ in told} == {202}
    assert held(shop) == []
    assert len(shop.audited("form.received")) == 12


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_FT6_an_older_message_that_arrives_late_does_not_win(shop: House) -> None:
    """Two customers, each told of twice; of the one the newer message comes first."""
    told = {"new": ("2026-04-02T08:00:00Z", "ADA MOREAU"), "old": ("2026-04-01T08:00:00Z", "Ada Moreau")}
    names = []
    for phone, arriving in (("+33612345678", ("old", "new")), ("+33698765432", ("new", "old"))):
        for which in arriving:
            at, name = told[which]
            content = {**order(1, at, name), "phone": phone, "email": f"ada{phone[-3:]}@example.com"}
            answer = shop.webhook("shop", f"{phone}-{which}", content)
        shop.settle()
        found = shop.get(f"/v1/golden/{answer.json()['record_id']}", "steward").json()
        names.append(found["sections"]["profile"])
    assert held(shop) == []
    assert names[0] == names[1]
    assert names[0]["person.full_name"][0]["value"] == "ADA MOREAU"


def test_FT6_what_is_not_signed_right_changes_nothing(shop: House) -> None:
    body = json.dumps(order(1)).encode()
    right = signed("m1", body)
    wrong = [
        {**right, "webhook-signature": "v1," + "A" * 43 + "="},
        {**right, "webhook-id": "m2"},
        {**right, "webhook-timestamp": str(int(right["webhook-timestamp"]) + 1)},
        signed("m1", body, age=3600),
        signed("m1", body, age=-3600),
    ]
    assert {shop.client.post("/v1/forms/shop", content=body, headers=one).status_code for one in wrong} == {401}
    # What was refused used nothing up: the right one is taken with the same id.
    assert shop.client.post("/v1/forms/shop", content=body, headers=right).status_code == 202
    # Replayed by somebody who listened, after five minutes: refused; within: answered as before, stored once.
    assert shop.client.post("/v1/forms/shop", content=body, headers=right).status_code == 202
    assert held(shop) == []
    assert len(shop.audited("form.received")) == 1
    assert len(shop.audited("form.refused")) == 5


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("told", ["length", "chunks", "lie"])
def test_FT6_ten_megabytes_are_refused_while_they_come(shop: House, told: str) -> None:
    """By their length, or where no length is told, after the first 256 KiB; a length that lies helps nobody."""
    head = b"POST /v1/forms/shop HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    sizes = {"length": b"content-length: %d\r\n\r\n" % (10 * MEGABYTE), "lie": b"content-length: 10\r\n\r\n"}
    url = httpx.URL(shop.url)
    with socket.create_connection((url.host, url.port or 80), timeout=20) as line:
        line.sendall(head + (b"transfer-encoding: chunked\r\n\r\n" if told == "chunks" else sizes[told]))
        sent = 0
        try:
            while sent < 10 * MEGABYTE:
                part = b"x" * 65_536
                line.sendall(b"%x\r\n%s\r\n" % (len(part), part) if told == "chunks" else part)
                sent += len(part)
        except OSError:
            pass
        try:
            answer = line.recv(65_536)
        except OSError:
            answer = b""
    # Who goes on sending after the answer is cut off, and may lose the answer with that.
    assert not answer or answer.split()[1] in {b"413", b"400", b"401"}
    assert shop.webhook("shop", "m1", order(1)).status_code == 202
    assert held(shop) == []
    assert len(shop.audited("form.received")) == 1


def test_FT6_one_id_from_many_connections_at_once_is_one_delivery(shop: House) -> None:
    """Half of them say something else under the same id: one content wins, the other is told so."""
    contents = [json.dumps(order(number % 2)).encode() for number in range(24)]

    def post(body: bytes) -> tuple[int, bytes]:
        with httpx.Client(base_url=shop.url, timeout=30) as client:
            answer = client.post("/v1/forms/shop", content=body, headers=signed("same", body))
            return answer.status_code, body

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, contents))
    taken = {body for status, body in answers if status == 202}
    refused = {body for status, body in answers if status == 409}
    assert {status for status, _ in answers} == {202, 409}
    assert (len(taken), len(refused)) == (1, 1)
    assert held(shop) == []
    assert len(shop.audited("form.received")) == 1
