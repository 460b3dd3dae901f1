"""A mailbox on a real Dovecot through the whole product: added, synced, golden records, live mail, kills."""

import json
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.wiring import open_services
from core.database import reading
from sync import tables
from tests.connectors.test_email_source import write
from tests.dovecot import Mailbox, running_dovecot
from tests.flows.conftest import Shop, token_for

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("dovecot")]


@pytest.fixture(autouse=True)
def may_reach_loopback(shop: Shop) -> None:
    with (shop.workspace / "ingot.yaml").open("a", encoding="utf-8") as settings:
        settings.write("\negress: {allow: [127.0.0.1]}\n")


def shop_with_mail(shop: Shop, folder: Path, mailbox: Mailbox, **more: object) -> Shop:
    """The shop of somebody who may do everything here, with the mailbox as connection ``mail``."""
    with open_services(shop.workspace) as services:
        token = token_for(services, "lin", "it", "operations", "steward", "auditor", "admin")
    found = Shop(shop.workspace, token, shop.temporary)
    config = folder / "mail.json"
    config.write_text(json.dumps({**mailbox.config, "own_addresses": ["@ours.example"], **more}), encoding="utf-8")
    added = found.ingot("source", "add", "mail", "--source", "email_imap", "--config", str(config))
    assert added.returncode == 0, added.stderr
    return found


def landed(shop: Shop) -> dict[str, int]:
    with open_services(shop.workspace) as services, reading(services.engine) as connection:
        query = select(tables.record.c.stream, func.count()).group_by(tables.record.c.stream)
        return {row[0]: row[1] for row in connection.execute(query)}


def test_from_a_mailbox_to_golden_records_and_a_verified_log(shop: Shop, tmp_path: Path) -> None:
    mailbox = running_dovecot().mailbox()
    mailbox.append([write(2), write(4)])
    mailbox.append([write(2), b"Subject: nobody\r\n\r\nx"], "&W6JiNw-")
    lin = shop_with_mail(shop, tmp_path, mailbox)
    first = lin.ingot("sync", "run", "mail", "--json")
    assert first.returncode == 6, first.stderr
    run = json.loads(first.stdout)[0]
    # The broken message is set aside once for each stream; a copy in two folders is one message.
    assert (run["state"], run["landed"], run["rejected"]) == ("partial", 4, 2)
    assert landed(lin) == {"messages": 2, "contacts": 2}

    mapping = {
        one["stream"]: one for one in json.loads(lin.ingot("source", "mapping", "mail", "--json").stdout)["streams"]
    }
    assert mapping["contacts"]["fields"]["mobile"] == "phone"
    found = json.loads(lin.ingot("golden", "search", "人2", "--purpose", "data_quality", "--json").stdout)
    assert len(found) == 1

    mailbox.append([write(6)])
    assert lin.ingot("sync", "run", "mail").returncode == 0
    assert landed(lin) == {"messages": 3, "contacts": 3}
    for text in (first.stdout, first.stderr, lin.ingot("source", "list", "--json").stdout):
        assert mailbox.password not in text
    assert lin.ingot("audit", "check").returncode == 0


def test_a_message_delivered_during_a_sync_is_landed_while_it_runs(shop: Shop, tmp_path: Path) -> None:
    mailbox = running_dovecot().mailbox()
    mailbox.append([write(2)])
    lin = shop_with_mail(shop, tmp_path, mailbox, watch_seconds=60)
    process = lin.start("sync", "run", "mail")
    try:
        wait_for(lin, {"messages": 1, "contacts": 1})
        mailbox.deliver(write(4))
        wait_for(lin, {"messages": 2, "contacts": 2})
        assert process.poll() is None
        assert process.wait(timeout=180) == 0
    finally:
        process.kill()
        process.wait()
    found = json.loads(lin.ingot("golden", "search", "人4", "--purpose", "data_quality", "--json").stdout)
    assert len(found) == 1


def wait_for(shop: Shop, counts: dict[str, int]) -> None:
    for _ in range(500):
        if landed(shop) == counts:
            return
        time.sleep(0.1)
    pytest.fail(f"{landed(shop)} landed, not {counts}")


def test_a_wrong_password_is_refused_when_the_source_is_added(shop: Shop, tmp_path: Path) -> None:
    mailbox = running_dovecot().mailbox()
    config = tmp_path / "mail.json"
    wrong = {**mailbox.config, "credentials": {"auth_type": "password", "password": "sesame-4711"}}
    config.write_text(json.dumps(wrong), encoding="utf-8")
    added = shop.ingot("source", "add", "mail", "--source", "email_imap", "--config", str(config))
    assert added.returncode == 2
    assert "refuses user or password" in added.stderr
    assert "sesame" not in added.stderr + added.stdout
