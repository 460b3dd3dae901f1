"""A workspace with people, forms and a running gateway on loopback, for tests of the HTTP door."""

import base64
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import structlog
import yaml
from standardwebhooks.webhooks import Webhook

from api.server import running_server
from api.wiring import Services, open_services
from audit.log import Query
from core.database import reading, unit_of_work
from core.workspace import create_workspace

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
MAPPING = {"name": "person.full_name", "phone": "phone", "email": "email", "company": "organization.name"}
ORDERS = {"number": "transaction.number", "amount": "transaction.amount", **MAPPING}
SETTINGS: dict[str, Any] = {
    "forms": {
        "contact": {"mapping": MAPPING, "honeypot": "website"},
        "shop": {"secret": SECRET, "mapping": {"fields": ORDERS, "asserted_at": "at"}},
        "partner": {"mapping": MAPPING, "origins": ["https://partner.example"]},
        "open": {},
    },
    "limits": {"form_posts_per_minute": 500, "refused_tokens_per_minute": 30},
}
PEOPLE = ("sales", "service", "steward", "privacy_officer", "auditor", "operations", "it", "admin")
PURPOSE = {
    "sales": "sales_follow_up",
    "service": "customer_service",
    "steward": "data_quality",
    "privacy_officer": "privacy_request",
}


@dataclass
class House:
    services: Services
    url: str
    client: httpx.Client
    tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, who: str, purpose: str | None = None, **more: str) -> dict[str, str]:
        named = PURPOSE.get(who, "") if purpose is None else purpose
        headers = {"authorization": f"Bearer {self.tokens[who]}", **more}
        return {**headers, "x-purpose": named} if named else headers

    def get(self, path: str, who: str, purpose: str | None = None, **more: str) -> httpx.Response:
        return self.client.get(path, headers=self.headers(who, purpose, **more))

    def post(self, path: str, who: str, body: Any, purpose: str | None = None, **more: str) -> httpx.Response:
        return self.client.post(path, headers=self.headers(who, purpose, **more), json=body)

    def form(self, name: str, fields: Mapping[str, str], **headers: str) -> httpx.Response:
        return self.client.post(f"/v1/forms/{name}", data=dict(fields), headers=headers)

    def webhook(self, name: str, delivery: str, content: Any, **changed: str) -> httpx.Response:
        body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        named = {header.replace("_", "-"): value for header, value in changed.items()}
        return self.client.post(f"/v1/forms/{name}", content=body, headers={**signed(delivery, body), **named})

    def settle(self) -> None:
        """Resolve what arrived and give the audit log its places."""
        self.services.flows.queue_resolve()
        while self.services.worker.run_one():
            pass
        self.services.sequencer.sequence_all()

    def customer(self, delivery: str, **fields: str) -> str:
        """A customer from the contact form; returns the id of its golden record."""
        answer = self.form("contact", {"_delivery": delivery, **fields})
        assert answer.status_code == 202, answer.text
        self.settle()
        return str(answer.json()["record_id"])

    def audited(self, action: str) -> list[dict[str, Any]]:
        """Bodies of the entries of that action, newest first."""
        self.services.sequencer.sequence_all()
        with reading(self.services.engine) as connection:
            found = self.services.foundation.audit.search(connection, Query(action=action), limit=1000)
        return [json.loads(one.body or b"{}") for one in found]


def signed(delivery: str, body: bytes, *, age: float = 0, secret: str = SECRET) -> dict[str, str]:
    at = datetime.now(tz=UTC) - timedelta(seconds=age)
    return {
        "content-type": "application/json",
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery, at, body.decode("utf-8", "replace")),
    }


@contextmanager
def opened(
    folder: Path, *, template: Path | None = None, database: str = "", settings: Mapping[str, Any] = SETTINGS
) -> Iterator[House]:
    """A new workspace in ``folder``, on a copy of an SQLite template or on another database, with its gateway."""
    create_workspace(folder)
    content = dict(settings) | ({"database": database} if database else {})
    (folder / "ingot.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    if template is not None:
        shutil.copy(template, folder / "ingot.db")
    with (
        own_log(),
        open_services(folder) as services,
        running_server(services, with_worker=False) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield House(services, url, client, add_people(services))


@contextmanager
def own_log() -> Iterator[None]:
    """Let a workspace write its own log, and give the tests theirs back."""
    before = structlog.get_config()
    try:
        yield
    finally:
        structlog.configure(**before)


def add_people(services: Services) -> dict[str, str]:
    """One person a role, by the role's name, and a key ``downstream``; returns their tokens."""
    tokens: dict[str, str] = {}
    with unit_of_work(services.engine) as connection:
        for role in PEOPLE:
            user = services.people.create_user(connection, login=role, display_name=role, roles=[role], actor="system")
            issued = services.tokens.issue_token(connection, user.id, name="test", actor="system")
            tokens[role] = issued.text
        key = services.tokens.issue_key(
            connection,
            name="erp",
            purpose="integration",
            scopes=["read", "export", "view_changes", "view:profile:partial", "view:contact"],
            actor="system",
        )
        tokens["downstream"] = key.text
    return tokens
