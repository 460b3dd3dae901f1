"""Our own sources with a little sound data each, for suites and hosts that others wrote."""

import csv
import json
import mailbox
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from api.demo.social import SocialProfile
from api.demo.social_server import SocialServer
from tests.simulators.imap_server import ImapServer

ROWS = 60
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Own:
    """One of our sources as others start it: ``class_path`` names its class, ``manifest`` its manifest.

    ``empty`` are streams that a first read finds nothing for, each with the reason.
    """

    name: str
    config: Mapping[str, Any]
    bad_config: Mapping[str, Any]
    class_path: str = ""
    manifest: Path | None = None
    empty: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def own_sources(folder: Path) -> Iterator[dict[str, Own]]:
    """Every source that needs no server but one on loopback, with its data below ``folder``."""
    data = folder / "data"
    data.mkdir(parents=True)
    imap = ImapServer(password="sesame-imap-4711")
    for message in _messages():
        imap.folders["INBOX"].add(message)
    with SocialServer(_profiles(), token="sesame-open-4711", refusals=1) as social, imap.served():
        found = [
            Own(
                "file",
                {"paths": [f"{_files(data)}/*"], "primary_key": ["id"]},
                {"paths": [f"{data}/absent-*.csv"]},
                class_path="connectors.sources.file.source:FileSource",
            ),
            Own(
                "sql",
                {"url": f"sqlite:///{_database(data)}"},
                {"url": f"sqlite:///{data}/absent.db"},
                class_path="connectors.sources.sql.source:SqlSource",
            ),
            Own(
                "email",
                {"path": str(_mail(data)), "own_addresses": ["@ours.example"]},
                {"path": str(data)},
                class_path="connectors.sources.email.source:EmailSource",
            ),
            Own(
                "email_imap",
                {**imap.config, "own_addresses": ["@ours.example"]},
                {**imap.config, "credentials": {"auth_type": "password", "password": "wrong-password-0815"}},
                class_path="connectors.sources.email_imap.source:ImapSource",
                empty={"removed_messages": "tells what went between two reads"},
            ),
            Own(
                "social",
                social.config(START - timedelta(days=1)),
                {**social.config(START), "api_token": "wrong-token-0815"},
                manifest=Path(__file__).parents[2] / "connectors" / "sources" / "social" / "manifest.yaml",
            ),
        ]
        yield {one.name: one for one in found}


def _files(data: Path) -> Path:
    folder = data / "files"
    folder.mkdir()
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "note"])
        writer.writerows(
            [str(number), f"名字{number}", "两行\n一格" if number % 9 == 0 else ""] for number in range(ROWS)
        )
    lines = [json.dumps({"id": number, "amount": number / 8, "tags": ["a", "b"]}) for number in range(ROWS)]
    (folder / "orders.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _database(data: Path) -> Path:
    path = data / "erp.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, balance REAL, updated_at TEXT)")
    rows = [(number, f"客户{number}", number / 4, f"2026-01-01T00:{number:02d}:00Z") for number in range(ROWS)]
    connection.executemany("INSERT INTO customers VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path


def _mail(data: Path) -> Path:
    box = mailbox.Maildir(data / "mail")
    for message in _messages():
        box.add(message)
    return data / "mail"


def _messages() -> Iterator[bytes]:
    for number in range(ROWS):
        message = EmailMessage(policy=SMTP)
        message["From"] = f"人{number} <person{number}@example.cn>"
        message["To"] = "us@ours.example"
        message["Date"] = "Fri, 1 May 2026 17:00:00 +0800"
        message["Message-ID"] = f"<{number}@example.cn>"
        message["Subject"] = f"询价 {number}"
        message.set_content(f"您好\n\n此致\n敬礼\n\n人{number}\n手机: 1380013{8000 + number}\n")
        yield message.as_bytes()


def _profiles() -> list[SocialProfile]:
    return [
        SocialProfile(
            handle=f"handle_{number}",
            display_name=f"昵称{number}",
            bio="" if number % 2 else "喜欢爬山",
            city="杭州",
            email="",
            phone="",
            url=f"https://social.example/handle_{number}",
            followers=number,
            updated_at=START + timedelta(hours=number),
            entity=str(number),
        )
        for number in range(ROWS)
    ]
