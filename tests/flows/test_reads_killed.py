"""SIGKILL of the gateway while many read: whoever got an answer has an entry in the database."""

import os
import random
import re
import signal
import subprocess
import threading
import time

import httpx
import orjson
import pytest
from sqlalchemy import text

from api.wiring import Services, open_services
from audit.actions import Action
from core.database import reading, unit_of_work
from sync.entry import Entry
from sync.mapping import StreamMapping
from tests.flows.conftest import Shop

KILLS, READERS = 6, 16


def prepared(shop: Shop) -> tuple[list[str], str]:
    """Some golden records, and a key that may read them."""
    with open_services(shop.workspace) as services:
        mapping = StreamMapping(fields={"name": "person.full_name", "phone": "phone"})
        with unit_of_work(services.engine) as connection:
            services.mappings.set(connection, "crm", "people", mapping, actor="system")
            key = services.tokens.issue_key(
                connection, name="erp", purpose="integration", scopes=["read", "view:contact:partial"], actor="system"
            )
        ids = []
        for number in range(20):
            entry = Entry("crm", "people", str(number), {"name": f"人{number}", "phone": f"1370013{number:04}"})
            taken = services.entries.take(entry, actor="system", action=Action.RECORD_ENTERED, delivery=False)
            ids.append(taken.record_id)
        while services.worker.run_one():
            pass
    return ids, key.text


def written(services: Services) -> set[str]:
    """Request ids of the disclosures that the database holds, sequenced or not."""
    with reading(services.engine) as connection:
        bodies = [
            row[0]
            for table in ("audit_pending", "audit_entry")
            for row in connection.execute(text(f"SELECT body FROM {table} WHERE body IS NOT NULL"))  # noqa: S608  ours
        ]
    told = [orjson.loads(bytes(body)) for body in bodies]
    return {one["request_id"] for one in told if one["action"] == Action.GOLDEN_DISCLOSED.value}


def read_until_it_ends(url: str, ids: list[str], token: str, answered: list[str]) -> None:
    headers = {"authorization": f"Bearer {token}"}
    draw = random.Random(threading.get_ident())
    with httpx.Client(base_url=url, headers=headers, timeout=10) as client:
        while True:
            try:
                answer = client.get(f"/v1/golden/{draw.choice(ids)}")
            except httpx.HTTPError:
                return
            assert answer.status_code == 200, answer.text
            answered.append(answer.headers["x-request-id"])


@pytest.mark.full
def test_every_answered_read_has_its_entry_after_a_kill(shop: Shop) -> None:
    ids, token = prepared(shop)
    draw = random.Random(20261122)
    answered: list[str] = []
    for _ in range(KILLS):
        process = subprocess.Popen(
            shop.command("serve", "--port", "0", "--no-worker"), env=shop.environment, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
        assert found is not None
        readers = [
            threading.Thread(target=read_until_it_ends, args=(found[0], ids, token, answered)) for _ in range(READERS)
        ]
        before = len(answered)
        for reader in readers:
            reader.start()
        while len(answered) < before + 50 and process.poll() is None:
            time.sleep(0.01)
        time.sleep(draw.uniform(0.0, 0.5))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        process.stderr.close()
        for reader in readers:
            reader.join(timeout=60)
    assert len(answered) >= KILLS * 50
    with open_services(shop.workspace) as services:
        assert set(answered) <= written(services)
    assert shop.ingot("audit", "check").returncode == 0
