"""The truth names records as our own sources and landing name them: the sources themselves are run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from api.demo.erp import write_erp
from api.demo.mail import MAILBOXES
from api.demo.maildir import write_maildir
from api.demo.sightings import Channel
from api.demo.world import World
from sync.record_keys import primary_key

REPOSITORY = Path(__file__).parents[3]


def read(module: str, folder: Path, config: dict[str, Any], stream: str) -> list[dict[str, Any]]:
    """All records of one stream of one of our sources, run as a program."""

    def run(verb: str, *more: str) -> list[dict[str, Any]]:
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        command = [sys.executable, "-m", module, verb, "--config", str(folder / "config.json"), *more]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, timeout=120, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    (catalog,) = [message["catalog"] for message in run("discover") if message["type"] == "CATALOG"]
    (chosen,) = [one for one in catalog["streams"] if one["name"] == stream]
    configured = {"stream": chosen, "sync_mode": "full_refresh", "destination_sync_mode": "append"}
    (folder / "catalog.json").write_text(json.dumps({"streams": [configured]}), encoding="utf-8")
    messages = run("read", "--catalog", str(folder / "catalog.json"))
    rows = [message["record"]["data"] for message in messages if message["type"] == "RECORD"]
    return [{**row, "$key": primary_key(row, chosen["source_defined_primary_key"])} for row in rows]


def keys(world: World, channel: Channel) -> list[str]:
    return sorted(row.key for row in world.now.truth() if row.channel is channel)


def test_contacts_of_the_maildir_have_the_keys_of_the_truth(world: World, tmp_path: Path) -> None:
    write_maildir(tmp_path / "inbox", world.now.mail)
    config = {"path": str(tmp_path / "inbox"), "own_addresses": list(MAILBOXES)}
    contacts = read("connectors.sources.email", tmp_path, config, "contacts")
    assert sorted(contact["$key"] for contact in contacts) == keys(world, Channel.EMAIL)
    # What senders quote of ours is not taken for theirs.
    assert not any("6888 0101" in str(contact.get("phone")) for contact in contacts)
    names = {message.unique_name: message.from_name for message in world.now.mail if not message.vcard}
    shown = {contact["message_uid"]: contact.get("name") or "" for contact in contacts}
    assert {uid: shown[uid] for uid in names} == names


def test_customers_of_the_erp_have_the_keys_of_the_truth(world: World, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'erp.db'}"
    write_erp(url, world.now.erp)
    rows = read("connectors.sources.sql", tmp_path, {"url": url}, "customers")
    assert sorted(row["$key"] for row in rows) == keys(world, Channel.ERP)
