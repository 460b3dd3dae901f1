from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.wiring import Services
from audit.log import AuditLog
from core.clock import Clock
from core.crypto import Keyring
from core.settings import Settings
from sync.foundation import Foundation
from sync.queue import Queue

RULES = {
    "fallback": "pool:sea",
    "rules": [
        {
            "rule": "east",
            "version": 1,
            "stage": "territory",
            "priority": 100,
            "when": "1",
            "conditions": {1: {"attr": "address.province", "op": "in", "value": ["上海市", "江苏省"]}},
            "assign": "user:chen",
        },
        {
            "rule": "south",
            "version": 1,
            "stage": "territory",
            "priority": 90,
            "when": "1",
            "conditions": {1: {"attr": "address.province", "op": "in", "value": ["广东省"]}},
            "assign": "user:dong",
        },
    ],
}


@pytest.fixture
def services(engine: Engine, keyring: Keyring, clock: Clock, tmp_path: Path) -> Services:
    """The services of a workspace, on each kind of database."""
    settings = Settings(
        workspace=tmp_path,
        database_url="",
        keys_url="",
        keys_folder=tmp_path / "keys",
        checkpoints=tmp_path / "checkpoints",
        ownership=RULES,
    )
    return Services(settings, Foundation(engine, keyring, AuditLog(clock), clock, Queue(clock)))
